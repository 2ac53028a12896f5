#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a thread's stack is used for beside its body, in bytes.
///
/// glibc puts all libraries' thread-local storage and its own description of the thread into the stack that pthread_create(3)
/// is asked for. Then there are the frames of whoever calls the body.
package enum StackShare {
  /// What callers of the body take, with room to spare for builds without optimisation.
  private static let frames = 16 << 10
  /// struct pthread, and what glibc adds to static thread-local storage for libraries that are loaded later.
  private static let threadDescription = 8 << 10

  /// Asked for when the library is loaded: both ways may take locks of the loader.
  static let size = told ?? estimate

  /// What glibc says; nil where it does not.
  package static let told: Int? = {
    typealias LeastStack = @convention(c) (UnsafePointer<pthread_attr_t>) -> Int
    // Nowhere declared, and there since 2.15; Rust's library relies on it too.
    guard let address = unsafe dlsym(nil, "__pthread_get_minstack") else { return nil }
    let leastStack = unsafe unsafeBitCast(address, to: LeastStack.self)
    var attributes = pthread_attr_t()
    guard unsafe pthread_attr_init(&attributes) == 0 else { return nil }
    defer { unsafe pthread_attr_destroy(&attributes) }
    // Its thread-local storage, a page, and PTHREAD_STACK_MIN: more than frames take.
    return unsafe leastStack(&attributes)
  }()

  /// What loaded files say.
  package static var estimate: Int {
    var storage = 0
    _ = unsafe dl_iterate_phdr(
      { image, _, storage in
        guard let image = unsafe image?.load(as: ImageHeaders.self), let headers = unsafe image.headers else {
          return 0
        }
        let threadLocalStorage: UInt32 = 7
        for index in 0..<Int(unsafe image.headerCount) where unsafe headers[index].type == threadLocalStorage
        {
          let size = unsafe headers[index].memorySize + headers[index].alignment
          unsafe storage?.assumingMemoryBound(to: Int.self).pointee += Int(size)
        }
        return 0
      }, &storage)
    return storage + threadDescription + frames
  }
}

/// `Elf64_Phdr`; elf(5).
private struct ProgramHeader: BitwiseCopyable {
  let type: UInt32
  let flags: UInt32
  let offset: UInt64
  let virtualAddress: UInt64
  let physicalAddress: UInt64
  let fileSize: UInt64
  let memorySize: UInt64
  let alignment: UInt64
}

/// The beginning of `dl_phdr_info` of dl_iterate_phdr(3), which both libcs declare only to those who define _GNU_SOURCE.
@unsafe
private struct ImageHeaders {
  let address: UInt
  let path: UnsafePointer<CChar>?
  let headers: UnsafePointer<ProgramHeader>?
  let headerCount: UInt16
}

@_silgen_name("dl_iterate_phdr")
private func dl_iterate_phdr(
  _ visit: @convention(c) (UnsafeRawPointer?, Int, UnsafeMutableRawPointer?) -> CInt,
  _ data: UnsafeMutableRawPointer?
) -> CInt
