import CBenchSupport

/// Two batons and what they guard: nobody but the thread whose turn it is touches the data.
struct Table<B: Baton & ~Copyable>: ~Copyable {
  let there = B()
  let back = B()
  let turns = Block<UInt64>(0)
  let isOver = Block<Bool>(false)
}

@inline(never)
func servingLoop<B: Baton & ~Copyable>(_ table: UnsafeMutablePointer<Table<B>>, _ worker: Crew.Worker) {
  var done: UInt64 = 0
  var isOver = false
  while !isOver {
    isOver = worker.isOver
    table.pointee.isOver.address.pointee = isOver
    table.pointee.turns.address.pointee &+= 1
    table.pointee.there.pass()
    table.pointee.back.take()
    done &+= 1
    bench_store(worker.operations, done)
  }
}

@inline(never)
func returningLoop<B: Baton & ~Copyable>(_ table: UnsafeMutablePointer<Table<B>>, _ worker: Crew.Worker) {
  var done: UInt64 = 0
  var isOver = false
  while !isOver {
    table.pointee.there.take()
    isOver = table.pointee.isOver.address.pointee
    table.pointee.turns.address.pointee &+= 1
    done &+= 1
    bench_store(worker.operations, done)
    table.pointee.back.pass()
  }
}
