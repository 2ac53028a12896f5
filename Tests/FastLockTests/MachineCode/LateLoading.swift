#if arch(x86_64)
  import TestSupport
  import Testing

  /// What the library needs of a process it can also get late.
  extension MachineCode {
    @Test func aLibraryLoadedIntoAProcessWithThreadsWorks() throws {
      let client = try Self.client.get()
      let host = try ChildProcess.run(client.lateHost, [client.lateLibrary])
      #expect(host.succeeded, "\(host)")
      #expect(host.output == "total 20000 of 20000, contended: yes\n", "\(host)")
    }
  }
#endif
