import Explorer
import FastLock

/// What threads do with a lock of any algorithm: take it in one of the ways there are, use what it protects, free it.
///
/// - Parameters:
///   - lockFast: the fast half of a lock.
///   - tryLock: a try.
///   - lockSlow: the slow half of a lock.
///   - useAndUnlock: what is done with the lock held.
/// - Returns: an action for each way to take the lock.
func lockActions(
  lockFast: @escaping @Sendable () -> Bool, tryLock: @escaping @Sendable () -> Bool,
  lockSlow: @escaping @Sendable (Deadline) -> Bool, useAndUnlock: @escaping @Sendable (World) -> Void
) -> (lock: Action, tryLock: Action, timedLock: Action, lateLock: Action) {
  @Sendable func wait(_ world: World, _ deadline: Deadline) -> Bool {
    world.beginWait()
    defer { world.endWait() }
    return lockSlow(deadline)
  }
  return (
    Action("lock") { world in
      if !lockFast() { world.require(wait(world, .never), "gave up without a deadline") }
      useAndUnlock(world)
    },
    Action("try") { world in
      if tryLock() { useAndUnlock(world) }
    },
    Action("timed lock") { world in
      if tryLock() || wait(world, .soon) { useAndUnlock(world) }
    },
    Action("lock with a late deadline") { world in
      if tryLock() || wait(world, .late) { useAndUnlock(world) }
    }
  )
}

extension Deadline {
  /// Before patience ends, and after.
  static var soon: Deadline { Deadline(nanoseconds: 1_000) }
  static var late: Deadline { Deadline(nanoseconds: 5_000_000) }
}
