// hqnn.h, "circuits: states, samples and entanglement".  Option tables are in lua/hqnn/states.lua.

import CHQNN
import LuaTrampoline

let stateFunctions: [Function] = [
  // circuit_state(circuit, inputs, weights)
  Function("native", "circuit_state", as: "circuit:state") { call in
    let (circuit, inputs, weights) = try call.batch()
    return try call.result(.tensor) { hqnn_circuit_state(circuit, inputs, weights, $0) }
  },
  // circuit_probabilities(circuit, inputs, weights, options), and so on
  Function("native", "circuit_probabilities", as: "circuit:probabilities") { call in
    try readout(call, hqnn_circuit_probabilities)
  },
  Function("native", "circuit_sample", as: "circuit:sample") { call in try readout(call, hqnn_circuit_sample) },
  // circuit_counts(circuit, inputs, weights, options): a table per sample
  Function("native", "circuit_counts", as: "circuit:counts") { call in
    _ = try readout(call, hqnn_circuit_counts)
    let tensor = call.lua.box(call.lua.top).pointee
    var shape: [Int64] = [0, 0]
    try check(hqnn_tensor_shape(tensor, &shape, 2))
    let (batch, width) = (Int(shape[0]), Int(shape[1]))
    var counts = [Double](repeating: 0, count: batch * width)
    try check(hqnn_tensor_read(tensor, &counts, counts.count * MemoryLayout<Double>.size))
    let bits = width.trailingZeroBitCount
    call.lua.pushTable(array: batch)
    for sample in 0..<batch {
      call.lua.pushTable()
      for outcome in 0..<width where counts[sample * width + outcome] > 0 {
        call.lua.push(Int64(counts[sample * width + outcome]))
        let digits = String(outcome, radix: 2)
        call.lua.setField(-2, String(repeating: "0", count: bits - digits.count) + digits)
      }
      call.lua.setElement(-2, Int64(sample + 1))
    }
    return 1
  },
  // circuit_density(circuit, inputs, weights, options), and so on
  Function("native", "circuit_density", as: "circuit:density") { call in
    let (circuit, inputs, weights) = try call.batch()
    let wires = try call.integersField(4, "wires") ?? []
    return try call.result(.tensor) { hqnn_circuit_density(circuit, inputs, weights, wires, Int64(wires.count), $0) }
  },
  Function("native", "circuit_purity", as: "circuit:purity") { call in
    let (circuit, inputs, weights) = try call.batch()
    let wires = try call.integersField(4, "wires") ?? []
    return try call.result(.tensor) { hqnn_circuit_purity(circuit, inputs, weights, wires, Int64(wires.count), $0) }
  },
  Function("native", "circuit_entropy", as: "circuit:entropy") { call in
    let (circuit, inputs, weights) = try call.batch()
    let wires = try call.integersField(4, "wires") ?? []
    var base = 2.0
    try call.field(4, "base", &base)
    return try call.result(.tensor) {
      hqnn_circuit_entropy(circuit, inputs, weights, wires, Int64(wires.count), base, $0)
    }
  },
  // circuit_fidelity(circuit, inputs, weights, other, other_inputs, other_weights)
  Function("native", "circuit_fidelity", as: "circuit:fidelity") { call in
    let (circuit, inputs, weights) = try call.batch()
    let other = try call.circuit(4)
    let (otherInputs, otherWeights) = (try call.optional(5, call.tensor), try call.optional(6, call.tensor))
    return try call.result(.tensor) {
      hqnn_circuit_fidelity(circuit, inputs, weights, other, otherInputs, otherWeights, $0)
    }
  },
]

extension Call {
  /// The first three arguments of what runs a circuit.
  func batch() throws -> (circuit: OpaquePointer, inputs: OpaquePointer?, weights: OpaquePointer?) {
    (try circuit(1), try optional(2, tensor), try optional(3, tensor))
  }
}

private func readout(
  _ call: Call,
  _ compute: (
    OpaquePointer?, OpaquePointer?, OpaquePointer?, UnsafePointer<hqnn_readout_options>?,
    UnsafeMutablePointer<OpaquePointer?>?
  ) -> hqnn_status
) throws -> Int32 {
  let (circuit, inputs, weights) = try call.batch()
  var options = hqnn_readout_options_default()
  try call.field(4, "shots", &options.shots)
  try call.field(4, "seed", &options.seed)
  let wires = try call.integersField(4, "wires") ?? []
  let bits = try call.integersField(4, "bits") ?? []
  return try wires.withUnsafeBufferPointer { wires in
    try bits.withUnsafeBufferPointer { bits in
      (options.wires, options.wire_count) = (wires.baseAddress, Int64(wires.count))
      (options.bits, options.bit_count) = (bits.baseAddress, Int64(bits.count))
      return try call.result(.tensor) { compute(circuit, inputs, weights, &options, $0) }
    }
  }
}
