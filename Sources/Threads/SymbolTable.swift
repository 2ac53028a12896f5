#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The symbol table of an ELF file; elf(5). Every offset is checked: the file may be anything.
package enum SymbolTable {
  package struct Symbol {
    package let name: String
    package let address: UInt
  }

  /// `Elf64_Sym`. Read as one and in a plain loop: a debug build, whose generic code is slow, reads a hundred thousand of
  /// them for every frame of a report.
  private struct Entry: BitwiseCopyable {
    let name: UInt32
    let info: UInt8
    let other: UInt8
    let section: UInt16
    let value: UInt64
    let size: UInt64

    var isFunction: Bool { info & 0xf == 2 }
  }

  /// The function at `address` in the image at `path` that is loaded at `base`; nil if the file does not tell.
  package static func symbol(at address: UInt, inImage path: String, loadedAt base: UInt) -> Symbol? {
    // The loader knows the main program by what it was called, which need not lead to it from here, and where another
    // file may be by now.
    let isMainProgram = !path.hasPrefix("/") || path == CommandLine.arguments.first
    return withFile(isMainProgram ? "/proc/self/exe" : path) { file in
      find(address, in: file, loadedAt: base)
    }
  }

  private static func find(_ address: UInt, in file: borrowing RawSpan, loadedAt base: UInt) -> Symbol? {
    let magic: UInt32 = 0x464c_457f
    let fixedPosition: UInt16 = 2
    guard read(UInt32.self, file, 0) == magic, let type = read(UInt16.self, file, 16),
      let sections = read(UInt64.self, file, 40).flatMap({ Int(exactly: $0) }), sections <= file.byteCount,
      let sectionSize = read(UInt16.self, file, 58), let sectionCount = read(UInt16.self, file, 60)
    else { return nil }
    let slide = type == fixedPosition ? 0 : base
    for index in 0..<Int(sectionCount) {
      let section = sections + index * Int(sectionSize)
      let symbolTable: UInt32 = 2
      guard read(UInt32.self, file, section + 4) == symbolTable,
        let symbols = range(ofSection: section, file),
        let link = read(UInt32.self, file, section + 40),
        let strings = range(ofSection: sections + Int(link) * Int(sectionSize), file)
      else { continue }
      var next = symbols.lowerBound
      while next <= symbols.upperBound - MemoryLayout<Entry>.size {
        let entry = unsafe file.unsafeLoadUnaligned(fromByteOffset: next, as: Entry.self)
        next += MemoryLayout<Entry>.size
        let start = slide &+ UInt(entry.value)
        guard entry.isFunction, start <= address, address - start < UInt(entry.size),
          let name = string(in: file, at: strings.lowerBound + Int(entry.name), before: strings.upperBound)
        else { continue }
        return Symbol(name: name, address: start)
      }
    }
    return nil
  }

  private static func range(ofSection section: Int, _ file: borrowing RawSpan) -> Range<Int>? {
    guard let start = read(UInt64.self, file, section + 24).flatMap({ Int(exactly: $0) }),
      let size = read(UInt64.self, file, section + 32).flatMap({ Int(exactly: $0) }),
      start <= file.byteCount, size <= file.byteCount - start
    else { return nil }
    return start..<start + size
  }

  private static func read<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type, _ file: borrowing RawSpan, _ offset: Int
  ) -> T? {
    guard offset >= 0, offset <= file.byteCount - MemoryLayout<T>.size else { return nil }
    return unsafe file.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
  }

  private static func string(in file: borrowing RawSpan, at start: Int, before end: Int) -> String? {
    var bytes: [UInt8] = []
    for offset in start..<max(start, end) {
      guard let byte = read(UInt8.self, file, offset) else { return nil }
      guard byte != 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  private static func withFile<R>(_ path: String, _ body: (borrowing RawSpan) -> R?) -> R? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_size > 0,
      let start = unsafe mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe start != MAP_FAILED
    else { return nil }
    defer { unsafe munmap(start, Int(status.st_size)) }
    return unsafe body(RawSpan(_unsafeStart: start, byteCount: Int(status.st_size)))
  }
}
