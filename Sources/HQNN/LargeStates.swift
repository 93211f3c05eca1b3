// hqnn.h, "states that stay".

import CHQNN
import Circuits
import Learning
import StateVectors
import Tensors

private func state(_ handle: OpaquePointer?) throws -> LargeState { try borrow(handle, "state", as: LargeState.self) }

@c @implementation
public func hqnn_state_create(
  _ wires: Int64, _ dtype: hqnn_dtype, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    guard (1...Int64(Circuit.maximumWires)).contains(wires) else {
      throw EngineError.value("a state of \(wires) wires: the number of wires must be in 1..\(Circuit.maximumWires)")
    }
    out.pointee = handle(try LargeState(wires: Int(wires), elementType(dtype)))
  }
}

@c @implementation
public func hqnn_state_retain(_ handle: OpaquePointer?) -> hqnn_status {
  status { try retain(handle, "state", as: LargeState.self) }
}

@c @implementation
public func hqnn_state_release(_ handle: OpaquePointer?) { release(handle, as: LargeState.self) }

@c @implementation
public func hqnn_state_reset(_ handle: OpaquePointer?) -> hqnn_status { status { try state(handle).reset() } }

@c @implementation
public func hqnn_state_apply(
  _ handle: OpaquePointer?, _ circuitHandle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?
) -> hqnn_status {
  status {
    let (state, target) = (try state(handle), try circuit(circuitHandle))
    let (inputs, weights): (Variable?, Variable?) = (borrowIfAny(inputs), borrowIfAny(weights))
    let x = try numbers(inputs, [1, target.circuit.inputCount], "inputs")
    let w = try numbers(weights, [target.circuit.weightCount], "weights")
    try state.apply(target.lowered, .init(inputs: x, weights: w))
  }
}

/// The values of a tensor that may be missing where there is nothing to give.
private func numbers(_ variable: Variable?, _ shape: [Int], _ what: String) throws -> [Double] {
  guard let variable else {
    guard shape.last == 0 else { throw EngineError.shape("expected \(what) \(describe(shape: shape)), got none") }
    return []
  }
  guard variable.value.shape == shape else {
    throw EngineError.shape("expected \(what) \(describe(shape: shape)), got \(describe(shape: variable.value.shape))")
  }
  let values = variable.value.doubles
  if let bad = values.firstIndex(where: { !$0.isFinite }) {
    throw EngineError.value("\(what) \(bad) is \(values[bad]); it must be finite")
  }
  return values
}

@c @implementation
public func hqnn_state_expect(
  _ handle: OpaquePointer?, _ word: UnsafePointer<CChar>?, _ wires: UnsafePointer<Int64>?, _ count: Int64,
  _ out: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let (out, state) = (try place(out), try state(handle))
    var scratch = try Circuit(wires: state.wires)
    try scratch.measure(text(word, "word"), array(wires, count, "wires").map(Int.init))
    out.pointee = state.expectations(scratch.outputMap().words)[0]
  }
}

@c @implementation
public func hqnn_state_amplitudes(
  _ handle: OpaquePointer?, _ first: Int64, _ count: Int64, _ out: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let (out, state) = (try place(out), try state(handle))
    let size = Int64(1) << Int64(state.wires)
    guard first >= 0, count >= 0, first <= size, count <= size - first else {
      throw EngineError.value("amplitudes \(first) to \(first &+ count &- 1) are not in 0..\(size - 1)")
    }
    for k in 0..<Int(count) {
      let amplitude = state.amplitude(Int(first) + k)
      (out[2 * k], out[2 * k + 1]) = (amplitude.re, amplitude.im)
    }
  }
}

@c @implementation
public func hqnn_circuit_passes(
  _ handle: OpaquePointer?, _ dtype: hqnn_dtype, _ out: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let lowering = try circuit(handle).lowered
    guard !lowering.instructions.contains(where: \.instruction.isChannel) else {
      throw EngineError.state("the circuit has noise channels, which cannot be applied to a state vector")
    }
    out.pointee = Int64(LargeState.passes(lowering, try elementType(dtype)))
  }
}
