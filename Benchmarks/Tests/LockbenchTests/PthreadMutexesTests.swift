import CBenchSupport
import Glibc
import Testing

@testable import lockbench

@Suite struct PthreadMutexesTests {
  @Test func theAdaptiveMutexIsOfItsKind() {
    let mutex = Block(pthread_mutex_t())
    #expect(bench_adaptive_mutex_init(mutex.address) == 0)
    #expect(mutex.address.pointee.__data.__kind == Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
    pthread_mutex_destroy(mutex.address)
  }
}
