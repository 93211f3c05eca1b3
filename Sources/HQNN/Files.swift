// hqnn.h, "files": models and tensors in safetensors files.

import CHQNN
import Data
import Learning
import Records
import Tensors

/// Files of tensors with names: .npz is NumPy's archive, every other name safetensors.
private enum TensorFile {
  static func read(_ path: String) throws -> [NamedTensor] {
    guard path.hasSuffix(".npz") else {
      return try SafetensorsFile(path: path).tensors().map { NamedTensor(name: $0.name, tensor: $0.tensor) }
    }
    let archive = try NPZ(path)
    return try archive.names.map { NamedTensor(name: $0, tensor: try archive.array($0).tensor()) }
  }

  static func write(_ tensors: [NamedTensor], to path: String) throws {
    if path.hasSuffix(".npz") {
      try NPZ.write(tensors.map { ($0.name, .tensor($0.tensor)) }, to: path)
    } else {
      try Safetensors.write(tensors.map { ($0.name, $0.tensor) }, to: path)
    }
  }
}

/// The metadata that holds a model's description.
private let modelKey = "hqnn.model"

extension ModelRecord {
  fileprivate func write(to path: String) throws {
    try Safetensors.write(
      tensors.map { ($0.name, $0.tensor) }, metadata: [("format", "hqnn"), (modelKey, description.text)], to: path)
  }

  fileprivate init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let text = file.metadata(modelKey) else {
      throw EngineError.file("\(path): it has tensors but no model of hqnn; load_weights reads them into a model")
    }
    self.init(
      description: try JSON(text: text),
      tensors: try file.tensors().map { NamedTensor(name: $0.name, tensor: $0.tensor) })
  }
}

// MARK: models

@c @implementation
public func hqnn_layer_save(_ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> hqnn_status {
  status { try layer(pointer).record().write(to: text(path, "path")) }
}

@c @implementation
public func hqnn_layer_load(_ path: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status {
  status {
    let (out, path) = (try place(out), try text(path, "path"))
    out.pointee = handle(try reading(path) { try Layer.restored(ModelRecord(path: path)) })
  }
}

@c @implementation
public func hqnn_layer_save_weights(_ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> hqnn_status {
  status {
    let layer = try layer(pointer)
    guard layer.isBuilt else {
      throw EngineError.state("the model is not built, so it has no weights to save; build it with its input's shape first")
    }
    try TensorFile.write(layer.namedTensors, to: text(path, "path"))
  }
}

@c @implementation
public func hqnn_layer_load_weights(
  _ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ strict: Int32, _ loaded: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let (layer, path) = (try layer(pointer), try text(path, "path"))
    let count = try reading(path) { try layer.load(TensorFile.read(path), strict: strict != 0) }
    loaded?.pointee = Int64(count)
  }
}

@c @implementation
public func hqnn_layer_copy(_ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try layer(pointer).copy())
  }
}

// MARK: tensors with names

/// What a handle of named tensors is.
private final class TensorList {
  var items: [(name: String, tensor: Variable)] = []

  func item(_ index: Int64) throws -> (name: String, tensor: Variable) {
    guard index >= 0, index < items.count else {
      throw EngineError.value("tensor \(index) is not in 0..<\(items.count)")
    }
    return items[Int(index)]
  }
}

private func tensors(_ pointer: OpaquePointer?) throws -> TensorList {
  try borrow(pointer, "tensors", as: TensorList.self)
}

@c @implementation
public func hqnn_tensors_create(_ out: UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status {
  status { try place(out).pointee = handle(TensorList()) }
}

@c @implementation
public func hqnn_tensors_retain(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try retain(pointer, "tensors", as: TensorList.self) }
}

@c @implementation
public func hqnn_tensors_release(_ pointer: OpaquePointer?) { release(pointer, as: TensorList.self) }

@c @implementation
public func hqnn_tensors_add(
  _ pointer: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ value: OpaquePointer?
) -> hqnn_status {
  status {
    let (list, name, value) = (try tensors(pointer), try text(name, "name"), try tensor(value))
    guard !list.items.contains(where: { $0.name == name }) else {
      throw EngineError.value("there is a tensor with the name \"\(name)\" already")
    }
    list.items.append((name, value))
  }
}

@c @implementation
public func hqnn_tensors_count(_ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = Int64(try tensors(pointer).items.count)
  }
}

@c @implementation
public func hqnn_tensors_name(
  _ pointer: OpaquePointer?, _ index: Int64, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    try give(text: try tensors(pointer).item(index).name, to: out)
  }
}

@c @implementation
public func hqnn_tensors_get(
  _ pointer: OpaquePointer?, _ index: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(try tensors(pointer).item(index).tensor)
  }
}

@c @implementation
public func hqnn_tensors_save(_ pointer: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> hqnn_status {
  status {
    let list = try tensors(pointer)
    try TensorFile.write(list.items.map { NamedTensor(name: $0.name, tensor: $0.tensor.value) }, to: text(path, "path"))
  }
}

@c @implementation
public func hqnn_tensors_load(_ path: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status {
  status {
    let out = try place(out)
    let list = TensorList()
    list.items = try TensorFile.read(text(path, "path")).map { ($0.name, Variable($0.tensor)) }
    out.pointee = handle(list)
  }
}
