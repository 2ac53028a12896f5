import Threads
import Testing

@Suite struct Basics {
  @Test func areAsPromised() {
    #expect(MemoryLayout<RawMutex>.size == 4)
    #expect(MemoryLayout<Mutex<Void>>.size == 4)
    #expect(MemoryLayout<Mutex<Int>>.size == 16)
  }
}
