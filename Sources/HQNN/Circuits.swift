// hqnn.h, "circuits": building and describing them.

import CHQNN
import Circuits
import Glibc
import Circuits
import Quantum
import Tensors

/// What a hqnn_circuit handle stands for: a circuit that may still grow, and its runners once used.
final class CircuitHandle {
  var circuit: Circuit {
    didSet { runners = [:] }
  }
  private var runners: [RunOptions: CircuitRunner] = [:]

  init(_ circuit: Circuit) { self.circuit = circuit }

  func runner(_ options: RunOptions) throws -> CircuitRunner {
    if let runner = runners[options] { return runner }
    let runner = try CircuitRunner(circuit, options: options)
    // Seeds may be many; runners are kept for the usual few kinds of call.
    if runners.count >= 8 { runners = [:] }
    runners[options] = runner
    return runner
  }
}

func circuit(_ handle: OpaquePointer?) throws -> CircuitHandle {
  try borrow(handle, "circuit", as: CircuitHandle.self)
}

@c @implementation
public func hqnn_circuit_create(
  _ wires: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status { try place(out).pointee = handle(CircuitHandle(try Circuit(wires: Int(wires)))) }
}

@c @implementation
public func hqnn_circuit_copy(
  _ source: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(CircuitHandle(try circuit(source).circuit))
  }
}

@c @implementation
public func hqnn_circuit_retain(_ handle: OpaquePointer?) -> hqnn_status {
  status { try retain(handle, "circuit", as: CircuitHandle.self) }
}

@c @implementation
public func hqnn_circuit_release(_ handle: OpaquePointer?) { release(handle, as: CircuitHandle.self) }

/// One angle with all terms of its sum.
private func angle(_ first: hqnn_angle) throws -> AngleSum {
  var (terms, current) = ([Angle](), first)
  while true {
    terms.append(try term(current))
    guard let next = current.next else { return AngleSum(terms) }
    guard terms.count < 4096 else { throw EngineError.value("an angle is a sum of more than 4096 terms") }
    current = next.pointee
  }
}

private func term(_ angle: hqnn_angle) throws -> Angle {
  let (index, other) = (Int(angle.index), Int(angle.other))
  let slot: Angle.Slot
  switch angle.slot {
  case HQNN_CONSTANT: return .constant(angle.offset)
  case HQNN_INPUT: slot = .input(index)
  case HQNN_WEIGHT: slot = .weight(index)
  case HQNN_INPUT_PRODUCT: slot = .inputProduct(index, other)
  case HQNN_WEIGHT_INPUT: slot = .weightedInput(weight: index, input: other)
  default:
    throw EngineError.value("an angle's slot is \(angle.slot.rawValue); it must be HQNN_CONSTANT ... HQNN_WEIGHT_INPUT")
  }
  return Angle(slot, scale: angle.scale, offset: angle.offset)
}

@c @implementation
public func hqnn_circuit_gate(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ wires: UnsafePointer<Int64>?, _ wire_count: Int64,
  _ angles: UnsafePointer<hqnn_angle>?, _ angle_count: Int64
) -> hqnn_status {
  status {
    let target = try circuit(handle)
    try target.circuit.append(
      Gates.named(text(name, "name")), array(wires, wire_count, "wires").map(Int.init),
      array(angles, angle_count, "angles").map(angle))
  }
}

@c @implementation
public func hqnn_circuit_template(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ layers: Int64, _ seed: UInt64
) -> hqnn_status {
  status {
    let target = try circuit(handle)
    var copy = target.circuit
    try copy.append(Template.named(text(name, "name")), layers: Int(layers), seed: seed)
    target.circuit = copy
  }
}

@c @implementation
public func hqnn_circuit_measure(
  _ handle: OpaquePointer?, _ word: UnsafePointer<CChar>?, _ wires: UnsafePointer<Int64>?, _ count: Int64
) -> hqnn_status {
  status {
    let target = try circuit(handle)
    try target.circuit.measure(text(word, "word"), array(wires, count, "wires").map(Int.init))
  }
}

/// A count of the circuit.
private func count(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?, _ value: (Circuit) -> Int
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = Int64(value(try circuit(handle).circuit))
  }
}

@c @implementation
public func hqnn_circuit_wires(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out) { $0.wires }
}

@c @implementation
public func hqnn_circuit_inputs(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out) { $0.inputCount }
}

@c @implementation
public func hqnn_circuit_weights(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out) { $0.weightCount }
}

@c @implementation
public func hqnn_circuit_outputs(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out) { $0.outputCount }
}

@c @implementation
public func hqnn_circuit_gates(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out) { $0.gateCount }
}

@c @implementation
public func hqnn_circuit_depth(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out) { $0.depth }
}

@c @implementation
public func hqnn_circuit_draw(
  _ handle: OpaquePointer?, _ unicode: Int32, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status { try give(text: circuit(handle).circuit.drawing(unicode: unicode != 0), to: place(out)) }
}

@c @implementation
public func hqnn_circuit_lint(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status { try give(text: circuit(handle).circuit.lint().joined(separator: "\n"), to: place(out)) }
}

private let gateNames: UnsafeMutablePointer<CChar> = strdup(Gates.all.map { $0.name }.joined(separator: " "))!

@c @implementation
public func hqnn_gate_names() -> UnsafePointer<CChar>? { UnsafePointer(gateNames) }

@c @implementation
public func hqnn_gate_describe(
  _ name: UnsafePointer<CChar>?, _ wires: UnsafeMutablePointer<Int64>?, _ angles: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let (wires, angles) = (try place(wires, "wires"), try place(angles, "angles"))
    let gate = try Gates.named(text(name, "name"))
    wires.pointee = Int64(gate.wireCount)
    angles.pointee = Int64(gate.angleCount)
  }
}
