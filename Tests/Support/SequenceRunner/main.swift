// Runs sequences of operations in a process of their own: they concern its main thread and what is one value for all of
// it, and one that ends it can be told. Names of subjects are the arguments, none means all.

import Sequences
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The number that an environment variable gives, decimal or after 0x hexadecimal.
func environmentNumber(_ name: String) -> UInt64? {
  guard let value = unsafe getenv(name).map({ unsafe String(cString: $0) }) else { return nil }
  let number = value.hasPrefix("0x") ? UInt64(value.dropFirst(2), radix: 16) : UInt64(value)
  guard number == nil else { return number }
  print("\(name) is not a number: \(value)")
  exit(64)
}

/// Runs the sequences of one subject; false if the library and the model differ.
func run(_ subject: any Subject.Type) -> Bool {
  let count = environmentNumber("FASTLOCK_FUZZ_SEQUENCES").map { Int(clamping: $0) } ?? subject.sequences
  let start = ContinuousClock.now
  var last: UInt64 = 0
  do {
    let first = environmentNumber("FASTLOCK_FUZZ_SEED") ?? 1
    let figures = try subject.run(count: count, seed: first) { seed, operations in
      last = seed
      if count == 1 {
        print(operations().joined(separator: "\n"))
        // Whatever becomes of the process.
        fflush(nil)
      }
      LastWords.prepare("\(subject.name): the process ended in the sequence that \(replay(seed)) runs\n")
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    print(
      "\(subject.name): \(figures.sequences) sequences, \(figures.operations) operations,",
      "\((seconds * 1000).rounded() / 1000) s")
    guard count >= subject.sequences, !figures.neverMet.isEmpty else { return true }
    print("\(subject.name): never met: \(figures.neverMet.joined(separator: ", "))")
  } catch {
    print("\(error)\(replay(last)) runs it again")
  }
  return false

  func replay(_ seed: UInt64) -> String {
    "FASTLOCK_FUZZ_SEED=\(seed) FASTLOCK_FUZZ_SEQUENCES=1 swift run sequence-runner \(subject.name)"
  }
}

let names = CommandLine.arguments.dropFirst()
guard Set(names).isSubset(of: subjects.map { $0.name }) else {
  print("usage: sequence-runner [SUBJECT...], of: \(subjects.map { $0.name }.joined(separator: " "))")
  exit(64)
}
LastWords.install()
let chosen = names.isEmpty ? subjects : subjects.filter { names.contains($0.name) }
exitHavingPrinted(chosen.map(run).allSatisfy(\.self) ? 0 : 1)
