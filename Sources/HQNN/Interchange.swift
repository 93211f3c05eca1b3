// hqnn.h, "circuits: interchange and drawings": OpenQASM, pictures and LaTeX source.

import CHQNN
import Circuits
import Records
import Tensors

/// Values that may be missing altogether.
private func values(_ pointer: UnsafePointer<Double>?, _ count: Int64, _ what: String) throws -> [Double]? {
  pointer == nil && count <= 0 ? nil : try array(pointer, count, what)
}

@c @implementation
public func hqnn_circuit_qasm(
  _ handle: OpaquePointer?, _ version: Int64, _ inputs: UnsafePointer<Double>?, _ input_count: Int64,
  _ weights: UnsafePointer<Double>?, _ weight_count: Int64, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let text = try circuit(handle).circuit.qasm(
      version: Int(version), inputs: values(inputs, input_count, "inputs"),
      weights: values(weights, weight_count, "weights"))
    try give(text: text, to: out)
  }
}

@c @implementation
public func hqnn_circuit_from_qasm(
  _ program: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let name = try name.map { try text($0, "name") } ?? "qasm"
    out.pointee = handle(CircuitHandle(try Circuit(qasm: text(program, "program"), name: name)))
  }
}

@c @implementation
public func hqnn_circuit_json(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    try give(text: circuit(handle).circuit.json.text, to: out)
  }
}

@c @implementation
public func hqnn_circuit_from_json(
  _ json: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(CircuitHandle(try Circuit(json: JSON(text: text(json, "text")))))
  }
}

@c @implementation
public func hqnn_circuit_svg(
  _ handle: OpaquePointer?, _ width: Int64, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    try give(text: circuit(handle).circuit.svg(width: Int(width)), to: out)
  }
}

@c @implementation
public func hqnn_circuit_quantikz(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    try give(text: circuit(handle).circuit.quantikz(), to: out)
  }
}

@c @implementation
public func hqnn_text_write(_ content: UnsafePointer<CChar>?, _ path: UnsafePointer<CChar>?) -> hqnn_status {
  status { try Files.write(text(content, "text"), to: text(path, "path")) }
}
