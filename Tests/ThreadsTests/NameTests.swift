import FastLock
import Testing
import Threads

@Suite struct NameTests {
  @Test(arguments: [
    ("", ""),
    ("worker", "worker"),
    ("exactly-fifteen", "exactly-fifteen"),
    ("exactly-sixteen!", "exactly-sixteen"),
    ("fourteen-bytesé", "fourteen-bytes"),
    ("thirteen-byteé", "thirteen-byteé"),
    ("twelve-bytes-e\u{301}", "twelve-bytes-"),
    ("👩‍👩‍👧‍👦", "👩‍👩\u{200D}"),
  ])
  func isCutOnACharacterBoundary(name: String, kept: String) throws {
    #expect(ThreadName.cut(name) == kept)
    let thread = JoinableThread {
      setThreadName(name)
      return threadName()
    }
    try thread.start()
    #expect(try thread.join() == kept)
  }

  @Test func endsAtAZeroByte() throws {
    let thread = JoinableThread(name: "one\0two") { threadName() }
    try thread.start()
    #expect(try thread.join() == "one")
  }
}
