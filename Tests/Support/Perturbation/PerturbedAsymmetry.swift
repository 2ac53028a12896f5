import CPerturbation
import Explorer
package import FastLock

extension Perturbed: @unsafe AsymmetricMachine {
  package static func prefetchForWrite(_ word: Word) { unsafe Hardware.prefetchForWrite(word) }

  package static func loadByte(_ byte: LockByte, of word: Word, at site: StaticString) -> UInt8 {
    operate(at: site) { _, mutation in
      let value = unsafe Hardware.loadByte(byte, of: word, at: site)
      return mutation == .dropped ? 0 : value
    }
  }

  package static func storeByte(_ value: UInt8, to byte: LockByte, of word: Word, at site: StaticString) {
    operate(at: site) { thread, mutation in
      // Long enough for others to fall asleep while the unlock is under way.
      thread.comeLate(.nap)
      if mutation == .relaxed {
        unsafe cperturbation_store_byte_relaxed(Hardware.address(of: byte, in: word), value)
      } else {
        unsafe Hardware.storeByte(value, to: byte, of: word, at: site)
      }
    }
  }

  package static func exchangeByte(
    _ byte: LockByte, of word: Word, with value: UInt8, at site: StaticString
  ) -> UInt8 {
    operate(at: site) { thread, mutation in
      switch mutation {
      case .relaxed:
        return unsafe cperturbation_exchange_byte_relaxed(Hardware.address(of: byte, in: word), value)
      case .torn:
        let old = unsafe Hardware.loadByte(byte, of: word, at: site)
        thread.comeLate(.nap, onceIn: 2)
        unsafe Hardware.storeByte(value, to: byte, of: word, at: site)
        return old
      default: return unsafe Hardware.exchangeByte(byte, of: word, with: value, at: site)
      }
    }
  }

  package static func processBarrier(at site: StaticString) -> Bool {
    operate(at: site) { thread, mutation in
      if mutation == .dropped { return true }
      if thread.draw(below: 8) == 0 { return thread.inject(.refusal) { false } }
      return Hardware.processBarrier(at: site)
    }
  }

  /// Few, so that contended mode is left again and again.
  package static var quietUnlocks: UInt32 { 3 }
}
