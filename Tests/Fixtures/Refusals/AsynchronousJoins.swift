// The compiler is to find an error in each line that says so, and in no other.
import Threads

func join(_ thread: JoinableThread<Int>) async throws {
  _ = try thread.join()  // refused
  _ = try thread.join(within: .seconds(1))  // refused
}

func doAllElse(_ thread: JoinableThread<Int>) async throws {
  try thread.start()
  _ = thread.isFinished
  thread.detach()
}

func joinInSynchronousCode(_ thread: JoinableThread<Int>) throws {
  _ = try thread.join()
  _ = try thread.join(within: .seconds(1))
}
