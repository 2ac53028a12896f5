#if arch(x86_64)
  import Testing

  /// What the library has for its tests stays out of its clients.
  extension MachineCode {
    @Test func noModuleOfTheTestsIsLinkedIntoAClient() throws {
      let client = try Self.client.get()
      let symbols = try MachineCodeClient.symbols(in: client.executable)
      #expect(symbols.contains { $0.hasPrefix("$s8FastLock8HardwareO") }, "the symbols are read")
      let modules = try client.testModules()
      #expect(modules.contains("TestSupport") && modules.contains("FastLockTests"))
      for module in modules {
        // As it stands in mangled names.
        let found = symbols.filter { $0.contains("\(module.utf8.count)\(module)") }
        #expect(found.isEmpty, "\(module)")
      }
    }

    @Test func aClientTakesSlowPathsAndTypesFromTheLibraryAndNothingElse() throws {
      let client = try Self.client.get()
      let taken = try Set(client.objects.flatMap(MachineCodeClient.symbols)).filter {
        $0.hasPrefix("$s8FastLock")
      }
      #expect(taken.contains { Self.slowPaths.contains(String($0)) }, "the symbols are read")
      // Type metadata, its descriptor, accessor and cache; a conformance, its witness table and cache.
      let kinds = ["N", "Mn", "Ma", "MD", "Mc", "Wl", "WL"]
      let others = taken.filter { symbol in
        !Self.slowPaths.contains(String(symbol)) && !kinds.contains { symbol.hasSuffix($0) }
      }
      #expect(others.isEmpty, "\(others)")
    }

    /// The names by which a machine of the tests singles out an operation are known to the library's slow paths alone.
    @Test func noSiteIsNamedInAClient() throws {
      let client = try Self.client.get()
      let sites = try client.siteNames()
      #expect(sites.isSuperset(of: ["lock", "unlock", "wake head"]), "\(sites)")
      let texts = try client.loadedTexts()
      #expect(texts.contains("guarded"), "the texts are read: a property of the client has that name")
      #expect(texts.isDisjoint(with: sites), "\(texts.intersection(sites))")
    }
  }
#endif
