// hqlua bench w6: parameter-shift gradients of every sample of a batch.

import CHQNN

func benchShifts(_ meter: Meter) throws {
  let layers = 4
  for qubits in [4, 8, 12] {
    let circuit = try BenchCircuit(wires: qubits)
    for q in 0..<qubits { try circuit.gate("RY", [q], [.input(q)]) }
    for layer in 0..<layers {
      for q in 0..<qubits {
        try circuit.gate("RY", [q], [.weight((layer * qubits + q) * 2)])
        try circuit.gate("RZ", [q], [.weight((layer * qubits + q) * 2 + 1)])
      }
      for q in 0..<qubits { try circuit.gate("CNOT", [q, (q + 1) % qubits]) }
    }
    try circuit.measureSum(qubits)
    for batch in [1, 64] {
      for (dtype, name) in [(HQNN_FLOAT32, "c64"), (HQNN_FLOAT64, "c128")] {
        let x = try BenchTensor(dtype, [batch, qubits], uniforms(0, batch * qubits).map { .pi * $0 })
        let w = try BenchTensor(dtype, [2 * layers * qubits], angles(60, 2 * layers * qubits))
        var options = hqnn_run_options(
          struct_size: MemoryLayout<hqnn_run_options>.size, method: HQNN_METHOD_AUTOMATIC,
          differentiation: HQNN_DIFF_PARAMETER_SHIFT, step: 1e-4, shots: 0, seed: 0, trajectories: 1000, directions: 1)
        var gradient: BenchTensor?
        let timing = try meter.time {
          gradient = BenchTensor(
            try made { hqnn_circuit_sample_gradients(circuit.handle, x.handle, w.handle, nil, &options, $0) })
        }
        let evaluations = 4 * layers * qubits * batch
        meter.report(
          "W6",
          [
            ("qubits", "\(qubits)"), ("layers", "\(layers)"), ("batch", "\(batch)"), ("dtype", quoted(name)),
            ("circuit_evals", "\(evaluations)"),
          ], timing, items: Double(evaluations), unit: "circuit-evals/s", check: checksum(try gradient!.values()))
      }
    }
  }
}
