// Dense row-major arrays of Float or Double: shape, element type, memory.
// Differentiation is left to Learning, arithmetic to the kernels beside this file.

/// The element type of a tensor.  Raw values are those of `hqnn_dtype`.
public enum ElementType: UInt32, Sendable {
  case float32 = 0
  case float64 = 1

  public var bytes: Int { self == .float32 ? 4 : 8 }
  public var name: String { self == .float32 ? "float32" : "float64" }
}

/// Float or Double, as tensor elements.
public protocol Element: BinaryFloatingPoint, SIMDScalar, Codable, Sendable {
  static var elementType: ElementType { get }
}
extension Float: Element {
  public static var elementType: ElementType { .float32 }
}
extension Double: Element {
  public static var elementType: ElementType { .float64 }
}

/// A contiguous row-major array.  A reference: reshaped views share the memory.
public final class Tensor: @unchecked Sendable {
  public let type: ElementType
  public let shape: [Int]
  public let count: Int
  private let storage: Storage

  /// A tensor whose elements are not set yet.
  public init(uninitialized type: ElementType, _ shape: [Int]) {
    self.type = type
    self.shape = shape
    count = shape.reduce(1, *)
    storage = Storage(bytes: count * type.bytes)
  }

  /// Memory of somebody else, aligned to 64 bytes; `release` is called once when no tensor uses it any more.
  public init(
    borrowing pointer: UnsafeMutableRawPointer, _ type: ElementType, _ shape: [Int], release: @escaping () -> Void
  ) {
    self.type = type
    self.shape = shape
    count = shape.reduce(1, *)
    storage = Storage(borrowing: pointer, bytes: count * type.bytes, release: release)
  }

  private init(sharing other: Tensor, shape: [Int]) {
    type = other.type
    self.shape = shape
    count = other.count
    storage = other.storage
  }

  /// Zeros.
  public convenience init(_ type: ElementType, _ shape: [Int]) {
    self.init(uninitialized: type, shape)
    fill(0)
  }

  /// Values in row-major order, `values.count` must be the product of `shape`.
  public convenience init<S: Element>(_ values: [S], _ shape: [Int]) {
    precondition(values.count == shape.reduce(1, *))
    self.init(uninitialized: S.elementType, shape)
    let elements = pointer(S.self)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { elements.update(from: base, count: count) }
    }
  }

  public var rank: Int { shape.count }
  public var bytes: Int { count * type.bytes }
  public var raw: UnsafeMutableRawPointer { storage.pointer }

  /// How often the memory, views included, was written to by those who say so: users and optimisers.  Differentiation
  /// compares it to find operands that are no longer what they were.
  public var writes: Int { storage.writes }
  public func noteWrite() { storage.writes &+= 1 }

  /// The elements; `S` must be the tensor's element type.
  @inline(__always)
  public func pointer<S: Element>(_: S.Type) -> UnsafeMutablePointer<S> {
    precondition(S.elementType == type, "a \(type.name) tensor read as \(S.elementType.name)")
    return storage.pointer.assumingMemoryBound(to: S.self)
  }

  /// The same memory under another shape of the same count.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count)
    return Tensor(sharing: self, shape: shape)
  }

  public func copy() -> Tensor {
    let result = Tensor(uninitialized: type, shape)
    result.raw.copyMemory(from: raw, byteCount: bytes)
    return result
  }

  /// A copy in another element type.
  public func cast(to newType: ElementType) -> Tensor {
    if newType == type { return copy() }
    let result = Tensor(uninitialized: newType, shape)
    if newType == .float32 {
      let (from, to) = (pointer(Double.self), result.pointer(Float.self))
      for i in 0..<count { to[i] = Float(from[i]) }
    } else {
      let (from, to) = (pointer(Float.self), result.pointer(Double.self))
      for i in 0..<count { to[i] = Double(from[i]) }
    }
    return result
  }

  public func fill(_ value: Double) {
    switch type {
    case .float32: pointer(Float.self).update(repeating: Float(value), count: count)
    case .float64: pointer(Double.self).update(repeating: value, count: count)
    }
  }

  /// One element by row-major index, as Double.
  public subscript(index: Int) -> Double {
    get { type == .float32 ? Double(pointer(Float.self)[index]) : pointer(Double.self)[index] }
    set {
      if type == .float32 {
        pointer(Float.self)[index] = Float(newValue)
      } else {
        pointer(Double.self)[index] = newValue
      }
    }
  }

  /// All elements as Doubles, row-major.
  public var doubles: [Double] { (0..<count).map { self[$0] } }

  /// Rows `range` of the first axis, copied.
  public func rows(_ range: Range<Int>) -> Tensor {
    let width = shape.first.map { $0 == 0 ? 0 : count / $0 } ?? 1
    let result = Tensor(uninitialized: type, [range.count] + shape.dropFirst())
    let stride = width * type.bytes
    result.raw.copyMemory(from: raw + range.lowerBound * stride, byteCount: range.count * stride)
    return result
  }

  /// Index of the first element that is NaN or infinite, if any.
  public var firstNonFinite: Int? {
    switch type {
    case .float32: return nonFinite(pointer(Float.self))
    case .float64: return nonFinite(pointer(Double.self))
    }
  }

  private func nonFinite<S: Element>(_ elements: UnsafeMutablePointer<S>) -> Int? {
    // x - x is 0 for finite x and NaN otherwise; counting goes at the speed of memory.
    var found = 0
    for i in 0..<count { found &+= elements[i] - elements[i] == 0 ? 0 : 1 }
    if found == 0 { return nil }
    return (0..<count).first { !elements[$0].isFinite }
  }
}
