// hqnn.h, "data".  Option checking and the batch iterator are in lua/hqnn/data.lua.

import CHQNN
import LuaTrampoline

let datasetFunctions: [Function] = [
  // dataset(samples, labels, classes)
  Function("make", "dataset", as: "hq.data.from") { call in
    let (samples, labels, classes) = (try call.tensor(1), try call.integers(2), try call.integer(3))
    return try call.result(.dataset) {
      hqnn_dataset_create(samples, labels, Int64(labels.count), classes, $0)
    }
  },
  // pairs(samples, targets)
  Function("make", "pairs", as: "hq.data.pairs") { call in
    let (samples, targets) = (try call.tensor(1), try call.tensor(2))
    return try call.result(.dataset) { hqnn_dataset_create_targets(samples, targets, $0) }
  },
  // with_targets(targets): the same samples and labels with targets
  Function("dataset", "with_targets", as: "data:with_targets") { call in
    let (dataset, targets) = (try call.dataset(1), try call.tensor(2))
    return try call.result(.dataset) { hqnn_dataset_with_targets(dataset, targets, $0) }
  },
  // dataset_subset(data, options)
  Function("native", "dataset_subset", as: "data:subset") { call in
    let dataset = try call.dataset(1)
    var options = hqnn_subset_options_default()
    try call.field(2, "count", &options.count)
    try call.field(2, "balanced", &options.balanced)
    try call.field(2, "shuffle", &options.shuffle)
    try call.field(2, "seed", &options.seed)
    let classes = try call.integersField(2, "classes") ?? []
    return try classes.withUnsafeBufferPointer { classes in
      options.classes = classes.baseAddress
      options.class_count = Int64(classes.count)
      return try call.result(.dataset) { hqnn_dataset_subset(dataset, &options, $0) }
    }
  },
  Function("dataset", "count", as: "#data") { call in
    let dataset = try call.dataset(1)
    return try call.result { hqnn_dataset_count(dataset, $0) }
  },
  Function("native", "dataset_classes", as: "data.classes") { call in
    let dataset = try call.dataset(1)
    return try call.result { hqnn_dataset_classes(dataset, $0) }
  },
  // dataset_range(data): smallest and largest value
  Function("native", "dataset_range", as: "data") { call in
    var (low, high) = (0.0, 0.0)
    try check(hqnn_dataset_range(call.dataset(1), &low, &high))
    call.lua.push(low)
    call.lua.push(high)
    return 2
  },
  // samples(): all of them, [count, ...]; to be read only
  Function("dataset", "samples", as: "data:samples") { call in
    let dataset = try call.dataset(1)
    return try call.result(.tensor) { hqnn_dataset_samples(dataset, $0) }
  },
  Function("dataset", "labels", as: "data:labels") { call in
    let labels = try labels(of: call.dataset(1))
    if labels.isEmpty { call.lua.pushNil() } else { call.push(labels) }
    return 1
  },
  // targets(): all of them, [count, ...]; nil for a set without
  Function("dataset", "targets", as: "data:targets") { call in
    let dataset = try call.dataset(1)
    let place = call.lua.pushObject(.tensor)
    try check(hqnn_dataset_targets(dataset, place))
    if place.pointee == nil { call.lua.pushNil() }
    return 1
  },
  // class_name(number)
  Function("dataset", "class_name", as: "data:class_name") { call in
    let (dataset, number) = (try call.dataset(1), try call.integer(2))
    return try call.text { hqnn_dataset_class_name(dataset, number, $0) }
  },
  // order(seed, epoch): sample numbers as training visits them; both count from 1 in Lua
  Function("dataset", "order", as: "data:batches") { call in
    let (dataset, seed, epoch) = (try call.dataset(1), try call.seed(2), try call.integer(3))
    guard epoch >= 1 else { throw Failure("epoch is \(epoch); epochs count from 1") }
    var order = [Int64](repeating: 0, count: try count(of: dataset))
    try check(hqnn_dataset_order(dataset, seed, epoch - 1, &order, Int64(order.count)))
    call.push(order.map { $0 + 1 })
    return 1
  },
  // select({ i, ... }): these samples, numbered from 1, as a new data set
  Function("dataset", "select", as: "data:select") { call in
    let dataset = try call.dataset(1)
    let indices = try call.integers(2).map { $0 - 1 }
    return try call.result(.dataset) { hqnn_dataset_select(dataset, indices, Int64(indices.count), $0) }
  },
  // dataset_batch(data, order, first, count, epoch): samples and labels (or targets, for a set without
  // labels; both, for one with both) of a stretch of `order`
  Function("native", "dataset_batch", as: "data:batches") { call in
    let (dataset, first, count) = (try call.dataset(1), try call.integer(3), try call.integer(4))
    let epoch = try call.integer(5)
    try call.table(2, "an order")
    guard first >= 1, count >= 0, count <= call.lua.length(2) else {
      throw Failure("there are no \(count) samples from \(first) on")
    }
    let indices = try (0..<count).map { position in
      call.lua.pushElement(2, first + position)
      defer { call.lua.drop() }
      guard let number = call.lua.integer(-1) else { throw Failure("the order is not one of whole numbers") }
      return number - 1
    }
    let batch = call.lua.pushObject(.dataset)
    try check(hqnn_dataset_batch(dataset, indices, count, epoch - 1, batch))
    _ = try call.result(.tensor) { hqnn_dataset_samples(batch.pointee, $0) }
    let labels = try labels(of: batch.pointee!)
    if !labels.isEmpty { call.push(labels) }
    let targets = call.lua.pushObject(.tensor)
    try check(hqnn_dataset_targets(batch.pointee, targets))
    if targets.pointee == nil { call.lua.drop() }
    return 1 + (labels.isEmpty ? 0 : 1) + (targets.pointee == nil ? 0 : 1)
  },
]

func count(of dataset: OpaquePointer) throws -> Int {
  var count: Int64 = 0
  try check(hqnn_dataset_count(dataset, &count))
  return Int(count)
}

/// The class numbers of all samples; none for a set without labels.
func labels(of dataset: OpaquePointer) throws -> [Int64] {
  var classes: Int64 = 0
  try check(hqnn_dataset_classes(dataset, &classes))
  if classes == 0 { return [] }
  var labels = [Int64](repeating: 0, count: try count(of: dataset))
  try check(hqnn_dataset_labels(dataset, &labels, Int64(labels.count)))
  return labels
}
