// hqnn.h, "layers": containers.

import CHQNN
import Learning
import Tensors

typealias LayerPointers = UnsafePointer<OpaquePointer?>
typealias Texts = UnsafePointer<UnsafePointer<CChar>?>

private func layers(_ pointers: LayerPointers?, _ count: Int64, _ what: String) throws -> [Layer] {
  try array(pointers, count, what).enumerated().map { i, pointer in try layer(pointer, "\(what) \(i)") }
}

/// Layers with names; without any they are numbered.
private func named(_ pointers: LayerPointers?, _ names: Texts?, _ count: Int64, _ what: String) throws -> [NamedLayer] {
  let layers = try layers(pointers, count, what)
  guard let names else { return layers.enumerated().map { NamedLayer("\($0)", $1) } }
  return try layers.enumerated().map { NamedLayer(try text(names[$0], "name \($0)"), $1) }
}

@c @implementation
public func hqnn_layer_residual(
  _ pointers: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ shortcut: OpaquePointer?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    try ResidualLayer(layers(pointers, count, "layers"), shortcut: borrowIfAny(shortcut, as: Layer.self))
  }
}

@c @implementation
public func hqnn_layer_parallel(
  _ branches: UnsafePointer<OpaquePointer?>?, _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64,
  _ combine: hqnn_combine, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let branches = try named(branches, names, count, "branches")
    guard let combine = Combine(rawValue: UInt32(combine.rawValue)) else {
      throw EngineError.value("combine is \(combine.rawValue); it must be HQNN_COMBINE_CONCAT ... HQNN_COMBINE_MULTIPLY")
    }
    return try ParallelLayer(branches, combine: combine)
  }
}

@c @implementation
public func hqnn_layer_fusion(
  _ branches: UnsafePointer<OpaquePointer?>?, _ names: UnsafePointer<UnsafePointer<CChar>?>?, _ count: Int64,
  _ given: UnsafePointer<hqnn_fusion_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let branches = try named(branches, names, count, "branches")
    let given = try options(given, defaults: fusionDefaults)
    var options = FusionLayer.Options()
    (options.gateUnits, options.perClass) = (Int(given.gate_units), given.per_class != 0)
    return try FusionLayer(branches, gate: borrowIfAny(given.gate, as: Layer.self), options)
  }
}

private let fusionDefaults = hqnn_fusion_options(
  struct_size: MemoryLayout<hqnn_fusion_options>.size, gate_units: 16, per_class: 0, gate: nil)

@c @implementation
public func hqnn_layer_fusion_weights(
  _ pointer: OpaquePointer?, _ input: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let (layer, input) = (try layer(pointer, "fusion"), try tensor(input, "input"))
    guard let fusion = layer as? FusionLayer else {
      throw EngineError.value("weights of branches are a fusion's; this is another kind of layer")
    }
    out.pointee = handle(Variable(try fusion.weights(input.value)))
  }
}

@c @implementation
public func hqnn_layer_frozen(
  _ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { FrozenLayer(try layer(pointer)) }
}

@c @implementation
public func hqnn_layer_heads(
  _ trunk: OpaquePointer?, _ heads: UnsafePointer<OpaquePointer?>?, _ names: UnsafePointer<UnsafePointer<CChar>?>?,
  _ count: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) { try HeadsLayer(trunk: layer(trunk, "trunk"), heads: named(heads, names, count, "heads")) }
}

@c @implementation
public func hqnn_layer_head(
  _ pointer: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    guard let heads = try layer(pointer) as? HeadsLayer else {
      throw EngineError.value("the model has no heads; make it with hqnn_layer_heads")
    }
    return try heads.head(try text(name, "name"))
  }
}
