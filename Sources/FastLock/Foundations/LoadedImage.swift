#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// An executable or a library in memory.
package enum LoadedImage {
  /// Keeps the image that contains `address` in memory until the process ends, whoever closes it.
  ///
  /// The system calls into it later than its users may think: as a thread ends, at a signal, at a fork. Threads may run
  /// in it. Not all of that can be taken back at the time of dlclose(3).
  package static func keep(_ address: UnsafeRawPointer) {
    // The main program stays by itself, and goes by a name that need not lead to it. Where the loader knows nothing,
    // nothing can be closed.
    guard let image = unsafe LoaderInfo(at: address),
      let program = unsafe LoaderInfo(at: UnsafeRawPointer(bitPattern: getauxval(programHeaders))),
      unsafe image.imageBase != program.imageBase
    else { return }
    // It is loaded already, and found by the name that the loader has for it.
    _ = unsafe dlopen(image.imagePath, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE)
  }

  /// AT_PHDR of getauxval(3): an address within the main program.
  private static let programHeaders: UInt = 3
}

/// `Dl_info` of dladdr(3), which both libcs declare only to those who define _GNU_SOURCE.
@unsafe
package struct LoaderInfo {
  package private(set) var imagePath: UnsafePointer<CChar>?
  package private(set) var imageBase: UnsafeRawPointer?
  package private(set) var symbolName: UnsafePointer<CChar>?
  package private(set) var symbolAddress: UnsafeRawPointer?

  private init() {}

  /// Of what contains `address`; nil if the loader knows nothing of it.
  package init?(at address: UnsafeRawPointer?) {
    unsafe self.init()
    guard unsafe dladdr(address, &self) != 0 else { return nil }
  }
}

@_silgen_name("dladdr")
private func dladdr(_ address: UnsafeRawPointer?, _ info: UnsafeMutablePointer<LoaderInfo>) -> CInt

@_silgen_name("getauxval")
private func getauxval(_ type: UInt) -> UInt
