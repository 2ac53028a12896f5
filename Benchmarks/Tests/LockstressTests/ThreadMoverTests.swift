import Testing

@testable import lockstress

@Suite struct ThreadMoverTests {
  private static let cpus: [CInt] = [1, 4, 5]

  @Test func shufflesToOneSomeAndAll() {
    let threads = (0..<4).map { _ in RecordingThread() }
    let mover = ThreadMover(of: threads, between: Self.cpus, [.shuffle])
    var random = RandomSource(seed: 1, stream: 0)
    for _ in 0..<50 { mover.shuffle(&random) }
    let moves = threads.flatMap(\.moves)
    #expect(Set(moves.map(\.count)) == [1, 2, 3])
    #expect(moves.allSatisfy { Set($0).isSubset(of: Self.cpus) })
    #expect(threads.allSatisfy { !$0.moves.isEmpty })
    #expect(
      mover.accounts.map(\.text) == [
        "shuffles: 50, moves of threads between 3 CPUs: \(moves.count)"
      ])
  }

  @Test func gathersAllOnOneAndGivesAllBack() {
    let threads = (0..<4).map { _ in RecordingThread() }
    let mover = ThreadMover(of: threads, between: Self.cpus, [.oneCPU])
    var random = RandomSource(seed: 1, stream: 0)
    for _ in 0..<5 { mover.disturb(&random, until: StopSignal()) }
    #expect(threads[0].moves.map(\.count) == [1, 3, 1, 3, 1, 3, 1, 3, 1, 3])
    #expect(threads.allSatisfy { $0.moves == threads[0].moves })
    #expect(mover.accounts[0].text.hasPrefix("periods on one CPU of 3: 5, "))
  }

  @Test func countsRefusedMoves() {
    let mover = ThreadMover(of: [RecordingThread(isWilling: false)], between: Self.cpus, [.oneCPU])
    var random = RandomSource(seed: 1, stream: 0)
    mover.disturb(&random, until: StopSignal())
    #expect(mover.accounts[0].text.hasSuffix("moves refused: 2"))
  }

  @Test func doesNothingOnceItIsOver() {
    let stop = StopSignal()
    stop.give()
    let thread = RecordingThread()
    let mover = ThreadMover(of: [thread], between: Self.cpus, [.shuffle, .oneCPU])
    var random = RandomSource(seed: 1, stream: 0)
    mover.disturb(&random, until: stop)
    #expect(thread.moves.isEmpty)
  }

  @Test func aThreadThatWasBoundSeesIt() {
    let cpus = usableCPUs()
    let seen = Seen()
    let gate = LoadGate()
    _ = gate.stop()
    let thread = NativeThread {
      gate.enter()
      seen.cpus = usableCPUs()
    }
    #expect(thread.bind(to: [cpus[cpus.count - 1]]))
    gate.start()
    thread.join()
    #expect(seen.cpus == [cpus[cpus.count - 1]])
  }
}

private final class RecordingThread: MovableThread, @unchecked Sendable {
  private let isWilling: Bool
  private(set) var moves: [[CInt]] = []

  init(isWilling: Bool = true) {
    self.isWilling = isWilling
  }

  func bind(to cpus: [CInt]) -> Bool {
    if isWilling { moves.append(cpus) }
    return isWilling
  }
}

private final class Seen: @unchecked Sendable {
  var cpus: [CInt] = []
}
