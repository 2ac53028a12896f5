/// A way through a function from its entry to its end, on which no instruction comes twice.
struct Path: CustomStringConvertible {
  let function: Function
  /// Positions in the function, in the order in which they run.
  let positions: [Int]

  var description: String {
    function.symbol + ":\n" + instructions.map { "  " + $0.text }.joined(separator: "\n")
  }

  var instructions: [Instruction] { positions.map { function.instructions[$0] } }

  /// What it calls, or ends by jumping to; nil for what is known at run time only.
  var callees: [String?] {
    instructions.filter { $0.isCall || function.leaves($0) }.map(\.target)
  }

  /// The steps that meet a condition.
  func steps(where condition: (Instruction) -> Bool) -> [Int] {
    let instructions = instructions
    return instructions.indices.filter { condition(instructions[$0]) }
  }

  /// The steps that lock a location in memory.
  var lockedSteps: [Int] { steps(where: \.isLocked) }

  /// The step that frees the lock which the first locked instruction takes: the one other write to the same location.
  /// It may be a locked exchange or a plain store.
  func releasingStep() throws -> Int {
    let locations = locations()
    let steps = lockedSteps.first.map { acquiring in
      instructions.indices.filter { step in
        step > acquiring && instructions[step].writesMemory && locations[step] != nil
          && locations[step] == locations[acquiring]
      }
    }
    guard let steps, let releasing = steps.first, steps.count == 1 else {
      throw Disassembly.Failure(description: "\(steps?.count ?? 0) instructions free the lock in \(self)")
    }
    return releasing
  }

  /// A location in memory: an offset from what some register held at some time, or from zero.
  private struct Location: Equatable {
    let origin: String
    var offset: Int
  }

  /// What each step's memory operand refers to; nil where it has none or where that is not known.
  private func locations() -> [Location?] {
    /// What registers hold, where it is not what they held at the entry.
    var registers: [String: Location] = [:]
    func location(_ operand: MemoryOperand?) -> Location? {
      if let absolute = operand?.absolute { return Location(origin: "", offset: absolute) }
      guard let operand, let base = operand.base else { return nil }
      var location = registers[base] ?? Location(origin: base, offset: 0)
      location.offset += operand.offset
      return location
    }
    var locations: [Location?] = []
    for (step, instruction) in instructions.enumerated() {
      locations.append(location(instruction.memoryOperand))
      func overwrite(_ names: [String]) {
        for name in names { registers[name] = Location(origin: "\(name) after \(step)", offset: 0) }
      }
      switch instruction.registerEffect {
      case .copy(let source, let destination):
        registers[destination] = registers[source] ?? Location(origin: source, offset: 0)
      case .address(let operand, let destination):
        if let address = location(operand) {
          registers[destination] = address
        } else {
          overwrite([destination])
        }
      case .add(let number, let register):
        registers[register, default: Location(origin: register, offset: 0)].offset += number
      case .overwrite(let names):
        overwrite(names)
      case .call:
        overwrite(["rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"])
      }
    }
    return locations
  }
}

extension Function {
  /// The ways from the entry to a return, or to a jump to another function, that call or jump to none of `avoided`.
  func paths(avoiding avoided: Set<String>) -> [Path] {
    var paths: [Path] = []
    func walk(_ positions: [Int]) {
      guard let last = positions.last else { return }
      let instruction = instructions[last]
      let isAlways = instruction.isCall || instruction.isEndOfBlock
      if isAlways, let target = instruction.target, avoided.contains(target) { return }
      if instruction.isReturn || leaves(instruction) {
        paths.append(Path(function: self, positions: positions))
      }
      for next in successors(of: last) where !positions.contains(next) { walk(positions + [next]) }
    }
    walk(instructions.isEmpty ? [] : [0])
    return paths
  }

  /// What may run after the instruction at `position`.
  func reachable(from position: Int) -> Set<Int> {
    var reached: Set<Int> = []
    var open = successors(of: position)
    while let next = open.popLast() {
      if reached.insert(next).inserted { open += successors(of: next) }
    }
    return reached
  }

  /// Whether it is a jump out of the function that always happens.
  fileprivate func leaves(_ instruction: Instruction) -> Bool {
    instruction.isTransfer && instruction.isEndOfBlock && instruction.target != symbol
  }

  private func successors(of position: Int) -> [Int] {
    let instruction = instructions[position]
    var next: [Int] = []
    if !instruction.isEndOfBlock, position + 1 < instructions.count { next.append(position + 1) }
    if !instruction.isCall, let target = instruction.targetAddress,
      let index = instructions.firstIndex(where: { $0.address == target })
    {
      next.append(index)
    }
    return next
  }
}
