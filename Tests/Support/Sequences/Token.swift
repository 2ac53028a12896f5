import Synchronization

/// A value whose leak or early end is noticed.
final class Token: Sendable {
  let number: Int
  private let census: Census

  init(_ number: Int, in census: Census) {
    self.number = number
    self.census = census
    census.change(by: 1)
  }

  deinit { census.change(by: -1) }
}

/// Counts the tokens that exist.
final class Census: Sendable {
  private let count = Atomic(0)

  var living: Int { count.load(ordering: .acquiring) }

  fileprivate func change(by change: Int) { count.add(change, ordering: .acquiringAndReleasing) }
}
