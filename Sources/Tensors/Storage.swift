// Blocks of memory behind tensors, and the pool that keeps them for reuse.
// Fresh pages from the system cost more than most kernels that write them, so freed blocks are kept.

import Glibc

/// A 64-byte aligned block of at least the asked size; goes back to where it came from when released.
public final class Storage: @unchecked Sendable {
  public let pointer: UnsafeMutableRawPointer
  public let bytes: Int
  /// Of the pool; nil for blocks of others, which `release` gives back.
  private let sizeClass: Int?
  private let release: (() -> Void)?
  /// How often somebody said that they changed the contents in place.
  var writes = 0

  public init(bytes: Int) {
    self.bytes = bytes
    if let (pointer, release) = BlockPool.shared.takeFromHost(bytes) {
      (self.pointer, sizeClass, self.release) = (pointer, nil, release)
    } else {
      let (pointer, sizeClass) = BlockPool.shared.take(bytes)
      (self.pointer, self.sizeClass, release) = (pointer, sizeClass, nil)
    }
  }

  /// Memory of somebody else, aligned likewise; `release` is called once when nothing uses it any more.
  init(borrowing pointer: UnsafeMutableRawPointer, bytes: Int, release: @escaping () -> Void) {
    (self.pointer, self.bytes, sizeClass, self.release) = (pointer, bytes, nil, release)
  }

  deinit {
    if let sizeClass { BlockPool.shared.give(pointer, sizeClass: sizeClass, bytes: bytes) }
    release?()
  }
}

/// Where blocks come from instead of the system.
public struct BlockAllocator: @unchecked Sendable {
  public typealias Allocate =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ bytes: Int, _ alignment: Int) -> UnsafeMutableRawPointer?
  public typealias Deallocate =
    @convention(c) (_ context: UnsafeMutableRawPointer?, _ block: UnsafeMutableRawPointer?, _ bytes: Int) -> Void

  let allocate: Allocate
  let deallocate: Deallocate
  let context: UnsafeMutableRawPointer?

  public init(_ allocate: @escaping Allocate, _ deallocate: @escaping Deallocate, _ context: UnsafeMutableRawPointer?) {
    (self.allocate, self.deallocate, self.context) = (allocate, deallocate, context)
  }

  /// From now on; nil for the system.  Throws once a block was handed out.
  public static func use(_ allocator: BlockAllocator?) throws { try BlockPool.shared.use(allocator) }
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
  /// Set before the first block, never changed later.
  private var allocator: BlockAllocator?
  private var hasGiven = false
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  private init() { pthread_mutex_init(lock, nil) }

  private func locked<T>(_ body: () throws -> T) rethrows -> T {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try body()
  }

  /// Bytes held by live tensors.
  var bytesInUse: Int { locked { used } }

  func use(_ allocator: BlockAllocator?) throws {
    try locked {
      guard !hasGiven else {
        throw EngineError.state("the allocator is set after the first tensor was made; set it before any other call")
      }
      self.allocator = allocator
    }
  }

  /// A block of the host's allocator, which sees every one of them, and how it goes back; nil where there is no
  /// allocator, or none of its memory left: the system's is taken then.
  func takeFromHost(_ bytes: Int) -> (UnsafeMutableRawPointer, () -> Void)? {
    guard let allocator else { return nil }
    let size = (max(bytes, 1) + 63) & ~63
    guard let block = allocator.allocate(allocator.context, size, 64), UInt(bitPattern: block) & 63 == 0 else { return nil }
    locked { (used, hasGiven) = (used + bytes, true) }
    return (block, { [self] in
      locked { used -= bytes }
      allocator.deallocate(allocator.context, block, size)
    })
  }

  func take(_ bytes: Int) -> (UnsafeMutableRawPointer, Int) {
    let sizeClass = max(Self.smallest, Int.bitWidth - (max(bytes, 1) - 1).leadingZeroBitCount)
    pthread_mutex_lock(lock)
    used += bytes
    hasGiven = true
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
