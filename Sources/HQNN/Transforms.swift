// hqnn.h, "data: transforms", and what makes data sets from others.

import CHQNN
import Data
import Learning
import Tensors

/// A transform behind a handle.
final class TransformObject {
  let transform: any Transform
  init(_ transform: any Transform) { self.transform = transform }
}

/// As HQNN_TRANSFORM_OPTIONS.
private let defaults = hqnn_transform_options(
  struct_size: MemoryLayout<hqnn_transform_options>.size, height: 0, width: 0, padding: 0, fill: 0,
  probability: 0.5, degrees: 0, translate: 0, low_scale: 1, high_scale: 1, mode: HQNN_RESIZE_BILINEAR,
  deviation: 0.1, clip: 0, threshold: 0.5, bits: 8, components: 2, whiten: 0)

func resizeMode(_ mode: hqnn_resize_mode) throws -> Resize.Mode {
  switch mode {
  case HQNN_RESIZE_BILINEAR: return .bilinear
  case HQNN_RESIZE_NEAREST: return .nearest
  case HQNN_RESIZE_AREA: return .area
  default: throw EngineError.value("mode is \(mode.rawValue); it must be HQNN_RESIZE_BILINEAR ... HQNN_RESIZE_AREA")
  }
}

private let made = [
  "random_crop", "center_crop", "horizontal_flip", "vertical_flip", "random_affine", "resize", "gaussian_noise",
  "grayscale", "binarise", "bit_depth",
]
private let fitted = ["standardise", "min_max", "pca"]

private func unknown(_ name: String, among names: [String], _ other: String) -> EngineError {
  let hint = closest(to: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
  return EngineError.value("unknown transform '\(name)'\(hint); there are \(names.joined(separator: ", ")), and \(other)")
}

private func transform(_ name: String, _ given: hqnn_transform_options) throws -> any Transform {
  func size(_ value: Int64) -> Int? { value == 0 ? nil : Int(value) }
  switch name {
  case "random_crop", "center_crop":
    return try Crop(
      height: size(given.height), width: size(given.width), padding: Int(given.padding), fill: given.fill,
      isRandom: name == "random_crop")
  case "horizontal_flip", "vertical_flip":
    return try Flip(horizontal: name == "horizontal_flip", probability: given.probability)
  case "random_affine":
    return try RandomAffine(
      degrees: given.degrees, translate: given.translate, lowScale: given.low_scale, highScale: given.high_scale,
      fill: given.fill)
  case "resize": return try Resize(height: Int(given.height), width: Int(given.width), mode: resizeMode(given.mode))
  case "gaussian_noise":
    return try GaussianNoise(deviation: given.deviation, range: given.clip != 0 ? 0...1 : nil)
  case "grayscale": return Grayscale()
  case "binarise": return try Binarise(threshold: given.threshold)
  case "bit_depth": return try BitDepth(bits: Int(given.bits))
  default: throw unknown(name, among: made, "\(fitted.joined(separator: ", ")), which are fitted on a data set")
  }
}

@c @implementation
public func hqnn_transform_create(
  _ name: UnsafePointer<CChar>?, _ given: UnsafePointer<hqnn_transform_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(
      TransformObject(try transform(text(name, "name"), options(given, defaults: defaults))))
  }
}

@c @implementation
public func hqnn_transform_fit(
  _ name: UnsafePointer<CChar>?, _ dataset: OpaquePointer?, _ given: UnsafePointer<hqnn_transform_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let name = try text(name, "name")
    let dataset: Dataset = try borrow(dataset, "dataset")
    let given = try options(given, defaults: defaults)
    let transform: any Transform
    switch name {
    case "standardise": transform = try FeatureScale(.standardise, fitting: dataset, clip: given.clip != 0)
    case "min_max": transform = try FeatureScale(.minMax, fitting: dataset, clip: given.clip != 0)
    case "pca":
      transform = try PCA(fitting: dataset, components: Int(given.components), whiten: given.whiten != 0)
    default: throw unknown(name, among: fitted, "\(made.joined(separator: ", ")), which need no fitting")
    }
    out.pointee = handle(TransformObject(transform))
  }
}

@c @implementation
public func hqnn_transform_retain(_ transform: OpaquePointer?) -> hqnn_status {
  status { try retain(transform, "transform", as: TransformObject.self) }
}

@c @implementation
public func hqnn_transform_release(_ transform: OpaquePointer?) { release(transform, as: TransformObject.self) }

@c @implementation
public func hqnn_transform_name(
  _ transform: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status { try give(text: borrow(transform, "transform", as: TransformObject.self).transform.description, to: out) }
}

@c @implementation
public func hqnn_transform_explained(
  _ transform: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let object = try borrow(transform, "transform", as: TransformObject.self)
    guard let pca = object.transform as? PCA else {
      throw EngineError.state("\(object.transform.description) explains no variance; pca does")
    }
    let shares = pca.variances.map { pca.totalVariance > 0 ? $0 / pca.totalVariance : 0 }
    out.pointee = handle(Variable(Tensor(shares, [shares.count])))
  }
}

@c @implementation
public func hqnn_transform_apply(
  _ transform: OpaquePointer?, _ samples: OpaquePointer?, _ seed: UInt64, _ epoch: Int64, _ first_index: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let object = try borrow(transform, "transform", as: TransformObject.self)
    let values = try tensor(samples, "samples").value
    guard values.rank >= 2, values.count > 0 else {
      throw EngineError.shape(
        "samples have the shape \(describe(shape: values.shape)); it must be {count, values, ...}, not empty")
    }
    try check(epoch: epoch)
    guard first_index >= 0, first_index < 1 << 32 else {
      throw EngineError.value("first_index is \(first_index); it must be in 0..2^32 - 1")
    }
    let indices = Array(Int(first_index)..<Int(first_index) + values.shape[0])
    let result = try Transforms([object.transform]).apply(values, indices: indices[...], seed: seed, epoch: Int(epoch))
    out.pointee = handle(Variable(result))
  }
}

@c @implementation
public func hqnn_dataset_map(
  _ dataset: OpaquePointer?, _ list: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ seed: UInt64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    out.pointee = handle(try dataset.map(transforms(list, count), seed: seed))
  }
}

@c @implementation
public func hqnn_dataset_augment(
  _ dataset: OpaquePointer?, _ list: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ seed: UInt64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    out.pointee = handle(try dataset.augment(transforms(list, count), seed: seed))
  }
}

private func transforms(_ list: UnsafePointer<OpaquePointer?>?, _ count: Int64) throws -> Transforms {
  try Transforms(
    array(list, count, "transforms").enumerated().map { i, handle in
      try borrow(handle, "transform \(i)", as: TransformObject.self).transform
    })
}

@c @implementation
public func hqnn_dataset_batch(
  _ dataset: OpaquePointer?, _ indices: UnsafePointer<Int64>?, _ count: Int64, _ epoch: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    try check(epoch: epoch)
    out.pointee = handle(
      try dataset.batch(array(indices, count, "indices").map(Int.init), epoch: Int(epoch)))
  }
}

private func check(epoch: Int64) throws {
  guard epoch >= 0, epoch < 1 << 32 else {
    throw EngineError.value("epoch is \(epoch); it must be in 0..2^32 - 1")
  }
}

@c @implementation
public func hqnn_dataset_split(
  _ dataset: OpaquePointer?, _ shares: UnsafePointer<Double>?, _ count: Int64, _ stratified: Int32, _ seed: UInt64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let dataset: Dataset = try borrow(dataset, "dataset")
    let parts = try dataset.split(
      array(shares, count, "shares"), stratified: stratified < 0 ? nil : stratified != 0, seed: seed)
    for (i, part) in parts.enumerated() { out[i] = handle(part) }
  }
}

/// As HQNN_SYNTHETIC_OPTIONS.
private let syntheticDefaults = hqnn_synthetic_options(
  struct_size: MemoryLayout<hqnn_synthetic_options>.size, count: 200, seed: 0, noise: 0, features: 2, classes: 2,
  factor: 0.5, turns: 1, margin: 0.1, latent: 2, height: 4, width: 4)

@c @implementation
public func hqnn_dataset_synthetic(
  _ name: UnsafePointer<CChar>?, _ given: UnsafePointer<hqnn_synthetic_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let name = try text(name, "name")
    let names = Synthetic.Kind.allCases.map(\.rawValue)
    guard let kind = Synthetic.Kind(rawValue: name) else {
      let hint = closest(to: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
      throw EngineError.value("unknown synthetic set '\(name)'\(hint); there are \(names.joined(separator: ", "))")
    }
    let given = try options(given, defaults: syntheticDefaults)
    var wanted = Synthetic(kind)
    (wanted.count, wanted.seed, wanted.noise) = (Int(given.count), given.seed, given.noise)
    (wanted.features, wanted.classes) = (Int(given.features), Int(given.classes))
    (wanted.factor, wanted.turns, wanted.margin) = (given.factor, given.turns, given.margin)
    (wanted.latent, wanted.height, wanted.width) = (Int(given.latent), Int(given.height), Int(given.width))
    out.pointee = handle(try wanted.make())
  }
}
