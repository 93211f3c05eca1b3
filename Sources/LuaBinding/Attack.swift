// hqnn.h, "attacks" and "robustness".  Descriptions of attacks and reports are in lua/hqnn/attack.lua and robustness.lua.

import CHQNN
import LuaTrampoline

let attackFunctions: [Function] = [
  // attack_kinds(): JSON
  Function("native", "attack_kinds", as: "hq.attack") { call in try call.text { hqnn_attack_kinds($0) } },
  // attack_check(kind, options as JSON): what is wrong with them, or nothing
  Function("native", "attack_check", as: "hq.attack") { call in
    do {
      hqnn_attack_release(try call.attack(1, 2))
      return 0
    } catch let failure as Failure {
      call.lua.push(failure.message)
      return 1
    }
  },
  // attack_run(attack, model, samples or data set, labels or nil, kind, options, targets or nil, eps or nil, give rows):
  // adversarial samples or data set, and a table
  Function("native", "attack_run", as: "attack:run") { call in
    let model = try call.layer(2)
    let isSet = call.lua.kind(3) == .dataset
    var classes: Int64 = 0
    let samples: OpaquePointer
    let labels: [Int64]
    if isSet {
      let dataset = try call.dataset(3)
      let place = call.lua.pushObject(.tensor)
      try check(hqnn_dataset_samples(dataset, place))
      guard let handle = place.pointee else { throw Failure("the data set has no samples") }
      samples = handle
      labels = try LuaBinding.labels(of: dataset)
      try check(hqnn_dataset_classes(dataset, &classes))
    } else {
      samples = try call.tensor(3)
      labels = try call.integers(4)
    }
    let targets = try call.optional(7) { try call.integers($0) }
    let eps = try call.optional(8) { try call.numbers($0, "eps: element") }
    for (count, what) in [(targets?.count, "targets"), (eps?.count, "eps")] {
      if let count, count != labels.count { throw Failure("\(what): there are \(count) for \(labels.count) samples") }
    }
    let attack = try call.attack(5, 6)
    defer { hqnn_attack_release(attack) }
    let made = call.lua.pushObject(.tensor)
    let wantsRows = try call.boolean(9)
    let rows = wantsRows ? call.lua.pushObject(.table) : nil
    try withOptional(targets) { targets in
      try withOptional(eps) { eps in
        var given = hqnn_attack_call(
          struct_size: MemoryLayout<hqnn_attack_call>.size, targets: targets, eps: eps, callback: nil, context: nil)
        try check(hqnn_attack_run(attack, model, samples, labels, Int64(labels.count), &given, made, rows))
      }
    }
    if !isSet { return wantsRows ? 2 : 1 }
    let result = try call.result(.dataset) {
      hqnn_dataset_create(made.pointee, labels, Int64(labels.count), classes, $0)
    }
    guard wantsRows else { return result }
    call.lua.copy(-2)
    return 2
  },
  // robustness_evaluate(target, source, data, { kind, ... }, { options, ... }, { name, ... }, { eps, ... }, report):
  // JSON and the tables rows, classes and samples; nothing when report(attack, done, total) stopped it with true
  Function("native", "robustness_evaluate", as: "hq.robustness") { call in
    let (target, source, dataset) = (try call.layer(1), try call.layer(2), try call.dataset(3))
    let (kinds, texts, names) = (try call.strings(4), try call.strings(5), try call.strings(6))
    let eps = try call.numbers(7, "eps: element")
    var attacks: [OpaquePointer?] = []
    defer { for attack in attacks { hqnn_attack_release(attack) } }
    for (kind, text) in zip(kinds, texts) {
      var attack: OpaquePointer?
      try check(hqnn_attack_create(kind, text, &attack))
      attacks.append(attack)
    }
    var report: OpaquePointer?
    defer { hqnn_report_release(report) }
    let stopped = try withCStrings(names) { names in
      try Callback.run(call, function: 8) { context in
        hqnn_robustness_evaluate(
          target, source, dataset, attacks, names, Int64(attacks.count), eps, Int64(eps.count),
          { context, attack, done, total in
            Callback.call(context) { lua in
              lua.push(attack)
              lua.push(done)
              lua.push(total)
              return 3
            }
          }, context, &report)
      }
    }
    if stopped { return 0 }
    _ = try call.text { hqnn_report_json(report, $0) }
    for which in ["rows", "classes", "samples"] { _ = try call.result(.table) { hqnn_report_table(report, which, $0) } }
    return 4
  },
]

extension Call {
  /// The attack of a kind and its options as JSON; the caller releases it.
  fileprivate func attack(_ kind: Int32, _ options: Int32) throws -> OpaquePointer {
    var attack: OpaquePointer?
    try check(hqnn_attack_create(string(kind), string(options), &attack))
    guard let attack else { throw Failure("there is no attack") }
    return attack
  }

  /// The array of texts at an index.
  func strings(_ index: Int32) throws -> [String] {
    try table(index, "an array of texts")
    return try (0..<lua.length(index)).map { position in
      lua.pushElement(index, position + 1)
      defer { lua.drop() }
      guard let text = lua.string(-1) else { throw Failure("element \(position + 1) is \(describe(-1)); expected a text") }
      return text
    }
  }
}

/// The body with the array's address, or with nil.
private func withOptional<T>(_ array: [T]?, _ body: (UnsafePointer<T>?) throws -> Void) throws {
  guard let array else { return try body(nil) }
  try array.withUnsafeBufferPointer { try body($0.baseAddress) }
}
