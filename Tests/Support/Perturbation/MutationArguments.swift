package import Explorer

/// A mutation as words of a command line: its kind, the kind's numbers, the site.
extension Mutation {
  package var arguments: [String] {
    switch kind {
    case .relaxed: ["relaxed", site]
    case .dropped: ["dropped", site]
    case .wakes(let count): ["wakes", "\(count)", site]
    case .writes(let value): ["writes", "\(value)", site]
    case .replaces(let found, let other): ["replaces", "\(found)", "\(other)", site]
    case .clears(let bits): ["clears", "\(bits)", site]
    case .skipped: ["skipped", site]
    case .wakesOthers: ["wakesOthers", site]
    case .sleepsUnchecked: ["sleepsUnchecked", site]
    case .losesWakeUp: ["losesWakeUp", site]
    case .stale: ["stale", site]
    case .torn: ["torn", site]
    case .touches: ["touches", site]
    }
  }

  package init?(arguments: [String]) {
    guard arguments.count >= 2 else { return nil }
    let numbers = arguments[1..<arguments.count - 1].compactMap { UInt32($0) }
    let known: [Kind] = [
      .relaxed, .dropped, .skipped, .wakesOthers, .sleepsUnchecked, .losesWakeUp, .stale, .torn, .touches,
    ]
    let candidates: [Kind] =
      switch numbers.count {
      case 0: known
      case 1: [.wakes(Int32(clamping: numbers[0])), .writes(numbers[0]), .clears(numbers[0])]
      default: [.replaces(numbers[0], by: numbers[1])]
      }
    let mutations = candidates.map { Mutation($0, at: arguments[arguments.count - 1]) }
    guard let match = mutations.first(where: { $0.arguments == arguments }) else { return nil }
    self = match
  }
}
