#if arch(x86_64)
  import TestSupport
  import Testing

  /// What becomes of lock and unlock in a client of another package.
  @Suite struct MachineCode {
    /// The doors to the slow paths, which contended pairs alone go through.
    private static let lockSlow = "$s8FastLock05FutexB0O8lockSlowyySpys6UInt32VGFZ"
    private static let wakeOne = "$s8FastLock05FutexB0O7wakeOneyySpys6UInt32VGFZ"

    private static let trapReleasedByBody = "$s8FastLock0B0C18trapReleasedByBodys5NeverOyFZ"

    /// What `LockError.notLocked` takes to throw: a witness table, a hook for debuggers, and its metadata.
    private static let throwing: Set<String> = ["$s8FastLock0B5ErrorOACs0C0AAWl", "swift_willThrowTypedImpl"]
    private static let lockError = "$s8FastLock0B5ErrorON"

    @Test func theUncontendedPairInlinesIntoAClientOfAnotherPackageAsTwoLockedInstructions() throws {
      let client = try Client()
      let code = try Disassembly(of: client.executable)

      for name in ["countInClass", "countInLocked", "pairOfMutexInClass"] {
        let function = try code.function(mangledPrefix: client.mangled(name))
        expectPair(function)
        #expect(function.data.isEmpty, "no metadata, no witness, no global: \(function)")
      }
      for (name, global) in [("countInGlobal", "globalCount"), ("pairOfGlobalMutex", "globalMutex")] {
        let function = try code.function(mangledPrefix: client.mangled(name))
        expectPair(function)
        let isGlobalAlone = function.data.allSatisfy { $0.hasPrefix(client.mangled(global)) }
        #expect(isGlobalAlone, "nothing but the mutex: \(function)")
      }

      // What a surplus release costs stands behind the release.
      let pair = try code.function(mangledPrefix: client.mangled("pairOfLock"))
      expectPair(pair, calling: Self.throwing)
      let release = try #require(pair.lockedInstructions.last)
      #expect(Self.throwing.flatMap(pair.calls).allSatisfy { $0 > release }, "\(pair)")
      #expect(pair.positions(ofData: Self.lockError).allSatisfy { $0 > release }, "\(pair)")
      #expect(pair.data.isSubset(of: [Self.lockError]), "\(pair)")

      let scoped = try code.function(mangledPrefix: client.mangled("scopedPairOfLock"))
      expectPair(scoped, calling: [Self.trapReleasedByBody])
      #expect(scoped.data.isEmpty, "\(scoped)")

      // A retain that is left to after the release would come too late: another thread may have freed the array.
      let array = try code.function(mangledPrefix: client.mangled("arrayOutOfClass"))
      expectPair(array, calling: ["swift_retain"])
      let retains = array.calls(of: "swift_retain")
      #expect(retains.count == 1 && array.lockedInstructions.count == 2, "\(array)")
      if let retain = retains.first, let release = array.lockedInstructions.last {
        #expect(retain < release, "the array is retained before the lock is released: \(array)")
      }
    }

    /// Two locked instructions, and no call but those allowed.
    private func expectPair(_ function: Function, calling allowed: Set<String> = []) {
      #expect(function.lockedInstructions.count == 2, "\(function)")
      let callees = function.callees
      #expect(!callees.contains(nil), "no call through a pointer: \(function)")
      #expect(callees.contains(Self.lockSlow) && callees.contains(Self.wakeOne), "\(function)")
      let others = Set(callees.compactMap(\.self)).subtracting([Self.lockSlow, Self.wakeOne])
      #expect(others == allowed, "no other call: \(function)")
    }

    /// The package Tests/Fixtures/MachineCodeClient, built as its users would build it.
    private struct Client {
      private let scratch: String
      private static let name = "MachineCodeClient"

      var executable: String { "\(scratch)/release/\(Self.name)" }

      init(filePath: String = #filePath) throws {
        // A directory of its own within the build's, so that it does not wait for the build that runs the test.
        scratch = try "\(buildDirectory())/\(Self.name)"
        // This file is in Tests/FastLockTests.
        let tests = filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let build = try ChildProcess.run(
          systemExecutable("swift"),
          [
            "build", "-c", "release", "--package-path", "/\(tests)/Fixtures/\(Self.name)", "--scratch-path",
            scratch,
          ])
        guard build.succeeded else { throw Disassembly.Failure(description: "\(build)") }
      }

      /// How the mangled name of a function or global of the client begins.
      func mangled(_ name: String) -> String { "$s17MachineCodeClient\(name.utf8.count)\(name)" }
    }
  }
#endif
