// AutoAttack's ensemble of four attacks (Croce & Hein 2020, "Reliable evaluation of adversarial robustness").

import Learning
import Tensors

/// APGD on the cross entropy, targeted APGD, targeted FAB, and Square, in this order; each sees only the samples that those
/// before have left.
///
/// Without options it is AutoAttack's standard version: 100 steps, nine targets (fewer with fewer classes), 5,000 queries.
/// With two and three classes the ratio of APGD follows its stated rule, where AutoAttack refuses.
struct Standard: Attack {
  static let name = "standard"
  static let summary = "AutoAttack's four: APGD-CE, APGD-T, FAB-T, Square (Croce & Hein 2020)"
  static let norms: [ThreatModel.Norm] = [.linf, .l2, .l1]
  static let knowledge = ThreatModel.Knowledge.gradients

  private let parts: [(name: String, attack: any Attack)]
  private let remarks: [String]

  init(_ settings: AttackSettings) throws {
    let steps = try settings.integer("steps", default: 100)
    let targets = try settings.integer("targets", default: 9)
    let queries = try settings.integer("square_queries", default: 5000, in: 0...Int.max)
    let threat = settings.threat
    var parts: [(name: String, attack: any Attack)] = [
      ("APGD-CE", APGD(steps: steps, loss: .ce)),
      ("APGD-T", APGD(steps: steps, loss: .targeted, targets: targets)),
      ("FAB-T", FAB(steps: steps, targets: targets)),
    ]
    var remarks: [String] = []
    if queries == 0 {
      remarks.append("standard ran without its black-box part, as square_queries is 0; a model that hides its gradients needs it")
    } else if let square = AttackKinds.all.first(where: { $0.name == "square" }), square.norms.contains(threat.norm) {
      let options: JSON = [
        "norm": .string(threat.norm.name), "low": .number(threat.low), "high": .number(threat.high), "queries": .integer(queries),
      ]
      parts.append(("Square", try AttackPlan(kind: "square", options: options).attack))
    } else {
      remarks.append("standard ran without Square, which there is none of for \(threat.norm.name)")
    }
    (self.parts, self.remarks) = (parts, remarks)
  }

  var isRandom: Bool { true }

  func run(_ victim: Victim) throws {
    for remark in remarks { victim.note(remark) }
    for (_, attack) in parts {
      let rows = victim.open
      if rows.isEmpty { return }
      let part = victim.part(rows)
      let logits = try victim.run(attack, on: part, rows)
      for (i, row) in rows.enumerated() {
        let isThere = part.isAdversarial(logits, i, i)
        if isThere || !victim.isKept[row] && part.isKept[i] { victim.keep(part.kept, i, row: row, isAdversarial: isThere) }
      }
    }
  }
}
