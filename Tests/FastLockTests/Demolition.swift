import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Threads that compete for a lock and leave it. The last one unmaps its storage, and builds the next one elsewhere.
final class Demolition<S: Site>: Sendable {
  private static var threads: Int { 3 }
  private static var visits: Int { 2 }

  private let street = Street()
  /// How many locks were built so far.
  private let built = Atomic(0)
  /// Of those that compete for the present one, how many will come again.
  private let missing = Atomic(0)

  func run(rounds: Int) throws {
    build(0)
    let met = try runTogether(Self.threads) { index in
      (0..<rounds).reduce(0) { $0 + self.compete(in: $1, index) }
    }
    try #require(met.reduce(0, +) > 0, "threads have met at a lock")
  }

  /// Returns how often the lock was taken by another thread.
  private func compete(in round: Int, _ index: Int) -> Int {
    while built.load(ordering: .acquiring) <= round { sched_yield() }
    let place = unsafe street.place(round)
    var met = 0
    for visit in 1...Self.visits {
      let isLastVisit = visit == Self.visits
      var isLast = false
      let body = {
        if index == 0 && visit == 1 { self.linger(in: round) }
        if isLastVisit && S.mayVanishDuringUnlocks { isLast = self.countOut() }
      }
      if unsafe !S.lockIfAvailable(place, body) {
        met += 1
        unsafe S.lock(place, body)
      }
      if isLastVisit && !S.mayVanishDuringUnlocks { isLast = countOut() }
      if isLast { replace(round) }
    }
    return met
  }

  /// Now and then the holder keeps the lock until others sleep, or until one of them wants it handed over.
  private func linger(in round: Int) {
    if round.isMultiple(of: 512) {
      nap(.milliseconds(2))
    } else if round.isMultiple(of: 16) {
      nap(.microseconds(50))
    }
  }

  private func countOut() -> Bool {
    missing.subtract(1, ordering: .acquiringAndReleasing).newValue == 0
  }

  private func replace(_ round: Int) {
    unsafe S.tearDown(at: street.place(round))
    street.clear(round)
    build(round + 1)
  }

  private func build(_ round: Int) {
    unsafe S.build(at: street.open(round))
    missing.store(Self.threads, ordering: .relaxed)
    built.store(round + 1, ordering: .releasing)
  }
}

/// Pages that come and go one after the other, so that a late touch meets none.
@safe private final class Street: @unchecked Sendable {
  private static let length = 256
  private let pageSize = Int(getpagesize())
  private let start: UnsafeMutableRawPointer

  init() {
    let size = Self.length * pageSize
    guard let start = unsafe mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      unsafe start != MAP_FAILED
    else { preconditionFailure("no address space") }
    unsafe self.start = start
  }

  deinit { unsafe munmap(start, Self.length * pageSize) }

  func place(_ round: Int) -> UnsafeMutableRawPointer { unsafe start + round % Self.length * pageSize }

  /// A page of zeros.
  func open(_ round: Int) -> UnsafeMutableRawPointer { unsafe map(round, PROT_READ | PROT_WRITE) }

  func clear(_ round: Int) { _ = unsafe map(round, PROT_NONE) }

  private func map(_ round: Int, _ protection: CInt) -> UnsafeMutableRawPointer {
    let place = unsafe place(round)
    let page = unsafe mmap(place, pageSize, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
    precondition(unsafe page == place, "the page could not be mapped")
    return unsafe place
  }
}
