// hqnn.h, "states that stay".  Option tables are in lua/hqnn/state.lua.

import CHQNN

let largeStateFunctions: [Function] = [
  // state(wires, dtype)
  Function("make", "state", as: "hq.state") { call in
    let (wires, dtype) = (try call.integer(1), try call.dtype(2))
    return try call.result(.state) { hqnn_state_create(wires, dtype, $0) }
  },
  // state_apply(state, circuit, inputs, weights)
  Function("native", "state_apply", as: "state:apply") { call in
    let (state, circuit) = (try call.handle(1, .state), try call.circuit(2))
    let (inputs, weights) = (try call.optional(3, call.tensor), try call.optional(4, call.tensor))
    try check(hqnn_state_apply(state, circuit, inputs, weights))
    return call.itself
  },
  // reset()
  Function("state", "reset") { call in
    try check(hqnn_state_reset(call.handle(1, .state)))
    return call.itself
  },
  // expect(word, wire, ...)
  Function("state", "expect") { call in
    let (state, word) = (try call.handle(1, .state), try call.string(2))
    let wires = try (3..<max(3, call.count + 1)).map { try call.integer($0) }
    guard wires.count == word.utf8.count else {
      throw Failure("'\(word)' has \(word.utf8.count) letters but there are \(wires.count) wires")
    }
    var value = 0.0
    try check(hqnn_state_expect(state, word, wires, Int64(wires.count), &value))
    call.lua.push(value)
    return 1
  },
  // amplitude(index): real and imaginary part
  Function("state", "amplitude") { call in
    var amplitude = [0.0, 0.0]
    try check(hqnn_state_amplitudes(call.handle(1, .state), call.integer(2), 1, &amplitude))
    call.lua.push(amplitude[0])
    call.lua.push(amplitude[1])
    return 2
  },
]
