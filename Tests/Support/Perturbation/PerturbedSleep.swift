import FastLock
import TestSupport

extension PerturbedThread {
  /// Sleeps by `wait`, unless something befalls it. What it says has happened, may have.
  func sleep(until deadline: Deadline, _ wait: (Deadline) -> WaitOutcome) -> WaitOutcome {
    switch draw(below: 8) {
    case 0: return inject(.earlyReturn) { .woken }
    case 1:
      return inject(.refusal) {
        if deadline.hasPassed(at: Hardware.now) { return .timedOut }
        return draw(below: 2) == 0 ? .valueChanged : .interrupted
      }
    case 2:
      let cut = Hardware.now().advanced(by: .microseconds(draw(below: 256)))
      guard cut < deadline else { return sleepUndisturbed(until: deadline, wait) }
      let outcome = sleepUndisturbed(until: cut, wait)
      return outcome == .timedOut ? inject(.cutSleep) { .woken } : outcome
    default: return sleepUndisturbed(until: deadline, wait)
    }
  }

  /// Naps, sometimes, before others learn of the thread.
  func comeLate(_ disturbance: Disturbance) {
    if draw(below: 8) == 0 { inject(disturbance) { nap(.microseconds(draw(below: 256))) } }
  }

  private func sleepUndisturbed(
    until deadline: Deadline, _ wait: (Deadline) -> WaitOutcome
  ) -> WaitOutcome {
    tally.sleeps += 1
    willSleep(forGood: deadline >= .farthest)
    let outcome = wait(deadline)
    hasWokenUp()
    guard outcome == .woken else { return outcome }
    tally.wakeUps += 1
    comeLate(.lateReturn)
    return outcome
  }
}
