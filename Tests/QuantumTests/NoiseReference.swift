// The slow, obvious twin of noisy circuits: a density matrix in Double, channels by their published Kraus operators.
// Written from the definitions, without looking at the engine.

import Foundation
@preconcurrency import Circuits
@preconcurrency import Quantum
import Tensors

enum NoiseReference {
  /// Kraus operators as published, from a channel's numbers.
  static func kraus(_ channel: any Channel) -> [Matrix] {
    func real(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Matrix { [[Complex(a), Complex(b)], [Complex(c), Complex(d)]] }
    func pauli(_ word: String) -> Matrix {
      word.reduce([[Complex(1)]]) { product, letter in
        kron(product, letter == "I" ? real(1, 0, 0, 1) : DenseReference.matrix(String(letter), []))
      }
    }
    func kron(_ a: Matrix, _ b: Matrix) -> Matrix {
      a.flatMap { ra in b.map { rb in ra.flatMap { x in rb.map { x * $0 } } } }
    }
    func scaled(_ m: Matrix, _ f: Double) -> Matrix { m.map { $0.map { Complex(sqrt(f)) * $0 } } }
    func flip(_ letter: String, _ p: Double) -> [Matrix] { [scaled(pauli("I"), 1 - p), scaled(pauli(letter), p)] }
    switch channel {
    case let c as BitFlip: return flip("X", c.p)
    case let c as PhaseFlip: return flip("Z", c.p)
    case let c as BitPhaseFlip: return flip("Y", c.p)
    case let c as Depolarizing: return [scaled(pauli("I"), 1 - c.p)] + ["X", "Y", "Z"].map { scaled(pauli($0), c.p / 3) }
    case let c as DepolarizingPair:
      return "IXYZ".flatMap { a in "IXYZ".map { b in "\(a)\(b)" } }.map { scaled(pauli($0), $0 == "II" ? 1 - c.p : c.p / 15) }
    case let c as PauliError: return c.words.map { scaled(pauli($0.letters), $0.probability) }
    case let c as AmplitudeDamping: return [real(1, 0, 0, sqrt(1 - c.gamma)), real(0, sqrt(c.gamma), 0, 0)]
    case let c as GeneralizedAmplitudeDamping:
      let g = c.gamma
      return [
        scaled(real(1, 0, 0, sqrt(1 - g)), 1 - c.excited), scaled(real(0, sqrt(g), 0, 0), 1 - c.excited),
        scaled(real(sqrt(1 - g), 0, 0, 1), c.excited), scaled(real(0, 0, sqrt(g), 0), c.excited),
      ]
    case let c as PhaseDamping: return [real(1, 0, 0, sqrt(1 - c.gamma)), real(0, 0, 0, sqrt(c.gamma))]
    case let c as KrausChannel:
      return c.kraus.map { k in (0..<k.dimension).map { i in (0..<k.dimension).map { Complex(k[i, $0].re, k[i, $0].im) } } }
    default: fatalError("no operators for \(channel.name)")
    }
  }

  /// M ρ M† with M on the given wires.
  static func conjugated(_ rho: Matrix, _ m: Matrix, _ wires: [Int], _ n: Int) -> Matrix {
    let left = transposed(transposed(rho).map { DenseReference.apply(m, wires, n, to: $0) })
    return left.map { DenseReference.apply(m.map { $0.map(\.conjugate) }, wires, n, to: $0) }
  }

  private static func transposed(_ m: Matrix) -> Matrix { m.indices.map { j in m.indices.map { m[$0][j] } } }

  private static func sum(_ a: Matrix, _ b: Matrix) -> Matrix { zip(a, b).map { zip($0, $1).map { $0 + $1 } } }

  /// Populations relax with T1, coherences with T2: entry by entry.
  private static func relaxed(_ rho: Matrix, _ c: ThermalRelaxation, _ wire: Int, _ n: Int) -> Matrix {
    let bit = 1 << (n - 1 - wire)
    let (kept, coherence) = (exp(-c.time / c.t1), exp(-c.time / c.t2))
    var result = rho
    for i in rho.indices {
      for j in rho.indices {
        if (i & bit) != (j & bit) {
          result[i][j] = Complex(coherence) * rho[i][j]
        } else {
          let total = rho[i & ~bit][j & ~bit] + rho[i | bit][j | bit]
          let rest = i & bit == 0 ? 1 - c.excited : c.excited
          result[i][j] = Complex(kept) * rho[i][j] + Complex((1 - kept) * rest) * total
        }
      }
    }
    return result
  }

  static func density(_ circuit: Circuit, inputs: [Double], weights: [Double]) -> Matrix {
    let n = circuit.wires
    var psi = Array(repeating: Complex(0), count: 1 << n)
    psi[0] = Complex(1)
    switch circuit.preparation {
    case .zero: break
    case .state(let re, let im): psi = zip(re, im).map { Complex($0, $1) }
    case .amplitudes(let encoding):
      psi[0] = Complex(0)
      let values = (0..<1 << encoding.wires.count).map { $0 < encoding.count ? inputs[encoding.first + $0] : encoding.padding! }
      let norm = encoding.normalize ? sqrt(values.reduce(0) { $0 + $1 * $1 }) : 1
      for (k, value) in values.enumerated() {
        let index = encoding.wires.enumerated().reduce(0) { sum, item in
          sum | (k >> (encoding.wires.count - 1 - item.offset) & 1) << (n - 1 - item.element)
        }
        psi[index] = Complex(value / norm)
      }
    }
    var rho = psi.map { a in psi.map { a * $0.conjugate } }
    for operation in circuit.operations {
      switch operation.action {
      case .gate:
        let angles = operation.angles.map { DenseReference.value($0, inputs, weights) }
        rho = conjugated(rho, DenseReference.matrix(operation.gate!, angles), operation.wires, n)
      case .channel(let channel):
        if let thermal = channel as? ThermalRelaxation {
          rho = relaxed(rho, thermal, operation.wires[0], n)
        } else {
          rho = kraus(channel).map { conjugated(rho, $0, operation.wires, n) }.reduce(rho.map { $0.map { _ in Complex(0) } }, sum)
        }
      default: fatalError("the twin has no \(operation.name)")
      }
    }
    return rho
  }

  static func expectations(_ circuit: Circuit, inputs: [Double], weights: [Double]) -> [Double] {
    let rho = density(circuit, inputs: inputs, weights: weights)
    return circuit.measurements.compactMap(\.word).map { word in
      // Tr(Pρ): the word on every column.
      var columns = transposed(rho)
      for (letter, wire) in zip(word.letters, word.wires) {
        columns = columns.map { DenseReference.apply(DenseReference.matrix(String(letter), []), [wire], circuit.wires, to: $0) }
      }
      return columns.indices.reduce(0) { $0 + columns[$1][$1].re }
    }
  }
}

extension RandomCircuits {
  /// A random circuit with noise behind about half of its gates.
  static func noisy(seed: UInt64, wires: Int, gates: Int, encoding: Encoding, batch: Int, type: ElementType) throws -> Case {
    var c = try make(seed: seed, wires: wires, gates: gates, encoding: encoding, batch: batch, type: type)
    var stream = RandomStream(seed: seed, purpose: .tensor, substream: 78)
    var circuit = try Circuit(wires: wires)
    for operation in c.circuit.operations {
      try circuit.append(operation, wires: Array(0..<wires))
      guard stream.below(2) == 0 else { continue }
      let channel = try channel(&stream, wires: wires)
      try circuit.append(channel, Array(stream.permutation(wires).prefix(channel.wireCount)))
    }
    for measurement in c.circuit.measurements { try circuit.measure(measurement) }
    c.circuit = circuit
    return c
  }

  static func channel(_ stream: inout RandomStream, wires: Int) throws -> any Channel {
    let p = stream.below(8) == 0 ? 1 : 0.3 * stream.uniform()
    switch stream.below(11) {
    case 0: return try BitFlip(p)
    case 1: return try PhaseFlip(p)
    case 2: return try BitPhaseFlip(p)
    case 3: return try Depolarizing(stream.below(4) == 0 ? 0.75 : p)
    case 4: return try AmplitudeDamping(p)
    case 5: return try GeneralizedAmplitudeDamping(p, excited: stream.uniform())
    case 6: return try PhaseDamping(p)
    case 7: return try ThermalRelaxation(t1: 1.5, t2: 0.1 + 2.9 * stream.uniform(), time: stream.uniform(), excited: stream.uniform())
    case 8 where wires > 1: return try DepolarizingPair(p)
    case 9:
      let words = wires > 1 ? ["XI", "ZY", "YX"] : ["X", "Y", "Z"]
      return try PauliError(words.map { ($0, 0.3 * stream.uniform()) })
    case 10:
      // A random rotation or a reset, each half of the time.
      let t = 6 * stream.uniform()
      let u = ComplexMatrix(dimension: 2, re: [cos(t), 0, 0, cos(t)], im: [0, -sin(t), -sin(t), 0])
      let half = 0.5.squareRoot()
      func real(_ v: [Double]) -> ComplexMatrix { ComplexMatrix(dimension: 2, re: v, im: [0, 0, 0, 0]) }
      return try KrausChannel([
        ComplexMatrix(dimension: 2, re: u.re.map { $0 * half }, im: u.im.map { $0 * half }),
        real([half, 0, 0, 0]), real([0, half, 0, 0]),
      ])
    default: return try Depolarizing(p)
    }
  }
}
