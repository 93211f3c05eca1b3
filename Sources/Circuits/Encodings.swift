// How inputs enter a circuit by angles.  Amplitude encoding is a start state (Preparation.swift).

import Tensors

public enum Encoding: String, CaseIterable, Sendable {
  /// R_axis(scale · x + offset) on each wire.
  case angle
  /// R_axis(w · x + v) with two weights of its own on each wire (Pérez-Salinas et al. 2020).
  case reupload
  /// Bits as basis states: RX(π x) takes 0 to |0⟩ and 1 to -i|1⟩.
  case basis
  /// H and RZ(x_i) on every wire, then IsingZZ(x_i x_j) on pairs (Havlíček et al. 2019, in PennyLane's form).
  case iqp
  /// H and PhaseShift(2 x_i) on every wire, then exp(-i (π - x_i)(π - x_j) ZZ) on pairs (Havlíček et al. 2019, in
  /// Qiskit's form up to a global phase).
  case zzFeatureMap = "zz_feature_map"

  public static func named(_ name: String) throws -> Encoding {
    if let encoding = Encoding(rawValue: name) { return encoding }
    throw unknown("encoding", name, allCases.map(\.rawValue))
  }
}

public struct EncodingOptions: Sendable {
  /// The wires, all by default.
  public var wires: [Int]?
  /// The column of the inputs for each wire; by default 0, 1, …
  public var inputs: [Int]?
  /// X, Y or Z; of angle and reupload.
  public var axis: Character = "Y"
  /// Of angle.
  public var scale = 1.0, offset = 0.0
  /// H on every wire before; of angle and reupload.
  public var hadamard = false
  /// Repetitions; of all but basis.
  public var layers = 1
  /// Of iqp and zz_feature_map.
  public var pattern = WirePattern.full
  public var seed: UInt64 = 0
  /// Number of the first weight of reupload; by default they are numbered on.
  public var firstWeight: Int?

  public init() {}
}

extension Circuit {
  /// Appends an encoding.  Throws, and changes nothing, for senseless options.
  public mutating func append(_ encoding: Encoding, _ options: EncodingOptions) throws {
    let wires = options.wires ?? Array(0..<self.wires)
    try check(wires)
    let inputs = options.inputs ?? Array(0..<wires.count)
    guard inputs.count == wires.count else {
      throw EngineError.value("\(counted(inputs.count, "input")) for \(counted(wires.count, "wire")); there must be as many")
    }
    guard (1...100_000).contains(options.layers) else {
      throw EngineError.value("layers is \(options.layers); it must be 1 or more\(options.layers > 0 ? " and at most 100000" : "")")
    }
    guard "XYZ".contains(options.axis) else {
      throw EngineError.value("axis is '\(options.axis)'; it must be X, Y or Z")
    }
    if let first = options.firstWeight, first < 0 { throw EngineError.value("the first weight is \(first); it must be 0 or more") }
    var result = self
    var stream = RandomStream(seed: options.seed, purpose: .circuit)
    for layer in 0..<options.layers {
      try result.append(encoding, options, layer, wires, inputs, &stream)
    }
    self = result
  }

  private mutating func append(
    _ encoding: Encoding, _ options: EncodingOptions, _ layer: Int, _ wires: [Int], _ inputs: [Int],
    _ stream: inout RandomStream
  ) throws {
    if encoding == .iqp || encoding == .zzFeatureMap || options.hadamard {
      for wire in wires { try append(Hadamard(), [wire]) }
    }
    let rotation = Gates.rotation(String(options.axis))
    let first = options.firstWeight.map { $0 + 2 * layer * wires.count } ?? weightCount
    for (k, (wire, input)) in zip(wires, inputs).enumerated() {
      switch encoding {
      case .angle: try append(rotation, [wire], [Angle(.input(input), scale: options.scale, offset: options.offset)])
      case .reupload:
        let terms = [Angle(.weightedInput(weight: first + 2 * k, input: input)), Angle.weight(first + 2 * k + 1)]
        try append(rotation, [wire], [AngleSum(terms)])
      case .basis: try append(RX(), [wire], [.input(input, scale: .pi)])
      case .iqp: try append(RZ(), [wire], [.input(input)])
      case .zzFeatureMap: try append(PhaseShift(), [wire], [.input(input, scale: 2)])
      }
    }
    guard encoding == .iqp || encoding == .zzFeatureMap else { return }
    for (p, q) in options.pattern.pairs(of: Array(wires.indices), &stream) {
      let (a, b) = (inputs[p], inputs[q])
      let product = Angle(.inputProduct(a, b))
      // 2 (π - a)(π - b)
      let angle = encoding == .iqp
        ? AngleSum(product)
        : AngleSum([
          Angle(.inputProduct(a, b), scale: 2, offset: 2 * .pi * .pi), .input(a, scale: -2 * .pi),
          .input(b, scale: -2 * .pi),
        ])
      try append(IsingZZ(), [wires[p], wires[q]], [angle])
    }
  }
}

extension Gates {
  /// exp(-iθ/2 P) under its usual name, for a checked word.
  static func rotation(_ word: String) -> any Gate {
    switch word {
    case "X": return RX()
    case "Y": return RY()
    case "Z": return RZ()
    case "XX": return IsingXX()
    case "YY": return IsingYY()
    case "ZZ": return IsingZZ()
    default: return PauliRot(checked: word)
    }
  }
}
