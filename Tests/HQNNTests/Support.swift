// The C ABI from Swift: calls that must work, tensors from and to arrays.

import CHQNN
import Testing

/// Records a failure with the library's own sentence when the call does not succeed.
func works(_ status: hqnn_status, _ location: SourceLocation = #_sourceLocation) {
  #expect(status == HQNN_OK, "\(String(cString: hqnn_last_error()))", sourceLocation: location)
}

/// What a function stored through its out-parameter.
func made(
  _ location: SourceLocation = #_sourceLocation,
  _ body: (UnsafeMutablePointer<OpaquePointer?>) -> hqnn_status
) -> OpaquePointer? {
  var handle: OpaquePointer?
  works(body(&handle), location)
  return handle
}

func tensor(_ values: [Float], _ shape: [Int64]) -> OpaquePointer? {
  made { out in hqnn_tensor_create(HQNN_FLOAT32, Int64(shape.count), shape, values, out) }
}

func values(_ tensor: OpaquePointer?) -> [Float] {
  var count: Int64 = 0
  works(hqnn_tensor_count(tensor, &count))
  var values = [Float](repeating: 0, count: Int(count))
  works(hqnn_tensor_read(tensor, &values, 4 * values.count))
  return values
}

/// RY(pi x) on four wires, a rotation on each, Z on every wire.
func patchCircuit() -> OpaquePointer? {
  let circuit = made { hqnn_circuit_create(4, $0) }
  for wire in Int64(0)..<4 {
    var angle = hqnn_angle(slot: HQNN_INPUT, index: wire, scale: .pi, offset: 0, other: 0, next: nil)
    works(hqnn_circuit_gate(circuit, "RY", [wire], 1, &angle, 1))
  }
  works(hqnn_circuit_template(circuit, "rot", nil))
  for wire in Int64(0)..<4 { works(hqnn_circuit_measure(circuit, "Z", [wire], 1)) }
  return circuit
}

/// Quanvolution with a fixed filter, flatten, dense 10: not built.
func network() -> OpaquePointer? {
  let circuit = patchCircuit()
  defer { hqnn_circuit_release(circuit) }
  let layers = [
    made { hqnn_layer_quanvolution(circuit, nil, $0) }, made { hqnn_layer_flatten($0) },
    made { hqnn_layer_dense(10, 1, $0) },
  ]
  works(hqnn_layer_set_trainable(layers[0], 0))
  defer { layers.forEach(hqnn_layer_release) }
  return made { hqnn_layer_sequential(layers, 3, $0) }
}

func fitOptions(epochs: Int64, batch: Int64 = 4, seed: UInt64 = 1) -> hqnn_fit_options {
  hqnn_fit_options(
    struct_size: MemoryLayout<hqnn_fit_options>.size, epochs: epochs, batch: batch, seed: seed,
    shuffle: 1, cache_features: 1, callback: nil, context: nil, step_callback: nil,
    loss: HQNN_LOSS_CROSS_ENTROPY, loss_options: nil, objective: nil, targets: nil,
    validation_targets: nil, targets_are_inputs: 0, schedule: nil, clip_norm: 0, clip_value: 0, accumulate: 1,
    monitor: HQNN_MONITOR_AUTOMATIC, patience: 0, min_delta: 0, keep_best: 0, top_k: 0,
    checkpoint: nil, checkpoint_every: 0, checkpoint_keep: 0, resume: nil, adversarial: nil, encoding_penalty: 0)
}

/// The embedded digits, the first `train` and `test` of them, equally many of each class.
func digits(train: Int64, test: Int64) -> (train: OpaquePointer?, test: OpaquePointer?) {
  var whole: (OpaquePointer?, OpaquePointer?)
  works(hqnn_dataset_digits(&whole.0, &whole.1))
  defer {
    hqnn_dataset_release(whole.0)
    hqnn_dataset_release(whole.1)
  }
  let part = { (set: OpaquePointer?, count: Int64) in
    var options = hqnn_subset_options(
      struct_size: MemoryLayout<hqnn_subset_options>.size, count: count, balanced: 1, shuffle: 0,
      seed: 0, classes: nil, class_count: 0)
    return made { hqnn_dataset_subset(set, &options, $0) }
  }
  return (part(whole.0, train), part(whole.1, test))
}
