// W1 and W4 and the training steps: networks whose first layer is a circuit over 2x2 patches.

import CHQNN

/// RY(π x) on each of 4 wires, then W1a: rotations, ZZ; W1b: ZZ, rotations; W1c: both, twice.
private func patchCircuit(_ variant: String) throws -> BenchCircuit {
  let circuit = try BenchCircuit(wires: 4)
  func rotations(_ layer: Int) throws {
    for q in 0..<4 { try circuit.gate("Rot", [q], (0..<3).map { .weight((layer * 4 + q) * 3 + $0) }) }
  }
  func entangle() throws {
    for p in 0..<4 { for q in 0..<4 where p < q { try circuit.gate("IsingZZ", [p, q], [.constant(1)]) } }
  }
  for q in 0..<4 { try circuit.gate("RY", [q], [.pixel(q)]) }
  switch variant {
  case "a":
    try rotations(0)
    try entangle()
  case "b":
    try entangle()
    try rotations(0)
  default:
    for layer in 0..<2 {
      try rotations(layer)
      try entangle()
    }
  }
  try circuit.measureEachZ(4)
  return circuit
}

/// The circuit over 2x2 patches with stride 2, channels last.
func quanvolution(_ circuit: BenchCircuit) throws -> BenchLayer {
  var options = hqnn_quanvolution_options()
  options.struct_size = MemoryLayout<hqnn_quanvolution_options>.size
  (options.kernel_height, options.kernel_width) = (2, 2)
  (options.stride_height, options.stride_width) = (2, 2)
  options.channels_last = 1
  options.exact_fit = 1
  (options.dilation_height, options.dilation_width, options.filters) = (1, 1, 1)
  options.run = hqnn_run_options(
    struct_size: MemoryLayout<hqnn_run_options>.size, method: HQNN_METHOD_AUTOMATIC,
    differentiation: HQNN_DIFF_ADJOINT, step: 1e-4, shots: 0, seed: 0, trajectories: 1000, directions: 1)
  return BenchLayer(try made { hqnn_layer_quanvolution(circuit.handle, &options, $0) })
}

private let types: [(hqnn_dtype, String)] = [(HQNN_FLOAT32, "c64"), (HQNN_FLOAT64, "c128")]

func benchQuanvolution(_ meter: Meter) throws {
  for variant in ["a", "b", "c"] {
    for (dtype, name) in types {
      for count in [1, 64, 512] {
        let layer = try quanvolution(patchCircuit(variant))
        try layer.build(dtype, [1, 1, 28, 28])
        try layer.set(0, dtype, angles(2, variant == "c" ? 24 : 12))
        let images = try BenchTensor(dtype, [count, 1, 28, 28], uniforms(0, count * 784))
        let output = BenchTensor(try made { hqnn_layer_infer(layer.handle, images.handle, $0) })
        let timing = try meter.time {
          hqnn_tensor_release(try made { hqnn_layer_infer(layer.handle, images.handle, $0) })
        }
        meter.report(
          "W1" + variant,
          [("images", "\(count)"), ("patches", "\(count * 196)"), ("qubits", "4"), ("dtype", quoted(name))],
          timing, items: Double(count * 196), unit: "patches/s", check: checksum(try output.values()))
      }
    }
  }
}

private func sequential(_ layers: [BenchLayer]) throws -> BenchLayer {
  let handles = layers.map { Optional($0.handle) }
  return BenchLayer(try made { hqnn_layer_sequential(handles, Int64(handles.count), $0) })
}

private func classifier(_ circuit: BenchCircuit, frozen: Bool) throws -> BenchLayer {
  let first = try quanvolution(circuit)
  if frozen { try check(hqnn_layer_set_trainable(first.handle, 0)) }
  return try sequential([
    first, BenchLayer(try made { hqnn_layer_flatten($0) }),
    BenchLayer(try made { hqnn_layer_dense(10, 1, $0) }),
  ])
}

/// The network of W4: a quanvolution that is not trained, and a dense layer.
func patchClassifier(_ dtype: hqnn_dtype) throws -> BenchLayer {
  let model = try classifier(patchCircuit("b"), frozen: true)
  try model.build(dtype, [1, 1, 28, 28])
  try model.set(0, dtype, angles(2, 12))
  try model.set(1, dtype, fan(3, 7840, 784))
  try model.set(2, dtype, fan(4, 10, 784))
  return model
}

func benchAttack(_ meter: Meter) throws {
  let count = 64
  for (dtype, name) in types {
    let model = try patchClassifier(dtype)
    let values = uniforms(0, count * 784)
    let images = try BenchTensor(dtype, [count, 1, 28, 28], values)
    let labels = uniforms(1, count).map { Int64(10 * $0) }
    let plan = try made {
      hqnn_attack_create("pgd", "{\"eps\": 0.3, \"alpha\": 0.03, \"steps\": 10}", $0)
    }
    defer { hqnn_attack_release(plan) }
    func attack() throws -> BenchTensor {
      BenchTensor(try made { hqnn_attack_run(plan, model.handle, images.handle, labels, Int64(count), nil, $0, nil) })
    }
    func loss(_ images: BenchTensor) throws -> Double {
      let logits = BenchTensor(try made { hqnn_layer_infer(model.handle, images.handle, $0) })
      let loss = BenchTensor(try made { hqnn_loss_cross_entropy(logits.handle, labels, Int64(count), $0) })
      return try loss.values()[0]
    }
    let adversarial = try attack()
    let moved = try adversarial.values()
    let largest = zip(moved, try images.values()).map { abs($0 - $1) }.max()!
    let timing = try meter.time { _ = try attack() }
    meter.report(
      "W4", [("images", "\(count)"), ("steps", "10"), ("dtype", quoted(name))], timing,
      items: Double(count), unit: "images/s", check: checksum(moved),
      checks: [("loss0", try loss(images)), ("loss_adv", try loss(adversarial)), ("max_change", largest)])
  }
}

/// Steps of Adam at batch 4 inside hqnn_layer_fit: the last of some epochs over 4,000 images.  The filter is
/// the template zz_full (Rot, then ZZ on all pairs), or that with RX on each wire behind it.
func benchSteps(_ meter: Meter) throws {
  let count = 4000
  for (name, behind, frozen) in [
    ("zz_full, trainable", false, false), ("zz_full + RX, trainable", true, false),
    ("zz_full, frozen and cached", false, true),
  ] {
    let circuit = try BenchCircuit(wires: 4)
    for q in 0..<4 { try circuit.gate("RY", [q], [.pixel(q)]) }
    try check(hqnn_circuit_template(circuit.handle, "zz_full", nil))
    if behind { for q in 0..<4 { try circuit.gate("RX", [q], [.weight(18 + q)]) } }
    try circuit.measureEachZ(4)
    let model = try classifier(circuit, frozen: frozen)
    let images = try BenchTensor(HQNN_FLOAT32, [count, 1, 28, 28], uniforms(0, count * 784))
    let labels = uniforms(1, count).map { Int64(10 * $0) }
    let data = try made { hqnn_dataset_create(images.handle, labels, Int64(count), 10, $0) }
    defer { hqnn_dataset_release(data) }
    var times = EpochTimes()
    for _ in 0..<(meter.quick ? 1 : 5) {
      let optimizer = try made { hqnn_optimizer_adam(nil, $0) }
      defer { hqnn_optimizer_release(optimizer) }
      try withUnsafeMutablePointer(to: &times) { times in
        var options = hqnn_fit_options()
        options.struct_size = MemoryLayout<hqnn_fit_options>.size
        (options.epochs, options.batch, options.shuffle, options.cache_features) = (meter.quick ? 2 : 4, 4, 1, 1)
        options.context = UnsafeMutableRawPointer(times)
        options.callback = { context, progress in
          if let progress, progress.pointee.epoch_done != 0, progress.pointee.epoch > 0 {
            let times = context!.assumingMemoryBound(to: EpochTimes.self)
            times.pointee.seconds.append(progress.pointee.seconds)
            times.pointee.loss = progress.pointee.loss
          }
          return 0
        }
        try check(hqnn_layer_fit(model.handle, data, nil, optimizer, &options))
      }
    }
    let sorted = times.seconds.sorted()
    let steps = Double(count / 4)
    let timing = Timing(
      first: sorted[sorted.count / 2] / steps, reps: sorted.count, median: sorted[sorted.count / 2] / steps,
      minimum: sorted[0] / steps, otherCPU: 0)
    meter.report(
      "step", [("filter", quoted(name)), ("batch", "4"), ("dtype", quoted("c64"))], timing, items: 1,
      unit: "steps/s", check: times.loss)
  }
}

/// Seconds of epochs, as the progress of a fit tells them.
struct EpochTimes {
  var seconds: [Double] = []
  var loss = 0.0
}
