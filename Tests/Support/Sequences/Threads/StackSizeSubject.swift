import Threads

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The stack size of threads to come: one value of the process.
final class StackSizeSubject: Subject {
  enum Operation: Sendable {
    case set(Int)
    case roundUp(Int)
  }

  enum Situation: CaseIterable {
    case set, setToDefault, refused, roundedUp, whole, roundedDown
  }

  static let name = "stack-size"
  static let sequences = 1_000
  let tally = Tally<Situation>()
  private let original = threadStackSize()
  private lazy var size = original

  init() {}

  static func draw(from choices: inout Choices) -> Operation {
    choices.oneIn(3) ? .roundUp(max(0, drawSize(from: &choices))) : .set(drawSize(from: &choices))
  }

  private static func drawSize(from choices: inout Choices) -> Int {
    let limits = [0, 32_768, 65_536, least, page, .max, .min]
    if choices.oneIn(2) { return choices.pick(limits) &+ choices.below(3) &- 1 }
    return Int(bitPattern: UInt(choices.word())) >> choices.below(64)
  }

  private static let page = sysconf(CInt(_SC_PAGESIZE))
  private static let least = max(32_768, sysconf(CInt(_SC_THREAD_STACK_MIN)))

  func perform(_ operation: Operation) throws {
    switch operation {
    case .set(let size): try set(size)
    case .roundUp(let size): try roundUp(size)
    }
    try expect(threadStackSize(), is: size, "the stack size")
  }

  private func set(_ new: Int) throws {
    let isValid = new == 0 || new >= Self.least
    tally.count(!isValid ? .refused : new == 0 ? .setToDefault : .set)
    var former: Int?
    var failure: ThreadError?
    do throws(ThreadError) { former = try setThreadStackSize(new) } catch { failure = error }
    try expect(former, is: isValid ? size : nil, "the former size")
    try expect(failure, is: isValid ? nil : .invalidStackSize, "what setting \(new) throws")
    if isValid { size = new }
  }

  private func roundUp(_ size: Int) throws {
    let rounded = StackSize.roundedToPages(size)
    let isExpressible = UInt(size) <= UInt(Int.max / Self.page * Self.page)
    tally.count(!isExpressible ? .roundedDown : size.isMultiple(of: Self.page) ? .whole : .roundedUp)
    try expect(rounded.isMultiple(of: Self.page), "\(rounded) is a number of pages")
    guard isExpressible else { return try expect(rounded <= size, "\(rounded) is the most there can be") }
    try expect(rounded >= size && rounded - size < Self.page, "\(rounded) is the next after \(size)")
  }

  func finish() throws {
    try setThreadStackSize(original)
  }

  func abandon() {
    _ = try? setThreadStackSize(original)
  }
}
