/// A value in 128-byte blocks of its own: two cache lines, because adjacent lines are fetched in pairs.
struct Block<Content>: ~Copyable, @unchecked Sendable {
  let address: UnsafeMutablePointer<Content>

  init(_ content: Content) {
    address = allocateBlock(for: Content.self)
    address.initialize(to: content)
  }

  deinit {
    address.deinitialize(count: 1)
    address.deallocate()
  }
}

let blockSize = 128

func allocateBlock<Content: ~Copyable>(for type: Content.Type) -> UnsafeMutablePointer<Content> {
  let size = (MemoryLayout<Content>.stride + blockSize - 1) / blockSize * blockSize
  return UnsafeMutableRawPointer.allocate(byteCount: size, alignment: blockSize)
    .bindMemory(to: Content.self, capacity: 1)
}
