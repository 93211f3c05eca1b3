// Named ansätze: the five of the quanvolutional study (one layer each there) and a ring.
// Scripts write their own from gates; these are for C programs and for short scripts.

import Tensors

public enum Template: String, CaseIterable, Sendable {
  case rot
  case zzFull = "zz_full"
  case zzLinear = "zz_linear"
  case zzStar = "zz_star"
  case random
  case ring

  public static func named(_ name: String) throws -> Template {
    if let template = Template(rawValue: name) { return template }
    let names = allCases.map(\.rawValue)
    let hint = closest(to: name, among: names).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value("unknown template '\(name)'\(hint); there are \(names.joined(separator: ", "))")
  }
}

extension Circuit {
  /// Appends `layers` repetitions of a template.  Its weights are numbered on from those in use.
  public mutating func append(_ template: Template, layers: Int, seed: UInt64 = 0) throws {
    guard layers >= 1 else { throw EngineError.value("layers is \(layers); it must be 1 or more") }
    var stream = RandomStream(seed: seed, purpose: .circuit)
    for _ in 0..<layers {
      switch template {
      case .rot: try appendRotations()
      case .zzFull: try appendZZ(pairs("full"))
      case .zzLinear: try appendZZ(pairs("linear"))
      case .zzStar: try appendZZ(pairs("star"))
      case .random: try appendRandom(&stream)
      case .ring: try appendRing()
      }
    }
  }

  /// Pairs of wires: "linear" (an open chain), "ring", "full" (all), "star" (0 with every other).
  package func pairs(_ pattern: String) -> [(Int, Int)] {
    switch pattern {
    case "linear": return (0..<wires - 1).map { ($0, $0 + 1) }
    case "ring": return wires == 1 ? [] : wires == 2 ? [(0, 1)] : (0..<wires).map { ($0, ($0 + 1) % wires) }
    case "star": return (1..<max(wires, 1)).map { (0, $0) }
    default: return (0..<wires).flatMap { p in (p + 1..<max(wires, p + 1)).map { (p, $0) } }
    }
  }

  private func fresh(_ offset: Int = 0) -> Angle { .weight(weightCount + offset) }

  private mutating func appendRotations() throws {
    for wire in 0..<wires { try append(Rot(), [wire], [fresh(), fresh(1), fresh(2)]) }
  }

  /// exp(-iφ Z_p Z_q) is IsingZZ(2φ).
  private mutating func appendZZ(_ pairs: [(Int, Int)]) throws {
    try appendRotations()
    for (p, q) in pairs { try append(IsingZZ(), [p, q], [2 * fresh()]) }
  }

  /// A drawn gate per wire and a single CNOT on a drawn pair.
  private mutating func appendRandom(_ stream: inout RandomStream) throws {
    for wire in 0..<wires {
      switch stream.below(4) {
      case 0: try append(RX(), [wire], [fresh()])
      case 1: try append(RY(), [wire], [fresh()])
      case 2: try append(RZ(), [wire], [fresh()])
      default: try append(Rot(), [wire], [fresh(), fresh(1), fresh(2)])
      }
    }
    guard wires > 1 else { return }
    let p = stream.below(wires)
    let q = (p + 1 + stream.below(wires - 1)) % wires
    try append(CNOT(), [p, q])
  }

  private mutating func appendRing() throws {
    for wire in 0..<wires {
      try append(RY(), [wire], [fresh()])
      try append(RZ(), [wire], [fresh()])
    }
    for (p, q) in pairs("ring") { try append(CNOT(), [p, q]) }
  }
}
