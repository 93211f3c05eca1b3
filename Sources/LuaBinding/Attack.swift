// hqnn.h, "attacks".  Descriptions of attacks and reports are in lua/hqnn/attack.lua and robustness.lua.

import CHQNN
import LuaTrampoline

let attackFunctions: [Function] = [
  // attack_run(attack, model, samples, labels): adversarial samples
  Function("native", "attack_run", as: "attack:run") { call in
    let (model, samples, labels) = (try call.layer(2), try call.tensor(3), try call.integers(4))
    var options = try call.attackOptions(1)
    return try call.result(.tensor) {
      hqnn_attack_run(model, samples, labels, Int64(labels.count), &options, $0)
    }
  },
  // attack_run_on(attack, model, data): the same for a data set
  Function("native", "attack_run_on", as: "attack:run") { call in
    let (model, dataset) = (try call.layer(2), try call.dataset(3))
    var options = try call.attackOptions(1)
    let samples = call.lua.pushObject(.tensor)
    try check(hqnn_dataset_samples(dataset, samples))
    let labels = try labels(of: dataset)
    var classes: Int64 = 0
    try check(hqnn_dataset_classes(dataset, &classes))
    let adversarial = call.lua.pushObject(.tensor)
    try check(
      hqnn_attack_run(model, samples.pointee, labels, Int64(labels.count), &options, adversarial))
    return try call.result(.dataset) {
      hqnn_dataset_create(adversarial.pointee, labels, Int64(labels.count), classes, $0)
    }
  },
  // attack_evaluate(attack, source, target, data, { eps, ... }, report): an accuracy for each eps;
  // report(done, total) may stop it with true, then there is no result
  Function("native", "attack_evaluate", as: "hq.robustness") { call in
    let (source, target, dataset) = (try call.layer(2), try call.layer(3), try call.dataset(4))
    var options = try call.attackOptions(1)
    let eps = try call.numbers(5, "eps: element")
    var accuracies = [Double](repeating: 0, count: eps.count)
    let stopped = try Callback.run(call, function: 6) { context in
      hqnn_attack_evaluate(
        source, target, dataset, &options, eps, Int64(eps.count), &accuracies,
        { context, done, total in
          Callback.call(context) { lua in
            lua.push(done)
            lua.push(total)
            return 2
          }
        }, context)
    }
    if stopped { return 0 }
    call.lua.pushTable(array: accuracies.count)
    for (position, accuracy) in accuracies.enumerated() {
      call.lua.push(accuracy)
      call.lua.setElement(-2, Int64(position + 1))
    }
    return 1
  },
]

extension Call {
  /// The fields of hqnn_attack_options in a table whose `kind` says which attack it is.
  fileprivate func attackOptions(_ table: Int32) throws -> hqnn_attack_options {
    try self.table(table, "an attack")
    var options = hqnn_attack_options_default()
    let kinds = [("fgsm", HQNN_FGSM), ("pgd", HQNN_PGD), ("mim", HQNN_MIM)]
    try field(table, "kind", &options.kind, kinds)
    try field(table, "eps", &options.eps)
    try field(table, "alpha", &options.alpha)
    try field(table, "steps", &options.steps)
    try field(table, "random_start", &options.random_start)
    try field(table, "restarts", &options.restarts)
    try field(table, "decay", &options.decay)
    try field(table, "low", &options.low)
    try field(table, "high", &options.high)
    try field(table, "seed", &options.seed)
    return options
  }
}
