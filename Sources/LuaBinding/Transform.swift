// hqnn.h, "data: transforms", and what makes data sets from others.  Option checking is in
// lua/hqnn/transform.lua and lua/hqnn/data.lua.

import CHQNN
import LuaTrampoline

let transformFunctions: [Function] = [
  // transform(name, options)
  Function("make", "transform", as: "hq.data.transform") { call in
    let name = try call.string(1)
    var options = try transformOptions(call, 2)
    return try call.result(.transform) { hqnn_transform_create(name, &options, $0) }
  },
  // fitted(name, data, options)
  Function("make", "fitted", as: "hq.data.transform") { call in
    let (name, dataset) = (try call.string(1), try call.dataset(2))
    var options = try transformOptions(call, 3)
    return try call.result(.transform) { hqnn_transform_fit(name, dataset, &options, $0) }
  },
  Function("transform", "name") { call in
    let transform = try call.handle(1, .transform)
    return try call.text { hqnn_transform_name(transform, $0) }
  },
  // explained(): shares of the variance, of pca
  Function("transform", "explained") { call in
    let transform = try call.handle(1, .transform)
    return try call.result(.tensor) { hqnn_transform_explained(transform, $0) }
  },
  // transform_apply(transform, samples, seed, epoch)
  Function("native", "transform_apply", as: "transform:apply") { call in
    let (transform, samples) = (try call.handle(1, .transform), try call.tensor(2))
    let (seed, epoch) = (try call.seed(3), try call.integer(4))
    guard epoch >= 1 else { throw Failure("epoch is \(epoch); epochs count from 1") }
    return try call.result(.tensor) { hqnn_transform_apply(transform, samples, seed, epoch - 1, 0, $0) }
  },
  // dataset_map(data, { transform, ... }, seed)
  Function("native", "dataset_map", as: "data:map") { call in
    let (dataset, list, seed) = (try call.dataset(1), try call.transforms(2), try call.seed(3))
    return try call.result(.dataset) { hqnn_dataset_map(dataset, list, Int64(list.count), seed, $0) }
  },
  // dataset_augment(data, { transform, ... }, seed)
  Function("native", "dataset_augment", as: "data:augment") { call in
    let (dataset, list, seed) = (try call.dataset(1), try call.transforms(2), try call.seed(3))
    return try call.result(.dataset) { hqnn_dataset_augment(dataset, list, Int64(list.count), seed, $0) }
  },
  // dataset_split(data, { share, ... }, stratified, seed): a data set for each share
  Function("native", "dataset_split", as: "data:split") { call in
    let (dataset, shares) = (try call.dataset(1), try call.numbers(2, "share"))
    let (stratified, seed) = (try call.optional(3, call.boolean), try call.seed(4))
    guard (1...8).contains(shares.count) else { throw Failure("\(shares.count) shares; there may be 1 to 8") }
    // The objects first, so that running out of memory for one loses nothing.
    let places = shares.map { _ in call.lua.pushObject(.dataset) }
    var parts = [OpaquePointer?](repeating: nil, count: shares.count)
    let flag: Int32 = stratified.map { $0 ? 1 : 0 } ?? -1
    try check(hqnn_dataset_split(dataset, shares, Int64(shares.count), flag, seed, &parts))
    for (place, part) in zip(places, parts) { place.pointee = part }
    NativeMemory.watch(call.lua)
    return Int32(places.count)
  },
  // synthetic(name, options)
  Function("make", "synthetic", as: "hq.data") { call in
    let name = try call.string(1)
    var options = hqnn_synthetic_options_default()
    try call.field(2, "count", &options.count)
    try call.field(2, "seed", &options.seed)
    try call.field(2, "noise", &options.noise)
    try call.field(2, "features", &options.features)
    try call.field(2, "classes", &options.classes)
    try call.field(2, "factor", &options.factor)
    try call.field(2, "turns", &options.turns)
    try call.field(2, "margin", &options.margin)
    try call.field(2, "latent", &options.latent)
    try call.field(2, "height", &options.height)
    try call.field(2, "width", &options.width)
    return try call.result(.dataset) { hqnn_dataset_synthetic(name, &options, $0) }
  },
  // png_folder(folder, options)
  Function("make", "png_folder", as: "hq.data.png_folder") { call in
    let folder = try call.string(1)
    var options = hqnn_png_options_default()
    try call.field(2, "height", &options.height)
    try call.field(2, "width", &options.width)
    try call.field(2, "channels", &options.channels)
    try call.field(2, "mode", &options.mode, resizeModes)
    return try call.result(.dataset) { hqnn_dataset_png_folder(folder, &options, $0) }
  },
]

private let resizeModes = [
  ("bilinear", HQNN_RESIZE_BILINEAR), ("nearest", HQNN_RESIZE_NEAREST), ("area", HQNN_RESIZE_AREA),
]

private func transformOptions(_ call: Call, _ table: Int32) throws -> hqnn_transform_options {
  var options = hqnn_transform_options_default()
  try call.field(table, "height", &options.height)
  try call.field(table, "width", &options.width)
  try call.field(table, "padding", &options.padding)
  try call.field(table, "fill", &options.fill)
  try call.field(table, "probability", &options.probability)
  try call.field(table, "degrees", &options.degrees)
  try call.field(table, "translate", &options.translate)
  try call.field(table, "low_scale", &options.low_scale)
  try call.field(table, "high_scale", &options.high_scale)
  try call.field(table, "mode", &options.mode, resizeModes)
  try call.field(table, "deviation", &options.deviation)
  try call.field(table, "clip", &options.clip)
  try call.field(table, "threshold", &options.threshold)
  try call.field(table, "bits", &options.bits)
  try call.field(table, "components", &options.components)
  try call.field(table, "whiten", &options.whiten)
  return options
}

extension Call {
  /// The handles of an array of transforms, which the array keeps alive.
  fileprivate func transforms(_ index: Int32) throws -> [OpaquePointer?] {
    try table(index, "an array of transforms")
    return try (0..<lua.length(index)).map { position in
      lua.pushElement(index, position + 1)
      defer { lua.drop() }
      guard lua.kind(-1) == .transform else {
        throw Failure("transform \(position + 1): expected a transform, got \(describe(-1))")
      }
      guard let handle = lua.box(-1).pointee else { throw Failure("transform \(position + 1) was released") }
      return handle
    }
  }
}
