// hqnn.h, "circuits": running and differentiating them.

import CHQNN
import Learning
import Circuits
import Quantum
import Tensors

private func runner(_ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_run_options>?) throws -> CircuitRunner {
  try circuit(handle).runner(runOptions(pointer))
}

@c @implementation
public func hqnn_circuit_method(
  _ handle: OpaquePointer?, _ batch: Int64, _ out: UnsafeMutablePointer<hqnn_method>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let runner = try circuit(handle).runner(RunOptions())
    guard batch >= 1, batch <= 1 << 40 else { throw EngineError.value("batch is \(batch); it must be 1 or more") }
    out.pointee = hqnn_method(rawValue: runner.method(batch: Int(batch)).rawValue)
  }
}

@c @implementation
public func hqnn_circuit_expect(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ options: UnsafePointer<hqnn_run_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let runner = try runner(handle, options)
    let inputs: Variable? = borrowIfAny(inputs)
    let weights: Variable? = borrowIfAny(weights)
    out.pointee = HQNN.handle(try runner.expectations(inputs: inputs, weights: weights))
  }
}

@c @implementation
public func hqnn_circuit_gradient(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ output_gradient: OpaquePointer?, _ options: UnsafePointer<hqnn_run_options>?,
  _ out_inputs: UnsafeMutablePointer<OpaquePointer?>?, _ out_weights: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let runner = try runner(handle, options)
    let (inputs, weights): (Variable?, Variable?) = (borrowIfAny(inputs), borrowIfAny(weights))
    let seed: Variable? = borrowIfAny(output_gradient)
    let result = try runner.gradients(
      inputs: inputs?.value, weights: weights?.value, outputGradient: seed?.value,
      wantInputs: out_inputs != nil, wantWeights: out_weights != nil)
    give(result, out_inputs, out_weights)
  }
}

@c @implementation
public func hqnn_circuit_sample_gradients(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ output_gradient: OpaquePointer?, _ options: UnsafePointer<hqnn_run_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let runner = try runner(handle, options)
    let (inputs, weights): (Variable?, Variable?) = (borrowIfAny(inputs), borrowIfAny(weights))
    let seed: Variable? = borrowIfAny(output_gradient)
    out.pointee = HQNN.handle(
      Variable(
        try runner.weightGradients(inputs: inputs?.value, weights: weights?.value, outputGradient: seed?.value)))
  }
}

@c @implementation
public func hqnn_circuit_jacobian(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ options: UnsafePointer<hqnn_run_options>?, _ out_inputs: UnsafeMutablePointer<OpaquePointer?>?,
  _ out_weights: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let runner = try runner(handle, options)
    let (inputs, weights): (Variable?, Variable?) = (borrowIfAny(inputs), borrowIfAny(weights))
    give(try runner.jacobian(inputs: inputs?.value, weights: weights?.value), out_inputs, out_weights)
  }
}

/// Gradients through those out-parameters that are wanted.
private func give(
  _ result: (inputs: Tensor?, weights: Tensor?), _ inputs: UnsafeMutablePointer<OpaquePointer?>?,
  _ weights: UnsafeMutablePointer<OpaquePointer?>?
) {
  if let inputs, let gradient = result.inputs { inputs.pointee = handle(Variable(gradient)) }
  if let weights, let gradient = result.weights { weights.pointee = handle(Variable(gradient)) }
}
