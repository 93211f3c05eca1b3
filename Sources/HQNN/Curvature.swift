// hqnn.h, "circuits: curvature".

import CHQNN
import Circuits
import Learning
import Quantum
import Tensors

private func coordinates(_ given: Int32) throws -> Coordinates {
  guard (1...3).contains(given) else {
    throw EngineError.value("coordinates is \(given); it must be HQNN_INPUTS, HQNN_WEIGHTS or both")
  }
  return Coordinates(rawValue: Int(given))
}

func metricForm(_ given: hqnn_metric_form) throws -> MetricForm {
  guard let form = MetricForm(rawValue: UInt32(given.rawValue)) else {
    throw EngineError.value("form is \(given.rawValue); it must be HQNN_METRIC_FULL ... HQNN_METRIC_DIAGONAL")
  }
  return form
}

@c @implementation
public func hqnn_circuit_shift_rule(
  _ handle: OpaquePointer?, _ slot: hqnn_slot, _ index: Int64, _ out_frequencies: UnsafeMutablePointer<OpaquePointer?>?,
  _ out_rule: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let (first, second) = (try place(out_frequencies, "out_frequencies"), try place(out_rule, "out_rule"))
    let circuit = try circuit(handle).circuit
    let rule: ShiftRule
    switch slot {
    case HQNN_INPUT: rule = try circuit.shiftRule(input: Int(index))
    case HQNN_WEIGHT: rule = try circuit.shiftRule(weight: Int(index))
    default: throw EngineError.value("slot is \(slot.rawValue); it must be HQNN_INPUT or HQNN_WEIGHT")
    }
    first.pointee = HQNN.handle(Variable(Tensor(rule.frequencies, [rule.frequencies.count])))
    second.pointee = HQNN.handle(Variable(Tensor(rule.terms.flatMap { [$0.shift, $0.factor] }, [rule.terms.count, 2])))
  }
}

@c @implementation
public func hqnn_circuit_hessian(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?, _ given: Int32,
  _ options: UnsafePointer<hqnn_run_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let runner = try circuit(handle).runner(runOptions(options))
    let (x, w) = values(inputs, weights)
    out.pointee = HQNN.handle(Variable(try runner.hessian(inputs: x, weights: w, of: coordinates(given))))
  }
}

@c @implementation
public func hqnn_circuit_fisher(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?, _ given: Int32, _ kind: hqnn_metric_form,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let states = try circuit(handle).states
    let (x, w) = values(inputs, weights)
    out.pointee = HQNN.handle(Variable(try states.fisher(inputs: x, weights: w, of: coordinates(given), form: metricForm(kind))))
  }
}

@c @implementation
public func hqnn_circuit_natural_gradient(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?, _ output_gradient: OpaquePointer?,
  _ options: UnsafePointer<hqnn_run_options>?, _ kind: hqnn_metric_form, _ damping: Double,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let circuit = try circuit(handle)
    let runner = try circuit.runner(runOptions(options))
    let (x, w) = values(inputs, weights)
    let seed: Variable? = borrowIfAny(output_gradient)
    out.pointee = HQNN.handle(Variable(try circuit.states.naturalGradient(
      runner, inputs: x, weights: w, outputGradient: seed?.value, form: metricForm(kind), damping: damping)))
  }
}
