// hqnn.h, "attacks".

import CHQNN
import Learning
import Records
import Robustness
import Tensors

/// An attack behind a handle.
final class AttackHandle {
  let plan: AttackPlan
  init(_ plan: AttackPlan) { self.plan = plan }
}

func attack(_ handle: OpaquePointer?, _ what: String = "attack") throws -> AttackPlan {
  (try borrow(handle, what) as AttackHandle).plan
}

@c @implementation
public func hqnn_attack_kinds(_ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> hqnn_status {
  status {
    _ = try place(out)
    try give(text: AttackPlan.kinds.text, to: out)
  }
}

@c @implementation
public func hqnn_attack_create(
  _ kind: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let kind = try text(kind, "kind")
    let options = try options.map { try JSON(text: String(cString: $0)) } ?? .object([])
    out.pointee = handle(AttackHandle(try AttackPlan(kind: kind, options: options)))
  }
}

@c @implementation
public func hqnn_attack_retain(_ attack: OpaquePointer?) -> hqnn_status {
  status { try retain(attack, "attack", as: AttackHandle.self) }
}

@c @implementation
public func hqnn_attack_release(_ attack: OpaquePointer?) { release(attack, as: AttackHandle.self) }

@c @implementation
public func hqnn_attack_describe(
  _ attack: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    _ = try place(out)
    try give(text: HQNN.attack(attack).description.text, to: out)
  }
}

@c @implementation
public func hqnn_attack_run(
  _ attack: OpaquePointer?, _ model: OpaquePointer?, _ values: OpaquePointer?, _ labels: UnsafePointer<Int64>?,
  _ count: Int64, _ given: UnsafePointer<hqnn_attack_call>?, _ out: UnsafeMutablePointer<OpaquePointer?>?,
  _ rows: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let plan = try HQNN.attack(attack)
    let model = try layer(model, "model")
    let values = try tensor(values, "samples").value
    let labels = try classNumbers(labels, count, for: values, "samples")
    let samples = try Samples(values, labels)
    let given = try options(given, defaults: callDefaults)
    var call = AttackCall()
    call.targets = try given.targets.map { try array($0, count, "targets").map { Int($0) } }
    call.eps = try given.eps.map { try array($0, count, "eps") }
    if let callback = given.callback {
      call.progress = { done, total in callback(given.context, Int64(done), Int64(total)) == 0 }
    }
    guard let rows else {
      out.pointee = handle(Variable(try plan.craft(against: model, samples, call)))
      return
    }
    let outcome = try plan.run(on: model, samples, call)
    Log.notes(outcome.notes)
    rows.pointee = handle(try table(of: outcome))
    out.pointee = handle(Variable(outcome.samples))
  }
}

private let callDefaults = hqnn_attack_call(
  struct_size: MemoryLayout<hqnn_attack_call>.size, targets: nil, eps: nil, callback: nil, context: nil)

private func table(of outcome: AttackOutcome) throws -> Table {
  let table = try Table(columns: [
    "sample", "label", "target", "before", "after", "broken", "finished", "linf", "l2", "l1", "l0", "queries", "gradients",
  ])
  for (i, row) in outcome.rows.enumerated() {
    let integers = [i, row.label, row.target ?? -1, row.before, row.after, row.isBroken ? 1 : 0, row.isFinished ? 1 : 0]
    let numbers = integers.map(Double.init) + [row.linf, row.l2, row.l1, row.l0, Double(row.queries), Double(row.gradients)]
    try table.add(numbers.map { .number($0) })
  }
  return table
}
