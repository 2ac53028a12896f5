// The compiler is to find an error in each line that says so, and in no other.
import FastLock

let globalRaw = RawMutex()
let globalMutex = Mutex(0)
nonisolated(unsafe) var variableGlobalRaw = RawMutex()  // refused
nonisolated(unsafe) var variableGlobalMutex = Mutex(0)  // refused

final class Locks: Sendable {
  let raw = RawMutex()
  let mutex = Mutex(0)
}

final class VariablesOfAClass {
  var raw = RawMutex()  // refused
  var mutex = Mutex(0)  // refused
}

struct VariablesOfAStruct: ~Copyable {
  var raw = RawMutex()  // refused
  var mutex: Mutex<String>  // refused
  let constant = Mutex(0)
}

func makeVariables() {
  var raw = RawMutex()  // refused
  raw.lock()
  raw.unlock()
  var mutex = Mutex(0)  // refused
  mutex.withLock { $0 += 1 }
}

func takeRaw(_ raw: inout RawMutex) {  // refused
  raw.withLock {}
}

func takeMutex(_ mutex: inout Mutex<Int>) {  // refused
  mutex.withLock { $0 += 1 }
}

func takeMutexOfAny<Value>(_ mutex: inout Mutex<Value>) {  // refused
  mutex.withLock { _ in }
}

func makeConstants() {
  let raw = RawMutex()
  raw.withLock {}
  let mutex = Mutex(0)
  mutex.withLock { $0 += 1 }
}

func borrow(_ raw: borrowing RawMutex, _ mutex: borrowing Mutex<Int>) {
  raw.withLock {}
  mutex.withLock { $0 += 1 }
}

func consume(_ raw: consuming RawMutex, _ mutex: consuming Mutex<Int>) -> Int {
  raw.withLock {}
  return mutex.takeValue()
}

func behindPointers(_ raw: UnsafeMutablePointer<RawMutex>, _ mutex: UnsafeMutablePointer<Mutex<Int>>) {
  raw.pointee.withLock {}
  mutex.pointee.withLock { $0 += 1 }
}

// What the compiler does not see, as README.md says.

struct Holder: ~Copyable {
  let mutex = Mutex(0)
}

func replace<T: ~Copyable>(_ former: consuming T, by new: consuming T) {
  var variable = former
  variable = new
}

func hideInVariables() {
  var inOptional: Mutex<Int>? = Mutex(0)
  inOptional = nil
  var inStruct = Holder()
  inStruct = Holder()
  replace(Mutex(0), by: Mutex(1))
}
