// What everything that goes through oneDNN shares: engine, stream, layouts, primitives with their operands.

import COneDNN
import Glibc

/// The engine and the stream that everything runs on.
enum OneDNN {
  nonisolated(unsafe) static let engine: dnnl_engine_t = {
    var engine: dnnl_engine_t?
    check(dnnl_engine_create(&engine, dnnl_cpu, 0), "an engine")
    guard let engine else { preconditionFailure("oneDNN made nothing") }
    return engine
  }()

  nonisolated(unsafe) static let stream: dnnl_stream_t = {
    var stream: dnnl_stream_t?
    check(dnnl_stream_create(&stream, engine, UInt32(dnnl_stream_default_flags.rawValue)), "a stream")
    guard let stream else { preconditionFailure("oneDNN made nothing") }
    return stream
  }()
}

/// Forms are checked before they come here, so a refusal is our own mistake.
func check(_ status: dnnl_status_t, _ what: String) {
  precondition(status == dnnl_success, "oneDNN refused \(what): status \(status.rawValue)")
}

final class Mutex: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() { pthread_mutex_init(mutex, nil) }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func locked<T>(_ body: () -> T) -> T {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}

/// How the elements of an operand lie in memory.
final class Layout {
  private(set) var raw: hqnn_layout
  let bytes: Int

  /// Takes the description over.
  private init(_ raw: hqnn_layout) {
    self.raw = raw
    bytes = hqnn_layout_bytes(&self.raw)
  }

  /// Row-major.
  convenience init(plain dims: [Int]) {
    var raw = hqnn_layout()
    check(hqnn_layout_plain(&raw, Int32(dims.count), dims.map(dnnl_dim_t.init)), "a layout")
    self.init(raw)
  }

  /// Four dimensions, channels in blocks of eight: the layout of convolutions with AVX2.
  convenience init(blocksOfEight dims: [Int]) {
    var raw = hqnn_layout()
    check(hqnn_layout_create(&raw, 4, dims.map(dnnl_dim_t.init), dnnl_aBcd8b), "a layout")
    self.init(raw)
  }

  /// What a primitive wants for one of its operands.
  convenience init(_ descriptor: dnnl_primitive_desc_t, _ what: dnnl_query_t) {
    var raw = hqnn_layout()
    check(hqnn_layout_wanted(&raw, descriptor, what), "a layout")
    self.init(raw)
  }

  deinit { hqnn_layout_destroy(&raw) }

  func isSame(as other: Layout) -> Bool {
    self === other || hqnn_layout_equal(&raw, &other.raw) != 0
  }

  fileprivate func memory() -> dnnl_memory_t {
    var memory: dnnl_memory_t?
    check(hqnn_layout_memory(&memory, &raw, OneDNN.engine), "memory")
    guard let memory else { preconditionFailure("oneDNN made nothing") }
    return memory
  }
}

/// A primitive and its operands, whose memory is given at each run.  Run by one thread at a time.
final class Primitive {
  private let handle: dnnl_primitive_t
  private let arguments: [dnnl_exec_arg_t]
  private let memories: [dnnl_memory_t]
  private let scratchBytes: Int

  /// Operands in the order in which `run` takes them.
  init(_ descriptor: dnnl_primitive_desc_t, _ operands: [(argument: Int32, layout: Layout)]) {
    var handle: dnnl_primitive_t?
    check(dnnl_primitive_create(&handle, descriptor), "a primitive")
    guard let handle else { preconditionFailure("oneDNN made nothing") }
    let scratch = Layout(descriptor, dnnl_query_scratchpad_md)
    self.handle = handle
    scratchBytes = scratch.bytes
    memories = operands.map { $0.layout.memory() } + [scratch.memory()]
    arguments = zip(operands.map(\.argument) + [DNNL_ARG_SCRATCHPAD], memories).map {
      dnnl_exec_arg_t(arg: $0, memory: $1)
    }
  }

  /// A copy from one layout to another.
  init(from: Layout, to: Layout) {
    (memories, scratchBytes) = ([from.memory(), to.memory()], 0)
    var handle: dnnl_primitive_t?
    check(hqnn_reorder_create(&handle, memories[0], memories[1], OneDNN.engine), "a reorder")
    guard let handle else { preconditionFailure("oneDNN made nothing") }
    self.handle = handle
    arguments = [
      dnnl_exec_arg_t(arg: DNNL_ARG_FROM, memory: memories[0]),
      dnnl_exec_arg_t(arg: DNNL_ARG_TO, memory: memories[1]),
    ]
  }

  deinit {
    dnnl_primitive_destroy(handle)
    for memory in memories { dnnl_memory_destroy(memory) }
  }

  func run(_ pointers: UnsafeMutableRawPointer...) {
    let scratch = scratchBytes > 0 ? Storage(bytes: scratchBytes) : nil
    for (memory, pointer) in zip(memories, pointers) {
      check(dnnl_memory_set_data_handle(memory, pointer), "memory")
    }
    if let scratch { check(dnnl_memory_set_data_handle(memories[memories.count - 1], scratch.pointer), "memory") }
    withExtendedLifetime(scratch) {
      check(dnnl_primitive_execute(handle, OneDNN.stream, Int32(arguments.count), arguments), "a primitive")
      check(dnnl_stream_wait(OneDNN.stream), "a primitive")
    }
  }
}
