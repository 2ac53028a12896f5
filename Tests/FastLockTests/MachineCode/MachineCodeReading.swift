import Testing

/// Whether machine code is understood, in the forms that disassemblers show and that compilers may choose.
@Suite struct MachineCodeReading {
  /// A pair that releases by a plain store, as LLVM shows it, with a result that is retained in time.
  private static let plainStore = """
    0000000000001000 <pair>:
        1000:      \tpushq\t%rbx
        1001:      \tleaq\t32(%rdi), %rbx
        1005:      \tmovb\t$1, %al
        1007:      \txchgb\t%al, 32(%rdi)
        100a:      \ttestb\t%al, %al
        100c:      \tjne\t0x1040 <pair+0x40>
        100e:      \tmovq\t40(%rdi), %rax
        1012:      \tcallq\t0x2000 <swift_retain@plt>
        1017:      \tcmpb\t$0, 1(%rbx)
        101b:      \tjne\t0x1050 <pair+0x50>
        101d:      \tmovb\t$0, (%rbx)
        1020:      \tcmpb\t$0, 1(%rbx)
        1024:      \tjne\t0x1058 <pair+0x58>
        1026:      \tpopq\t%rbx
        1027:      \tretq
        1040:      \tmovq\t%rbx, %rdi
        1043:      \tcallq\t0x3000 <slow>
        1048:      \tjmp\t0x100e <pair+0xe>
        1050:      \tcallq\t0x3000 <slow>
        1055:      \tpopq\t%rbx
        1056:      \tretq
        1058:      \tpopq\t%rbx
        1059:      \tjmp\t0x3000 <slow>
    """

  /// A pair that releases by an exchange, as GNU's objdump shows it, and then calls what it must not.
  private static let exchange = """
    0000000000001000 <pair>:
        1000:\txor    %ecx,%ecx
        1002:\tmov    %rdi,%rdx
        1005:\tlock cmpxchg %eax,0x9580(%rip)        # 12ed0 <global>
        100c:\tlea    0x9579(%rip),%rsi        # 12ed0 <global>
        1013:\tjne    3000 <slow>
        1019:\tmovq   $0x0,0x8(%rsi)
        101d:\txchg   %ecx,(%rsi)
        101f:\tcall   2000 <swift_retain@plt>
        1024:\tret
    """

  private func path(of listing: String) throws -> Path {
    let function = try Disassembly(listing: listing).function(mangledPrefix: "pair")
    let paths = function.paths(avoiding: ["slow"])
    #expect(paths.count == 1, "\(paths)")
    return try #require(paths.first)
  }

  @Test func aReleaseByAPlainStoreIsRecognised() throws {
    let path = try path(of: Self.plainStore)
    #expect(path.lockedSteps.count == 1)
    let releasing = try path.releasingStep()
    #expect(path.instructions[releasing].text.hasPrefix("movb"))
    #expect(path.callees == ["swift_retain"])
    let after = path.function.reachable(from: path.positions[releasing])
    #expect(after.compactMap { path.function.instructions[$0].target }.allSatisfy { $0 != "swift_retain" })
  }

  @Test func aReleaseByAnExchangeIsRecognised() throws {
    let path = try path(of: Self.exchange)
    #expect(path.lockedSteps.count == 2)
    let releasing = try path.releasingStep()
    #expect(path.instructions[releasing].text.hasPrefix("xchg"))
    #expect(path.function.data == ["global"])
    let after = path.function.reachable(from: path.positions[releasing])
    #expect(after.contains { path.function.instructions[$0].target == "swift_retain" })
  }

  @Test func aPrefixOnALineOfItsOwnBelongsToTheNext() throws {
    let listing = """
      0000000000001000 <pair>:
          1000:      \tlock
          1001:      \tcmpxchgl\t%ecx, 16(%r14)
          1006:      \tretq
      """
    let path = try path(of: listing)
    #expect(path.lockedSteps == [0])
    #expect(path.instructions[0].text == "lock cmpxchgl %ecx, 16(%r14)")
    #expect(throws: Disassembly.Failure.self, "nothing frees it") { try path.releasingStep() }
  }

  @Test func aRegisterThatWasOverwrittenIsAnotherAddress() throws {
    let listing = """
      0000000000001000 <pair>:
          1000:\tlock cmpxchg %ecx,(%rdi)
          1005:\tcall   2000 <other>
          100a:\tmovb   $0x0,(%rdi)
          100d:\tret
      """
    #expect(throws: Disassembly.Failure.self) { try path(of: listing).releasingStep() }
  }
}
