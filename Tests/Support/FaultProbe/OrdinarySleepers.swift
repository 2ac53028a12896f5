import FastLock
import Synchronization
import TestSupport

/// Ordinary sleepers without a time-out among threads that starve for the same lock because its sections are long. Waiters
/// of the library have one, which would hide that a wake-up is missing.
func ordinarySleeperAmongStarving() throws {
  let lock = SharedWord()
  try sleepOrdinarily(
    at: lock, flags: 0, take: { unsafe FutexLock.lock(lock.word) }, free: lock.release)
  let mutex = SharedWord()
  try sleepOrdinarily(
    at: mutex, flags: MutexWord.symmetric, take: { unsafe MutexLock.lock(mutex.word) },
    free: { unsafe MutexLock.unlock(mutex.word) })
}

private func sleepOrdinarily(
  at shared: SharedWord, flags: UInt32, take: @escaping @Sendable () -> Void,
  free: @escaping @Sendable () -> Void
) throws {
  // One wake-up each may go to those who have just come; the rest is for a sleeper that runs late.
  let mostUnlocks = 20
  let progress = Progress()
  let holders = (0..<4).map { _ in
    TestThread {
      while !progress.isOver.load(ordering: .relaxed) {
        take()
        nap(.milliseconds(5))
        free()
        progress.unlocks.add(1, ordering: .relaxed)
      }
    }
  }
  let sleeper = TestThread {
    var longest = 0
    for _ in 0..<25 {
      let former = progress.unlocks.load(ordering: .relaxed)
      sleepOnce(at: shared, flags)
      longest = max(longest, progress.unlocks.load(ordering: .relaxed) - former)
      // Let the wake-up go on to those whom it was meant for too.
      take()
      free()
    }
    return longest
  }
  check(try sleeper.join() <= mostUnlocks, "few unlocks pass before an ordinary sleeper is woken")
  progress.isOver.store(true, ordering: .relaxed)
  for holder in holders { try holder.join() }
}

/// Says in the word that it sleeps, and does so until it is woken.
private func sleepOnce(at shared: SharedWord, _ flags: UInt32) {
  while true {
    let seen = unsafe Hardware.load(shared.word, .relaxed, at: "look")
    // Contended mode is for those to begin who pay for it.
    guard seen & MutexWord.locked != 0, seen & flags == flags else { continue }
    // Beside no role the upper half counts unlocks until somebody sleeps.
    let new = (seen & MutexWord.roles == 0 ? seen & 0xffff : seen) | MutexWord.parked
    guard
      unsafe Hardware.compareExchange(shared.word, expected: seen, desired: new, .relaxed, at: "park")
    else { continue }
    let outcome = unsafe Hardware.wait(
      shared.word, while: new, among: .ordinary, until: .never, at: "sleep")
    if outcome == .woken { return }
  }
}

private final class Progress: Sendable {
  let isOver = Atomic(false)
  let unlocks = Atomic(0)
}
