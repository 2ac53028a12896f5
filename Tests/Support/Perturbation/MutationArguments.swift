package import Explorer

/// A mutation as words of a command line: its kind, the kind's number, the site.
extension Mutation {
  package var arguments: [String] {
    switch kind {
    case .relaxed: ["relaxed", site]
    case .dropped: ["dropped", site]
    case .wakes(let count): ["wakes", "\(count)", site]
    case .clears(let bits): ["clears", "\(bits)", site]
    case .skipped: ["skipped", site]
    case .wakesOthers: ["wakesOthers", site]
    case .joinsOrdinary: ["joinsOrdinary", site]
    case .sleepsUnchecked: ["sleepsUnchecked", site]
    case .losesWakeUp: ["losesWakeUp", site]
    case .torn: ["torn", site]
    case .touches: ["touches", site]
    }
  }

  package init?(arguments: [String]) {
    guard arguments.count >= 2 else { return nil }
    let numbers = arguments[1..<arguments.count - 1].compactMap { UInt32($0) }
    let candidates: [Kind] =
      if let number = numbers.first {
        [.wakes(Int32(clamping: number)), .clears(number)]
      } else {
        [
          .relaxed, .dropped, .skipped, .wakesOthers, .joinsOrdinary, .sleepsUnchecked, .losesWakeUp, .torn,
          .touches,
        ]
      }
    let mutations = candidates.map { Mutation($0, at: arguments[arguments.count - 1]) }
    guard let match = mutations.first(where: { $0.arguments == arguments }) else { return nil }
    self = match
  }
}
