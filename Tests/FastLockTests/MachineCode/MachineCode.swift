#if arch(x86_64)
  import TestSupport
  import Testing

  /// What becomes of lock and unlock in a client of another package.
  @Suite struct MachineCode {
    /// Built by the first test that needs it.
    static let client = Result { try MachineCodeClient() }

    /// The same, where client and library may be replaced apart from each other.
    private static let evolvingClient = Result { try MachineCodeClient(libraryEvolution: true) }

    /// All that clients call of the library.
    static let slowPaths = LockKind.allCases.reduce(into: Set()) { $0.formUnion($1.slowPaths) }

    /// `LockError.notLocked` takes these to throw: a witness table, a hook for debuggers, and its metadata.
    private static let throwing: Set<String> = ["$s8FastLock0B5ErrorOACs0C0AAWl", "swift_willThrowTypedImpl"]
    private static let lockError = "$s8FastLock0B5ErrorON"

    private static let increments: [(String, LockKind)] = [
      ("countInClass", .mutex), ("countInLocked", .locked), ("countUnderMutex", .rawMutex),
      ("countUnderLock", .lock), ("pairOfMutexInClass", .rawMutex), ("scopedPairOfLock", .lock),
      ("pairOfBorrowedMutex", .rawMutex), ("countInBorrowed", .mutex),
    ]

    @Test(arguments: increments)
    func theUncontendedPairIsInlined(_ name: String, _ kind: LockKind) throws {
      let function = try Self.client.get().function(name)
      try expectPair(function, of: kind)
      #expect(function.data.isEmpty, "no metadata, no witness, no global: \(function)")
    }

    /// A type of the library that it may still change would be handled through its metadata.
    @Test(arguments: increments)
    func libraryEvolutionChangesNoPair(_ name: String, _ kind: LockKind) throws {
      let function = try Self.evolvingClient.get().function(name)
      try expectPair(function, of: kind)
      #expect(function.data.isEmpty, "no metadata, no witness, no global: \(function)")
    }

    @Test(arguments: [
      ("countInGlobal", "globalCount", LockKind.mutex), ("pairOfGlobalMutex", "globalMutex", .rawMutex),
    ])
    func aGlobalLockIsAddressedWithoutALoad(_ name: String, _ global: String, _ kind: LockKind) throws {
      let client = try Self.client.get()
      let function = try client.function(name)
      try expectPair(function, of: kind)
      let isGlobalAlone = function.data.allSatisfy { $0.hasPrefix(client.mangled(global)) }
      #expect(isGlobalAlone && !function.data.isEmpty, "nothing but the mutex: \(function)")
    }

    @Test(arguments: [("countIfAvailable", LockKind.mutex), ("countInLockedIfAvailable", .locked)])
    func aTryIsInlined(_ name: String, _ kind: LockKind) throws {
      let function = try Self.client.get().function(name)
      try expectPair(function, of: kind, isTry: true)
      #expect(function.data.isEmpty, "no metadata, no witness, no global: \(function)")
    }

    /// What a surplus release costs stands apart from the way that an ordinary one takes.
    @Test func aReleaseThatMayThrowIsInlined() throws {
      let function = try Self.client.get().function("pairOfLock")
      try expectPair(function, of: .lock, coldCalls: Self.throwing)
      #expect(function.data.isSubset(of: [Self.lockError]), "\(function)")
      for path in function.paths(avoiding: LockKind.lock.slowPaths.union(Self.throwing)) {
        #expect(path.steps { $0.data != nil }.isEmpty, "\(path)")
      }
    }

    private static let results: [(String, LockKind)] = [
      ("referenceOutOfMutex", .mutex), ("arrayOutOfMutex", .mutex), ("referenceOutOfLocked", .locked),
      ("arrayOutOfLocked", .locked), ("referenceUnderMutex", .rawMutex), ("arrayUnderMutex", .rawMutex),
      ("referenceUnderLock", .lock), ("arrayUnderLock", .lock),
    ]

    /// Regression: a retain that is left to after the release comes too late. Another thread may have freed the value.
    @Test(arguments: results)
    func aResultIsRetainedBeforeTheLockIsReleased(_ name: String, _ kind: LockKind) throws {
      let function = try Self.client.get().function(name)
      try expectPair(function, of: kind, calling: ["swift_retain"])
      #expect(function.data.isEmpty, "no metadata, no witness, no global: \(function)")
      for path in function.paths(avoiding: kind.slowPaths) {
        let acquiring = try #require(path.lockedSteps.first)
        let releasing = try path.releasingStep()
        let retains = path.steps(where: \.isRetain)
        #expect(retains.count == 1 && retains.allSatisfy { $0 > acquiring && $0 < releasing }, "\(path)")
        let after = function.reachable(from: path.positions[releasing])
        #expect(!after.contains { function.instructions[$0].isRetain }, "\(path)")
      }
    }

    /// Expects that nobody calls anything on the way that an uncontended pair takes, but for `allowed`, and that all
    /// that the body writes is written by the time the lock is released.
    private func expectPair(
      _ function: Function, of kind: LockKind, calling allowed: Set<String> = [], coldCalls: Set<String> = [],
      isTry: Bool = false
    ) throws {
      let callees = function.callees
      #expect(!callees.contains(nil), "no call through a pointer: \(function)")
      let known = Set(callees.compactMap(\.self))
      #expect(
        known.isSubset(of: kind.slowPaths.union(allowed).union(coldCalls)), "no other call: \(function)")
      #expect(known.isSuperset(of: kind.slowPathsOfPairs(areTries: isTry)), "the slow paths: \(function)")

      let paths = function.paths(avoiding: kind.slowPaths.union(coldCalls))
      let releases = paths.map { path in (path, Result { try path.releasingStep() }) }
      #expect(releases.contains { _, release in (try? release.get()) != nil }, "\(function)")
      for (path, release) in releases {
        #expect(Set(path.callees) == Set(allowed.map(Optional.some)), "\(path)")
        if isTry, case .failure = release {
          #expect(path.lockedSteps.count <= 1, "a try that fails does nothing else: \(path)")
          continue
        }
        #expect(path.lockedSteps.count == kind.lockedInstructions, "\(path)")
        let releasing = try release.get()
        let lateWrites = path.steps { $0.writesMemory && !$0.isOfStack }.filter { $0 > releasing }
        #expect(lateWrites.isEmpty, "\(path)")
      }
    }
  }

  extension LockKind {
    /// How many locked instructions an uncontended lock and unlock are together.
    fileprivate var lockedInstructions: Int {
      switch self {
      case .mutex, .rawMutex, .locked: 1
      case .lock: 2
      }
    }

    /// The doors of `MutexLock`.
    private static let mutexLockSlow = "$s8FastLock05MutexB0O8lockSlowyySpys6UInt32VGFZ"
    private static let mutexTrySlow = "$s8FastLock05MutexB0O7trySlowySbSpys6UInt32VGFZ"
    private static let mutexUnlocks: Set<String> = [
      "$s8FastLock05MutexB0O10unlockSlowyySpys6UInt32VGFZ",
      "$s8FastLock05MutexB0O22unlockSlowAfterReleaseyySpys6UInt32VGFZ",
    ]
    /// The doors of `FutexLock`.
    private static let lockSlow = "$s8FastLock05FutexB0O8lockSlowyySpys6UInt32VGFZ"
    private static let trySlow = "$s8FastLock05FutexB0O7trySlowySbSpys6UInt32VGFZ"
    private static let releaseSlow = "$s8FastLock05FutexB0O11releaseSlowySbSpys6UInt32VGFZ"
    private static let trapReleasedByBody = "$s8FastLock18trapReleasedByBodys5NeverOyF"

    /// What only contended pairs call, and misuse.
    fileprivate var slowPaths: Set<String> {
      switch self {
      case .mutex, .rawMutex, .locked: Self.mutexUnlocks.union([Self.mutexLockSlow, Self.mutexTrySlow])
      case .lock: [Self.lockSlow, Self.trySlow, Self.releaseSlow, Self.trapReleasedByBody]
      }
    }

    /// What every pair must be able to call.
    fileprivate func slowPathsOfPairs(areTries: Bool) -> Set<String> {
      switch self {
      case .mutex, .rawMutex, .locked:
        Self.mutexUnlocks.union([areTries ? Self.mutexTrySlow : Self.mutexLockSlow])
      case .lock: areTries ? [Self.trySlow, Self.releaseSlow] : [Self.lockSlow, Self.releaseSlow]
      }
    }
  }

  extension Instruction {
    /// Whether it calls any of the runtime's functions that retain.
    fileprivate var isRetain: Bool { target?.lowercased().contains("retain") ?? false }

    /// Whether its memory operand is the function's own.
    fileprivate var isOfStack: Bool { ["rsp", "rbp"].contains(memoryOperand?.base) }
  }
#endif
