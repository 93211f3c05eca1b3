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
  // digits(): train, test
  Function("make", "digits", as: "hq.data.digits") { call in
    try pair(call, hqnn_dataset_digits)
  },
  // mnist(root): train, test
  Function("make", "mnist", as: "hq.data.mnist") { call in
    let root = try call.optional(1, call.string)
    return try pair(call) { hqnn_dataset_mnist(root, $0, $1) }
  },
  // idx(images, labels)
  Function("make", "idx", as: "hq.data.idx") { call in
    let (images, labels) = (try call.string(1), try call.string(2))
    return try call.result(.dataset) { hqnn_dataset_idx(images, labels, $0) }
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
  // samples(): all of them, [count, ...]; to be read only
  Function("dataset", "samples", as: "data:samples") { call in
    let dataset = try call.dataset(1)
    return try call.result(.tensor) { hqnn_dataset_samples(dataset, $0) }
  },
  Function("dataset", "labels", as: "data:labels") { call in
    call.push(try labels(of: call.dataset(1)))
    return 1
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
  // dataset_batch(data, order, first, count): samples and labels of a stretch of `order`
  Function("native", "dataset_batch", as: "data:batches") { call in
    let (dataset, first, count) = (try call.dataset(1), try call.integer(3), try call.integer(4))
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
    try check(hqnn_dataset_select(dataset, indices, count, batch))
    _ = try call.result(.tensor) { hqnn_dataset_samples(batch.pointee, $0) }
    call.push(try labels(of: batch.pointee!))
    return 2
  },
]

private func pair(
  _ call: Call,
  _ load: (UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status
) throws -> Int32 {
  let train = call.lua.pushObject(.dataset)
  let test = call.lua.pushObject(.dataset)
  try check(load(train, test))
  NativeMemory.watch(call.lua)
  return 2
}

private func count(of dataset: OpaquePointer) throws -> Int {
  var count: Int64 = 0
  try check(hqnn_dataset_count(dataset, &count))
  return Int(count)
}

func labels(of dataset: OpaquePointer) throws -> [Int64] {
  var labels = [Int64](repeating: 0, count: try count(of: dataset))
  try check(hqnn_dataset_labels(dataset, &labels, Int64(labels.count)))
  return labels
}
