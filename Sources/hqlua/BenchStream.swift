// What memory gives: every number of a block read, changed and written back in place, by as many threads as the
// library uses.

import CHQNN
import Glibc

final class MemoryStream {
  private let numbers: UnsafeMutablePointer<Float>
  private let count: Int
  private let bytes: Int
  private let threads: Int

  init(bytes: Int) throws {
    let block = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let block, block != MAP_FAILED else { throw StreamError() }
    _ = madvise(block, bytes, 14)  // MADV_HUGEPAGE, as for states
    self.bytes = bytes
    count = bytes / MemoryLayout<Float>.stride
    numbers = block.bindMemory(to: Float.self, capacity: count)
    numbers.initialize(repeating: 1, count: count)
    threads = Int(hqnn_threads_get())
  }

  deinit { munmap(numbers, bytes) }

  /// Once over the block.
  func pass() {
    let share = count / threads
    let parts = (0..<threads).map { Part(numbers: numbers + $0 * share, count: share) }
    var handles = [pthread_t](repeating: pthread_t(), count: threads)
    for (index, part) in parts.enumerated() {
      pthread_create(
        &handles[index], nil,
        { context in
          let part = Unmanaged<Part>.fromOpaque(context!).takeUnretainedValue()
          let vectors = UnsafeMutableRawPointer(part.numbers).assumingMemoryBound(to: SIMD8<Float>.self)
          let factor = SIMD8<Float>(repeating: -1)
          for i in 0..<part.count / 8 { vectors[i] *= factor }
          return nil
        }, Unmanaged.passUnretained(part).toOpaque())
    }
    for handle in handles { pthread_join(handle, nil) }
    withExtendedLifetime(parts) {}
  }

  private final class Part {
    let numbers: UnsafeMutablePointer<Float>
    let count: Int
    init(numbers: UnsafeMutablePointer<Float>, count: Int) { (self.numbers, self.count) = (numbers, count) }
  }

  private struct StreamError: Error, CustomStringConvertible {
    let description = "the memory for measuring its speed is not there"
  }
}
