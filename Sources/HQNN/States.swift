// hqnn.h, "circuits: states, samples and entanglement".

import CHQNN
import Circuits
import Learning
import Quantum
import Tensors

/// The values of tensors that may be NULL.
func values(_ inputs: OpaquePointer?, _ weights: OpaquePointer?) -> (inputs: Tensor?, weights: Tensor?) {
  let (inputs, weights): (Variable?, Variable?) = (borrowIfAny(inputs), borrowIfAny(weights))
  return (inputs?.value, weights?.value)
}

/// A tensor computed from a circuit's states.
private func result(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?, _ compute: (CircuitStates, Tensor?, Tensor?) throws -> Tensor
) -> hqnn_status {
  status {
    let out = try place(out)
    let states = try circuit(handle).states
    let (inputs, weights) = values(inputs, weights)
    out.pointee = HQNN.handle(Variable(try compute(states, inputs, weights)))
  }
}

/// What is read, and how often.
private func readout(_ pointer: UnsafePointer<hqnn_readout_options>?) throws -> (Readout, shots: Int, seed: UInt64) {
  let options = try options(
    pointer,
    defaults: hqnn_readout_options(
      struct_size: MemoryLayout<hqnn_readout_options>.size, wires: nil, wire_count: 0, bits: nil, bit_count: 0,
      shots: 1000, seed: 0))
  guard options.shots >= 1, options.shots <= 1 << 40 else {
    throw EngineError.value("shots is \(options.shots); it must be 1 or more")
  }
  let wires = try array(options.wires, options.wire_count, "wires").map(Int.init)
  let bits = try array(options.bits, options.bit_count, "bits").map(Int.init)
  guard wires.isEmpty || bits.isEmpty else {
    throw EngineError.value("both wires and classical bits are named; a readout is of the one or the other")
  }
  return (bits.isEmpty ? .wires(wires) : .bits(bits), Int(options.shots), options.seed)
}

@c @implementation
public func hqnn_circuit_state(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) { try $0.state(inputs: $1, weights: $2) }
}

@c @implementation
public func hqnn_circuit_probabilities(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ options: UnsafePointer<hqnn_readout_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) {
    try $0.probabilities(inputs: $1, weights: $2, of: readout(options).0)
  }
}

@c @implementation
public func hqnn_circuit_sample(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ options: UnsafePointer<hqnn_readout_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) {
    let (what, shots, seed) = try readout(options)
    return try $0.samples(inputs: $1, weights: $2, of: what, shots: shots, seed: seed)
  }
}

@c @implementation
public func hqnn_circuit_counts(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ options: UnsafePointer<hqnn_readout_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) {
    let (what, shots, seed) = try readout(options)
    return try $0.counts(inputs: $1, weights: $2, of: what, shots: shots, seed: seed)
  }
}

@c @implementation
public func hqnn_circuit_density(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?, _ wires: UnsafePointer<Int64>?,
  _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) {
    try $0.density(inputs: $1, weights: $2, wires: array(wires, count, "wires").map(Int.init))
  }
}

@c @implementation
public func hqnn_circuit_purity(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?, _ wires: UnsafePointer<Int64>?,
  _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) {
    try $0.purity(inputs: $1, weights: $2, wires: array(wires, count, "wires").map(Int.init))
  }
}

@c @implementation
public func hqnn_circuit_entropy(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?, _ wires: UnsafePointer<Int64>?,
  _ count: Int64, _ base: Double, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) {
    try $0.entropy(inputs: $1, weights: $2, wires: array(wires, count, "wires").map(Int.init), base: base)
  }
}

@c @implementation
public func hqnn_circuit_fidelity(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?, _ other: OpaquePointer?,
  _ other_inputs: OpaquePointer?, _ other_weights: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  result(handle, inputs, weights, out) {
    let (x, w) = values(other_inputs, other_weights)
    return try $0.fidelity(inputs: $1, weights: $2, with: circuit(other).states, inputs: x, weights: w)
  }
}
