import FastLock

// The bits of a word, as the tests of reactions compose and read it.
let locked = MutexWord.locked
let parked = MutexWord.parked
let symmetric = MutexWord.symmetric
let unconfirmed = MutexWord.unconfirmed
let kept = MutexWord.kept
let handed = MutexWord.handed
let marked = MutexWord.marked
let queued = MutexWord.queued
let called = MutexWord.called
let headSleeps = MutexWord.headSleeps

/// A word without roles, after so many quiet unlocks.
func word(_ bits: UInt32, quietUnlocks count: UInt32) -> UInt32 { bits | count << 16 }

/// A word with roles. `time` is that of the hand-over or the call, in ``timeUnit``s, `rank` the highest in the queue, and
/// `unlocks` counts those since the call.
func word(
  _ bits: UInt32, time: UInt32 = 0, rank: UInt32 = 0, unlocks: UInt32 = 0,
  generation: UInt32 = presentGeneration
) -> UInt32 {
  bits | generation << 16 | time << 20 | rank << 24 | unlocks << 27
}

/// What words with roles say of the forks before, unless a test is about that.
let presentGeneration: UInt32 = 3

/// In which a word tells the time, in nanoseconds.
let timeUnit: UInt64 = 1 << 20

/// What a clock shows after so many ``timeUnit``s, all of them passed for certain.
func time(units: UInt64) -> UInt64 { units * timeUnit }

/// Not long after the clock of a ``Script`` starts: no waiter's patience ends before.
let soon = Deadline(nanoseconds: 5_000)

/// When the patience ends of a waiter that begins to sleep when the clock of a ``Script`` starts.
let patienceEnd = Deadline(nanoseconds: 1_000_000 + 1_000)

/// When such a waiter looks by itself for the first time.
let firstLook = patienceEnd.advanced(by: .milliseconds(4))

/// Who waits for a lock, tries it or frees it, in the slow halves.
enum WaitingLock: CaseIterable {
  case asymmetricMutex, releasableLock

  /// A locked word with sleepers: no waiter has to change it before it sleeps.
  var contended: UInt32 { held | parked }

  /// A locked word that has seen contention.
  var held: UInt32 { locked | resting }

  /// A free word that has seen contention.
  var resting: UInt32 { self == .asymmetricMutex ? symmetric : 0 }

  /// What its slow half does first, unless that takes the lock.
  var opening: [Script.Step] { self == .asymmetricMutex ? [] : [.load] }

  /// A word with these bits after its last role has gone.
  func withoutRoles(_ bits: UInt32) -> UInt32 {
    self == .asymmetricMutex && bits & parked == 0 ? word(bits, quietUnlocks: 1) : bits
  }

  /// A machine of ``presentGeneration`` at the beginning of its time.
  func script(_ word: UInt32, budget: SpinBudget = .none, _ returns: [Script.Return] = []) -> Script {
    let script = Script(word: word, budget: budget, returns: returns)
    script.forkGeneration = presentGeneration
    return script
  }

  /// A waiter that sleeps beside other sleepers until its patience ends, and then finds this word.
  func starving(
    _ word: UInt32, budget: SpinBudget = .none, then returns: [Script.Return] = []
  ) -> Script {
    script(
      contended, budget: budget, [.init(.timedOut, word: word, now: patienceEnd.nanoseconds)] + returns)
  }

  /// The word once a waiter was called beside other sleepers and has become head.
  var withHead: UInt32 { word(contended | marked | queued) }

  /// What a waiter makes of the word that becomes head in ``head(budget:then:)``.
  func marking(_ asHead: UInt32) -> Script.Step {
    .compareExchange(word(contended | called), asHead, .relaxed)
  }

  /// A waiter that is called beside other sleepers, so that it is head, and then finds what `returns` say.
  func head(budget: SpinBudget = .none, then returns: [Script.Return] = []) -> Script {
    starving(
      word(contended | marked), budget: budget,
      then: [.init(.woken, word: word(contended | called))] + returns)
  }

  func lock(_ script: Script, until deadline: Deadline = .never) -> Bool {
    script.run { word in
      switch self {
      case .asymmetricMutex: AsymmetricMutex<ScriptedMachine>.lockSlow(word, until: deadline)
      case .releasableLock: ReleasableLock<ScriptedMachine>.lockSlow(word, until: deadline)
      }
    }
  }

  func tryLock(_ script: Script) -> Bool {
    script.run { word in
      switch self {
      case .asymmetricMutex: AsymmetricMutex<ScriptedMachine>.trySlow(word)
      case .releasableLock: ReleasableLock<ScriptedMachine>.trySlow(word)
      }
    }
  }

  func unlock(_ script: Script) {
    script.run { word in
      switch self {
      case .asymmetricMutex: AsymmetricMutex<ScriptedMachine>.unlockSlow(word)
      case .releasableLock: precondition(ReleasableLock<ScriptedMachine>.releaseSlow(word), "not locked")
      }
    }
  }
}
