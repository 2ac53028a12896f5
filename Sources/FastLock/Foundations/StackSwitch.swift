import CFutex

/// Runs code of the calling thread on another stack.
///
/// It is an ordinary call: the thread stays what it is, and keeps its identity, its thread-local storage and its locks.
/// Debuggers and unwinders find the callers as ever.
package enum StackSwitch {
  /// - Parameters:
  ///   - end: the address above the stack, on a boundary of 16 bytes.
  ///   - work: returns on the thread's former stack.
  package static func run(onStackEndingAt end: UnsafeMutableRawPointer, _ work: () -> Void) {
    withoutActuallyEscaping(work) { work in
      var work = work
      unsafe withUnsafeMutablePointer(to: &work) { work in
        unsafe cfutex_call_on_stack(
          end, { work in unsafe work?.assumingMemoryBound(to: (() -> Void).self).pointee() }, work)
      }
    }
  }
}
