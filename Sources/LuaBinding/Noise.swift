// hqnn.h, "circuits: noise".  What channels look like in a script is in lua/hqnn/noise.lua.

import CHQNN

let noiseFunctions: [Function] = channelFunctions + [
  // channel_names(): { { name, wires, parameters }, ... }, in the order in which a model applies them
  Function("native", "channel_names", as: "hq.noise") { call in
    let names = String(cString: hqnn_channel_names()).split(separator: " ").map(String.init)
    call.lua.pushTable(array: names.count)
    for (position, name) in names.enumerated() {
      var (wires, parameters): (Int64, Int64) = (0, 0)
      try check(hqnn_channel_describe(name, &wires, &parameters))
      call.lua.pushTable()
      call.lua.push(name)
      call.lua.setField(-2, "name")
      call.lua.push(wires)
      call.lua.setField(-2, "wires")
      call.lua.push(parameters)
      call.lua.setField(-2, "parameters")
      call.lua.setElement(-2, Int64(position + 1))
    }
    return 1
  },
  // readout_error(wire, one_of_zero, zero_of_one)
  Function("builder", "readout_error", as: "c:readout_error") { call in
    let (builder, wire) = (try call.handle(1, .builder), try call.integer(2))
    try check(hqnn_circuit_readout_error(builder, wire, call.number(3), call.number(4)))
    return call.itself
  },
  Function("make", "noise", as: "hq.noise") { call in
    try call.result(.noise) { hqnn_noise_create($0) }
  },
  // noise_add(noise, gates, kind, what, numbers)
  Function("native", "noise_add", as: "hq.noise") { call in
    let (noise, gates) = (try call.handle(1, .noise), try call.string(2))
    try call.withChannel(3) { try check(hqnn_noise_add(noise, gates, $0)) }
    return call.itself
  },
  // readout(one_of_zero, zero_of_one)
  Function("noise", "readout") { call in
    try check(hqnn_noise_readout(call.handle(1, .noise), call.number(2), call.number(3)))
    return call.itself
  },
  // circuit_noisy(circuit, noise)
  Function("native", "circuit_noisy", as: "circuit:noisy") { call in
    let (circuit, noise) = (try call.circuit(1), try call.handle(2, .noise))
    return try call.result(.circuit) { hqnn_circuit_noisy(circuit, noise, $0) }
  },
  // circuit_expect_errors(circuit, inputs, weights, options): values, standard errors
  Function("native", "circuit_expect_errors", as: "circuit:expect_errors") { call in
    let circuit = try call.circuit(1)
    let (inputs, weights) = (try call.optional(2, call.tensor), try call.optional(3, call.tensor))
    var options = try call.runOptions(4)
    let (values, errors) = (call.lua.pushObject(.tensor), call.lua.pushObject(.tensor))
    try check(hqnn_circuit_expect_errors(circuit, inputs, weights, &options, values, errors))
    NativeMemory.watch(call.lua)
    return 2
  },
]

/// channel_depolarizing(c, wires, kind, what, numbers) and so on: one for each channel, for its name in messages.
private let channelFunctions: [Function] =
  (String(cString: hqnn_channel_names()).split(separator: " ").map(String.init) + ["pauli_error", "kraus"]).map { name in
    Function("native", "channel_\(name)", as: "c:\(name)") { call in
      let (builder, wires) = (try call.handle(1, .builder), try call.integers(2))
      try call.withChannel(3) { try check(hqnn_circuit_channel(builder, $0, wires, Int64(wires.count))) }
      return call.itself
    }
  }

extension Call {
  /// A channel from three arguments: "named", its name, its parameters; "pauli", words, probabilities; or "kraus",
  /// the number of wires, all numbers of the operators.
  fileprivate func withChannel(_ first: Int32, _ body: (OpaquePointer?) throws -> Void) throws {
    var channel: OpaquePointer?
    defer { hqnn_channel_release(channel) }
    let values = try numbers(first + 2, "parameter")
    switch try string(first) {
    case "named": try check(hqnn_channel_create(string(first + 1), values, Int64(values.count), &channel))
    case "pauli":
      let words = (0..<lua.length(first + 1)).map { position -> String? in
        lua.pushElement(first + 1, position + 1)
        defer { lua.drop() }
        return lua.string(-1)
      }
      try withCStrings(words) { try check(hqnn_channel_pauli($0, values, Int64(values.count), &channel)) }
    default: try check(hqnn_channel_kraus(values, Int64(values.count), integer(first + 1), &channel))
    }
    try body(channel)
  }
}
