/// One labelled operation that a machine mis-executes, to see whether anybody notices.
package struct Mutation: Sendable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    /// Orders nothing.
    case relaxed
    /// Does not happen.
    case dropped
    /// Wakes at most so many.
    case wakes(Int32)
    /// Writes without these bits.
    case clears(UInt32)
    /// Does not happen, and says that it did.
    case skipped
    /// Wakes the other class of sleepers.
    case wakesOthers
    /// Who is to queue among the starving sleeps among the ordinary instead, until it is woken.
    case joinsOrdinary
    /// Sleeps whatever the word holds.
    case sleepsUnchecked
    /// A wait that was ended by a wake-up says that it was timed out.
    case losesWakeUp
    /// A read-modify-write that falls apart into a load and a store.
    case torn
    /// Reads the word where the address alone may be used.
    case touches
  }

  package let site: String
  package let kind: Kind

  package init(_ kind: Kind, at site: String) {
    self.kind = kind
    self.site = site
  }

  package func concerns(_ site: StaticString) -> Bool {
    site.withUTF8Buffer { $0.elementsEqual(self.site.utf8) }
  }

  package var description: String { "\(kind) at \"\(site)\"" }
}
