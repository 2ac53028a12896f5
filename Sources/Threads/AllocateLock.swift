public import FastLock

/// A new, unlocked lock. Python's `allocate_lock`.
public func allocateLock() -> Lock {
  Lock()
}
