// hqnn.h, "robustness".

import CHQNN
import Learning
import Records
import Robustness
import Tensors

/// A report behind a handle.
final class ReportHandle {
  let report: RobustnessReport
  init(_ report: RobustnessReport) { self.report = report }
}

/// Attacks with their names.
func evaluatedAttacks(
  _ attacks: UnsafePointer<OpaquePointer?>?, _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64
) throws -> [EvaluatedAttack] {
  let names = try texts(names, count, "names")
  return try array(attacks, count, "attacks").enumerated().map { i, handle in
    EvaluatedAttack(names[i], try attack(handle, "attack \(i)"))
  }
}

@c @implementation
public func hqnn_robustness_evaluate(
  _ target: OpaquePointer?, _ source: OpaquePointer?, _ dataset: OpaquePointer?,
  _ attacks: UnsafePointer<OpaquePointer?>?, _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64,
  _ eps: UnsafePointer<Double>?, _ epsCount: Int64, _ callback: hqnn_evaluation_callback?,
  _ context: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let target = try layer(target, "target")
    let source = try source.map { try layer($0, "source") }
    let samples = try samples(dataset)
    var evaluation = try Evaluation(
      of: target, madeOn: source, attacks: evaluatedAttacks(attacks, names, count), eps: array(eps, epsCount, "eps"))
    if let callback {
      evaluation.progress = { attack, done, total in callback(context, Int64(attack), Int64(done), Int64(total)) == 0 }
    }
    let report = try evaluation.run(samples)
    Log.notes(report.notes)
    out.pointee = handle(ReportHandle(report))
  }
}

@c @implementation
public func hqnn_report_retain(_ report: OpaquePointer?) -> hqnn_status {
  status { try retain(report, "report", as: ReportHandle.self) }
}

@c @implementation
public func hqnn_report_release(_ report: OpaquePointer?) { release(report, as: ReportHandle.self) }

@c @implementation
public func hqnn_report_json(
  _ report: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    _ = try place(out)
    let report: ReportHandle = try borrow(report, "report")
    try give(text: report.report.json.text, to: out)
  }
}

@c @implementation
public func hqnn_report_accuracy(
  _ report: OpaquePointer?, _ attack: UnsafePointer<CChar>?, _ eps: Double, _ out: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let report = (try borrow(report, "report") as ReportHandle).report
    let name = try text(attack, "attack")
    guard let cell = (report.cells + report.worst).first(where: { $0.attack == name && $0.eps == eps }) else {
      throw EngineError.value("the report has no attack \"\(name)\" at eps \(eps)")
    }
    out.pointee = cell.accuracy
  }
}

@c @implementation
public func hqnn_report_table(
  _ report: OpaquePointer?, _ which: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let report = (try borrow(report, "report") as ReportHandle).report
    let table: Table
    switch try text(which, "which") {
    case "rows":
      table = try Table(columns: RobustnessReport.columns)
      for row in report.rows { try table.add([.text(row.name)] + row.numbers.map { .number($0) }) }
    case "classes":
      table = try Table(columns: ["attack", "eps", "class", "accuracy"])
      for cell in [report.clean] + report.cells {
        for (number, accuracy) in cell.classAccuracy.enumerated() {
          try table.add([.text(cell.attack), .number(cell.eps), .number(Double(number)), .number(accuracy)])
        }
      }
    case "samples":
      table = try Table(columns: ["sample", "label", "attack", "eps", "right"])
      for cell in [report.clean] + report.cells {
        for (i, isRight) in cell.isRight.enumerated() {
          try table.add([
            .number(Double(i)), .number(Double(report.labels[i])), .text(cell.attack), .number(cell.eps),
            .number(isRight ? 1 : 0),
          ])
        }
      }
    case let other:
      throw EngineError.value("a report has no table \"\(other)\"; there is \"rows\", \"classes\" and \"samples\"")
    }
    out.pointee = handle(table)
  }
}

@c @implementation
public func hqnn_audit(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ given: UnsafePointer<CChar>?,
  _ sources: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ callback: hqnn_evaluation_callback?,
  _ context: UnsafeMutableRawPointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    _ = try place(out)
    let model = try layer(model, "model")
    let samples = try samples(dataset)
    let options = try given.map { try JSON(text: String(cString: $0)) } ?? .object([])
    let sources = try array(sources, count, "sources").enumerated().map { try layer($1, "source \($0)") }
    var audit = try Audit(of: model, samples, AuditOptions(options), sources: sources)
    if let callback {
      audit.progress = { done, total in callback(context, Int64(done), Int64(done), Int64(total)) == 0 }
    }
    try give(text: audit.run().json.text, to: out)
  }
}
