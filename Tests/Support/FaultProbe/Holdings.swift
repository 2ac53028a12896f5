import CTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a process holds, from /proc.
struct Holdings {
  let residentPages: Int
  let mappedPages: Int
  let descriptors: Int
  let threads: Int

  init() {
    let pages = Self.words("/proc/self/statm")
    mappedPages = pages[0]
    residentPages = pages[1]
    threads = Self.entries("/proc/self/task")
    descriptors = Self.entries("/proc/self/fd")
  }

  /// Whether nothing is held beyond `former`, which some thousand starts of threads ago was.
  func isFree(of former: Holdings) -> Bool {
    // 20 000 leaks of 48 bytes would be 234 resident pages, and 40 leaks of 64 MiB more than half a million mapped ones.
    // ThreadSanitizer keeps some hundred bytes of its own for each thread that ever ran, and AddressSanitizer up to 256 MiB
    // of what was freed.
    let room = test_has_thread_sanitizer() ? 8192 : test_has_address_sanitizer() ? 1 << 17 : 200
    return descriptors == former.descriptors && threads <= former.threads
      && residentPages - former.residentPages < room
      && mappedPages - former.mappedPages < 1 << 19
  }

  private static func entries(_ path: String) -> Int {
    guard let directory = unsafe opendir(path) else { return -1 }
    defer { unsafe closedir(directory) }
    var count = 0
    while unsafe readdir(directory) != nil { count += 1 }
    // Itself and its parent are no entries.
    return count - 2
  }

  private static func words(_ path: String) -> [Int] {
    guard let file = unsafe fopen(path, "r") else { return [] }
    defer { unsafe fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    guard unsafe fgets(&buffer, 256, file) != nil else { return [] }
    let text = String(decoding: buffer.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.split { !$0.isNumber }.compactMap { Int($0) }
  }
}
