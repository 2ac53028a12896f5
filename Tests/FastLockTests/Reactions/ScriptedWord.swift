import FastLock

// The bits of a word, as the tests of reactions compose and read it.
let locked = MutexWord.locked
let parked = MutexWord.parked
let symmetric = MutexWord.symmetric
let unconfirmed = MutexWord.unconfirmed
let kept = MutexWord.kept
let handed = MutexWord.handed
let marked = MutexWord.marked

/// A word with `number` in its bytes 2 and 3.
func word(_ bits: UInt32, number: UInt32) -> UInt32 { bits | number << 16 }

/// Not long after the clock of a ``Script`` starts: no waiter's patience ends before.
let soon = Deadline(nanoseconds: 5_000)

/// When the patience ends of a waiter that begins to sleep when the clock of a ``Script`` starts.
let patienceEnd = Deadline(nanoseconds: 1_000_000 + 1_000)

/// Who waits in the slow half of a lock.
enum WaitingLock: CaseIterable {
  case asymmetricMutex, releasableLock

  /// A locked word with sleepers: no waiter has to change it before it sleeps.
  var contended: UInt32 { locked | resting | parked }

  /// A free word that has seen contention.
  var resting: UInt32 { self == .asymmetricMutex ? symmetric : 0 }

  func lock(_ script: Script, until deadline: Deadline = .never) -> Bool {
    script.run { word in
      switch self {
      case .asymmetricMutex: AsymmetricMutex<ScriptedMachine>.lockSlow(word, until: deadline)
      case .releasableLock: ReleasableLock<ScriptedMachine>.lockSlow(word, until: deadline)
      }
    }
  }
}
