// hqnn.h: what gates are, by name.

import CHQNN
import Circuits
import Glibc
import Tensors

private let gateNames: UnsafeMutablePointer<CChar> = strdup(Gates.all.map { $0.name }.joined(separator: " "))!

@c @implementation
public func hqnn_gate_names() -> UnsafePointer<CChar>? { UnsafePointer(gateNames) }

private func gate(_ name: UnsafePointer<CChar>?) throws -> any Gate { try Gates.named(text(name, "name"), wires: 2) }

@c @implementation
public func hqnn_gate_describe(
  _ name: UnsafePointer<CChar>?, _ wires: UnsafeMutablePointer<Int64>?, _ angles: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let (wires, angles) = (try place(wires, "wires"), try place(angles, "angles"))
    let gate = try gate(name)
    wires.pointee = Int64(gate.wireCount)
    angles.pointee = Int64(gate.angleCount)
  }
}

/// Numbers into an array of the caller, if they fit.
private func give(_ numbers: [Double], _ out: UnsafeMutablePointer<Double>?, _ capacity: Int64) throws {
  let out = try place(out)
  guard numbers.count <= capacity else {
    throw EngineError.value("room for \(capacity) numbers, there are \(numbers.count)")
  }
  for (k, number) in numbers.enumerated() { out[k] = number }
}

private func give(_ matrix: ComplexMatrix, _ out: UnsafeMutablePointer<Double>?, _ capacity: Int64) throws {
  try give(zip(matrix.re, matrix.im).flatMap { [$0, $1] }, out, capacity)
}

@c @implementation
public func hqnn_gate_matrix(
  _ name: UnsafePointer<CChar>?, _ angles: UnsafePointer<Double>?, _ angle_count: Int64,
  _ out: UnsafeMutablePointer<Double>?, _ capacity: Int64
) -> hqnn_status {
  status { try give(gate(name).matrix(array(angles, angle_count, "angles")), out, capacity) }
}

@c @implementation
public func hqnn_gate_generator(
  _ name: UnsafePointer<CChar>?, _ angle: Int64, _ out: UnsafeMutablePointer<Double>?, _ capacity: Int64
) -> hqnn_status {
  status { try give(gate(name).generator(of: Int(angle)), out, capacity) }
}

@c @implementation
public func hqnn_gate_frequencies(
  _ name: UnsafePointer<CChar>?, _ angle: Int64, _ out: UnsafeMutablePointer<Double>?, _ capacity: Int64,
  _ count: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let count = try place(count, "count")
    let frequencies = try gate(name).frequencies(of: Int(angle))
    try give(frequencies, out, capacity)
    count.pointee = Int64(frequencies.count)
  }
}

@c @implementation
public func hqnn_gate_symbols(
  _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status { try give(text: gate(name).symbols.joined(separator: " "), to: place(out)) }
}

@c @implementation
public func hqnn_gate_qasm(
  _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status { try give(text: gate(name).form.qasm ?? "", to: place(out)) }
}
