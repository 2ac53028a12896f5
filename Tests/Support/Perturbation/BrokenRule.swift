/// Something that holds in every run did not.
struct BrokenRule: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws {
  if !condition { throw BrokenRule(rule()) }
}
