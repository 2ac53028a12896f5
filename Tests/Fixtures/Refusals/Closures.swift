// The compiler is to find an error in each line that says so, and in no other.
import Threads

final class Account {
  var balance = 0
}

func useInManyThreads(_ account: Account) {
  _ = ThreadLocal { account }  // refused
}

func handleErrors(_ account: Account) {
  setUncaughtErrorHandler { _ in account.balance += 1 }  // refused
}

func callInThread(_ function: @escaping @Sendable (Account, Int) -> Void, _ account: Account) throws {
  try startNewThread(function, account, 1)  // refused
}

func callClosureInThread(_ account: Account) throws {
  try startNewThread({ (number: Int) in account.balance += number }, 1)  // refused
}

func join(_ thread: JoinableThread<Account>) throws {  // refused
  _ = try thread.join(within: .zero)  // refused
}

func makeInEachThread(_ makeAccount: @escaping @Sendable () -> Account) {
  _ = ThreadLocal(makeAccount)  // refused
}

func doWithout() throws {
  _ = ThreadLocal { Account() }
  setUncaughtErrorHandler { _ in print(Account().balance) }
  try startNewThread({ (number: Int) in print(Account().balance + number) }, 1)
  try JoinableThread { Account().balance }.start()
}
