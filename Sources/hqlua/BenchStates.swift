// hqlua bench w5, w5c, w5d: one large state.

import CHQNN
import Glibc

private let types: [(hqnn_dtype, String)] = [(HQNN_FLOAT32, "c64"), (HQNN_FLOAT64, "c128")]

/// Two layers of Rot on every wire and a ring of CNOTs, <Z_0>: forward (W5a) and gradient (W5b).
func benchLargeStates(_ meter: Meter) throws {
  for qubits in [16, 20, 22, 24] {
    let circuit = try BenchCircuit(wires: qubits)
    for layer in 0..<2 {
      for q in 0..<qubits {
        try circuit.gate("Rot", [q], (0..<3).map { .weight((layer * qubits + q) * 3 + $0) })
      }
      for q in 0..<qubits { try circuit.gate("CNOT", [q, (q + layer % (qubits - 1) + 1) % qubits]) }
    }
    try circuit.measureEachZ(1)
    let weights = uniforms(40, 6 * qubits).map { .pi / 4 * $0 }
    for (dtype, name) in types {
      let w = try BenchTensor(dtype, [6 * qubits], weights)
      var options = hqnn_run_options_state
      var value: BenchTensor?
      var timing = try meter.time {
        value = BenchTensor(try made { hqnn_circuit_expect(circuit.handle, nil, w.handle, &options, $0) })
      }
      let params = [("qubits", "\(qubits)"), ("dtype", quoted(name)), ("gates", "\(4 * qubits)")]
      meter.report("W5a", params, timing, items: 1, unit: "circuits/s", check: try value!.values()[0])
      var gradient: BenchTensor?
      timing = try meter.time {
        gradient = BenchTensor(
          try made { hqnn_circuit_gradient(circuit.handle, nil, w.handle, nil, &options, nil, $0) })
      }
      meter.report("W5b", params, timing, items: 1, unit: "gradients/s", check: checksum(try gradient!.values()))
    }
  }
}

private let hqnn_run_options_state = hqnn_run_options(
  struct_size: MemoryLayout<hqnn_run_options>.size, method: HQNN_METHOD_STATE, differentiation: HQNN_DIFF_ADJOINT,
  step: 1e-4, shots: 0, seed: 0, trajectories: 1000, directions: 1)

/// A state that is released with its last reference.
private final class BenchState {
  let handle: OpaquePointer
  init(wires: Int, _ dtype: hqnn_dtype) throws { handle = try made { hqnn_state_create(Int64(wires), dtype, $0) } }
  deinit { hqnn_state_release(handle) }

  func apply(_ circuit: BenchCircuit) throws { try check(hqnn_state_apply(handle, circuit.handle, nil, nil)) }

  func expect(_ word: String, _ wire: Int) throws -> Double {
    var value = 0.0
    try check(hqnn_state_expect(handle, word, [Int64(wire)], 1, &value))
    return value
  }
}

/// One gate at a time on a state of 24 qubits, every target in turn, beside what memory itself gives.
func benchSingleGates(_ meter: Meter) throws {
  let qubits = 24
  func sweep(_ name: String) throws -> [BenchCircuit] {
    try (0..<qubits).map { t in
      let circuit = try BenchCircuit(wires: qubits)
      let angle: [hqnn_angle] = name == "RX" || name == "IsingZZ" ? [.constant(0.1 * Double(t + 1))] : []
      try circuit.gate(name, name == "H" || name == "RX" ? [t] : [t, (t + 1) % qubits], angle)
      return circuit
    }
  }
  for (dtype, name) in types {
    let state = try BenchState(wires: qubits, dtype)
    for gate in ["RX", "CNOT", "H", "CZ", "IsingZZ"] { for circuit in try sweep(gate) { try state.apply(circuit) } }
    let value = try state.expect("X", 0) + state.expect("Y", 1) + state.expect("Z", 2)
    let amplitudes = Double(1 << qubits)
    let bytes = dtype == HQNN_FLOAT32 ? 8 : 16
    let stream = try MemoryStream(bytes: bytes << qubits)
    let ofStream = try meter.time { stream.pass() }
    func report(_ gate: String, _ timing: Timing, _ passes: Double, _ check: Double?) {
      let perAmplitude = timing.median / passes / amplitudes * 1e9
      meter.report(
        "W5c", [("qubits", "\(qubits)"), ("gate", quoted(gate)), ("dtype", quoted(name))], timing,
        items: passes * amplitudes, unit: "amplitudes/s", check: check,
        checks: [
          ("ns_per_amplitude", perAmplitude),
          ("share_of_stream", ofStream.median / (timing.median / passes)),
        ])
    }
    report("(memory stream)", ofStream, 1, nil)
    for (gate, title) in [("H", "H"), ("RX", "RX"), ("CNOT", "CNOT"), ("CZ", "CZ"), ("IsingZZ", "RZZ")] {
      let circuits = try sweep(gate)
      let timing = try meter.time { for circuit in circuits { try state.apply(circuit) } }
      report(title, timing, Double(qubits), value)
    }
  }
}

/// Random two-qubit unitaries on random pairs, as many layers as qubits.
func benchUnstructured(_ meter: Meter) throws {
  for qubits in meter.quick ? [16] : [22, 24] {
    let circuit = try BenchCircuit(wires: qubits)
    for layer in 0..<qubits {
      let keys = (0..<qubits).map { u(50, layer * qubits + $0) }
      let order = (0..<qubits).sorted { (keys[$0], $0) < (keys[$1], $1) }
      for pair in 0..<qubits / 2 {
        let a = (0..<15).map { 2 * .pi * u(51, (layer * (qubits / 2) + pair) * 15 + $0) }
        let wires = [Int64(order[2 * pair]), Int64(order[2 * pair + 1])]
        try check(hqnn_circuit_unitary(circuit.handle, block(a), 32, wires, 2))
      }
    }
    let gates = qubits * (qubits / 2)
    for (dtype, name) in types {
      let state = try BenchState(wires: qubits, dtype)
      var passes: Int64 = 0
      try check(hqnn_circuit_passes(circuit.handle, dtype, &passes))
      let timing = try meter.time {
        try check(hqnn_state_reset(state.handle))
        try state.apply(circuit)
      }
      var first = [0.0, 0.0]
      try check(hqnn_state_amplitudes(state.handle, 0, 1, &first))
      let amplitudes = Double(1 << qubits)
      let weight = amplitudes * (first[0] * first[0] + first[1] * first[1])
      // A 4x4 complex matrix on four amplitudes: 16 complex multiply-adds of 8 operations.
      meter.report(
        "W5d", [("qubits", "\(qubits)"), ("layers", "\(qubits)"), ("gates", "\(gates)"), ("dtype", quoted(name))], timing,
        items: 1, unit: "circuits/s", check: weight,
        checks: [
          ("ns_per_amplitude_and_gate", timing.median / amplitudes / Double(gates) * 1e9),
          ("passes", Double(passes)), ("gflops", Double(gates) * amplitudes * 32 / timing.median * 1e-9),
        ])
    }
  }
}

/// (Rot x Rot) ZZ(a8) YY(a7) XX(a6) (Rot x Rot) of 15 angles, rightmost factor first, as interleaved numbers row by row.
private func block(_ a: [Double]) -> [Double] {
  typealias Complex = (re: Double, im: Double)
  func times(_ a: [[Complex]], _ b: [[Complex]]) -> [[Complex]] {
    a.map { row in
      b[0].indices.map { j in
        row.indices.reduce((0, 0)) { sum, k in
          (sum.re + row[k].re * b[k][j].re - row[k].im * b[k][j].im, sum.im + row[k].re * b[k][j].im + row[k].im * b[k][j].re)
        }
      }
    }
  }
  func rotation(_ pauli: [[Complex]], _ t: Double) -> [[Complex]] {
    let (c, s) = (cos(t / 2), sin(t / 2))
    // cos - i sin P
    return pauli.indices.map { i in
      pauli.indices.map { j in ((i == j ? c : 0) + s * pauli[i][j].im, -s * pauli[i][j].re) }
    }
  }
  func kron(_ a: [[Complex]], _ b: [[Complex]]) -> [[Complex]] {
    (0..<4).map { i in
      (0..<4).map { j in
        let (p, q) = (a[i / 2][j / 2], b[i % 2][j % 2])
        return (p.re * q.re - p.im * q.im, p.re * q.im + p.im * q.re)
      }
    }
  }
  let x: [[Complex]] = [[(0, 0), (1, 0)], [(1, 0), (0, 0)]]
  let y: [[Complex]] = [[(0, 0), (0, -1)], [(0, 1), (0, 0)]]
  let z: [[Complex]] = [[(1, 0), (0, 0)], [(0, 0), (-1, 0)]]
  func rot(_ i: Int) -> [[Complex]] {
    times(rotation(z, a[i + 2]), times(rotation(y, a[i + 1]), rotation(z, a[i])))
  }
  let middle = times(rotation(kron(z, z), a[8]), times(rotation(kron(y, y), a[7]), rotation(kron(x, x), a[6])))
  let unitary = times(kron(rot(9), rot(12)), times(middle, kron(rot(0), rot(3))))
  return unitary.flatMap { $0.flatMap { [$0.re, $0.im] } }
}
