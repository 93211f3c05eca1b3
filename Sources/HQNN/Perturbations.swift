// hqnn.h, "perturbations of whole sets, and of the quantum part".

import CHQNN
import Learning
import Records
import Robustness
import Tensors

@c @implementation
public func hqnn_universal_find(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ given: UnsafePointer<CChar>?, _ callback: hqnn_attack_callback?,
  _ context: UnsafeMutableRawPointer?, _ delta: UnsafeMutablePointer<OpaquePointer?>?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let (delta, report) = (try place(delta), try place(report))
    let model = try layer(model, "model")
    let plan = try UniversalPlan(options: object(given))
    let outcome = try plan.run(on: model, samples(dataset, for: model), progress: progress(callback, context))
    Log.notes(outcome.notes)
    try give(text: outcome.json.text, to: report)
    delta.pointee = handle(Variable(outcome.delta))
  }
}

@c @implementation
public func hqnn_universal_evaluate(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ delta: OpaquePointer?, _ low: Double, _ high: Double,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let report = try place(report)
    let model = try layer(model, "model")
    let delta = try tensor(delta, "delta").value
    let effect = try box(low, high).evaluate(delta, on: model, samples(dataset, for: model))
    try give(text: JSON.object(effect.members).text, to: report)
  }
}

@c @implementation
public func hqnn_universal_apply(
  _ delta: OpaquePointer?, _ values: OpaquePointer?, _ low: Double, _ high: Double,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let (delta, values) = (try tensor(delta, "delta").value, try tensor(values, "samples").value)
    out.pointee = handle(Variable(try box(low, high).apply(delta, to: values)))
  }
}

@c @implementation
public func hqnn_quantum_attack(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ kind: UnsafePointer<CChar>?, _ given: UnsafePointer<CChar>?,
  _ callback: hqnn_attack_callback?, _ context: UnsafeMutableRawPointer?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, _ rows: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let report = try place(report)
    let model = try layer(model, "model")
    let set = try samples(dataset, for: model)
    let (options, progress) = (try object(given), progress(callback, context))
    let outcome: QuantumAttackOutcome
    switch try text(kind, "kind") {
    case "angles": outcome = try AngleAttack(options: options).run(on: model, set, progress: progress)
    case "weights": outcome = try WeightAttack(options: options).run(on: model, set, progress: progress)
    case "states": outcome = try StateAttack(options: options).run(on: model, set)
    case let other:
      throw EngineError.value("there is no quantum attack \"\(other)\"; there is \"angles\", \"weights\" and \"states\"")
    }
    if let rows { rows.pointee = handle(try table(of: outcome)) }
    try give(text: outcome.json.text, to: report)
  }
}

@c @implementation
public func hqnn_transfer_matrix(
  _ models: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ dataset: OpaquePointer?, _ attack: OpaquePointer?,
  _ callback: hqnn_attack_callback?, _ context: UnsafeMutableRawPointer?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let report = try place(report)
    let models = try array(models, count, "models").enumerated().map { try layer($1, "model \($0)") }
    let plan = try HQNN.attack(attack)
    let matrix = try TransferMatrix(of: models, plan, samples(dataset), progress: progress(callback, context))
    try give(text: matrix.json.text, to: report)
  }
}

private func object(_ text: UnsafePointer<CChar>?) throws -> JSON {
  try text.map { try JSON(text: String(cString: $0)) } ?? .object([])
}

/// A data set in the model's element type.
private func samples(_ dataset: OpaquePointer?, for model: Layer) throws -> Samples {
  let samples = try samples(dataset)
  return samples.cast(to: model.type ?? samples.values.type)
}

private func progress(_ callback: hqnn_attack_callback?, _ context: UnsafeMutableRawPointer?) -> ((Int, Int) -> Bool)? {
  callback.map { callback in { done, total in callback(context, Int64(done), Int64(total)) == 0 } }
}

private func box(_ low: Double, _ high: Double) throws -> UniversalPlan {
  try UniversalPlan(options: ["low": .number(low), "high": .number(high)])
}

private func table(of outcome: QuantumAttackOutcome) throws -> Table {
  let table = try Table(columns: ["sample", "label", "before", "after", "broken"] + outcome.columns)
  for (i, row) in outcome.rows.enumerated() {
    let integers = [i, row.label, row.before, row.after, row.isBroken ? 1 : 0]
    try table.add((integers.map(Double.init) + row.figures).map { .number($0) })
  }
  return table
}
