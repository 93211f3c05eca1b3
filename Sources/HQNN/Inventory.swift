// hqnn.h, "data: arrays of NumPy" and "data: sets on this machine".

import CHQNN
import Data
import Glibc
import Learning
import Records
import Tensors

@c @implementation
public func hqnn_array_names(
  _ path: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    _ = try place(out)
    try give(text: NPZ(text(path, "path")).names.joined(separator: "\n"), to: out)
  }
}

@c @implementation
public func hqnn_array_read(
  _ path: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let path = try text(path, "path")
    let array = try name.map { try NPZ(path).array(String(cString: $0)) } ?? NPYArray.read(path)
    out.pointee = handle(Variable(try array.tensor()))
  }
}

@c @implementation
public func hqnn_array_write(
  _ path: UnsafePointer<CChar>?, _ names: UnsafePointer<UnsafePointer<CChar>?>?,
  _ tensors: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ compressed: Int32
) -> hqnn_status {
  status {
    let path = try text(path, "path")
    let tensors = try array(tensors, count, "tensors").enumerated().map { try tensor($1, "tensor \($0)").value }
    guard let names else {
      guard tensors.count == 1 else {
        throw EngineError.value("\(tensors.count) tensors without names; a .npy file holds one")
      }
      return try NPZ.write(.tensor(tensors[0]), toNPY: path)
    }
    let arrays = zip(try texts(names, count, "names"), tensors).map { ($0, NPZ.Content.tensor($1)) }
    try NPZ.write(arrays, to: path, compressed: compressed != 0)
  }
}

@c @implementation
public func hqnn_data_list(
  _ root: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let table = try Table(
      columns: ["set", "state", "train", "test", "validation", "shape", "classes", "MiB", "folder"])
    for entry in try KnownSets.list(root: root.map { String(cString: $0) }) {
      func count(_ part: KnownSets.Part) -> Table.Cell { .number(entry.counts[part].map(Double.init) ?? .nan) }
      let isThere = !entry.counts.isEmpty
      let state = entry.problem ?? (isThere ? "there" : entry.canBeFetched ? "can be fetched" : "not there")
      try table.add([
        .text(entry.name), .text(state), count(.train), count(.test), count(.validation),
        .text(isThere ? entry.shape.map(String.init).joined(separator: "x") : ""),
        .number(isThere ? Double(entry.classes) : .nan),
        .number(isThere ? (Double(entry.bytes) / 104_857.6).rounded() / 10 : .nan), .text(entry.folder ?? ""),
      ])
    }
    out.pointee = handle(table)
  }
}

@c @implementation
public func hqnn_data_check(
  _ name: UnsafePointer<CChar>?, _ root: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let table = try Table(columns: ["file", "bytes", "state", "checksum"])
    for report in try KnownSets.check(text(name, "name"), root: root.map { String(cString: $0) }) {
      try table.add([
        .text(report.path), .number(Double(report.bytes)), .text(report.state.rawValue), .text(report.checksum),
      ])
    }
    out.pointee = handle(table)
  }
}

@c @implementation
public func hqnn_data_get(
  _ name: UnsafePointer<CChar>?, _ root: UnsafePointer<CChar>?, _ base: UnsafePointer<CChar>?,
  _ callback: hqnn_fetch_callback?, _ context: UnsafeMutableRawPointer?,
  _ out_folder: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out_folder, "out_folder")
    let folder = try KnownSets.get(
      text(name, "name"), root: root.map { String(cString: $0) }, base: base.map { String(cString: $0) },
      progress: callback.map { callback in { address in callback(context, address) == 0 } })
    try give(text: folder, to: out)
  }
}

@c @implementation
public func hqnn_data_sha256(
  _ path: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    _ = try place(out)
    try give(text: KnownSets.sha256(ofFile: text(path, "path")), to: out)
  }
}
