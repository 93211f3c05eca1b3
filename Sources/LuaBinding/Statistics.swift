// hqnn.h, "statistics".  Tables of results are in lua/hqnn/stats.lua.

import CHQNN

let statisticsFunctions: [Function] = [
  // dataset_folds(data, folds, stratified, seed): the part of each sample, from 1
  Function("native", "dataset_folds", as: "data:folds") { call in
    let (data, folds, stratified) = (try call.dataset(1), try call.integer(2), try call.boolean(3))
    var count: Int64 = 0
    try check(hqnn_dataset_count(data, &count))
    var numbers = [Int64](repeating: 0, count: Int(count))
    try check(hqnn_dataset_folds(data, folds, stratified ? 1 : 0, call.seed(4), &numbers, count))
    call.push(numbers.map { $0 + 1 })
    return 1
  },
  // paired_t(a, b), wilcoxon(a, b), mcnemar(only_first, only_second): { statistic, p, n, exact }
  Function("native", "paired_t", as: "hq.stats.paired_t") { call in try pairs(call, hqnn_stats_paired_t) },
  Function("native", "wilcoxon", as: "hq.stats.wilcoxon") { call in try pairs(call, hqnn_stats_wilcoxon) },
  Function("native", "mcnemar", as: "hq.stats.mcnemar") { call in
    var result = hqnn_test_result()
    try check(hqnn_stats_mcnemar(call.integer(1), call.integer(2), &result))
    return push(call, result)
  },
]

private typealias PairTest = (
  UnsafePointer<Double>?, UnsafePointer<Double>?, Int64, UnsafeMutablePointer<hqnn_test_result>?
) -> hqnn_status

private func pairs(_ call: Call, _ test: PairTest) throws -> Int32 {
  try call.table(1, "an array of numbers")
  try call.table(2, "an array of numbers")
  let (a, b) = (try call.numbers(1), try call.numbers(2))
  guard a.count == b.count else { throw Failure("there are \(a.count) and \(b.count) values; pairs are needed") }
  var result = hqnn_test_result()
  try check(test(a, b, Int64(a.count), &result))
  return push(call, result)
}

private func push(_ call: Call, _ result: hqnn_test_result) -> Int32 {
  call.lua.pushTable(fields: 4)
  for (name, value) in [("statistic", result.statistic), ("p", result.p_value), ("n", result.degrees)] {
    call.lua.push(value)
    call.lua.setField(-2, name)
  }
  call.lua.push(result.exact != 0)
  call.lua.setField(-2, "exact")
  return 1
}
