import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The name of the function that a return address lies in.
struct SymbolName: CustomStringConvertible {
  /// As the linker knows it; nil if unknown.
  let mangled: String?
  /// A readable name with the offset and the image; at worst the address alone.
  let description: String

  init(ofCallReturningTo address: UInt) {
    // The return address may be the first of the next function, when the call never returns.
    let location = address - 1
    guard let info = unsafe LoaderInfo(at: UnsafeRawPointer(bitPattern: location)),
      let path = unsafe info.imagePath.map({ unsafe String(cString: $0) })
    else {
      // Of a program that is wholly static the loader knows nothing. Such a one is where it was linked to be.
      let symbol = SymbolTable.symbol(at: location, inImage: "", loadedAt: 0)
      mangled = symbol?.name
      description =
        symbol.map { "\(Self.demangled($0.name)) + \(address - $0.address)" }
        ?? "0x" + String(address, radix: 16)
      return
    }
    let base = unsafe UInt(bitPattern: info.imageBase)
    let image = path.split(separator: "/").last.map(String.init) ?? path
    // dladdr sees exported symbols only: an executable's own functions are in its symbol table.
    if let symbol = SymbolTable.symbol(at: location, inImage: path, loadedAt: base) {
      mangled = symbol.name
      description = "\(Self.demangled(symbol.name)) + \(address - symbol.address) in \(image)"
    } else if let name = unsafe info.symbolName.map({ unsafe String(cString: $0) }) {
      mangled = name
      let offset = unsafe address - UInt(bitPattern: info.symbolAddress)
      description = "\(Self.demangled(name)) + \(offset) in \(image)"
    } else {
      mangled = nil
      description = "0x" + String(address - base, radix: 16) + " in \(image)"
    }
  }

  private static func demangled(_ name: String) -> String {
    guard let readable = unsafe swiftDemangle(name, name.utf8.count, nil, nil, 0) else { return name }
    defer { unsafe free(readable) }
    return unsafe String(cString: readable)
  }
}

/// The runtime's demangler, there on all platforms; nil for what is not a Swift name.
@_silgen_name("swift_demangle")
private func swiftDemangle(
  _ name: UnsafePointer<CChar>, _ length: Int, _ output: UnsafeMutablePointer<CChar>?,
  _ outputSize: UnsafeMutablePointer<Int>?, _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?
