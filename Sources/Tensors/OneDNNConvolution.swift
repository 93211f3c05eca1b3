// Convolutions through oneDNN: primitives made once per form and kept.
// oneDNN's versions differ only in Sources/COneDNN/shim.h.

import COneDNN

/// One convolution of a fixed form: the primitive, and copies into and out of the layouts it wants.
final class OneDNNConvolution {
  enum Pass: Hashable { case forward, backwardImages, backwardWeights }
  enum Operand: Hashable, CaseIterable { case source, weights, bias, destination }

  /// An operand as the caller has it, and as the primitive wants it where that differs.
  private struct Memory {
    let plain: dnnl_memory_t
    let wanted: dnnl_memory_t
    /// Copies plain to wanted for what is read, wanted to plain for what is written.
    let reorder: dnnl_primitive_t?
    let argument: Int32
    let isResult: Bool
  }

  private let primitive: dnnl_primitive_t
  private var memories: [Operand: Memory] = [:]
  private let scratchpad: dnnl_memory_t
  /// One form is run by one thread at a time: its memory handles are set for each run.
  private let lock = Mutex()

  private init(_ form: ConvolutionForm, _ pass: Pass, hasBias: Bool) {
    let dims: [Operand: [Int]] = [
      .source: [form.batch, form.channels, form.height, form.width],
      .weights: [form.filters, form.channels, form.kernelHeight, form.kernelWidth],
      .bias: [form.filters],
      .destination: [form.batch, form.filters, form.outputHeight, form.outputWidth],
    ]
    func sizes(_ operand: Operand) -> [dnnl_dim_t] { (dims[operand] ?? []).map(dnnl_dim_t.init) }
    var descriptor: dnnl_primitive_desc_t?
    check(
      hqnn_convolution_create(
        &descriptor, OneDNN.engine, pass.code, sizes(.source), sizes(.weights),
        hasBias ? sizes(.bias) : nil, sizes(.destination),
        [form.strideHeight, form.strideWidth].map(dnnl_dim_t.init),
        [form.paddingHeight, form.paddingWidth].map(dnnl_dim_t.init)), "a convolution")
    guard let descriptor else { preconditionFailure("oneDNN made nothing") }
    defer { dnnl_primitive_desc_destroy(descriptor) }
    var primitive: dnnl_primitive_t?
    check(dnnl_primitive_create(&primitive, descriptor), "a convolution")
    guard let primitive else { preconditionFailure("oneDNN made nothing") }
    self.primitive = primitive
    var scratchpad: dnnl_memory_t?
    check(hqnn_memory_wanted(&scratchpad, descriptor, dnnl_query_scratchpad_md, OneDNN.engine), "memory")
    guard let scratchpad else { preconditionFailure("oneDNN made nothing") }
    self.scratchpad = scratchpad
    for operand in Operand.allCases where operand != .bias || hasBias {
      memories[operand] = Self.memory(operand, sizes(operand), pass, descriptor)
    }
  }

  private static func memory(
    _ operand: Operand, _ sizes: [dnnl_dim_t], _ pass: Pass, _ descriptor: dnnl_primitive_desc_t
  ) -> Memory {
    let (argument, query, isResult) = pass.role(of: operand)
    var plain: dnnl_memory_t?
    check(hqnn_memory_plain(&plain, OneDNN.engine, Int32(sizes.count), sizes), "memory")
    guard let plain else { preconditionFailure("oneDNN made nothing") }
    // Biases are always plain.
    if operand == .bias || hqnn_memory_fits(plain, descriptor, query) != 0 {
      return Memory(plain: plain, wanted: plain, reorder: nil, argument: argument, isResult: isResult)
    }
    var (wanted, reorder): (dnnl_memory_t?, dnnl_primitive_t?)
    check(hqnn_memory_wanted(&wanted, descriptor, query, OneDNN.engine), "memory")
    guard let wanted else { preconditionFailure("oneDNN made nothing") }
    let (from, to) = isResult ? (wanted, plain) : (plain, wanted)
    check(hqnn_reorder_create(&reorder, from, to, OneDNN.engine), "a reorder")
    return Memory(plain: plain, wanted: wanted, reorder: reorder, argument: argument, isResult: isResult)
  }

  deinit {
    dnnl_primitive_destroy(primitive)
    dnnl_memory_destroy(scratchpad)
    for memory in memories.values {
      if let reorder = memory.reorder {
        dnnl_primitive_destroy(reorder)
        dnnl_memory_destroy(memory.wanted)
      }
      dnnl_memory_destroy(memory.plain)
    }
  }

  /// Runs the pass on the caller's memory.
  func run(_ tensors: [Operand: Tensor?]) {
    lock.locked {
      for (operand, memory) in memories {
        guard let tensor = tensors[operand] ?? nil else { preconditionFailure("\(operand) is missing") }
        check(dnnl_memory_set_data_handle(memory.plain, tensor.raw), "memory")
        if !memory.isResult { copy(memory, from: memory.plain, to: memory.wanted) }
      }
      let arguments =
        memories.values.map { dnnl_exec_arg_t(arg: $0.argument, memory: $0.wanted) }
        + [dnnl_exec_arg_t(arg: DNNL_ARG_SCRATCHPAD, memory: scratchpad)]
      check(
        dnnl_primitive_execute(primitive, OneDNN.stream, Int32(arguments.count), arguments),
        "a convolution")
      for memory in memories.values where memory.isResult {
        copy(memory, from: memory.wanted, to: memory.plain)
      }
      check(dnnl_stream_wait(OneDNN.stream), "a convolution")
    }
  }

  private func copy(_ memory: Memory, from: dnnl_memory_t, to: dnnl_memory_t) {
    guard let reorder = memory.reorder else { return }
    let arguments = [
      dnnl_exec_arg_t(arg: DNNL_ARG_FROM, memory: from), dnnl_exec_arg_t(arg: DNNL_ARG_TO, memory: to),
    ]
    check(dnnl_primitive_execute(reorder, OneDNN.stream, 2, arguments), "a reorder")
  }

  // MARK: the cache

  private struct Key: Hashable {
    let form: ConvolutionForm
    let pass: Pass
    let hasBias: Bool
  }

  /// At most this many; then all are made anew, which costs a millisecond each.
  private static let limit = 256
  nonisolated(unsafe) private static var cache: [Key: OneDNNConvolution] = [:]
  private static let cacheLock = Mutex()

  static func cached(_ form: ConvolutionForm, _ pass: Pass, hasBias: Bool) -> OneDNNConvolution {
    let key = Key(form: form, pass: pass, hasBias: hasBias)
    return cacheLock.locked {
      if let found = cache[key] { return found }
      if cache.count >= limit { cache.removeAll() }
      let made = OneDNNConvolution(form, pass, hasBias: hasBias)
      cache[key] = made
      return made
    }
  }
}

extension OneDNNConvolution.Pass {
  fileprivate var code: hqnn_pass {
    switch self {
    case .forward: hqnn_forward
    case .backwardImages: hqnn_backward_data
    case .backwardWeights: hqnn_backward_weights
    }
  }

  /// The argument's number, how its layout is asked for, and whether the pass writes it.
  fileprivate func role(of operand: OneDNNConvolution.Operand) -> (Int32, dnnl_query_t, Bool) {
    switch (self, operand) {
    case (.forward, .source): (DNNL_ARG_SRC, dnnl_query_src_md, false)
    case (.forward, .weights): (DNNL_ARG_WEIGHTS, dnnl_query_weights_md, false)
    case (.forward, .destination): (DNNL_ARG_DST, dnnl_query_dst_md, true)
    case (.backwardImages, .source): (DNNL_ARG_DIFF_SRC, dnnl_query_diff_src_md, true)
    case (.backwardImages, .weights): (DNNL_ARG_WEIGHTS, dnnl_query_weights_md, false)
    case (.backwardWeights, .source): (DNNL_ARG_SRC, dnnl_query_src_md, false)
    case (.backwardWeights, .weights): (DNNL_ARG_DIFF_WEIGHTS, dnnl_query_diff_weights_md, true)
    case (_, .destination): (DNNL_ARG_DIFF_DST, dnnl_query_diff_dst_md, false)
    case (_, .bias): (DNNL_ARG_BIAS, dnnl_query_weights_md, false)
    }
  }
}
