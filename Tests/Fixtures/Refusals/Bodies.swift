// The compiler is to find an error in each line that says so, and in no other.
import FastLock

final class Account {
  var balance = 0
}

func putInWhatIsKept(_ locked: Locked<Account>, _ account: Account) {
  locked.withLock { $0 = account }  // refused
}

func putInWhatIsNew(_ locked: Locked<Account>) {
  locked.withLock { $0 = Account() }
}
