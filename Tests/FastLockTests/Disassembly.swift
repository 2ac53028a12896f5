import TestSupport

/// The machine code of an x86-64 executable, function by function.
struct Disassembly {
  private let functions: [Function]

  init(of executable: String) throws {
    let objdump = try Self.disassembler()
    let dump = try ChildProcess.run(objdump, ["-d", "--no-show-raw-insn", executable])
    guard dump.succeeded else { throw Failure(description: "\(objdump): \(dump)") }
    var functions: [Function] = []
    for line in dump.output.split(separator: "\n") {
      if let symbol = Self.symbol(heading: line) {
        functions.append(Function(symbol: symbol, instructions: []))
      } else if let instruction = Instruction(line), !functions.isEmpty {
        functions[functions.count - 1].instructions.append(instruction)
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

  /// The disassembler that came with the compiler, or the system's.
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

  /// The positions of the instructions that lock a location in memory.
  var lockedInstructions: [Int] { positions { $0.isLocked } }

  /// What the function calls or jumps to outside itself; nil for what is known at run time only.
  var callees: [String?] {
    instructions.filter(\.isTransfer).map(\.target).filter { $0 != symbol }
  }

  /// The positions of the calls of a function.
  func calls(of callee: String) -> [Int] { positions { $0.isTransfer && $0.target == callee } }

  /// The symbols that the function addresses relative to itself.
  var data: Set<String> { Set(instructions.compactMap(\.data)) }

  /// The positions of the instructions that address a symbol.
  func positions(ofData symbol: String) -> [Int] { positions { $0.data == symbol } }

  private func positions(where condition: (Instruction) -> Bool) -> [Int] {
    instructions.indices.filter { condition(instructions[$0]) }
  }
}

struct Instruction {
  let text: String
  private let mnemonic: Substring
  private let operands: Substring

  /// Reads a line such as `    314a:  je  0x3154 <symbol+0x24>`; nil if it shows no instruction.
  init?(_ line: Substring) {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, UInt(parts[0].drop { $0 == " " }, radix: 16) != nil else { return nil }
    let words = parts[1].split(maxSplits: 1) { $0 == " " || $0 == "\t" }
    guard let mnemonic = words.first else { return nil }
    self.mnemonic = mnemonic
    operands = words.count > 1 ? words[1] : ""
    text = words.joined(separator: " ")
  }

  /// An exchange with memory locks without being told to. Some disassemblers show the prefix on a line of its own.
  var isLocked: Bool {
    mnemonic == "lock" || (mnemonic.hasPrefix("xchg") && operands.contains("("))
  }

  /// Whether the instruction may continue elsewhere.
  var isTransfer: Bool { mnemonic.hasPrefix("call") || mnemonic.hasPrefix("j") }

  /// Where a call or jump goes: the symbol without offset and linkage.
  var target: String? {
    guard isTransfer, !operands.contains("*"), let symbol else { return nil }
    return symbol.hasSuffix("@plt") ? String(symbol.dropLast(4)) : symbol
  }

  /// What an operand relative to the instruction names.
  var data: String? { operands.contains("(%rip)") ? symbol ?? "unnamed data: \(text)" : nil }

  private var symbol: String? {
    guard let start = operands.lastIndex(of: "<"), operands.last == ">" else { return nil }
    let name = operands[operands.index(after: start)...].dropLast()
    return String(name.split(separator: "+", maxSplits: 1).first ?? name)
  }
}
