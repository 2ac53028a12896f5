import Threads

struct Boom: Error {}

@inline(never)
func throwBoom() throws { throw Boom() }

let thread = JoinableThread { try throwBoom() }
try thread.start()
thread.detach()
while threadCount() > 0 {}
