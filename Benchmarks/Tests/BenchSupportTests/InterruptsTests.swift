import CInterrupts
import Glibc
import Testing

@Suite struct InterruptsTests {
  @Test func oneIsNoted() async {
    await #expect(processExitsWith: .success) {
      noteInterrupts()
      precondition(!interrupts_came())
      raise(SIGINT)
      precondition(interrupts_came())
    }
  }

  /// As timeout(1) sends it: to the process, and to its group.
  @Test func theSameOneTwiceIsNoted() async {
    await #expect(processExitsWith: .success) {
      noteInterrupts()
      raise(SIGINT)
      raise(SIGINT)
      precondition(interrupts_came())
    }
  }

  @Test func anotherOneEndsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      noteInterrupts()
      raise(SIGINT)
      usleep(600_000)
      raise(SIGINT)
    }
  }

  /// As nohup(1) and shells start what is to go on.
  @Test func anIgnoredOneStaysIgnored() async {
    await #expect(processExitsWith: .success) {
      signal(SIGINT, SIG_IGN)
      interrupts_note(SIGINT)
      raise(SIGINT)
      precondition(!interrupts_came())
    }
  }

  @Test func onlyTheNamedOnesAreNoted() async {
    await #expect(processExitsWith: .signal(SIGTERM)) {
      noteInterrupts()
      raise(SIGTERM)
    }
  }
}

/// For the calling thread too, which may have been made to block all signals, in a process that may have been started with
/// SIGINT ignored.
private func noteInterrupts() {
  signal(SIGINT, SIG_DFL)
  interrupts_note(SIGINT)
  var none = sigset_t()
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, nil)
}
