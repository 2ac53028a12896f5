import TestSupport
import Testing

/// The library in other forms than a Swift program's part: in a library that is closed.
@Suite(.serialized) struct EmbeddingTests {
  private static let debug = Result { try EmbeddingClient("debug") }
  private static let release = Result { try EmbeddingClient("release") }

  /// Of everything that the system calls afterwards.
  @Test(arguments: [false, true], ["thread-ends", "thread-runs", "signal", "fork"])
  func aLibraryThatIsClosedStaysLoaded(isRelease: Bool, scenario: String) throws {
    let client = try (isRelease ? Self.release : Self.debug).get()
    let host = try client.closeLibrary(scenario)
    #expect(host.succeeded && host.output == "ended well\n", "\(host)")
  }
}
