#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where the chances of perturbed runs come from, one seed a run.
package struct Seeds: Sendable {
  /// The environment variable that names the seed of a run to repeat.
  static let variable = "FASTLOCK_SEED"

  let first: UInt64
  private let step: UInt64

  /// The seed that the environment names, for every run, as the scheduler adds chances of its own which no seed
  /// repeats; or else seeds that nobody had.
  package static let chosen: Seeds = {
    guard let text = unsafe getenv(variable) else {
      return Seeds(first: .random(in: 0...UInt64(UInt32.max)), step: 1)
    }
    guard let seed = unsafe UInt64(String(cString: text)) else { fatalError("\(variable) is not a number") }
    return Seeds(first: seed, step: 0)
  }()

  subscript(run: Int) -> UInt64 { first &+ UInt64(run) &* step }
}
