// Templates, encodings, time evolution and what gates are.  Their options are checked in lua/hqnn/builder.lua.

import CHQNN
import LuaTrampoline

let templateFunctions: [Function] = encodingFunctions + [
  // builder_template(c, name, options)
  Function("native", "builder_template", as: "c:template") { call in
    let (builder, name, scratch) = (try call.handle(1, .builder), try call.string(2), Scratch())
    var options = hqnn_template_options_default()
    try call.field(3, "layers", &options.layers)
    try call.field(3, "seed", &options.seed)
    try call.field(3, "first_weight", &options.first_weight)
    try scratch.integers(call, 3, "wires", &options.wires, &options.wire_count)
    try scratch.text(call, 3, "rotations", &options.rotations)
    try scratch.text(call, 3, "entangler", &options.entangler)
    try scratch.text(call, 3, "pattern", &options.pattern)
    try scratch.integers(call, 3, "pairs", &options.pairs, &options.pair_count)
    options.pair_count /= 2
    try scratch.integers(call, 3, "ranges", &options.ranges, &options.range_count)
    try check(hqnn_circuit_template(builder, name, &options))
    withExtendedLifetime(scratch) {}
    return call.itself
  },
  // builder_amplitudes(c, options)
  Function("native", "builder_amplitudes", as: "c:amplitudes") { call in
    let (builder, scratch) = (try call.handle(1, .builder), Scratch())
    var options = hqnn_amplitude_options_default()
    try call.field(2, "first", &options.first)
    try call.field(2, "count", &options.count)
    try scratch.integers(call, 2, "wires", &options.wires, &options.wire_count)
    try call.field(2, "normalize", &options.normalize)
    try call.field(2, "pad", &options.pad)
    try call.field(2, "pad_with", &options.pad_with)
    try check(hqnn_circuit_amplitudes(builder, &options))
    withExtendedLifetime(scratch) {}
    return call.itself
  },
  // builder_evolve(c, terms, time, steps, order)
  Function("native", "builder_evolve", as: "c:evolve") { call in
    let (builder, steps, order) = (try call.handle(1, .builder), try call.integer(4), try call.integer(5))
    try call.withTerms(2) { words, wires, coefficients in
      try call.withAngles(3..<4) { time in
        try check(
          hqnn_circuit_evolve(
            builder, words, wires, Int64(wires.count), coefficients, Int64(coefficients.count), time, steps, order))
      }
    }
    return call.itself
  },
  // pattern_pairs(c, pattern, seed): wires, two per pair
  Function("native", "pattern_pairs", as: "c:pairs") { call in
    let (builder, pattern, seed) = (try call.handle(1, .builder), try call.string(2), try call.seed(3))
    var (wires, count): (Int64, Int64) = (0, 0)
    try check(hqnn_circuit_wires(builder, &wires))
    var pairs = [Int64](repeating: 0, count: Int(wires * wires))
    try check(hqnn_pattern_pairs(pattern, wires, seed, &pairs, Int64(pairs.count), &count))
    call.push(Array(pairs.prefix(Int(2 * count))))
    return 1
  },
  Function("native", "gate_name", as: "c:template") { call in
    call.lua.push(try call.gateName(1))
    return 1
  },

  // gates(): their names
  Function("library", "gates", as: "hq.gates") { call in
    pushWords(call, String(cString: hqnn_gate_names()))
    return 1
  },
  Function("library", "templates", as: "hq.templates") { call in
    pushWords(call, String(cString: hqnn_template_names()))
    return 1
  },
  Function("library", "encodings", as: "hq.encodings") { call in
    pushWords(call, String(cString: hqnn_encoding_names()))
    return 1
  },
  // gate_describe(name): wires, angles, qasm, { symbol, ... }, { { frequency, ... }, ... }, name
  Function("native", "gate_describe", as: "hq.gate") { call in
    let name = try call.gateName(1)
    var (wires, angles): (Int64, Int64) = (0, 0)
    try check(hqnn_gate_describe(name, &wires, &angles))
    call.lua.push(wires)
    call.lua.push(angles)
    _ = try call.text { hqnn_gate_qasm(name, $0) }
    _ = try call.text { hqnn_gate_symbols(name, $0) }
    pushWords(call, call.lua.string(-1) ?? "")
    call.lua.swapAndDrop()
    call.lua.pushTable(array: Int(angles))
    for angle in 0..<angles {
      var (frequencies, count) = ([Double](repeating: 0, count: 256), Int64(0))
      try check(hqnn_gate_frequencies(name, angle, &frequencies, Int64(frequencies.count), &count))
      push(call, Array(frequencies.prefix(Int(count))))
      call.lua.setElement(-2, angle + 1)
    }
    call.lua.push(name)
    return 6
  },
  // gate_matrix(name, { angle, ... }), gate_generator(name, angle): rows of { re, im }
  Function("native", "gate_matrix", as: "gate.matrix") { call in
    let (name, angles) = (try call.gateName(1), try call.numbers(2))
    try pushMatrix(call, name) { hqnn_gate_matrix(name, angles, Int64(angles.count), $0, $1) }
    return 1
  },
  Function("native", "gate_generator", as: "gate.generator") { call in
    let (name, angle) = (try call.gateName(1), try call.integer(2))
    try pushMatrix(call, name) { hqnn_gate_generator(name, angle, $0, $1) }
    return 1
  },
]

/// encode_angle(c, options), encode_iqp(c, options), ...: one per encoding that the library knows.
private let encodingFunctions: [Function] = String(cString: hqnn_encoding_names()).split(separator: " ").map { name in
  let name = String(name)
  return Function("native", "encode_\(name)", as: "c:\(name)") { call in
    let (builder, scratch) = (try call.handle(1, .builder), Scratch())
    var options = hqnn_encoding_options_default()
    try scratch.integers(call, 2, "wires", &options.wires, &options.wire_count)
    try scratch.integers(call, 2, "inputs", &options.inputs, &options.input_count)
    try scratch.text(call, 2, "axis", &options.axis)
    try call.field(2, "scale", &options.scale)
    try call.field(2, "offset", &options.offset)
    try call.field(2, "hadamard", &options.hadamard)
    try call.field(2, "layers", &options.layers)
    try scratch.text(call, 2, "pattern", &options.pattern)
    try call.field(2, "seed", &options.seed)
    try call.field(2, "first_weight", &options.first_weight)
    try check(hqnn_circuit_encode(builder, name, &options))
    withExtendedLifetime(scratch) {}
    return call.itself
  }
}

private func pushWords(_ call: Call, _ words: String) {
  let words = words.split(separator: " ").map(String.init)
  call.lua.pushTable(array: words.count)
  for (position, word) in words.enumerated() {
    call.lua.push(word)
    call.lua.setElement(-2, Int64(position + 1))
  }
}

private func push(_ call: Call, _ numbers: [Double]) {
  call.lua.pushTable(array: numbers.count)
  for (position, number) in numbers.enumerated() {
    call.lua.push(number)
    call.lua.setElement(-2, Int64(position + 1))
  }
}

private func pushMatrix(
  _ call: Call, _ name: String, _ read: (UnsafeMutablePointer<Double>, Int64) -> hqnn_status
) throws {
  var (wires, angles): (Int64, Int64) = (0, 0)
  try check(hqnn_gate_describe(name, &wires, &angles))
  let rows = 1 << Int(wires)
  var entries = [Double](repeating: 0, count: 2 * rows * rows)
  try check(read(&entries, Int64(entries.count)))
  call.lua.pushTable(array: rows)
  for row in 0..<rows {
    call.lua.pushTable(array: rows)
    for column in 0..<rows {
      let at = 2 * (row * rows + column)
      push(call, [entries[at], entries[at + 1]])
      call.lua.setElement(-2, Int64(column + 1))
    }
    call.lua.setElement(-2, Int64(row + 1))
  }
}
