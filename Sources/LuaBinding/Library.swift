// hqnn.h, "status and library", and what all objects have in common.

import CHQNN

let libraryFunctions: [Function] = [
  Function("library", "version", as: "hq.version") { call in
    call.lua.push(text: hqnn_version())
    return 1
  },
  Function("library", "build_info", as: "hq.build_info") { call in
    call.lua.push(text: hqnn_build_info())
    return 1
  },
  // threads(n) sets their number, threads() tells it.
  Function("library", "threads", as: "hq.threads") { call in
    if let threads = try call.optional(1, call.integer) { try check(hqnn_threads_set(threads)) }
    call.lua.push(hqnn_threads_get())
    return 1
  },
  Function("library", "memory_used", as: "hq.memory_used") { call in
    call.lua.push(hqnn_memory_used())
    return 1
  },

  // kind(value): "tensor", "circuit", ...; nil for what is not hqnn's.
  Function("object", "kind", as: "hq.type") { call in
    if let kind = call.lua.kind(1) { call.lua.push(kind.name) } else { call.lua.pushNil() }
    return 1
  },
  // Gives the native memory back now; again does nothing.  Also the objects' __gc and __close.
  Function("object", "release", as: "release") { call in
    guard let kind = call.lua.kind(1), kind != .angle else { throw call.unexpected(1, "an object of hqnn") }
    let place = call.lua.box(1)
    if let handle = place.pointee {
      place.pointee = nil
      kind.release(handle)
    }
    return 0
  },
  Function("object", "released", as: "released") { call in
    guard let kind = call.lua.kind(1), kind != .angle else { throw call.unexpected(1, "an object of hqnn") }
    call.lua.push(call.lua.box(1).pointee == nil)
    return 1
  },
]
