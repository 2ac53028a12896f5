import CFutex

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The calls that led somewhere, as raw return addresses: some nanoseconds a frame to capture.
///
/// The walk follows frame pointers, which Swift code keeps. Frames of code that does not keep them are missed
/// or end the walk; whatever such code left in the register, nothing outside the stack is read.
package struct CallStack: Sendable {
  /// Return addresses, innermost first.
  package let addresses: [UInt]

  package static let longest = 32

  /// The calling thread's stack.
  ///
  /// - Parameter stackEnd: the address above that stack, from ``endOfCurrentStack()``; 0 captures nothing.
  package init(capturingBelow stackEnd: UInt) {
    var addresses: [UInt] = []
    addresses.reserveCapacity(Self.longest)
    var frame = unsafe UInt(bitPattern: cfutex_frame())
    let frameSize = UInt(2 * MemoryLayout<UInt>.size)
    while addresses.count < Self.longest, stackEnd >= frameSize, frame <= stackEnd - frameSize,
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

  /// The address above the calling thread's stack; 0 where it is not to be had. Worth keeping: it costs a
  /// microsecond, on the main thread tens of them.
  package static func endOfCurrentStack() -> UInt {
    currentStack()?.upperBound ?? 0
  }

  /// How many bytes the calling thread's stack can still grow by; 0 where that is not to be had.
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
    let start = UInt(bitPattern: base)
    return start..<start + UInt(size)
  }
}

// Both libcs have it, but declare it only to those who define _GNU_SOURCE.
@_silgen_name("pthread_getattr_np")
private func attributesOfThread(
  _ thread: pthread_t, _ attributes: UnsafeMutablePointer<pthread_attr_t>
) -> CInt
