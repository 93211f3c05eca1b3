// Expressibility and entangling capability: known circuits, error bars, what is refused.

import Analysis
@preconcurrency import Circuits
import Glibc
import Tensors
import Testing

@Suite struct DescriptorTests {
  /// The four one-qubit circuits of Sim et al. 2019, Fig. 1, with 75 bins and 5000 samples as there.
  @Test func oneQubitCircuitsOfTheStudy() throws {
    func circuit(_ gates: [(String, Int)]) throws -> Circuit {
      var circuit = try Circuit(wires: 1)
      for (name, angles) in gates {
        try circuit.append(name, [0], (0..<angles).map { .weight(circuit.weightCount + $0) })
      }
      return circuit
    }
    let idle = try circuit([("I", 0)]).expressibility(samples: 5000, bins: 75, seed: 1)
    #expect(abs(idle.divergence - log(75)) < 1e-9 && idle.error == 0 && idle.bias == 0)
    let a = try circuit([("H", 0), ("RZ", 1)]).expressibility(samples: 5000, bins: 75, seed: 1)
    let b = try circuit([("H", 0), ("RZ", 1), ("RX", 1)]).expressibility(samples: 5000, bins: 75, seed: 1)
    // Every state equally often: the angle between poles has density sin.
    #expect(abs(a.divergence - 0.22) < 0.025, "\(a)")
    #expect(abs(b.divergence - 0.02) < 0.012, "\(b)")
    var haar = try Circuit(wires: 1)
    try haar.appendHardwareEfficient(layers: 4)
    let c = try haar.expressibility(samples: 5000, bins: 75, seed: 1)
    #expect(c.divergence < 0.012 && abs(c.bias - 74.0 / 10000) < 1e-3, "\(c)")
  }

  /// Some of the study's four-qubit circuits with one layer, as in its Fig. 3 and 4, read off.
  @Test func fourQubitCircuitsOfTheStudy() throws {
    let rows: [(name: String, divergence: Double, range: Double, q: Double)] = [
      ("sim_1", 0.29, 0.05, 0), ("sim_6", 0.004, 0.004, 0.68), ("sim_9", 0.67, 0.08, 1), ("sim_14", 0.014, 0.01, 0.55),
      ("sim_15", 0.19, 0.04, 0.71),
    ]
    for (name, divergence, range, q) in rows {
      var circuit = try Circuit(wires: 4)
      try circuit.append(Template.named(name), layers: 1)
      expectClose(try circuit.expressibility(samples: 5000, bins: 75, seed: 2).divergence, divergence, range, name)
      expectClose(try circuit.entanglement(samples: 5000, seed: 2).value, q, 0.02, name)
    }
  }

  @Test func productStatesAndMaximallyEntangledOnes() throws {
    var product = try Circuit(wires: 4)
    for q in 0..<4 { try product.append("Rot", [q], (0..<3).map { .weight(3 * q + $0) }) }
    let none = try product.entanglement(samples: 200, seed: 3)
    #expect(none.value < 1e-12 && none.error < 1e-12)
    for wires in 2...5 {
      var ghz = product
      ghz = try Circuit(wires: wires)
      try ghz.append("H", [0])
      for q in 1..<wires { try ghz.append("CNOT", [q - 1, q]) }
      expectClose(try ghz.entanglement(samples: 3, seed: 1).value, 1, 1e-12)
    }
    // cos|00⟩ + sin|11⟩ of a half angle: Q = sin²w, 1/2 on average.
    var pair = try Circuit(wires: 2)
    try pair.append("RY", [0], [.weight(0)])
    try pair.append("CNOT", [0, 1])
    let half = try pair.entanglement(samples: 4000, seed: 5)
    expectClose(half.error, (1.0 / 8 / 4000).squareRoot(), 3e-4)
    expectClose(half.value, 0.5, 5 * half.error)
  }

  /// Standard errors are the spread over seeds, and the bias is what remains of a circuit that covers all states.
  @Test func errorBarsAreHonest() throws {
    var narrow = try Circuit(wires: 2)
    try narrow.append("H", [0])
    try narrow.append("RZ", [0], [.weight(0)])
    try narrow.append("CRX", [0, 1], [.weight(1)])
    var wide = try Circuit(wires: 2)
    try wide.appendHardwareEfficient(layers: 6)
    for (name, circuit) in [("narrow", narrow), ("wide", wide)] {
      let results = try (0..<60).map { try circuit.expressibility(samples: 600, bins: 30, seed: UInt64($0)) }
      let mean = results.reduce(0) { $0 + $1.divergence } / 60
      let deviation = (results.reduce(0) { $0 + ($1.divergence - mean) * ($1.divergence - mean) } / 59).squareRoot()
      let error = results.reduce(0) { $0 + $1.error } / 60
      #expect(error > 0.7 * deviation && error < 2 * deviation, "\(name): error \(error), spread \(deviation)")
      if name == "wide" {
        let bias = results.reduce(0) { $0 + $1.bias } / 60
        expectClose(mean, bias, 0.35 * bias, "bias")
      } else {
        let many = try circuit.expressibility(samples: 40000, bins: 30, seed: 99)
        expectClose(mean - results[0].bias, many.divergence - many.bias, 4 * deviation / 60.0.squareRoot() + 3 * many.error)
      }
    }
  }

  @Test func resultsDependOnTheSeedAlone() throws {
    var circuit = try Circuit(wires: 5)
    try circuit.appendHardwareEfficient(layers: 2)
    let before = Parallel.threads
    defer { Parallel.setThreads(before) }
    Parallel.setThreads(1)
    let one = try circuit.descriptors(samples: 333, bins: 20, seed: 9)
    Parallel.setThreads(3)
    let three = try circuit.descriptors(samples: 333, bins: 20, seed: 9)
    #expect(one.expressibility == three.expressibility && one.entanglement == three.entanglement)
    #expect(try circuit.descriptors(samples: 333, bins: 20, seed: 10).expressibility != one.expressibility)
    #expect(try circuit.expressibility(samples: 333, bins: 20, seed: 9).divergence == one.expressibility)
    #expect(try circuit.entanglement(samples: 333, seed: 9).value == one.entanglement)
  }

  @Test func moreWiresAreAllowed() throws {
    var circuit = try Circuit(wires: 13)
    try circuit.append("H", [0])
    for q in 1..<13 { try circuit.append("CNOT", [q - 1, q]) }
    expectClose(try circuit.entanglement(samples: 2, seed: 1).value, 1, 1e-12)
  }

  @Test func refusesWhatHasNoPureStates() throws {
    var circuit = try Circuit(wires: 2)
    try circuit.append("H", [0])
    try circuit.measure(wire: 0)
    try circuit.append("H", [0])
    expectMessage("measures or resets wires on the way") { _ = try circuit.entanglement(samples: 10, seed: 1) }
    var amplitudes = try Circuit(wires: 1)
    try amplitudes.prepare(AmplitudeEncoding(count: 2, wires: [0], normalize: false))
    expectMessage("let the encoding normalize") { _ = try amplitudes.entanglement(samples: 10, seed: 1) }
    let wide = try Circuit(wires: 20)
    expectMessage("at most 16 wires, this circuit has 20") { _ = try wide.entanglement(samples: 10, seed: 1) }
    let plain = try Circuit(wires: 1)
    expectMessage("samples is 0; it must be in 1..16777216") { _ = try plain.entanglement(samples: 0, seed: 1) }
    expectMessage("bins is 1; it must be in 2..") { _ = try plain.expressibility(samples: 10, bins: 1, seed: 1) }
  }
}
