// The compiler is to find an error in each line that says so, and in no other.
import FastLock
import Threads

final class Account {
  var balance = 0
}

final class Accounts: Sendable {
  let mutex = Mutex(Account())
}

func putInWhatIsKept(_ locked: Locked<Account>, _ account: Account) {
  locked.withLock { $0 = account }  // refused
  locked.withLockIfAvailable { $0 = account }  // refused
  locked.withLockIfAvailable(within: .seconds(1)) { $0 = account }  // refused
  locked.withLockIfAvailable(until: .now) { $0 = account }  // refused
}

func putInWhatIsKept(_ accounts: Accounts, _ account: Account) {
  accounts.mutex.withLock { $0 = account }  // refused
  accounts.mutex.withLockIfAvailable { $0 = account }  // refused
  accounts.mutex.withLockIfAvailable(within: .seconds(1)) { $0 = account }  // refused
  accounts.mutex.withLockIfAvailable(until: .now) { $0 = account }  // refused
}

func putInWhatIsKept(_ local: ThreadLocal<Account>, _ account: Account) {
  local.withValue { $0 = account }  // refused
}

func putInOneOfMany(_ local: ThreadLocal<[Account]>, _ account: Account) {
  local.withValue { $0.append(account) }  // refused
}

func putInWhatIsNew(_ locked: Locked<Account>, _ accounts: Accounts, _ local: ThreadLocal<Account>) {
  locked.withLock { $0 = Account() }
  accounts.mutex.withLock { $0 = Account() }
  local.withValue { $0 = Account() }
}

func useWhatIsKept(_ locked: Locked<Account>, _ accounts: Accounts, _ local: ThreadLocal<Account>) -> Int {
  locked.withLock { $0.balance += 1 }
  accounts.mutex.withLock { $0.balance += 1 }
  return local.withValue {
    $0.balance += 1
    return $0.balance
  }
}
