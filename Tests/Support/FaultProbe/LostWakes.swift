import CTestSupport

/// Interrupts of a main thread that sleeps or is about to, whom no wake-up reaches: each is noticed all the same.
func interruptsWithoutWakes() throws {
  check(test_lose_wakes() == 0, "wake-ups can be lost")
  checkInterruptPreventsSleep()
  try interruptAsleep()
}
