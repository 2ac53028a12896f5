/// All that is driven by sequences of operations.
package let subjects: [any (Subject & SendableMetatype).Type] = [
  RawMutexSubject.self, ValueLockSubject<MutexUnderTest>.self, ValueLockSubject<LockedUnderTest>.self,
  LockSubject.self, OneShotEventSubject.self, DeadlineSubject.self,
  JoinableThreadSubject.self, ThreadLocalSubject.self, StackSizeSubject.self, InterruptSubject.self,
  ThreadNameSubject.self, UncaughtErrorHandlerSubject.self,
]
