import FastLock
import Testing

/// How long the main thread sleeps in an interruptible wait before it looks for interrupts.
@Suite struct InterruptSlices {
  private static let start = Deadline(nanoseconds: 5_000_000_000)

  /// The lengths, in milliseconds, of slices that nothing cuts short.
  private static func slices(_ count: Int, of watch: inout InterruptWatch, from start: Deadline) -> [Int64] {
    var now = start
    return (0..<count).map { _ in
      let end = watch.endOfSlice(at: now)
      defer { now = end }
      return end.since(now).components.attoseconds / 1_000_000_000_000_000
        + end.since(now).components.seconds * 1_000
    }
  }

  @Test func theyDoubleWhileNothingHappens() {
    var watch = InterruptWatch(seen: 0)
    #expect(
      Self.slices(10, of: &watch, from: Self.start) == [10, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000])
  }

  @Test func anInterruptionBeginsThemAnew() {
    var watch = InterruptWatch(seen: 0)
    _ = Self.slices(10, of: &watch, from: Self.start)
    watch.noteInterruption()
    #expect(Self.slices(3, of: &watch, from: Self.start.advanced(by: .seconds(60))) == [10, 10, 20])
  }

  /// A wait for a lock that is woken in vain goes on with the slice that its time calls for.
  @Test func wakeUpsChangeNothing() {
    var watch = InterruptWatch(seen: 0)
    for millisecond in 0..<100 {
      _ = watch.endOfSlice(at: Self.start.advanced(by: .milliseconds(millisecond)))
    }
    #expect(Self.slices(1, of: &watch, from: Self.start.advanced(by: .milliseconds(100))) == [100])
  }

  /// Where a slice would cut a sleep short whose end keeps the waiter's place, it would lose that.
  @Test func noneEndsBeforeAStarvingWaiterLooksByItself() {
    var watch = InterruptWatch(seen: 0)
    _ = watch.endOfSlice(at: Self.start)
    let patienceEnd = Self.start.advanced(by: Patience.ofWaiters)
    var now = patienceEnd
    while case let sleep = Patience.beforeLook(havingStarvedFor: now.since(patienceEnd)),
      sleep <= InterruptWatch.longestSlice
    {
      let look = now.advanced(by: sleep)
      #expect(watch.endOfSlice(at: now) >= look)
      now = look
    }
    #expect(now.since(Self.start) > .seconds(1))
  }
}
