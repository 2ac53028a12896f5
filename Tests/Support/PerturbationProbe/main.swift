// Runs one drill in a process of its own, which a mutant may break and a sanitizer may end. Exits with 0 if all that
// must hold held, and otherwise names the seed to put into FASTLOCK_SEED.

import Explorer
import Perturbation
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

private func fail(_ message: String, _ status: CInt) -> Never {
  print("perturbation-probe: \(message)")
  exit(status)
}

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count >= 2, let drill = Drill.all.first(where: { $0.algorithm == arguments[1] }),
  let seconds = Int(arguments[2])
else {
  fail(
    """
    usage: perturbation-probe ALGORITHM SECONDS [MUTATION [NUMBER] SITE]
    algorithms: \(Drill.all.map(\.algorithm).joined(separator: " "))
    """, 64)
}
let words = Array(arguments.dropFirst(2))
let mutation = Mutation(arguments: words)
if mutation == nil, !words.isEmpty { fail("no mutation: \(words.joined(separator: " "))", 64) }
do {
  print(try drill.repeatedly(for: .seconds(seconds), with: .chosen, mutation: mutation))
} catch {
  fail("\(error)", 1)
}
exitHavingPrinted(0)
