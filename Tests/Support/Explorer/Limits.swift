/// How large a simulated world may be.
enum Limits {
  static let threads = 6
  static let words = 4
  static let data = 2
  /// Stores of one thread that have not reached memory: more than a CPU's in-order window needs to show a reordering.
  static let pendingStores = 8
  /// Values that a word takes on in one run of the weak model.
  static let versions = 120
  /// Steps of one run; a run that is longer spins without end.
  static let steps = 4_000
}
