import BenchSupport
import CBenchSupport

/// A list with a lock for each node; which nodes there are is settled before the crew starts.
struct ListNode<L: ~Copyable> {
  let lock: UnsafeMutablePointer<L>
  let data: UnsafeMutablePointer<ProtectedData>
  let next: UnsafeMutablePointer<ListNode<L>>?
}

enum Coupling {
  static let nodes = 20
  /// A little work at each node.
  static let work = Nanoseconds(30)
}

/// Hand over hand: a node is left only when the next one is locked, so that nobody overtakes on the list.
@inline(never)
func couplingLoop<L: BasicLockable & ~Copyable>(
  _ head: UnsafeMutablePointer<ListNode<L>>, _ work: UInt32, _ worker: Crew.Worker
) {
  var done: UInt64 = 0
  while !worker.isOver {
    var node = head
    node.pointee.lock.pointee.acquire()
    while true {
      let data = node.pointee.data
      data.pointee.count &+= 1
      data.pointee.state = bench_work(data.pointee.state, work)
      guard let next = node.pointee.next else { break }
      next.pointee.lock.pointee.acquire()
      node.pointee.lock.pointee.release()
      node = next
    }
    node.pointee.lock.pointee.release()
    done &+= 1
    bench_store(worker.operations, done)
  }
}

/// The list, with nodes, locks and what they protect in blocks of their own.
final class CouplingList<L: BasicLockable & ~Copyable>: @unchecked Sendable {
  let head: UnsafeMutablePointer<ListNode<L>>

  init() {
    var head: UnsafeMutablePointer<ListNode<L>>?
    for _ in 1..<Coupling.nodes { head = Self.node(before: head) }
    self.head = Self.node(before: head)
  }

  private static func node(before next: UnsafeMutablePointer<ListNode<L>>?)
    -> UnsafeMutablePointer<ListNode<L>>
  {
    let lock = allocateBlock(for: L.self)
    lock.initialize(to: L())
    let data = allocateBlock(for: ProtectedData.self)
    data.initialize(to: ProtectedData())
    let node = allocateBlock(for: ListNode<L>.self)
    node.initialize(to: ListNode(lock: lock, data: data, next: next))
    return node
  }

  deinit {
    for node in all {
      node.pointee.lock.deinitialize(count: 1)
      node.pointee.lock.deallocate()
      node.pointee.data.deallocate()
      node.deallocate()
    }
  }

  private var all: [UnsafeMutablePointer<ListNode<L>>] {
    Array(sequence(first: head) { $0.pointee.next })
  }

  /// Every walk has counted at every node.
  func isIntact(after watch: Watch) -> Bool {
    let walks = watch.workers.map(\.allOperations).reduce(0, +)
    return all.allSatisfy { $0.pointee.data.pointee.count == walks }
  }
}
