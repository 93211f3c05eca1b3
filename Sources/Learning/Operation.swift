// What an operation is, when operations are recorded, and how their records are let go.

import Glibc
import Tensors

/// A differentiable operation: its operands, and how a gradient of its result becomes gradients of
/// theirs.  It keeps of the forward pass what backward needs.
protocol Operation {
  var operands: [Variable] { get }
  /// Adds to each operand that requires a gradient; `gradient` has the result's shape.
  func backward(_ gradient: Tensor) throws
  /// Whether backward looks at the operands' values, which must then be what they were.
  var readsOperands: Bool { get }
}

extension Operation {
  var readsOperands: Bool { true }
}

/// Whether results keep records, per thread.
public enum Recording {
  private static let paused = ThreadValue()

  public static var isOn: Bool { paused.value == nil }

  /// Switches recording for this thread until further notice.
  public static func set(_ on: Bool) { paused.value = on ? nil : UnsafeMutableRawPointer(bitPattern: 1) }

  /// Runs the body without records: faster, and nothing in it can be differentiated.
  public static func off<T>(_ body: () throws -> T) rethrows -> T {
    let before = paused.value
    defer { paused.value = before }
    paused.value = UnsafeMutableRawPointer(bitPattern: 1)
    return try body()
  }
}

/// An operation that a result keeps for backward.
class Record {
  var operands: [Variable] { preconditionFailure("a record holds an operation") }
  func backward(_ gradient: Tensor) throws { preconditionFailure("a record holds an operation") }
  /// Whether backward looks at the operands' values.
  var readsOperands: Bool { true }
  /// The operands' writes when the operation ran.
  private let writes: Int

  init(_ operands: [Variable]) { writes = Self.writes(operands) }

  private static func writes(_ operands: [Variable]) -> Int { operands.reduce(0) { $0 &+ $1.value.writes } }

  /// Refuses to differentiate with operands that have been written to since.
  func checkUnchanged() throws {
    let operands = operands
    guard readsOperands, Self.writes(operands) != writes else { return }
    let shapes = operands.map { describe(shape: $0.shape) }.joined(separator: ", ")
    throw EngineError.state(
      "a tensor that backward needs was written to after an operation had used it (operands \(shapes)); write before computing with it, or compute with a copy"
    )
  }
}

final class RecordOf<O: Operation>: Record {
  private let operation: O
  init(_ operation: O, _ operands: [Variable]) {
    self.operation = operation
    super.init(operands)
  }

  override var readsOperands: Bool { operation.readsOperands }
  override var operands: [Variable] { operation.operands }
  override func backward(_ gradient: Tensor) throws { try operation.backward(gradient) }
}

/// Lets records go one after the other.  Without it a record frees its operands, which free their
/// records, and a loop of a hundred thousand steps would overflow the stack.
enum Graveyard {
  private final class Heap { var records: [Unmanaged<Record>] = [] }
  private static let open = ThreadValue()

  /// Frees the record, and then whatever that lets go.  It is passed as one reference to be given up,
  /// because a local variable could keep it alive beyond the loop.
  static func bury(_ record: Unmanaged<Record>) {
    if let heap = open.value {
      Unmanaged<Heap>.fromOpaque(heap).takeUnretainedValue().records.append(record)
      return
    }
    let heap = Heap()
    open.value = Unmanaged.passUnretained(heap).toOpaque()
    record.release()
    while let next = heap.records.popLast() { next.release() }
    open.value = nil
  }
}

/// A pointer that each thread has for itself.
struct ThreadValue: @unchecked Sendable {
  private let key: pthread_key_t

  init() {
    var key = pthread_key_t()
    pthread_key_create(&key, nil)
    self.key = key
  }

  var value: UnsafeMutableRawPointer? {
    get { pthread_getspecific(key) }
    nonmutating set { pthread_setspecific(key, newValue) }
  }
}

/// Refuses a tensor that the machine's memory cannot hold.
public func ensureFits(_ type: ElementType, _ shape: [Int]) throws {
  // An empty dimension must not hide that the others' product overflows.
  var bytes = type.bytes
  for dimension in shape where dimension > 0 {
    let product = bytes.multipliedReportingOverflow(by: dimension)
    bytes = product.overflow ? .max : product.partialValue
  }
  guard bytes <= memoryLeft(for: bytes) || (shape.contains(0) && bytes < .max) else {
    throw EngineError.memory(
      "a \(type.name) tensor \(describe(shape: shape)) would not fit into memory")
  }
}

private let physicalMemory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

/// The machine's memory, or for large tensors what the process may still ask for, where that is limited (ulimit -v).
private func memoryLeft(for bytes: Int) -> Int {
  guard bytes > 16 << 20 else { return physicalMemory }
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur <= rlim_t(Int.max) else {
    return physicalMemory
  }
  // Blocks are powers of two.
  return min(physicalMemory, max(0, Int(limit.rlim_cur) - addressSpace()) / 2)
}

/// Bytes of addresses that the process has taken: the first number of /proc/self/statm, in pages; 0 where that is not known.
private func addressSpace() -> Int {
  let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return 0 }
  defer { close(file) }
  var text = [UInt8](repeating: 0, count: 64)
  let count = max(0, read(file, &text, text.count))
  return text[..<count].prefix { $0 >= 48 && $0 <= 57 }.reduce(0) { $0 * 10 + Int($1 - 48) } * sysconf(Int32(_SC_PAGESIZE))
}

extension Variable {
  /// Both operands of an operation have one element type.
  static func checkTypes(_ a: Variable, _ b: Variable) throws {
    guard a.type == b.type else {
      throw EngineError.shape(
        "element types differ: \(a.type.name) and \(b.type.name); cast one of them")
    }
  }
}
