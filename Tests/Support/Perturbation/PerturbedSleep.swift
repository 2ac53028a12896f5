import FastLock
import TestSupport

extension PerturbedThread {
  /// Sleeps by `wait`, to which it gives a deadline of the hardware's clock, unless something befalls it. What it says
  /// has happened, may have.
  func sleep(until deadline: Deadline, _ wait: (Deadline) -> WaitOutcome) -> WaitOutcome {
    switch draw(below: 8) {
    case 0: return inject(.earlyReturn) { .woken }
    case 1:
      return inject(.refusal) {
        if deadline.hasPassed(at: clock.now) { return .timedOut }
        return draw(below: 2) == 0 ? .valueChanged : .interrupted
      }
    case 2, 3:
      let cut = Hardware.now().advanced(by: .microseconds(draw(below: 256)))
      guard cut < clock.hardwareTime(of: deadline) else { return sleepUndisturbed(until: deadline, wait) }
      let outcome = sleepInSight(until: cut, wait)
      guard outcome == .timedOut else { return outcome }
      return inject(.cutSleep) {
        // It sleeps no more, and those who release a lock do not know.
        comeLate(.lateReturn, onceIn: 2)
        return draw(below: 2) == 0 ? .woken : .interrupted
      }
    default: return sleepUndisturbed(until: deadline, wait)
    }
  }

  /// Naps, sometimes, before others learn of the thread.
  func comeLate(_ disturbance: Disturbance, onceIn times: UInt64 = 8) {
    if draw(below: times) == 0 { inject(disturbance) { nap(.microseconds(draw(below: 256))) } }
  }

  private func sleepUndisturbed(
    until deadline: Deadline, _ wait: (Deadline) -> WaitOutcome
  ) -> WaitOutcome {
    let end = clock.hardwareTime(of: deadline)
    guard clock.lag > .zero, deadline < .farthest else {
      return sleepInSight(until: end, wait)
    }
    let outcome = inject(.lag) { sleepInSight(until: end.advanced(by: clock.lag), wait) }
    return outcome == .valueChanged && deadline.hasPassed(at: clock.now) ? .timedOut : outcome
  }

  /// Sleeps until `end` on the hardware's clock; others may see that it does, and whether that lasts.
  private func sleepInSight(until end: Deadline, _ wait: (Deadline) -> WaitOutcome) -> WaitOutcome {
    tally.sleeps += 1
    willSleep(forLong: end >= Hardware.now().advanced(by: .milliseconds(2)))
    let outcome = wait(end)
    hasWokenUp()
    guard outcome == .woken else { return outcome }
    tally.wakeUps += 1
    comeLate(.lateReturn)
    return outcome
  }
}
