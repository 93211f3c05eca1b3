// Circuits for the tests of OpenQASM, and a slow dense run of them that follows the definitions.

import Circuits
import Foundation
import Tensors

/// The state of a circuit's register and of its deferred measurements, by whole matrices.
struct DenseRun {
  private(set) var re: [Double]
  private(set) var im: [Double]
  let wires: Int
  let deferred: Int

  init(_ circuit: Circuit, inputs: [Double] = [], weights: [Double] = []) {
    let lowering = circuit.lowered()
    (wires, deferred) = (circuit.wires, lowering.wires - circuit.wires)
    (re, im) = (Array(repeating: 0, count: 1 << lowering.wires), Array(repeating: 0, count: 1 << lowering.wires))
    re[0] = 1
    for (instruction, _) in lowering.instructions {
      if case .rotation(let rotation) = instruction {
        apply(.rotation(rotation.with(.constant(rotation.angle.value(inputs: inputs, weights: weights)))))
      } else {
        apply(instruction)
      }
    }
  }

  private mutating func apply(_ instruction: Instruction) {
    let support = instruction.support
    let bits = (0..<Int.bitWidth - 1).filter { support >> $0 & 1 == 1 }
    let matrix = instruction.compressed(to: bits).matrix(bits: bits.count)
    let offsets = (0..<matrix.dimension).map { index in
      bits.enumerated().reduce(0) { $0 | (index >> $1.offset & 1) << $1.element }
    }
    for base in re.indices where base & support == 0 {
      let old = offsets.map { (re[base | $0], im[base | $0]) }
      for row in 0..<matrix.dimension {
        var (a, b) = (0.0, 0.0)
        for column in 0..<matrix.dimension {
          let (p, q) = matrix[row, column]
          a += p * old[column].0 - q * old[column].1
          b += p * old[column].1 + q * old[column].0
        }
        (re[base | offsets[row]], im[base | offsets[row]]) = (a, b)
      }
    }
  }

  /// The largest difference of ψψ† over all results of the deferred measurements; phases do not count.
  func distance(to other: DenseRun) -> Double {
    guard wires == other.wires, deferred == other.deferred else { return .infinity }
    var largest = 0.0
    let size = 1 << wires
    for branch in 0..<1 << deferred {
      let place = branch << wires
      for i in place..<place + size {
        for j in place..<place + size {
          let a = re[i] * re[j] + im[i] * im[j] - other.re[i] * other.re[j] - other.im[i] * other.im[j]
          let b = im[i] * re[j] - re[i] * im[j] - other.im[i] * other.re[j] + other.re[i] * other.im[j]
          largest = max(largest, abs(a), abs(b))
        }
      }
    }
    return largest
  }

  /// The probability that the first wires read so, from wire 0.
  func probability(_ bits: String) -> Double {
    re.indices.filter { index in
      bits.enumerated().allSatisfy { (index >> (wires - 1 - $0) & 1 == 1) == ($1 == "1") }
    }.reduce(0) { $0 + re[$1] * re[$1] + im[$1] * im[$1] }
  }
}

enum RandomCircuits {
  static func unitary(_ wires: Int, _ stream: inout RandomStream) -> ComplexMatrix {
    let n = 1 << wires
    var rows: [[(Double, Double)]] = []
    for _ in 0..<n {
      var row = (0..<n).map { _ in (stream.normal(), stream.normal()) }
      for other in rows {
        let (a, b) = zip(other, row).reduce((0.0, 0.0)) {
          ($0.0 + $1.0.0 * $1.1.0 + $1.0.1 * $1.1.1, $0.1 + $1.0.0 * $1.1.1 - $1.0.1 * $1.1.0)
        }
        row = zip(row, other).map { ($0.0 - a * $1.0 + b * $1.1, $0.1 - a * $1.1 - b * $1.0) }
      }
      let norm = row.reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 }.squareRoot()
      rows.append(row.map { ($0.0 / norm, $0.1 / norm) })
    }
    return ComplexMatrix(dimension: n, re: rows.flatMap { $0.map(\.0) }, im: rows.flatMap { $0.map(\.1) })
  }

  static func gate(_ stream: inout RandomStream, wires: Int) throws -> any Gate {
    while true {
      var gate: any Gate
      switch stream.below(10) {
      case 0: gate = try UnitaryGate(unitary(1 + stream.below(3), &stream))
      case 1: gate = try MultiRZ(wires: 1 + stream.below(wires))
      case 2: gate = try PauliRot(String((0...stream.below(wires)).map { _ in "IXYZ".randomElement(&stream) }))
      default: gate = Gates.all[stream.below(Gates.all.count)]
      }
      if stream.below(6) == 0 { gate = Adjoint(gate) }
      if stream.below(4) == 0 {
        gate = Gates.controlled(gate, values: (0...stream.below(2)).map { _ in stream.below(3) > 0 })
      }
      if gate.wireCount <= wires { return gate }
    }
  }

  /// Gates of every kind on 4 wires, angles of every kind, and at most two measurements on the way.
  static func circuit(seed: UInt64, isParametric: Bool) throws -> Circuit {
    var stream = RandomStream(seed: seed, purpose: .circuit)
    var circuit = try Circuit(wires: 4)
    var (measured, fresh) = ([Int](), 0)
    for _ in 0..<4 + stream.below(12) {
      switch stream.below(12) {
      case 0 where fresh < 2:
        fresh += 1
        measured.append(try circuit.measure(wire: stream.below(4)))
      case 1 where fresh < 2:
        fresh += 1
        try circuit.reset(wire: stream.below(4))
      case 2: try circuit.barrier(Array(stream.permutation(4).prefix(1 + stream.below(4))))
      default:
        let gate = try gate(&stream, wires: 4)
        let angles = (0..<gate.angleCount).map { _ in
          AngleSum((0...(stream.below(3) == 0 ? 1 : 0)).map { _ in angle(&stream, isParametric) })
        }
        let condition =
          measured.isEmpty || stream.below(3) > 0
          ? [] : [Operation.ClassicalBit(bit: measured[stream.below(measured.count)], value: stream.below(2) == 0)]
        try circuit.append(gate, Array(stream.permutation(4).prefix(gate.wireCount)), angles, if: condition)
      }
    }
    return circuit
  }

  private static func angle(_ stream: inout RandomStream, _ isParametric: Bool) -> Angle {
    let (scale, offset) = (4 * stream.uniform() - 2, stream.below(2) == 0 ? 0 : stream.uniform())
    switch isParametric ? stream.below(5) : 0 {
    case 0: return .constant(6 * stream.uniform() - 3)
    case 1: return Angle(.input(stream.below(3)), scale: scale, offset: offset)
    case 2: return Angle(.weight(stream.below(3)), scale: scale, offset: offset)
    case 3: return Angle(.inputProduct(0, 1 + stream.below(2)), scale: scale, offset: offset)
    default: return Angle(.weightedInput(weight: stream.below(3), input: stream.below(3)), scale: scale, offset: offset)
    }
  }
}

extension String {
  func randomElement(_ stream: inout RandomStream) -> Character { Array(self)[stream.below(count)] }
}
