// The classes of objects that Lua holds: a userdata around one handle each, released once.
// Reading them as arguments is Call's.

import CHQNN

enum Kind: Int64, CaseIterable {
  case tensor, circuit, builder, layer, optimizer, dataset, table, noise, state, schedule, transform
  /// Not a handle: a Lua table for a symbolic angle (lua/hqnn/angle.lua).
  case angle

  var name: String {
    switch self {
    case .tensor: return "tensor"
    case .circuit: return "circuit"
    case .builder: return "builder"
    case .layer: return "layer"
    case .optimizer: return "optimizer"
    case .dataset: return "dataset"
    case .table: return "table"
    case .noise: return "noise"
    case .state: return "state"
    case .schedule: return "schedule"
    case .transform: return "transform"
    case .angle: return "angle"
    }
  }

  var withArticle: String {
    switch self {
    case .optimizer, .angle: return "an \(name)"
    case .dataset: return "a data set"
    case .noise: return "a noise model"
    default: return "a \(name)"
    }
  }

  func release(_ handle: OpaquePointer) {
    switch self {
    case .tensor: hqnn_tensor_release(handle)
    case .circuit, .builder: hqnn_circuit_release(handle)
    case .layer: hqnn_layer_release(handle)
    case .optimizer: hqnn_optimizer_release(handle)
    case .dataset: hqnn_dataset_release(handle)
    case .table: hqnn_table_release(handle)
    case .noise: hqnn_noise_release(handle)
    case .state: hqnn_state_release(handle)
    case .schedule: hqnn_schedule_release(handle)
    case .transform: hqnn_transform_release(handle)
    case .angle: break
    }
  }

  /// Where a metatable keeps its kind: an address that no one else has.
  static let key = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
  /// Where the registry keeps the metatables, by kind.
  static let metatables = UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
}

/// What a userdata holds: the handle until it is released.
typealias Box = OpaquePointer?

extension LuaState {
  func kind(_ index: Int32) -> Kind? {
    guard let kind = metatableNumber(index, Kind.key).flatMap(Kind.init(rawValue:)) else { return nil }
    // A table that was given an object's metatable is none.
    return kind == .angle || userdata(index) != nil ? kind : nil
  }

  /// The place of a handle inside the userdata at an index whose kind is known.
  func box(_ index: Int32) -> UnsafeMutablePointer<Box> {
    userdata(index)!.assumingMemoryBound(to: Box.self)
  }

  /// Pushes an empty object.  It is made before the handle that it will hold, so that running out of
  /// memory for it loses nothing.
  func pushObject(_ kind: Kind) -> UnsafeMutablePointer<Box> {
    let place = pushUserdata(bytes: MemoryLayout<Box>.stride).assumingMemoryBound(to: Box.self)
    pushRegistered(Kind.metatables)
    pushElement(-1, kind.rawValue)
    swapAndDrop()
    setMetatable()
    return place
  }
}
