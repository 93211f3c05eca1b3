// Memory of a fixed size for kernels: an array without bounds checks and copies.

import Tensors

/// `count` elements of a trivial type, 64-byte aligned, freed with the last reference.
final class Buffer<T>: @unchecked Sendable {
  let count: Int
  let pointer: UnsafeMutablePointer<T>
  private let storage: Storage

  /// The elements are not set yet.
  init(_ count: Int) {
    self.count = count
    storage = Storage(bytes: max(1, count) * MemoryLayout<T>.stride)
    pointer = storage.pointer.bindMemory(to: T.self, capacity: max(1, count))
  }

  convenience init(_ values: [T]) {
    self.init(values.count)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: values.count) }
    }
  }

  subscript(index: Int) -> T {
    @inline(__always) get { pointer[index] }
    @inline(__always) set { pointer[index] = newValue }
  }
}

/// Uninitialised scratch of `count` elements, from the pool.
func withScratch<T, R>(_: T.Type, _ count: Int, _ body: (UnsafeMutablePointer<T>) throws -> R) rethrows -> R {
  let buffer = Buffer<T>(count)
  return try withExtendedLifetime(buffer) { try body(buffer.pointer) }
}
