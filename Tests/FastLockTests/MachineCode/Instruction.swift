/// An instruction in AT&T syntax, in which the last operand is the one that is written.
struct Instruction {
  let address: UInt
  let text: String
  private let mnemonic: Substring
  private let operands: Substring
  private let hasLockPrefix: Bool

  /// Reads a line such as `    314a:  je  0x3154 <symbol+0x24>`, which the prefix belongs to; nil if it shows no
  /// instruction.
  init?(_ line: Substring, prefix: String? = nil) {
    let parts = line.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let address = UInt(parts[0].drop { $0 == " " }, radix: 16) else { return nil }
    let prefixed = (prefix.map { "\($0) " } ?? "") + parts[1].drop { $0 == " " || $0 == "\t" }
    var words = Substring(prefixed).split(maxSplits: 1) { $0 == " " || $0 == "\t" }
    guard !words.isEmpty else { return nil }
    text = prefixed.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    hasLockPrefix = words[0] == "lock"
    if hasLockPrefix, words.count > 1 { words = words[1].split(maxSplits: 1) { $0 == " " || $0 == "\t" } }
    mnemonic = words[0]
    operands = words.count > 1 ? words[1] : ""
    self.address = address
  }

  var isPrefixAlone: Bool { mnemonic == "lock" }

  /// Whether it locks a location in memory. An exchange with memory does so without being told to.
  var isLocked: Bool { hasLockPrefix || (isExchange && memoryOperand != nil) }

  private var isExchange: Bool { mnemonic.hasPrefix("xchg") }

  // MARK: Control flow

  /// Whether the instruction may continue elsewhere.
  var isTransfer: Bool { isCall || mnemonic.hasPrefix("j") }

  var isCall: Bool { mnemonic.hasPrefix("call") }

  /// Whether it never continues with the next instruction.
  var isEndOfBlock: Bool { isReturn || mnemonic.hasPrefix("jmp") || mnemonic.hasPrefix("ud2") }

  var isReturn: Bool { mnemonic.hasPrefix("ret") }

  /// Where a call or jump goes: the symbol without offset and linkage.
  var target: String? {
    guard isTransfer, !operands.contains("*"), let symbol else { return nil }
    return symbol.hasSuffix("@plt") ? String(symbol.dropLast(4)) : symbol
  }

  var targetAddress: UInt? {
    guard isTransfer, let word = operands.split(separator: " ").first else { return nil }
    return UInt(word.hasPrefix("0x") ? word.dropFirst(2) : word, radix: 16)
  }

  // MARK: Operands

  /// What an operand relative to the instruction names.
  var data: String? { operands.contains("(%rip)") ? symbol ?? "unnamed data: \(text)" : nil }

  private var symbol: String? {
    guard let start = operands.lastIndex(of: "<"), operands.last == ">" else { return nil }
    let name = operands[operands.index(after: start)...].dropLast()
    return String(name.split(separator: "+", maxSplits: 1).first ?? name)
  }

  /// What the disassembler says an address relative to the instruction is.
  private var comment: Substring { operands.drop { $0 != "#" } }

  /// The operands one by one, the registers by their 64-bit names.
  private var operandList: [Operand] {
    var list: [Substring] = [""]
    var depth = 0
    for character in operands.prefix(while: { $0 != "#" }) where character != " " && character != "\t" {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == "," && depth == 0 { list.append("") } else { list[list.count - 1].append(character) }
    }
    return list.map { Operand($0, comment: comment) }
  }

  /// The location in memory that is read or written.
  var memoryOperand: MemoryOperand? {
    for case .memory(let memory) in operandList { return memory }
    return nil
  }

  /// Whether it changes what is in memory at its operand.
  var writesMemory: Bool {
    if isLocked { return true }
    guard case .memory = operandList.last else { return false }
    return !isTransfer
      && !["cmp", "test", "push", "nop", "bt", "prefetch"].contains { mnemonic.hasPrefix($0) }
  }

  /// How it changes the registers that hold addresses.
  var registerEffect: RegisterEffect {
    if isCall { return .call }
    let operands = operandList
    guard case .register(let destination) = operands.last else {
      if isExchange, case .register(let other) = operands.first { return .overwrite([other]) }
      return .overwrite(mnemonic.hasPrefix("cmpxchg") ? ["rax"] : [])
    }
    switch (mnemonic, operands.first) {
    case ("movq", .register(let source)), ("mov", .register(let source)):
      return .copy(from: source, to: destination)
    case ("leaq", .memory(let address)), ("lea", .memory(let address)):
      return .address(of: address, to: destination)
    case ("addq", .immediate(let number)), ("add", .immediate(let number)):
      return .add(number, to: destination)
    case ("subq", .immediate(let number)), ("sub", .immediate(let number)):
      return .add(-number, to: destination)
    default:
      if ["cmp", "test", "push"].contains(where: mnemonic.hasPrefix) { return .overwrite([]) }
      if isExchange, case .register(let other) = operands.first { return .overwrite([destination, other]) }
      return .overwrite([destination])
    }
  }
}

/// What an instruction does to the registers that hold addresses.
enum RegisterEffect {
  case copy(from: String, to: String)
  case address(of: MemoryOperand, to: String)
  case add(Int, to: String)
  case overwrite([String])
  case call
}

/// A location in memory: `offset(base)`, or an address that is known.
struct MemoryOperand {
  /// Nil if the location is not a register and an offset.
  let base: String?
  let offset: Int
  let absolute: Int?
}

private enum Operand {
  case register(String)
  case immediate(Int)
  case memory(MemoryOperand)
  case other

  init(_ text: Substring, comment: Substring) {
    if text.hasPrefix("%"), !text.contains(":") {
      self = .register(Self.fullRegister(text.dropFirst()))
    } else if text.hasPrefix("$"), let number = Self.number(text.dropFirst()) {
      self = .immediate(number)
    } else if let start = text.firstIndex(of: "("), text.last == ")" {
      let registers = text[text.index(after: start)...].dropLast().split(separator: ",")
      let offset = start == text.startIndex ? 0 : Self.number(text[..<start])
      let isPlain = registers.count == 1 && offset != nil && !text.contains(":")
      let isRelative = registers.first == "%rip"
      let word = comment.drop { $0 == "#" || $0 == " " }.prefix { $0 != " " }
      self = .memory(
        MemoryOperand(
          base: isPlain && !isRelative ? registers.first.map { Self.fullRegister($0.dropFirst()) } : nil,
          offset: offset ?? 0,
          absolute: isRelative ? Int(word.hasPrefix("0x") ? word.dropFirst(2) : word, radix: 16) : nil))
    } else {
      self = .other
    }
  }

  private static func number(_ text: Substring) -> Int? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text
    let magnitude = digits.hasPrefix("0x") ? Int(digits.dropFirst(2), radix: 16) : Int(digits)
    return magnitude.map { text.hasPrefix("-") ? -$0 : $0 }
  }

  /// The 64-bit register that a name is a part of.
  private static func fullRegister(_ name: Substring) -> String {
    if name.hasPrefix("r"), let digit = name.dropFirst().first, digit.isNumber {
      return String(name.prefix { $0 == "r" || $0.isNumber })
    }
    let isOfLetter = ["al", "ah", "bl", "bh", "cl", "ch", "dl", "dh"].contains(name)
    if isOfLetter { return "r\(name.prefix(1))x" }
    let core = name.count > 2 && (name.hasPrefix("r") || name.hasPrefix("e")) ? name.dropFirst() : name
    return "r" + (core.count > 2 && core.last == "l" ? core.dropLast() : core)
  }
}
