// Parallel loops on the OpenMP pool, the same one that oneDNN uses, so that two pools do not fight
// over the cores and OMP_NUM_THREADS means what people expect.

import COpenMP

public enum Parallel {
  /// Threads that loops use: OMP_NUM_THREADS, or what was set.
  public static var threads: Int { Int(omp_get_max_threads()) }

  public static func setThreads(_ count: Int) { omp_set_num_threads(Int32(count)) }

  /// Calls `body` once for every index of `0..<count`, in no particular order, from several threads.
  ///
  /// Inside a parallel loop, or with one thread or one index, it runs on the calling thread.
  public static func forEach(_ count: Int, _ body: (Int) -> Void) {
    let threads = min(Self.threads, count)
    if threads <= 1 || omp_in_parallel() != 0 {
      for index in 0..<count { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let loop = Loop(count: count, body: body)
      withExtendedLifetime(loop) {
        GOMP_parallel(
          { data in
            let loop = Unmanaged<Loop>.fromOpaque(data!).takeUnretainedValue()
            let step = Int(omp_get_num_threads())
            var index = Int(omp_get_thread_num())
            while index < loop.count {
              loop.body(index)
              index += step
            }
          }, Unmanaged.passUnretained(loop).toOpaque(), UInt32(threads), 0)
      }
    }
  }

  /// Cuts `0..<count` into ranges of `grain` (the last may be shorter) and calls `body` on each.
  /// The cuts depend on the arguments alone, so sums per range do not change with the thread count.
  public static func ranges(_ count: Int, grain: Int, _ body: (Int, Range<Int>) -> Void) {
    let pieces = (count + grain - 1) / grain
    forEach(pieces) { piece in
      body(piece, piece * grain..<min(count, (piece + 1) * grain))
    }
  }

  /// The body's values for all of `0..<count`, worked out `grain` at a time.
  public static func map<T>(_ count: Int, grain: Int, _ body: (Int) -> T) -> [T] {
    [T](unsafeUninitializedCapacity: count) { buffer, filled in
      if let base = buffer.baseAddress {
        ranges(count, grain: grain) { _, range in
          for i in range { (base + i).initialize(to: body(i)) }
        }
      }
      filled = count
    }
  }
}

private final class Loop {
  let count: Int
  let body: (Int) -> Void
  init(count: Int, body: @escaping (Int) -> Void) {
    self.count = count
    self.body = body
  }
}
