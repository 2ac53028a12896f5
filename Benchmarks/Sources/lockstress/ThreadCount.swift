import ArgumentParser

/// The number of threads that use the locks, said as such or as a multiple of the CPUs.
struct ThreadCount {
  private static let standard = 64
  private static let possible = 1...4096
  private static let possibleFactors = 2...64

  let value: Int

  init(threads: Int?, oversubscription: Int?, cpus: Int) throws(ValidationError) {
    guard let factor = oversubscription else {
      value = threads ?? Self.standard
      guard Self.possible.contains(value) else {
        throw ValidationError(
          "--threads must be between \(Self.possible.lowerBound) and \(Self.possible.upperBound), not \(value)"
        )
      }
      return
    }
    guard threads == nil else {
      throw ValidationError("--oversubscription says how many threads there are: leave out --threads")
    }
    guard Self.possibleFactors.contains(factor) else {
      throw ValidationError(
        "--oversubscription must be between \(Self.possibleFactors.lowerBound) and "
          + "\(Self.possibleFactors.upperBound), not \(factor)")
    }
    value = factor * cpus
    guard Self.possible.contains(value) else {
      throw ValidationError(
        "--oversubscription \(factor) on \(cpus) CPUs means \(value) threads: \(Self.possible.upperBound) are possible"
      )
    }
  }
}
