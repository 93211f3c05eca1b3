// hqnn.h, "circuits": their handles, and what there is to say about them.
// Building is in CircuitBuilding.swift, running in CircuitRuns.swift.

import CHQNN
import Circuits
import Quantum
import Tensors

/// What a hqnn_circuit handle stands for: a circuit that may still grow, and its runners once used.
final class CircuitHandle {
  var circuit: Circuit {
    didSet { (runners, kept, keptLowering) = ([:], nil, nil) }
  }
  private var runners: [RunOptions: CircuitRunner] = [:]
  private var kept: CircuitStates?
  private var keptLowering: Lowering?
  /// Of open blocks: the circuit around each, and what is to be done to its gates.  The innermost one's gates
  /// are in `circuit`.
  private var blocks: [(around: Circuit, modifiers: Modifiers)] = []
  var hasOpenBlocks: Bool { !blocks.isEmpty }

  init(_ circuit: Circuit) { self.circuit = circuit }

  /// A runner that starts with the options' seed: the same call gives the same result.
  func runner(_ options: RunOptions) throws -> CircuitRunner {
    var key = options
    key.seed = 0
    if let runner = runners[key] {
      runner.restart(seed: options.seed)
      return runner
    }
    let runner = try CircuitRunner(circuit, options: options)
    // Runners are kept for the usual few kinds of call.
    if runners.count >= 8 { runners = [:] }
    runners[key] = runner
    return runner
  }

  var lowered: Lowering {
    if let keptLowering { return keptLowering }
    let lowering = circuit.lowered()
    keptLowering = lowering
    return lowering
  }

  var states: CircuitStates {
    if let kept { return kept }
    let states = CircuitStates(circuit)
    kept = states
    return states
  }

  func begin(_ modifiers: Modifiers) throws {
    try circuit.check(modifiers)
    blocks.append((circuit, modifiers))
    circuit = circuit.block
  }

  func end() throws {
    guard let (around, modifiers) = blocks.popLast() else { throw EngineError.state("no block is open") }
    let block = circuit
    circuit = around
    try circuit.append(block: block, modifiers)
  }
}

/// A circuit that is to be used as it is.
func circuit(_ handle: OpaquePointer?) throws -> CircuitHandle {
  let circuit = try building(handle)
  guard !circuit.hasOpenBlocks else {
    throw EngineError.state("a block of the circuit is still open; close it with hqnn_circuit_end")
  }
  return circuit
}

/// A circuit that is built on, perhaps inside a block.
func building(_ handle: OpaquePointer?) throws -> CircuitHandle {
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

/// A count of the circuit.
private func count(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?, inBlocks: Bool = false, _ value: (Circuit) -> Int
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = Int64(value(try (inBlocks ? building(handle) : circuit(handle)).circuit))
  }
}

@c @implementation
public func hqnn_circuit_wires(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out, inBlocks: true) { $0.wires }
}

@c @implementation
public func hqnn_circuit_inputs(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out, inBlocks: true) { $0.inputCount }
}

@c @implementation
public func hqnn_circuit_weights(_ handle: OpaquePointer?, _ out: UnsafeMutablePointer<Int64>?) -> hqnn_status {
  count(handle, out, inBlocks: true) { $0.weightCount }
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
