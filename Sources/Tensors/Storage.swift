// Blocks of memory behind tensors, and the pool that keeps them for reuse.
// Fresh pages from the system cost more than most kernels that write them, so freed blocks are kept.

import Glibc

/// A 64-byte aligned block of at least the asked size; goes back to the pool when released.
public final class Storage: @unchecked Sendable {
  public let pointer: UnsafeMutableRawPointer
  public let bytes: Int
  private let sizeClass: Int
  /// How often somebody said that they changed the contents in place.
  var writes = 0

  public init(bytes: Int) {
    self.bytes = bytes
    (pointer, sizeClass) = BlockPool.shared.take(bytes)
  }

  deinit { BlockPool.shared.give(pointer, sizeClass: sizeClass, bytes: bytes) }
}

/// Free blocks by power-of-two size class, under one lock.
final class BlockPool: @unchecked Sendable {
  static let shared = BlockPool()

  /// Kept at most; above it blocks go back to the system.
  private static let keptLimit = 512 << 20
  private static let smallest = 6  // 64 bytes

  private var free: [[UnsafeMutableRawPointer]] = Array(repeating: [], count: 48)
  private var kept = 0
  private var used = 0
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  private init() { pthread_mutex_init(lock, nil) }

  /// Bytes held by live tensors.
  var bytesInUse: Int {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return used
  }

  func take(_ bytes: Int) -> (UnsafeMutableRawPointer, Int) {
    let sizeClass = max(Self.smallest, Int.bitWidth - (max(bytes, 1) - 1).leadingZeroBitCount)
    pthread_mutex_lock(lock)
    used += bytes
    let reused = free[sizeClass].popLast()
    if reused != nil { kept -= 1 << sizeClass }
    pthread_mutex_unlock(lock)
    if let reused { return (reused, sizeClass) }
    var block: UnsafeMutableRawPointer?
    guard posix_memalign(&block, 64, 1 << sizeClass) == 0, let block else {
      fatalError("out of memory: \(bytes) bytes for a tensor")
    }
    return (block, sizeClass)
  }

  func give(_ pointer: UnsafeMutableRawPointer, sizeClass: Int, bytes: Int) {
    pthread_mutex_lock(lock)
    used -= bytes
    let keep = kept + (1 << sizeClass) <= Self.keptLimit
    if keep {
      free[sizeClass].append(pointer)
      kept += 1 << sizeClass
    }
    pthread_mutex_unlock(lock)
    if !keep { Glibc.free(pointer) }
  }
}

/// Bytes of native memory held by tensors of this process.
public func tensorBytesInUse() -> Int { BlockPool.shared.bytesInUse }
