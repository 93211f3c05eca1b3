// hqnn.h, "circuits: analysis".  Options and results as tables are in lua/hqnn/analysis.lua.

import CHQNN
import LuaTrampoline

let analysisFunctions: [Function] = [
  // circuit_descriptors(circuit, options): divergence, Q
  Function("native", "circuit_descriptors", as: "circuit:descriptors") { call in
    let (circuit, options) = (try call.circuit(1), try call.descriptorOptions(2))
    var (expressibility, entanglement) = (0.0, 0.0)
    try withUnsafePointer(to: options) {
      try check(hqnn_circuit_descriptors(circuit, $0, &expressibility, &entanglement))
    }
    return call.push(expressibility, entanglement)
  },
  // circuit_expressibility(circuit, options): divergence, error, bias
  Function("native", "circuit_expressibility", as: "circuit:expressibility") { call in
    let circuit = try call.circuit(1)
    var options = try call.descriptorOptions(2)
    var result = hqnn_expressibility_default()
    try check(hqnn_circuit_expressibility(circuit, &options, &result))
    return call.push(result.divergence, result.error, result.bias)
  },
  // circuit_entanglement(circuit, options): Q, error
  Function("native", "circuit_entanglement", as: "circuit:entanglement") { call in
    let circuit = try call.circuit(1)
    var options = try call.descriptorOptions(2)
    var result = hqnn_estimate()
    try check(hqnn_circuit_entanglement(circuit, &options, &result))
    return call.push(result.value, result.error)
  },
  // circuit_gradient_variance(circuit, options): variance, error, mean, error of the mean, tensor [weights, 4]
  Function("native", "circuit_gradient_variance", as: "circuit:gradient_variance") { call in
    let circuit = try call.circuit(1)
    var options = hqnn_gradient_variance_options_default()
    try call.field(2, "output", &options.output)
    try call.field(2, "weight", &options.weight)
    try call.field(2, "samples", &options.samples)
    try call.field(2, "seed", &options.seed)
    try call.field(2, "low", &options.low)
    try call.field(2, "high", &options.high)
    let inputs = try call.numberList(2, "inputs")
    var (variance, mean) = (hqnn_estimate(), hqnn_estimate())
    let place = call.lua.pushObject(.tensor)
    try withList(inputs) { pointer, count in
      (options.inputs, options.input_count) = (pointer, count)
      try check(hqnn_circuit_gradient_variance(circuit, &options, &variance, &mean, place))
    }
    NativeMemory.watch(call.lua)
    let tensor = call.lua.top
    let pushed = call.push(variance.value, variance.error, mean.value, mean.error)
    call.lua.copy(tensor)
    return pushed + 1
  },
  // circuit_fourier(circuit, options): tensor [terms, columns + 3]
  Function("native", "circuit_fourier", as: "circuit:fourier") { call in
    let circuit = try call.circuit(1)
    var options = hqnn_fourier_options_default()
    try call.field(2, "output", &options.output)
    let (columns, degrees) = (try call.integersField(2, "columns"), try call.integersField(2, "degree"))
    let (inputs, weights) = (try call.numberList(2, "inputs"), try call.numberList(2, "weights"))
    let periods = try call.numberList(2, "period")
    return try withList(columns) { columns, columnCount in
      try withList(degrees) { degrees, degreeCount in
        try withList(inputs) { inputs, inputCount in
          try withList(weights) { weights, weightCount in
            try withList(periods) { periods, periodCount in
              (options.columns, options.column_count) = (columns, columnCount)
              (options.degrees, options.degree_count) = (degrees, degreeCount)
              (options.inputs, options.input_count) = (inputs, inputCount)
              (options.weights, options.weight_count) = (weights, weightCount)
              (options.periods, options.period_count) = (periods, periodCount)
              return try call.result(.tensor) { hqnn_circuit_fourier(circuit, &options, $0) }
            }
          }
        }
      }
    }
  },
  // circuit_effective_dimension(circuit, options): tensor [samples, weights], then value and error for each n
  Function("native", "circuit_effective_dimension", as: "circuit:effective_dimension") { call in
    let circuit = try call.circuit(1)
    var options = hqnn_effective_dimension_options_default()
    try call.field(2, "gamma", &options.gamma)
    try call.field(2, "samples", &options.samples)
    try call.field(2, "low", &options.low)
    try call.field(2, "high", &options.high)
    try call.field(2, "rows", &options.rows)
    try call.field(2, "seed", &options.seed)
    try call.field(2, "model", &options.model, models)
    let (counts, inputs) = (try call.integersField(2, "n") ?? [], try call.numberList(2, "inputs"))
    guard !counts.isEmpty, counts.count <= 1000 else { throw Failure("n: expected 1 to 1000 numbers of data, got \(counts.count)") }
    var results = [hqnn_estimate](repeating: hqnn_estimate(), count: counts.count)
    let place = call.lua.pushObject(.tensor)
    try withList(counts) { counts, count in
      try withList(inputs) { inputs, _ in
        (options.counts, options.count_count, options.inputs) = (counts, count, inputs)
        try check(hqnn_circuit_effective_dimension(circuit, &options, &results, place))
      }
    }
    NativeMemory.watch(call.lua)
    call.lua.pushTable(array: 2 * results.count)
    for (k, result) in results.enumerated() {
      call.lua.push(result.value)
      call.lua.setElement(-2, Int64(2 * k + 1))
      call.lua.push(result.error)
      call.lua.setElement(-2, Int64(2 * k + 2))
    }
    return 2
  },
  // circuit_resources(circuit): a table of counts, names and counts of gates as text, all as text
  Function("native", "circuit_resources", as: "circuit:resources") { call in
    let circuit = try call.circuit(1)
    var counts = hqnn_resources_default()
    var (gates, text): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
    try check(hqnn_circuit_resources(circuit, &counts, &gates, &text))
    let texts = (String(cString: gates!), String(cString: text!))
    hqnn_text_release(gates)
    hqnn_text_release(text)
    let fields: [(String, Int64)] = [
      ("wires", counts.wires), ("inputs", counts.inputs), ("weights", counts.weights), ("outputs", counts.outputs),
      ("one_qubit_gates", counts.one_qubit_gates), ("two_qubit_gates", counts.two_qubit_gates),
      ("larger_gates", counts.larger_gates), ("depth", counts.depth), ("entangling_depth", counts.entangling_depth),
      ("angles", counts.angles), ("channels", counts.channels),
      ("measurements_on_the_way", counts.measurements_on_the_way), ("resets", counts.resets),
    ]
    call.lua.pushTable(fields: fields.count + 1)
    for (name, value) in fields {
      call.lua.push(value)
      call.lua.setField(-2, name)
    }
    if counts.t_count >= 0 {
      call.lua.push(counts.t_count)
      call.lua.setField(-2, "t_count")
    }
    call.lua.push(texts.0)
    call.lua.push(texts.1)
    return 3
  },
  // light_cone(output): wires, operations, inputs, weights
  Function("native", "circuit_light_cone", as: "circuit:light_cone") { call in
    let (circuit, output) = (try call.circuit(1), try call.integer(2))
    for part in [HQNN_CONE_WIRES, HQNN_CONE_OPERATIONS, HQNN_CONE_INPUTS, HQNN_CONE_WEIGHTS] {
      var count: Int64 = 0
      try check(hqnn_circuit_light_cone(circuit, output, part, nil, 0, &count))
      var numbers = [Int64](repeating: 0, count: Int(count))
      try check(hqnn_circuit_light_cone(circuit, output, part, &numbers, count, &count))
      call.push(numbers)
    }
    return 4
  },
]

private let models: [(String, hqnn_probability_model)] = [
  ("automatic", HQNN_MODEL_AUTOMATIC), ("probabilities", HQNN_MODEL_PROBABILITIES), ("parity", HQNN_MODEL_PARITY),
  ("softmax", HQNN_MODEL_SOFTMAX),
]

/// The elements of an array as C wants them, for the time of the call; NULL for nil.
private func withList<T, R>(_ list: [T]?, _ body: (UnsafePointer<T>?, Int64) throws -> R) rethrows -> R {
  guard let list else { return try body(nil, 0) }
  // An empty list is not the same as none.
  return try list.withUnsafeBufferPointer {
    try body($0.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<T>.alignment), Int64(list.count))
  }
}

extension Call {
  fileprivate func descriptorOptions(_ table: Int32) throws -> hqnn_descriptor_options {
    var options = hqnn_descriptor_options_default()
    try field(table, "samples", &options.samples)
    try field(table, "bins", &options.bins)
    try field(table, "seed", &options.seed)
    return options
  }

  fileprivate func push(_ numbers: Double...) -> Int32 {
    for number in numbers { lua.push(number) }
    return Int32(numbers.count)
  }

  /// A field that is an array of numbers.
  fileprivate func numberList(_ table: Int32, _ name: String) throws -> [Double]? {
    try self.table(table, "a table of options")
    lua.pushField(table, name)
    defer { lua.drop() }
    if lua.type(-1) == .nil { return nil }
    guard lua.type(-1) == .table else { throw Failure("\(name): expected an array of numbers, got \(describe(-1))") }
    let list = lua.top
    return try (0..<lua.length(list)).map { position in
      lua.pushElement(list, position + 1)
      defer { lua.drop() }
      guard let value = lua.number(-1) else {
        throw Failure("\(name): element \(position + 1) is \(describe(-1)); expected a number")
      }
      return value
    }
  }
}
