// hqnn.h, "images in a grid".  The option table is read in lua/hqnn/table.lua.

import CHQNN
import LuaTrampoline

let imageGridFunctions: [Function] = [
  // image_grid({ tensor, ... }, { label, ... } or nil, path, options)
  Function("native", "image_grid", as: "hq.image_grid") { call in
    let rows = try call.elements(1, "rows") { position in
      guard call.lua.kind(-1) == .tensor else {
        throw Failure("rows: element \(position): expected a tensor, got \(call.describe(-1))")
      }
      guard let row = call.lua.box(-1).pointee else { throw Failure("rows: element \(position): the tensor was released") }
      return Optional(row)
    }
    let labels = try call.optional(2) { index in
      try call.elements(index, "labels") { position -> String? in
        guard let label = call.lua.string(-1) else {
          throw Failure("labels: element \(position): expected a text, got \(call.describe(-1))")
        }
        return label
      }
    }
    if let labels, labels.count != rows.count { throw Failure("\(labels.count) labels for \(rows.count) rows") }
    var options = hqnn_image_grid_options_default()
    try call.field(4, "low", &options.low)
    try call.field(4, "high", &options.high)
    try call.field(4, "scale", &options.scale)
    try call.field(4, "gap", &options.gap)
    try withCStrings([try call.string(3)] + (labels ?? [])) { texts in
      let labels = Array(texts.dropFirst())
      try check(hqnn_image_grid_write(rows, Int64(rows.count), labels.isEmpty ? nil : labels, &options, texts[0]))
    }
    return 0
  }
]

extension Call {
  /// The elements of an array, each read while it is on top of the stack.
  fileprivate func elements<T>(_ index: Int32, _ what: String, _ read: (Int64) throws -> T) throws -> [T] {
    guard index <= count, lua.type(index) == .table, lua.kind(index) == nil else {
      throw Failure("\(what): expected an array, got \(describe(index))")
    }
    return try (0..<lua.length(index)).map { position in
      lua.pushElement(index, position + 1)
      defer { lua.drop() }
      return try read(position + 1)
    }
  }
}
