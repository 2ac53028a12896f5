import FastLock
import Testing

@Suite struct Sizes {
  @Test func areAsPromised() {
    #expect(MemoryLayout<RawMutex>.size == 4)
    #expect(MemoryLayout<Mutex<Void>>.size == 4)
    #expect(MemoryLayout<Mutex<Int>>.size == 16)
  }
}
