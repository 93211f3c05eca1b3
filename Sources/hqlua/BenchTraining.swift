// hqlua bench w2, w3, w8: training steps of hybrid and classical networks, and the memory that many of them take.

import CHQNN
import Glibc

/// A model on one fixed batch: forward, cross-entropy, backward, one step of Adam.
private final class BenchStep {
  let model: BenchLayer
  private let dtype: hqnn_dtype
  private let x: BenchTensor
  private let labels: [Int64]
  private var optimizer: OpaquePointer?
  private let weights: [[Double]]

  /// `weights` of the parameters in their order; a parameter beyond them keeps what it was drawn as.
  init(_ layers: [BenchLayer], _ dtype: hqnn_dtype, shape: [Int], classes: Int, weights: [[Double]]) throws {
    let handles = layers.map { Optional($0.handle) }
    model = try withExtendedLifetime(layers) {
      BenchLayer(try made { hqnn_layer_sequential(handles, Int64(handles.count), $0) })
    }
    (self.dtype, self.weights) = (dtype, weights)
    x = try BenchTensor(dtype, shape, uniforms(0, shape.reduce(1, *)))
    labels = uniforms(1, shape[0]).map { Int64(Double(classes) * $0) }
    try model.build(dtype, shape.map(Int64.init))
    try check(hqnn_layer_set_training(model.handle, 1))
    try reset()
  }

  deinit { hqnn_optimizer_release(optimizer) }

  func reset() throws {
    for (i, values) in weights.enumerated() { try model.set(i, dtype, values) }
    hqnn_optimizer_release(optimizer)
    optimizer = try made { hqnn_optimizer_adam(nil, $0) }
    try check(hqnn_optimizer_add_layer(optimizer, model.handle))
  }

  private func loss() throws -> BenchTensor {
    let logits = BenchTensor(try made { hqnn_layer_forward(model.handle, x.handle, $0) })
    return BenchTensor(try made { hqnn_loss_cross_entropy(logits.handle, labels, Int64(labels.count), $0) })
  }

  @discardableResult
  func step() throws -> BenchTensor {
    try check(hqnn_optimizer_zero_gradients(optimizer))
    let loss = try loss()
    try check(hqnn_tensor_backward(loss.handle))
    try check(hqnn_optimizer_step(optimizer))
    return loss
  }

  /// The loss before and after the first step from the given weights, and the norms of first gradients.
  func checks(gradients: [(String, Int)]) throws -> [(String, Double)] {
    try reset()
    var found = [("loss0", try step().values()[0])]
    found.append(("loss1", try loss().values()[0]))
    for (name, index) in gradients {
      let parameter = BenchTensor(try made { hqnn_layer_parameter(model.handle, Int64(index), $0) })
      let gradient = BenchTensor(try made { hqnn_tensor_gradient(parameter.handle, $0) })
      found.append((name, try gradient.values().reduce(0) { $0 + $1 * $1 }.squareRoot()))
    }
    return found
  }
}

private func layer(_ make: (UnsafeMutablePointer<OpaquePointer?>) -> hqnn_status) throws -> BenchLayer {
  BenchLayer(try made(make))
}

private func dense(_ units: Int64) throws -> BenchLayer { try layer { hqnn_layer_dense(units, 1, $0) } }

private func function(_ function: hqnn_function) throws -> BenchLayer {
  try layer { hqnn_layer_function(function, $0) }
}

private func convolution(_ filters: Int64, kernel: Int64 = 3, stride: Int64 = 1, padding: Int64 = 1) throws -> BenchLayer {
  var options = hqnn_conv2d_options()
  options.struct_size = MemoryLayout<hqnn_conv2d_options>.size
  options.filters = filters
  (options.kernel_height, options.kernel_width) = (kernel, kernel)
  (options.stride_height, options.stride_width) = (stride, stride)
  (options.padding_height, options.padding_width) = (padding, padding)
  (options.dilation_height, options.dilation_width, options.groups) = (1, 1, 1)
  options.bias = 1
  return try layer { hqnn_layer_conv2d(&options, $0) }
}

private func halving() throws -> BenchLayer {
  var options = hqnn_pool_options()
  options.struct_size = MemoryLayout<hqnn_pool_options>.size
  (options.function, options.dimensions) = (HQNN_POOL_MAX, 2)
  (options.kernel_height, options.kernel_width) = (2, 2)
  return try layer { hqnn_layer_pool(&options, $0) }
}

/// RY of the inputs where they are angles, then layers of rotations and rings, ⟨Z⟩ of every wire.
private func ringCircuit(amplitudes: Bool, rotations: [String]) throws -> BenchCircuit {
  let circuit = try BenchCircuit(wires: 4)
  if amplitudes {
    var options = hqnn_amplitude_options()
    options.struct_size = MemoryLayout<hqnn_amplitude_options>.size
    options.normalize = 1
    try check(hqnn_circuit_amplitudes(circuit.handle, &options))
  } else {
    for q in 0..<4 { try circuit.gate("RY", [q], [.pixel(q)]) }
  }
  for l in 0..<2 {
    for q in 0..<4 {
      for (i, name) in rotations.enumerated() {
        try circuit.gate(name, [q], [.weight((l * 4 + q) * rotations.count + i)])
      }
    }
    for q in 0..<4 { try circuit.gate("CNOT", [q, (q + 1) % 4]) }
  }
  try circuit.measureEachZ(4)
  return circuit
}

private func patchRings() throws -> BenchLayer {
  try quanvolution(ringCircuit(amplitudes: false, rotations: ["RY", "RZ"]))
}

/// The network of W2 with what stands between the sigmoid and the last layer.
private func hybrid(_ dtype: hqnn_dtype, _ middle: [BenchLayer], _ weights: [[Double]]) throws -> BenchStep {
  try BenchStep(
    [try convolution(8), try function(HQNN_RELU), try halving(), try convolution(1), try function(HQNN_SIGMOID)]
      + middle + [try layer { hqnn_layer_flatten($0) }, try dense(10)],
    dtype, shape: [64, 1, 28, 28], classes: 10,
    weights: [fan(10, 72, 9), fan(11, 8, 9), fan(12, 72, 72), fan(13, 1, 72)] + weights
      + [fan(15, 1960, 196), fan(16, 10, 196)])
}

private let types: [(hqnn_dtype, String)] = [(HQNN_FLOAT32, "c64"), (HQNN_FLOAT64, "c128")]

/// The hybrid step, and the same with a dense layer on every patch, and on all patches, instead of the circuit.
func benchHybridStep(_ meter: Meter) throws {
  for (dtype, name) in types {
    let quantum = try hybrid(dtype, [try patchRings()], [angles(14, 16)])
    let perPatch = try hybrid(
      dtype, [try convolution(4, kernel: 2, stride: 2, padding: 0)], [fan(17, 16, 4), fan(18, 4, 4)])
    let whole = try hybrid(
      dtype, [try layer { hqnn_layer_flatten($0) }, try dense(196)], [fan(17, 196 * 196, 196), fan(18, 196, 196)])
    let rows = [
      ("W2", quantum, [("gradnorm_q", 4), ("gradnorm_first", 0)]), ("W2 twin, dense 4x4 per patch", perPatch, []),
      ("W2 twin, dense 196x196", whole, []),
    ]
    for (work, step, norms) in rows {
      let checks = try step.checks(gradients: norms)
      let timing = try meter.time { try step.step() }
      meter.report(
        work, [("batch", "64"), ("qubits", "4"), ("dtype", quoted(name)), ("circuits", work == "W2" ? "3136" : "0")],
        timing, items: 1, unit: "steps/s", check: checks[1].1, checks: checks)
    }
    try compare(meter, name, rows.map { $0.1 })
  }
}

private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// The three steps in turn, so that all see the machine at the same speed: medians of the hybrid's time over a twin's.
private func compare(_ meter: Meter, _ type: String, _ steps: [BenchStep]) throws {
  var times: [[Double]] = []
  for round in 0..<(meter.quick ? 3 : 300) {
    let turn = try steps.map { step in try meter.once { try step.step() } }
    if round > 1 { times.append(turn.map(\.median)) }
  }
  let own = times.map { $0[0] }
  meter.report(
    "W2 over twin", [("batch", "64"), ("dtype", quoted(type))],
    Timing(first: own[0], reps: own.count, median: median(own), minimum: own.min()!, otherCPU: 0), items: 1,
    unit: "steps/s", check: nil,
    checks: [
      ("over_dense_per_patch", median(times.map { $0[0] / $0[1] })),
      ("over_dense_196x196", median(times.map { $0[0] / $0[2] })),
    ])
}

func benchAmplitudeStep(_ meter: Meter) throws {
  for (dtype, name) in types {
    let circuit = try ringCircuit(amplitudes: true, rotations: ["RX"])
    let step = try BenchStep(
      [
        try dense(256), try function(HQNN_RELU), try dense(16),
        try layer { hqnn_layer_quantum(circuit.handle, nil, $0) }, try dense(128), try function(HQNN_RELU),
        try dense(10),
      ], dtype, shape: [64, 512], classes: 10,
      weights: [
        fan(20, 256 * 512, 512), fan(21, 256, 512), fan(22, 16 * 256, 256), fan(23, 16, 256), angles(24, 8),
        fan(25, 512, 4), fan(26, 128, 4), fan(27, 1280, 128), fan(28, 10, 128),
      ])
    let checks = try step.checks(gradients: [("gradnorm_q", 4), ("gradnorm_first", 0)])
    let timing = try meter.time { try step.step() }
    meter.report(
      "W3", [("batch", "64"), ("qubits", "4"), ("dtype", quoted(name)), ("circuits", "64")], timing, items: 1,
      unit: "steps/s", check: checks[1].1, checks: checks)
  }
}

/// The network of W8a.
private func smallNetwork() throws -> BenchStep {
  try BenchStep(
    [
      try convolution(32), try function(HQNN_RELU), try halving(), try convolution(64), try function(HQNN_RELU),
      try halving(), try layer { hqnn_layer_flatten($0) }, try dense(128), try function(HQNN_RELU), try dense(10),
    ], HQNN_FLOAT32, shape: [64, 1, 28, 28], classes: 10,
    weights: [
      fan(80, 288, 9), fan(81, 32, 9), fan(82, 64 * 288, 288), fan(83, 64, 288), fan(84, 128 * 3136, 3136),
      fan(85, 128, 3136), fan(86, 1280, 128), fan(87, 10, 128),
    ])
}

/// Epochs of a fit and as many steps on one fixed batch, in turn, so that both see the machine at the same speed.
private struct InTurn {
  let network: BenchStep
  let steps: Int
  var fitted: [Double] = []
  var plain: [Double] = []
  var error: Error?

  /// The first epochs warm both up.
  mutating func epoch(_ meter: Meter, _ progress: hqnn_fit_progress) throws {
    let timing = try meter.once { for _ in 0..<steps { try network.step() } }
    guard meter.quick || progress.epoch > 1 else { return }
    fitted.append(progress.seconds / Double(steps))
    plain.append(timing.median / Double(steps))
  }
}

/// Steps of W8a inside hqnn_layer_fit, with shuffled samples, beside the same on one batch.
func benchLoader(_ meter: Meter) throws {
  let steps = 20
  let count = 64 * steps
  let model = try smallNetwork().model
  let images = try BenchTensor(HQNN_FLOAT32, [count, 1, 28, 28], uniforms(0, count * 784))
  let labels = uniforms(1, count).map { Int64(10 * $0) }
  let data = try made { hqnn_dataset_create(images.handle, labels, Int64(count), 10, $0) }
  defer { hqnn_dataset_release(data) }
  let optimizer = try made { hqnn_optimizer_adam(nil, $0) }
  defer { hqnn_optimizer_release(optimizer) }
  var turns = (meter: meter, times: InTurn(network: try smallNetwork(), steps: steps))
  try withUnsafeMutablePointer(to: &turns) { turns in
    var options = hqnn_fit_options()
    options.struct_size = MemoryLayout<hqnn_fit_options>.size
    (options.epochs, options.batch, options.shuffle) = (meter.quick ? 2 : 32, 64, 1)
    options.context = UnsafeMutableRawPointer(turns)
    options.callback = { context, progress in
      guard let progress, progress.pointee.epoch_done != 0 else { return 0 }
      let turns = context!.assumingMemoryBound(to: (meter: Meter, times: InTurn).self)
      do { try turns.pointee.times.epoch(turns.pointee.meter, progress.pointee) } catch {
        turns.pointee.times.error = error
        return 1
      }
      return 0
    }
    let status = hqnn_layer_fit(model.handle, data, nil, optimizer, &options)
    if let error = turns.pointee.times.error { throw error }
    try check(status)
  }
  let (fitted, plain) = (turns.times.fitted, turns.times.plain)
  let timing = Timing(
    first: fitted[0], reps: fitted.count, median: median(fitted), minimum: fitted.min()!, otherCPU: 0)
  meter.report(
    "loader", [("workload", quoted("W8a")), ("batch", "64"), ("dtype", quoted("f32"))], timing, items: 1,
    unit: "steps/s", check: nil,
    checks: [
      ("plain_median_s", median(plain)), ("plain_min_s", plain.min()!),
      ("overhead_median", median(zip(fitted, plain).map { $0 / $1 }) - 1),
      ("overhead_min", fitted.min()! / plain.min()! - 1),
    ])
}

func benchClassicalStep(_ meter: Meter) throws {
  let small = try smallNetwork()
  var layers: [BenchLayer] = []
  var weights: [[Double]] = []
  let widths = [3, 64, 128, 256, 512]
  for i in 0..<4 {
    layers += [
      try convolution(Int64(widths[i + 1])), try layer { hqnn_layer_batch_norm(nil, $0) }, try function(HQNN_RELU),
      try halving(),
    ]
    let inputs = widths[i] * 9
    weights += [
      fan(UInt64(100 + 2 * i), widths[i + 1] * inputs, inputs), fan(UInt64(101 + 2 * i), widths[i + 1], inputs),
      Array(repeating: 1, count: widths[i + 1]), Array(repeating: 0, count: widths[i + 1]),
    ]
  }
  layers += [
    try layer { hqnn_layer_adaptive_pool(HQNN_POOL_AVERAGE, 1, 1, $0) }, try layer { hqnn_layer_flatten($0) },
    try dense(256), try function(HQNN_RELU), try dense(100),
  ]
  weights += [fan(108, 256 * 512, 512), fan(109, 256, 512), fan(110, 25600, 256), fan(111, 100, 256)]
  let deep = try BenchStep(layers, HQNN_FLOAT32, shape: [32, 3, 32, 32], classes: 100, weights: weights)
  for (work, step, batch) in [("W8a", small, 64), ("W8b", deep, 32)] {
    let checks = try step.checks(gradients: [])
    let timing = try meter.time { try step.step() }
    meter.report(
      work, [("batch", "\(batch)"), ("dtype", quoted("f32"))], timing, items: Double(batch), unit: "images/s",
      check: checks[0].1, checks: checks)
  }
}

/// Resident memory before and after many steps of W2.
func benchMemory(_ meter: Meter) throws {
  let step = try hybrid(HQNN_FLOAT32, [try patchRings()], [angles(14, 16)])
  for _ in 0..<100 { try step.step() }
  let count = meter.quick ? 100 : 10_000
  let (before, timing) = (residentBytes(), try meter.once { for _ in 0..<count { try step.step() } })
  let after = residentBytes()
  meter.report(
    "memory", [("workload", quoted("W2")), ("steps", "\(count)"), ("dtype", quoted("c64"))], timing,
    items: Double(count), unit: "steps/s", check: nil,
    checks: [("rss_start_bytes", Double(before)), ("rss_end_bytes", Double(after))])
}

/// Pages that are in memory now, from the second number of /proc/self/statm.
private func residentBytes() -> Int {
  guard let file = fopen("/proc/self/statm", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 128)
  guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
  let fields = String(cString: line).split(separator: " ").compactMap { Int($0) }
  return fields.count > 1 ? fields[1] * sysconf(Int32(_SC_PAGESIZE)) : 0
}
