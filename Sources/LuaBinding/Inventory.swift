// hqnn.h, "data: arrays of NumPy" and "data: sets on this machine".  Option checking is in
// lua/hqnn/inventory.lua.

import CHQNN

let inventoryFunctions: [Function] = [
  // array_names(path): one text, a name per line
  Function("native", "array_names", as: "hq.data.load_npz") { call in
    let path = try call.string(1)
    return try call.text { hqnn_array_names(path, $0) }
  },
  // array_read(path, name): without a name, of a .npy file
  Function("native", "array_read", as: "hq.data.load") { call in
    let (path, name) = (try call.string(1), try call.optional(2, call.string))
    return try call.result(.tensor) { hqnn_array_read(path, name, $0) }
  },
  // array_write(path, { name, ... } or nil, { tensor, ... }, compressed)
  Function("native", "array_write", as: "hq.data.save") { call in
    let (path, names) = (try call.string(1), try call.optional(2) { try call.strings($0, "name") })
    try call.table(3, "an array of tensors")
    let tensors = try (0..<call.lua.length(3)).map { position -> OpaquePointer? in
      call.lua.pushElement(3, position + 1)
      defer { call.lua.drop() }
      guard call.lua.kind(-1) == .tensor else {
        throw Failure("array \(position + 1): expected a tensor, got \(call.describe(-1))")
      }
      return call.lua.box(-1).pointee
    }
    let compressed = try call.boolean(4)
    guard let names else {
      try check(hqnn_array_write(path, nil, tensors, Int64(tensors.count), 0))
      return 0
    }
    try withCStrings(names) { names in
      try check(hqnn_array_write(path, names, tensors, Int64(tensors.count), compressed ? 1 : 0))
    }
    return 0
  },
  // data_list(root)
  Function("native", "data_list", as: "hq.data.list") { call in
    let root = try call.optional(1, call.string)
    return try call.result(.table) { hqnn_data_list(root, $0) }
  },
  // data_check(name, root)
  Function("native", "data_check", as: "hq.data.check") { call in
    let (name, root) = (try call.string(1), try call.optional(2, call.string))
    return try call.result(.table) { hqnn_data_check(name, root, $0) }
  },
  // data_get(name, root, url): the folder
  Function("native", "data_get", as: "hq.data.get") { call in
    let (name, root, url) = (try call.string(1), try call.optional(2, call.string), try call.optional(3, call.string))
    return try call.text { hqnn_data_get(name, root, url, nil, nil, $0) }
  },
  Function("native", "data_sha256", as: "hq.data.sha256") { call in
    let path = try call.string(1)
    return try call.text { hqnn_data_sha256(path, $0) }
  },
]
