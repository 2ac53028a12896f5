/// Ends the process because a caller broke a rule of `type`. The one way in which misuse is reported.
@inline(never)
package func trapMisuse(_ type: StaticString, _ rule: StaticString) -> Never {
  fatalError("\(type): \(rule)")
}

/// Ends the process because the kernel answered in a way that no lock can survive.
@inline(never)
package func trapSystemCall(_ call: StaticString, errno: Int32) -> Never {
  fatalError("FastLock: \(call) failed with errno \(errno)")
}
