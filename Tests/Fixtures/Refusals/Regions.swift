// The compiler is to find an error in each line that says so, and in no other.
import FastLock
import Threads

final class Account {
  var balance = 0
}

final class Shared: Sendable {
  let mutex = Mutex(0)
}

func captureOneLocalLockTwice() throws {
  let mutex = Mutex(0)
  try startNewThread { mutex.withLock { $0 += 1 } }  // refused
  try startNewThread { mutex.withLock { $0 += 1 } }
}

func captureOneLockOfAnObjectTwice() throws {
  let shared = Shared()
  try startNewThread { shared.mutex.withLock { $0 += 1 } }
  try startNewThread { shared.mutex.withLock { $0 += 1 } }
}

func keepWhatALockedGot() -> Locked<Account> {
  let account = Account()
  let locked = Locked(account)  // refused
  account.balance += 1
  return locked
}

func keepWhatAMutexGot() -> Int {
  let account = Account()
  let mutex = Mutex(account)  // refused
  account.balance += 1
  return mutex.withLock { $0.balance }
}

func giveAwayWhatALockedGot() -> Locked<Account> {
  let account = Account()
  account.balance += 1
  return Locked(account)
}

func keepWhatAThreadGot() throws {
  let account = Account()
  try startNewThread { account.balance += 1 }  // refused
  account.balance += 1
}

func keepWhatAThreadThatIsJoinedGot() throws {
  let account = Account()
  let thread = JoinableThread { account.balance += 1 }  // refused
  try thread.start()
  account.balance += 1
}
