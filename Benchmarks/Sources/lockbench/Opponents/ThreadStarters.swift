import Dispatch
import Threads

import class Foundation.Thread

/// A way to run something on a new thread and to wait for its end.
protocol ThreadStarter: Sendable {
  static func runAndJoin(_ body: @escaping @Sendable () -> Void)
}

enum PthreadStarter: ThreadStarter {
  static func runAndJoin(_ body: @escaping @Sendable () -> Void) {
    PosixThread(body).join()
  }
}

/// Foundation's threads cannot be joined: the end is signalled by a semaphore.
enum FoundationThreadStarter: ThreadStarter {
  static func runAndJoin(_ body: @escaping @Sendable () -> Void) {
    let ended = DispatchSemaphore(value: 0)
    Thread {
      body()
      ended.signal()
    }.start()
    ended.wait()
  }
}

enum JoinableThreadStarter: ThreadStarter {
  static func runAndJoin(_ body: @escaping @Sendable () -> Void) {
    do {
      let thread = JoinableThread(body)
      try thread.start()
      try thread.join()
    } catch {
      fatalError("\(error)")
    }
  }
}
