// Controlled and inverse gates of any gate, and which gates with names of their own they are.

import Tensors

/// A gate that acts where its controls, which come first in the wires, have the given values.
public struct Controlled: Gate {
  public let form: GateForm
  public let base: any Gate
  /// Value of each control; true is 1.
  public let values: [Bool]

  public init(_ base: any Gate, values: [Bool]) {
    let inner = base as? Controlled
    self.base = inner?.base ?? base
    self.values = values + (inner?.values ?? [])
    form = GateForm(
      "Controlled(\(self.base.name))", wires: values.count + base.wireCount, angles: base.angleCount,
      values.map { $0 ? "●" : "○" } + base.symbols)
  }

  public func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    let controls = wires.prefix(values.count)
    let flips = zip(controls, values).filter { !$0.1 }.flatMap { PauliX().lower(wires: [$0.0], angles: []) }
    let bits = controls.reduce(0) { $0 | $1.bit }
    let inner = base.lower(wires: Array(wires.dropFirst(values.count)), angles: angles)
    return flips + inner.map { $0.controlled(by: bits) } + flips
  }
}

/// The inverse of a gate.
public struct Adjoint: Gate {
  public let form: GateForm
  public let base: any Gate

  public init(_ base: any Gate) {
    self.base = base
    form = GateForm(
      "Adjoint(\(base.name))", wires: base.wireCount, angles: base.angleCount,
      base.symbols.map { "●○".contains($0) ? $0 : $0 + "†" })
  }

  public func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    base.lower(wires: wires, angles: angles).reversed().map(\.inverse)
  }
}

extension Gates {
  /// The gate with controls: one with a name of its own where there is one (CNOT for X with a control on 1).
  public static func controlled(_ gate: any Gate, values: [Bool]) -> any Gate {
    if values.isEmpty { return gate }
    var named = gate
    for value in values.reversed() {
      guard value, let name = named.form.controlled, let next = try? Gates.named(name) else {
        return Controlled(gate, values: values)
      }
      named = next
    }
    return named
  }

  /// What undoes a gate of these angles: a gate with a name of its own where there is one.
  public static func inverse(_ gate: any Gate, _ angles: [AngleSum]) -> (gate: any Gate, angles: [AngleSum]) {
    switch gate.form.inverse {
    case .itself: return (gate, angles)
    case .named(let name): return ((try? Gates.named(name)) ?? Adjoint(gate), angles)
    case .negated(let order): return (gate, order.map { -angles[$0] })
    case nil: break
    }
    switch gate {
    case let gate as Adjoint: return (gate.base, angles)
    case let gate as UnitaryGate: return (gate.adjoint, angles)
    case let gate as Controlled:
      let inner = inverse(gate.base, angles)
      return (Controlled(inner.gate, values: gate.values), inner.angles)
    default: return (Adjoint(gate), angles)
    }
  }
}
