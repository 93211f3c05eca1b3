// hqnn.h, hqnn_audit and surrogates.  Reports are in lua/hqnn/audit.lua.

import CHQNN
import LuaTrampoline

let auditFunctions: [Function] = [
  // audit(model, data, options as JSON, { source, ... }, report): JSON; nothing when report(done, total) stopped it
  Function("native", "audit", as: "hq.audit") { call in
    let (model, dataset, options) = (try call.layer(1), try call.dataset(2), try call.string(3))
    try call.table(4, "an array of models")
    let sources: [OpaquePointer?] = try (0..<call.lua.length(4)).map { position in
      call.lua.pushElement(4, position + 1)
      defer { call.lua.drop() }
      guard call.lua.kind(-1) == .layer, let source = call.lua.box(-1).pointee else {
        throw Failure("sources: element \(position + 1) is \(call.describe(-1)); expected a layer")
      }
      return source
    }
    var text: UnsafeMutablePointer<CChar>?
    defer { hqnn_text_release(text) }
    let stopped = try Callback.run(call, function: 5) { context in
      hqnn_audit(
        model, dataset, options, sources, Int64(sources.count),
        { context, _, done, total in
          Callback.call(context) { lua in
            lua.push(done)
            lua.push(total)
            return 2
          }
        }, context, &text)
    }
    if stopped { return 0 }
    call.lua.push(text.map { String(cString: $0) } ?? "")
    return 1
  },
  // set_surrogate(layer, surrogate or nil)
  Function("native", "set_surrogate", as: "layer:set_surrogate") { call in
    try check(hqnn_layer_set_surrogate(call.layer(1), call.optional(2) { try call.layer($0) }))
    return call.itself
  },
]
