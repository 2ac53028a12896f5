// A process for tests that need one of their own: with a main thread that does as told, to be forked, traced, or
// run while system calls fail. Exits with 0 if what the scenario is about holds, otherwise says what does not.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

guard CommandLine.arguments.count >= 2, let scenario = scenarios[CommandLine.arguments[1]] else {
  report(
    "usage: fault-probe SCENARIO [ARGUMENT]..., one of: \(scenarios.keys.sorted().joined(separator: " "))")
  exit(64)
}
do {
  try scenario()
} catch {
  report("fault-probe: \(CommandLine.arguments[1]): \(error)")
  exit(1)
}
