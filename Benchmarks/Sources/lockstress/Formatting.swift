extension String {
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}

extension Duration {
  /// Saturating.
  var wholeNanoseconds: UInt64 {
    UInt64(clamping: attoseconds / 1_000_000_000)
  }
}

/// With one decimal.
func formatSeconds(_ nanoseconds: UInt64) -> String {
  let tenths = nanoseconds / 100_000_000
  return "\(tenths / 10).\(tenths % 10) s"
}
