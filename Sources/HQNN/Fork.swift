// What is left after a fork: the calling thread.  libgomp does not know that, and would wait for threads of its pool
// that exist in the parent only; so a child works with one thread.

import Glibc
import Tensors

enum Fork {
  nonisolated(unsafe) private(set) static var isChild = false

  /// Set up with the first call of the library that can fail.
  static let watch: Void = {
    _ = pthread_atfork(
      nil, nil,
      {
        Parallel.setThreads(1)
        Fork.isChild = true
      })
  }()

  /// Refuses more threads than a child can have.
  static func check(threads: Int64) throws {
    guard !isChild || threads == 1 else {
      throw EngineError.state("this process is the child of a fork, which has one thread; threads is \(threads)")
    }
  }
}
