// What a noise channel is, and the table of those with parameters.  The channels themselves are in Channels/.

import Tensors

/// A kind of noise on one or more wires: ρ → Σ K ρ K†.
public protocol Channel: Sendable {
  /// The name in scripts, in C and in messages.
  var name: String { get }
  var wireCount: Int { get }
  /// What drawings show, with its numbers.
  var symbol: String { get }
  /// The Kraus operators, the first wire the most significant bit.
  var kraus: [ComplexMatrix] { get }
  /// The numbers of its kind (`ChannelKind`); none for a channel that numbers alone do not describe.
  var parameters: [Double] { get }
}

extension Channel {
  public var parameters: [Double] { [] }
}

/// Channels that a few numbers describe, by name.
public struct ChannelKind: Sendable {
  public let name: String
  public let wires: Int
  /// What the numbers are called in messages.
  public let parameters: [String]
  private let build: @Sendable ([Double]) throws -> any Channel

  /// The channel with these parameters; throws when one is out of its range.
  public func make(_ values: [Double]) throws -> any Channel {
    guard values.count == parameters.count else {
      throw EngineError.value(
        "\(name) takes \(counted(parameters.count, "parameter")) (\(parameters.joined(separator: ", "))), got \(values.count)")
    }
    return try build(values)
  }

  /// In the order in which a noise model applies several of one rule.
  public static let all: [ChannelKind] = [
    ChannelKind(name: "bit_flip", wires: 1, parameters: ["p"]) { try BitFlip($0[0]) },
    ChannelKind(name: "phase_flip", wires: 1, parameters: ["p"]) { try PhaseFlip($0[0]) },
    ChannelKind(name: "bit_phase_flip", wires: 1, parameters: ["p"]) { try BitPhaseFlip($0[0]) },
    ChannelKind(name: "depolarizing", wires: 1, parameters: ["p"]) { try Depolarizing($0[0]) },
    ChannelKind(name: "depolarizing_pair", wires: 2, parameters: ["p"]) { try DepolarizingPair($0[0]) },
    ChannelKind(name: "amplitude_damping", wires: 1, parameters: ["gamma"]) { try AmplitudeDamping($0[0]) },
    ChannelKind(name: "generalized_amplitude_damping", wires: 1, parameters: ["gamma", "excited"]) {
      try GeneralizedAmplitudeDamping($0[0], excited: $0[1])
    },
    ChannelKind(name: "phase_damping", wires: 1, parameters: ["gamma"]) { try PhaseDamping($0[0]) },
    ChannelKind(name: "thermal_relaxation", wires: 1, parameters: ["t1", "t2", "time", "excited"]) {
      try ThermalRelaxation(t1: $0[0], t2: $0[1], time: $0[2], excited: $0[3])
    },
  ]

  public static func named(_ name: String) throws -> ChannelKind {
    if let kind = all.first(where: { $0.name == name }) { return kind }
    let hint = closest(to: name, among: all.map(\.name)).map { " (did you mean '\($0)'?)" } ?? ""
    throw EngineError.value("unknown channel '\(name)'\(hint); there are \(all.map(\.name).joined(separator: ", "))")
  }
}

/// Throws unless a probability is one.
func checkProbability(_ value: Double, _ channel: String, _ what: String) throws {
  guard value >= 0, value <= 1 else {
    throw EngineError.value("\(channel): \(what) is \(value); it must be in [0, 1]")
  }
}

/// Four digits for drawings.
func shortNumber(_ value: Double) -> String {
  let rounded = (value * 10000).rounded() / 10000
  return value != 0 && rounded == 0 ? "<.0001" : "\(rounded)"
}

extension ComplexMatrix {
  /// The matrix of a Pauli word such as "XIZ", the first letter on the most significant bit.
  package static func pauli(_ letters: String) -> ComplexMatrix {
    letters.reduce(ComplexMatrix.identity(1)) { product, letter in
      var one = ComplexMatrix(dimension: 2)
      switch letter {
      case "X": (one[0, 1], one[1, 0]) = ((1, 0), (1, 0))
      case "Y": (one[0, 1], one[1, 0]) = ((0, -1), (0, 1))
      case "Z": (one[0, 0], one[1, 1]) = ((1, 0), (-1, 0))
      default: one = .identity(2)
      }
      return product.kronecker(one)
    }
  }

  /// Every entry times a real number.
  package func scaled(by factor: Double) -> ComplexMatrix {
    ComplexMatrix(dimension: dimension, re: re.map { $0 * factor }, im: im.map { $0 * factor })
  }

  /// A real 2x2 matrix, row by row.
  static func real(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> ComplexMatrix {
    ComplexMatrix(dimension: 2, re: [a, b, c, d], im: [0, 0, 0, 0])
  }
}
