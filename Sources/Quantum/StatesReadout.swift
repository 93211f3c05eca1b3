// What one reads on a device: probabilities of results, samples of them, counts.  Readout errors are part of
// it, unlike in states and density matrices.

import Circuits
import StateVectors
import Tensors

/// What is read at the end of a circuit.
public enum Readout: Sendable {
  /// Some wires, the first the most significant bit of a result; none for all.
  case wires([Int])
  /// Classical bits of measurements on the way, the first the most significant.
  case bits([Int])

  var count: Int {
    switch self {
    case .wires(let list), .bits(let list): return list.count
    }
  }
}

extension CircuitStates {
  /// The register's bits that are read, and the errors of reading them.
  private func places(_ readout: Readout) throws -> (bits: [Int], errors: [ReadoutError?], wires: [Int]?) {
    switch readout {
    case .wires(let list):
      let wires = list.isEmpty ? Array(0..<circuit.wires) : list
      try circuit.check(wires)
      return (wires.map { Wire($0, of: circuit.wires).bit }, wires.map { circuit.readout[$0] }, wires)
    case .bits(let list):
      guard !list.isEmpty else { throw EngineError.value("no classical bits are named") }
      var seen: Set<Int> = []
      for bit in list {
        guard (0..<circuit.bitCount).contains(bit) else {
          throw EngineError.value(
            circuit.bitCount == 0
              ? "classical bit \(bit) is not set: the circuit measures nothing on the way"
              : "classical bit \(bit) is not in 0..\(circuit.bitCount - 1)")
        }
        guard seen.insert(bit).inserted else { throw EngineError.value("classical bit \(bit) is named twice") }
      }
      let bits = list.map { lowering.classicalBits[$0] }
      let wires = bits.map { bit in (0..<circuit.wires).first { Wire($0, of: circuit.wires).bit == bit } }
      let errors = wires.map { $0.flatMap { circuit.readout[$0] } }
      return (bits, errors, wires.contains(nil) ? nil : wires.map { $0! })
    }
  }

  /// Probabilities of the 2^k results, [batch, 2^k], exact.
  public func probabilities(inputs: Tensor?, weights: Tensor?, of readout: Readout) throws -> Tensor {
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let place = try places(readout)
    let out = try Self.result(samples, [1 << place.bits.count])
    try forEachDistribution(samples, inputs, weights, place) { sample, p in Self.write(p, out, sample) }
    return out
  }

  /// Results of `shots` runs of every sample, [batch, shots] in float64: whole numbers in 0..<2^k.
  public func samples(
    inputs: Tensor?, weights: Tensor?, of readout: Readout, shots: Int, seed: UInt64
  ) throws -> Tensor {
    guard shots >= 1 else { throw EngineError.value("shots is \(shots); it must be 1 or more") }
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let place = try places(readout)
    try LargeMemory.check(
      [8, samples.count, shots], for: "a tensor of \(shots) shots of \(counted(samples.count, "sample"))")
    let out = Tensor(uninitialized: .float64, [samples.count, shots])
    let results = UncheckedPointer(out.pointer(Double.self))
    try draw(samples, inputs, weights, place, shots, seed) { sample, shot, result in
      results.pointer[sample * shots + shot] = Double(result)
    }
    return out
  }

  /// How often each of the 2^k results occurs in `shots` runs, [batch, 2^k] in float64: the histogram of
  /// `samples` with the same seed.
  public func counts(
    inputs: Tensor?, weights: Tensor?, of readout: Readout, shots: Int, seed: UInt64
  ) throws -> Tensor {
    guard shots >= 1 else { throw EngineError.value("shots is \(shots); it must be 1 or more") }
    let samples = try circuit.samples(inputs: inputs, weights: weights)
    let place = try places(readout)
    guard place.bits.count <= 24 else {
      throw EngineError.value("counts of \(place.bits.count) bits; at most 24 are allowed, take samples instead")
    }
    let width = 1 << place.bits.count
    try LargeMemory.check([8, samples.count, width], for: "a tensor of counts")
    let out = Tensor(.float64, [samples.count, width])
    let results = UncheckedPointer(out.pointer(Double.self))
    try draw(samples, inputs, weights, place, shots, seed) { sample, _, result in
      results.pointer[sample * width + result] += 1
    }
    return out
  }

  private func draw(
    _ samples: Samples, _ inputs: Tensor?, _ weights: Tensor?,
    _ place: (bits: [Int], errors: [ReadoutError?], wires: [Int]?), _ shots: Int, _ seed: UInt64,
    _ take: (Int, Int, Int) -> Void
  ) throws {
    let width = 1 << place.bits.count
    try forEachDistribution(samples, inputs, weights, place) { sample, p in
      for k in 0..<width { p[k] = max(0, p[k]) + (k > 0 ? p[k - 1] : 0) }
      let stream = RandomStream(seed: seed, purpose: .shots, substream: sample)
      ShotKernels.outcomes(p, width, stream, 0..<shots) { take(sample, $0, $1) }
    }
  }

  /// Calls the body with each sample's probabilities, which it may change, from several threads.
  private func forEachDistribution(
    _ samples: Samples, _ inputs: Tensor?, _ weights: Tensor?,
    _ place: (bits: [Int], errors: [ReadoutError?], wires: [Int]?), _ body: (Int, UnsafeMutablePointer<Double>) -> Void
  ) throws {
    let width = 1 << place.bits.count
    if circuit.hasChannels {
      guard let wires = place.wires else {
        throw EngineError.state(
          "classical bits that are kept on the way and noise do not go together; read wires at the end instead")
      }
      guard wires.count <= Circuit.maximumProbabilityWires else {
        throw EngineError.state(
          "probabilities of \(wires.count) wires of a circuit with noise; at most \(Circuit.maximumProbabilityWires) are possible, name some wires")
      }
      let all = try noisy([.probabilities(wires)], inputs, weights, readout: true)
      var values = [Double](repeating: 0, count: width)
      for sample in 0..<samples.count {
        for k in 0..<width { values[k] = all[sample * width + k] }
        values.withUnsafeMutableBufferPointer { body(sample, $0.baseAddress!) }
      }
      return
    }
    // Bits that no measurement set are 0, and two may be the same wire: those are read off the others.
    let distinct = place.bits.enumerated().filter { $0.element != 0 && !place.bits[..<$0.offset].contains($0.element) }
    let errors = distinct.map { place.errors[$0.offset] }
    try LargeMemory.check([24, width], for: "a row of probabilities of \(place.bits.count) bits")
    try forEachState(samples) { sample, psi in
      let p = Buffer<Double>(1 << distinct.count)
      StatesKernels.probabilities(psi, size, distinct.map(\.element), p.pointer)
      StatesKernels.misread(p.pointer, errors)
      if distinct.count == place.bits.count { return body(sample, p.pointer) }
      let full = Buffer<Double>(width)
      for k in 0..<width { full[k] = 0 }
      for a in 0..<p.count {
        var k = 0
        for (position, bit) in place.bits.enumerated() {
          guard let source = distinct.firstIndex(where: { $0.element == bit }) else { continue }
          if a >> (distinct.count - 1 - source) & 1 == 1 { k |= 1 << (place.bits.count - 1 - position) }
        }
        full[k] += p[a]
      }
      body(sample, full.pointer)
    }
  }

  /// Exact outputs of the same circuit with other measurements, noise included.
  func noisy(_ measurements: [Measurement], _ inputs: Tensor?, _ weights: Tensor?, readout: Bool) throws -> [Double] {
    let runner = try CircuitRunner(try circuit.measuring(measurements, readout: readout))
    return try runner.expectations(inputs: inputs, weights: weights).doubles
  }
}
