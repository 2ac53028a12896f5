import CStressSupport

/// The numbers of the CPUs that this thread may use; that of one CPU if they cannot be told.
func usableCPUs() -> [CInt] {
  let room = 1024
  let cpus = [CInt](unsafeUninitializedCapacity: room) { buffer, count in
    count = max(0, Int(stress_usable_cpus(buffer.baseAddress, CInt(room))))
  }
  return cpus.isEmpty ? [0] : cpus
}
