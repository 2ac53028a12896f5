import Sequences

/// Runs what libFuzzer makes up: the first byte chooses a subject, the others are its sequence of operations.
@_cdecl("LLVMFuzzerTestOneInput")
public func runInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  var input = unsafe ArraySlice(UnsafeBufferPointer(start: bytes, count: count))
  guard let first = input.popFirst() else { return 0 }
  do {
    try subjects[Int(first) % subjects.count].run(bytes: input)
  } catch {
    fatalError("\(error)")
  }
  return 0
}
