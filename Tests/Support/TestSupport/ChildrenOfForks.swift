internal import CTestSupport

/// Whether the child of a fork may use more of Swift than a thread that is alone.
///
/// Under ThreadSanitizer it may not. The runtime of Swift 6.3 then takes a lock for each use of a lazy global and of generic
/// metadata, under the thread number that it kept from before the fork. Where two threads want that lock, or a thread of the
/// parent had it, all wait for ever.
public var childrenOfForksWork: Bool { !test_has_thread_sanitizer() }
