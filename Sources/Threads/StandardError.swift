import FastLock

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Writes to standard error that can neither kill the process nor hold up a thread for long.
enum StandardError {
  /// POSIX's least PIPE_BUF is 512, Linux's is this: such a write to a pipe is whole, and does not block where
  /// poll(2) has found room.
  static let longestWrite = 4096

  private static let patience = Duration.seconds(1)

  static func send(_ text: String) {
    let bytes = Array(text.utf8.prefix(longestWrite))
    // Two reports at once could fill a pipe between the look and the write of one of them. Whoever had the turn at a fork
    // does not exist in the child, nor does this lock's past.
    let turn = unsafe ProcessMemory.current.pointee.reportLock.address
    let gotTurn = unsafe FutexLock.lock(turn, within: patience)
    defer { if gotTurn { _ = unsafe FutexLock.release(turn) } }
    withoutBrokenPipeSignal {
      let end = ContinuousClock.now + patience
      while isWritable(until: end) {
        let written = unsafe write(STDERR_FILENO, bytes, bytes.count)
        if written >= 0 || (errno != EINTR && errno != EAGAIN) { return }
      }
    }
  }

  private static func isWritable(until end: ContinuousClock.Instant) -> Bool {
    while true {
      let left = ContinuousClock.now.duration(to: end) / .milliseconds(1)
      var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
      let ready = unsafe poll(&descriptor, 1, CInt(max(0, left)))
      if ready < 0, errno == EINTR { continue }
      return ready > 0 && descriptor.revents & Int16(POLLOUT) != 0
    }
  }

  /// Runs `body` with SIGPIPE blocked, and takes away the one that `body` caused.
  private static func withoutBrokenPipeSignal(_ body: () -> Void) {
    var pipeSignal = sigset_t()
    var formerMask = sigset_t()
    var pending = sigset_t()
    unsafe sigemptyset(&pipeSignal)
    unsafe sigaddset(&pipeSignal, SIGPIPE)
    unsafe sigpending(&pending)
    let wasPending = unsafe sigismember(&pending, SIGPIPE) == 1
    unsafe pthread_sigmask(SIG_BLOCK, &pipeSignal, &formerMask)
    body()
    if !wasPending {
      var noTime = timespec()
      while unsafe sigtimedwait(&pipeSignal, nil, &noTime) < 0, errno == EINTR {}
    }
    unsafe pthread_sigmask(SIG_SETMASK, &formerMask, nil)
  }
}
