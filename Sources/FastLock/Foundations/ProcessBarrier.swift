/// The barriers in all threads of the process at once that contended mutexes need now and then.
@_spi(Measurement)
public enum ProcessBarrier {
  /// How many this process has issued.
  public static var count: Int { 0 }
}
