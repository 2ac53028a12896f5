import CFutex

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The calls that led somewhere, as raw return addresses: some nanoseconds a frame to capture.
///
/// The walk follows frame pointers, which Swift code keeps. Frames of code that does not keep them are missed
/// or end the walk; whatever such code left in the register, nothing outside the thread's own stack is read. Code that
/// runs on another stack, as coroutines and signal handlers may, has no calls here.
package struct CallStack: Sendable {
  /// Return addresses, innermost first.
  package let addresses: [UInt]

  package static let longest = 32

  /// The calls of the calling thread.
  ///
  /// - Parameter stack: that thread's own stack, as ``currentStack()`` tells; an empty one captures nothing. Worth
  ///   keeping: to learn it costs a microsecond, on the main thread tens of them.
  package init(capturingWithin stack: Range<UInt>) {
    var addresses: [UInt] = []
    addresses.reserveCapacity(Self.longest)
    var frame = unsafe UInt(bitPattern: cfutex_frame())
    let frameSize = UInt(2 * MemoryLayout<UInt>.size)
    // This frame is where the thread is: if that is its own stack, all from there to the end of that can be read.
    let isOnStack = stack.contains(frame)
    while isOnStack, addresses.count < Self.longest, frame <= stack.upperBound - frameSize,
      frame.isMultiple(of: UInt(MemoryLayout<UInt>.alignment)),
      let record = unsafe UnsafePointer<UInt>(bitPattern: frame)
    {
      let (callersFrame, returnAddress) = unsafe (record[0], record[1])
      guard returnAddress != 0 else { break }
      addresses.append(returnAddress)
      // The stack grows downwards: a caller's frame lies above.
      guard callersFrame > frame else { break }
      frame = callersFrame
    }
    self.addresses = addresses
  }

  /// How many bytes the calling thread's stack can still grow by; 0 where that is not to be had, and on a stack that is
  /// not the thread's own.
  package static func roomOnCurrentStack() -> UInt {
    let frame = unsafe UInt(bitPattern: cfutex_frame())
    guard let stack = currentStack(), stack.contains(frame) else { return 0 }
    return frame - stack.lowerBound
  }

  /// The calling thread's stack; nil where it is not to be had.
  package static func currentStack() -> Range<UInt>? {
    var attributes = pthread_attr_t()
    guard unsafe attributesOfThread(pthread_self(), &attributes) == 0 else { return nil }
    defer { unsafe pthread_attr_destroy(&attributes) }
    var base: UnsafeMutableRawPointer?
    var size = 0
    guard unsafe pthread_attr_getstack(&attributes, &base, &size) == 0 else { return nil }
    let end = UInt(bitPattern: base) + UInt(size)
    // The main thread's is as large as its limit, though most of it is not there, and without a limit other things may
    // lie within. The kernel keeps this much of it free of them: MIN_GAP of its mmap_base().
    let gap: UInt = 128 << 20
    return end - (Hardware.isMainThread ? min(UInt(size), gap) : UInt(size))..<end
  }
}

// Both libcs have it, but declare it only to those who define _GNU_SOURCE.
@_silgen_name("pthread_getattr_np")
private func attributesOfThread(
  _ thread: pthread_t, _ attributes: UnsafeMutablePointer<pthread_attr_t>
) -> CInt
