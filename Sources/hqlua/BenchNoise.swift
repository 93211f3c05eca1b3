// W7: circuits with depolarizing noise behind every gate, exact, with weights that stay and weights that change.

import CHQNN

/// RY(x) on each wire; twice RY, RZ on each wire and a ring of CNOT; noise on every wire of every gate.
private func noisyCircuit(_ n: Int, _ p: Double) throws -> BenchCircuit {
  let circuit = try BenchCircuit(wires: n)
  for q in 0..<n { try circuit.gate("RY", [q], [hqnn_angle(slot: HQNN_INPUT, index: Int64(q), scale: 1, offset: 0, other: 0, next: nil)]) }
  for layer in 0..<2 {
    for q in 0..<n {
      try circuit.gate("RY", [q], [.weight((layer * n + q) * 2)])
      try circuit.gate("RZ", [q], [.weight((layer * n + q) * 2 + 1)])
    }
    for q in 0..<n { try circuit.gate("CNOT", [q, (q + 1) % n]) }
  }
  try circuit.measureEachZ(n)
  let noise = try made { hqnn_noise_create($0) }
  defer { hqnn_noise_release(noise) }
  let channel = try made { hqnn_channel_create("depolarizing", [p], 1, $0) }
  defer { hqnn_channel_release(channel) }
  try check(hqnn_noise_add(noise, "all", channel))
  return BenchCircuit(try made { hqnn_circuit_noisy(circuit.handle, noise, $0) })
}

/// "same": the folded noise is kept between calls; "fresh": every call has weights of its own, as in training.
/// "density": the same without the product form, sample by sample.
func benchNoise(_ meter: Meter) throws {
  let p = 0.01
  for n in [4, 6, 8] {
    for batch in [1, 16] {
      for (dtype, name) in [(HQNN_FLOAT32, "c64"), (HQNN_FLOAT64, "c128")] {
        let circuit = try noisyCircuit(n, p)
        let inputs = try BenchTensor(dtype, [batch, n], uniforms(0, batch * n).map { .pi * $0 })
        let values = angles(70, 4 * n)
        let weights = try BenchTensor(dtype, [4 * n], values)
        let others = try BenchTensor(dtype, [4 * n], values.map { $0 + 0.1 })
        for kind in ["same", "fresh", "density"] {
          var options = hqnn_run_options(
            struct_size: MemoryLayout<hqnn_run_options>.size,
            method: kind == "density" ? HQNN_METHOD_DENSITY : HQNN_METHOD_AUTOMATIC,
            differentiation: HQNN_DIFF_ADJOINT, step: 1e-4, shots: 0, seed: 0, trajectories: 1, directions: 1)
          func run(_ weights: BenchTensor) throws -> OpaquePointer {
            try made { hqnn_circuit_expect(circuit.handle, inputs.handle, weights.handle, &options, $0) }
          }
          let output = BenchTensor(try run(weights))
          var turn = 0
          let timing = try meter.time {
            turn += 1
            hqnn_tensor_release(try run(kind == "fresh" && turn % 2 == 1 ? others : weights))
          }
          meter.report(
            "W7",
            [
              ("qubits", "\(n)"), ("layers", "2"), ("batch", "\(batch)"), ("p", "\(p)"), ("dtype", quoted(name)),
              ("weights", quoted(kind == "density" ? "fresh" : kind)), ("method", quoted(kind == "density" ? "density" : "automatic")),
            ], timing, items: Double(batch), unit: "circuits/s", check: checksum(try output.values()))
        }
      }
    }
  }
}
