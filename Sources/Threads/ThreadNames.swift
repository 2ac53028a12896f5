import FastLock

/// The kernel's name of the calling thread; on the main thread usually that of the program.
public func threadName() -> String {
  ThreadName.get()
}

/// Names the calling thread, for debuggers, `top -H` and reports.
///
/// - Parameter name: the kernel keeps 15 bytes of UTF-8: a longer name is cut between two characters. A zero byte
///   ends it.
public func setThreadName(_ name: String) {
  ThreadName.set(name)
}
