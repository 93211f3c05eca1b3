// hqnn.h, "circuits: interchange and drawings".  Options and files are lua/hqnn/interchange.lua's.

import CHQNN

let interchangeFunctions: [Function] = [
  // circuit_json(circuit)
  Function("native", "circuit_json", as: "circuit:json") { call in
    let circuit = try call.circuit(1)
    return try call.text { hqnn_circuit_json(circuit, $0) }
  },
  // circuit_from_json(text)
  Function("native", "circuit_from_json", as: "hq.circuit_from_json") { call in
    let text = try call.string(1)
    return try call.result(.circuit) { hqnn_circuit_from_json(text, $0) }
  },
  // circuit_qasm(circuit, version, inputs, weights): arrays of numbers, or nil
  Function("native", "circuit_qasm", as: "circuit:qasm") { call in
    let (circuit, version) = (try call.circuit(1), try call.integer(2))
    let inputs = try call.optional(3) { try call.numbers($0, "inputs: element") }
    let weights = try call.optional(4) { try call.numbers($0, "weights: element") }
    return try call.text {
      hqnn_circuit_qasm(circuit, version, inputs, Int64(inputs?.count ?? 0), weights, Int64(weights?.count ?? 0), $0)
    }
  },
  // builder_from_qasm(text, name): the program's gates, to which more may be added
  Function("native", "builder_from_qasm", as: "hq.qasm") { call in
    let (text, name) = (try call.string(1), try call.string(2))
    return try call.result(.builder) { hqnn_circuit_from_qasm(text, name, $0) }
  },
  // circuit_svg(circuit, width)
  Function("native", "circuit_svg", as: "circuit:svg") { call in
    let (circuit, width) = (try call.circuit(1), try call.integer(2))
    return try call.text { hqnn_circuit_svg(circuit, width, $0) }
  },
  Function("native", "circuit_quantikz", as: "circuit:latex") { call in
    let circuit = try call.circuit(1)
    return try call.text { hqnn_circuit_quantikz(circuit, $0) }
  },
  // text_write(text, path)
  Function("native", "text_write", as: "path") { call in
    let (text, path) = (try call.string(1), try call.string(2))
    try check(hqnn_text_write(text, path))
    return 0
  },
]
