// hqnn.h, "files".  Option checking is in lua/hqnn/files.lua.

import CHQNN
import LuaTrampoline

let fileFunctions: [Function] = [
  Function("layer", "save", as: "model:save") { call in
    try check(hqnn_layer_save(call.layer(1), call.string(2)))
    return call.itself
  },
  Function("native", "layer_load", as: "hq.load") { call in
    let path = try call.string(1)
    return try call.result(.layer) { hqnn_layer_load(path, $0) }
  },
  Function("layer", "save_weights", as: "model:save_weights") { call in
    try check(hqnn_layer_save_weights(call.layer(1), call.string(2)))
    return call.itself
  },
  // layer_load_weights(model, path, strict): how many tensors were taken
  Function("native", "layer_load_weights", as: "model:load_weights") { call in
    let (layer, path, strict) = (try call.layer(1), try call.string(2), try call.boolean(3))
    return try call.result { hqnn_layer_load_weights(layer, path, strict ? 1 : 0, $0) }
  },
  Function("layer", "copy", as: "model:copy") { call in
    let layer = try call.layer(1)
    return try call.result(.layer) { hqnn_layer_copy(layer, $0) }
  },

  // tensors_save(path, { name, ... }, { tensor, ... })
  Function("native", "tensors_save", as: "hq.tensors.save") { call in
    let path = try call.string(1)
    try call.table(2, "an array of names")
    try call.table(3, "an array of tensors")
    try withTensors({ hqnn_tensors_create($0) }) { list in
      for position in 0..<call.lua.length(2) {
        call.lua.pushElement(2, position + 1)
        call.lua.pushElement(3, position + 1)
        let name = call.lua.string(-2) ?? ""
        guard call.lua.kind(-1) == .tensor, let tensor = call.lua.box(-1).pointee else {
          throw Failure("'\(name)': expected a tensor, got \(call.describe(-1))")
        }
        call.lua.drop(2)
        try check(hqnn_tensors_add(list, name, tensor))
      }
      try check(hqnn_tensors_save(list, path))
    }
    return 0
  },
  // tensors_load(path): a table of tensors by name
  Function("native", "tensors_load", as: "hq.tensors.load") { call in
    let path = try call.string(1)
    try withTensors({ hqnn_tensors_load(path, $0) }) { list in
      var count: Int64 = 0
      try check(hqnn_tensors_count(list, &count))
      call.lua.pushTable(fields: Int(count))
      let table = call.lua.top
      for index in 0..<count {
        var text: UnsafeMutablePointer<CChar>?
        try check(hqnn_tensors_name(list, index, &text))
        let name = text.map { String(cString: $0) } ?? ""
        hqnn_text_release(text)
        _ = try call.result(.tensor) { hqnn_tensors_get(list, index, $0) }
        call.lua.setField(table, name)
      }
    }
    return 1
  },
]

/// Runs the body with named tensors, which are released afterwards.
private func withTensors(
  _ make: (UnsafeMutablePointer<OpaquePointer?>) -> hqnn_status, _ body: (OpaquePointer?) throws -> Void
) throws {
  var list: OpaquePointer?
  try check(make(&list))
  defer { hqnn_tensors_release(list) }
  try body(list)
}
