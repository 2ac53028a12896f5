/// A lock that is acquired and released in separate calls, so that the holding of two may overlap without one being
/// inside the other.
protocol BasicLockable: MeasuredLock, ~Copyable {
  borrowing func acquire()
  borrowing func release()
}
