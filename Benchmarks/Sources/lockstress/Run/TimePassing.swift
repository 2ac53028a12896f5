import CStressSupport

/// Lets so many nanoseconds pass, asleep or computing; returns how many did.
func passTime(_ nanoseconds: Int, asleep isAsleep: Bool) -> UInt64 {
  let start = stress_now()
  let end = start + UInt64(nanoseconds)
  var now = start
  while now < end {
    // A signal ends a sleep early.
    if isAsleep { stress_sleep(UInt32(end - now)) } else { stress_opaque_call() }
    now = stress_now()
  }
  return now - start
}
