import TestSupport

/// The machine code of an x86-64 executable, function by function.
struct Disassembly {
  let functions: [Function]

  init(of executable: String) throws {
    self.init(listing: try Self.objdump(["-d", "--no-show-raw-insn", executable]))
  }

  /// Reads what a disassembler printed.
  init(listing: String) {
    var functions: [Function] = []
    var prefix: String?
    for line in listing.split(separator: "\n") {
      if let symbol = Self.symbol(heading: line) {
        functions.append(Function(symbol: symbol, instructions: []))
      } else if let instruction = Instruction(line, prefix: prefix), !functions.isEmpty {
        // Some disassemblers show a prefix on a line of its own.
        prefix = instruction.isPrefixAlone ? instruction.text : nil
        if prefix == nil { functions[functions.count - 1].instructions.append(instruction) }
      }
    }
    self.functions = functions
  }

  /// The one function whose mangled name begins so.
  func function(mangledPrefix prefix: String) throws -> Function {
    let found = functions.filter { $0.symbol.hasPrefix(prefix) }
    guard let function = found.first, found.count == 1 else {
      throw Failure(description: "\(found.count) functions begin with \(prefix): \(found.map(\.symbol))")
    }
    return function
  }

  /// What the disassembler that came with the compiler, or the system's, prints.
  static func objdump(_ arguments: [String]) throws -> String {
    let tool = try disassembler()
    let dump = try ChildProcess.run(tool, arguments)
    guard dump.succeeded else { throw Failure(description: "\(tool): \(dump)") }
    return dump.output
  }

  private static func disassembler() throws -> String {
    let info = try ChildProcess.run(systemExecutable("swift"), ["-print-target-info"])
    let key = "\"runtimeResourcePath\": \""
    if let line = info.output.split(separator: "\n").first(where: { $0.contains(key) }),
      let path = line.split(separator: "\"").dropFirst(3).first,
      case let tool = path + "/../../bin/llvm-objdump", isExecutable(String(tool))
    {
      return String(tool)
    }
    return try systemExecutable("objdump")
  }

  /// `symbol` of a line such as `0000000000003130 <symbol>:`.
  private static func symbol(heading line: Substring) -> String? {
    guard line.hasSuffix(">:"), let start = line.firstIndex(of: "<") else { return nil }
    return String(line[line.index(after: start)...].dropLast(2))
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }
}

struct Function: CustomStringConvertible {
  let symbol: String
  var instructions: [Instruction]

  var description: String {
    symbol + ":\n" + instructions.map { "  " + $0.text }.joined(separator: "\n")
  }

  /// What the function calls or jumps to outside itself; nil for what is known at run time only.
  var callees: [String?] {
    instructions.filter(\.isTransfer).map(\.target).filter { $0 != symbol }
  }

  /// The symbols that the function addresses relative to itself.
  var data: Set<String> { Set(instructions.compactMap(\.data)) }
}
