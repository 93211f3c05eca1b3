// The twin of what is measured: branches of measurements on the way, probabilities, densities, variances,
// computed from dense states and published definitions; and random circuits that use all of it.

import Foundation
import Circuits
import Quantum
import Tensors

enum MeasureReference {
  struct Branch {
    /// Not normalised: its norm squared is the probability of the bits.
    var psi: [Complex]
    var bits: [Bool]
  }

  /// Every way in which the measurements of a circuit can turn out.
  static func branches(_ circuit: Circuit, inputs: [Double], weights: [Double]) -> [Branch] {
    let n = circuit.wires
    var start = Array(repeating: Complex(0), count: 1 << n)
    switch circuit.preparation {
    case .zero: start[0] = Complex(1)
    case .state(let re, let im): start = zip(re, im).map { Complex($0, $1) }
    case .amplitudes(let encoding):
      let k = encoding.wires.count
      var values = (0..<encoding.count).map { inputs[encoding.first + $0] }
      values += Array(repeating: encoding.padding ?? 0, count: (1 << k) - encoding.count)
      let norm = encoding.normalize ? values.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
      for (index, value) in values.enumerated() {
        var place = 0
        for (position, wire) in encoding.wires.enumerated() where index >> (k - 1 - position) & 1 == 1 {
          place |= 1 << (n - 1 - wire)
        }
        start[place] = Complex(value / norm)
      }
    }
    var list = [Branch(psi: start, bits: Array(repeating: false, count: circuit.bitCount))]
    func projected(_ psi: [Complex], _ wire: Int, _ value: Int) -> [Complex] {
      psi.enumerated().map { ($0.offset >> (n - 1 - wire)) & 1 == value ? $0.element : Complex(0) }
    }
    for operation in circuit.operations {
      switch operation.action {
      case .gate:
        let matrix = DenseReference.matrix(
          operation.name, operation.angles.map { DenseReference.value($0, inputs, weights) })
        for i in list.indices where operation.condition.allSatisfy({ list[i].bits[$0.bit] == $0.value }) {
          list[i].psi = DenseReference.apply(matrix, operation.wires, n, to: list[i].psi)
        }
      case .measure(let bit):
        list = list.flatMap { branch in
          (0..<2).map { value in
            var bits = branch.bits
            bits[bit] = value == 1
            return Branch(psi: projected(branch.psi, operation.wires[0], value), bits: bits)
          }
        }
      case .reset:
        list = list.flatMap { branch in
          (0..<2).map { value in
            let psi = projected(branch.psi, operation.wires[0], value)
            let x = DenseReference.matrix("X", [])
            return Branch(psi: value == 1 ? DenseReference.apply(x, operation.wires, n, to: psi) : psi, bits: branch.bits)
          }
        }
      case .barrier: break
      case .channel: fatalError("no noise here")
      }
    }
    return list
  }

  /// ρ of some wires, the first the most significant bit.
  static func density(_ branches: [Branch], _ wires: [Int], of n: Int) -> Matrix {
    let (k, rest) = (wires.count, (0..<n).filter { !wires.contains($0) })
    func index(_ a: Int, _ r: Int) -> Int {
      var result = 0
      for (position, wire) in wires.enumerated() where a >> (k - 1 - position) & 1 == 1 { result |= 1 << (n - 1 - wire) }
      for (position, wire) in rest.enumerated() where r >> position & 1 == 1 { result |= 1 << (n - 1 - wire) }
      return result
    }
    return (0..<1 << k).map { a in
      (0..<1 << k).map { b in
        branches.reduce(Complex(0)) { sum, branch in
          (0..<1 << rest.count).reduce(sum) { $0 + branch.psi[index(a, $1)] * branch.psi[index(b, $1)].conjugate }
        }
      }
    }
  }

  /// The distribution of results on wires, each read wrongly with the circuit's readout errors.
  static func probabilities(_ circuit: Circuit, _ branches: [Branch], _ wires: [Int]) -> [Double] {
    let density = density(branches, wires, of: circuit.wires)
    let true_ = density.indices.map { density[$0][$0].re }
    return true_.indices.map { read in
      true_.indices.reduce(0) { sum, actual in
        var factor = 1.0
        for (position, wire) in wires.enumerated() {
          let (r, a) = (read >> (wires.count - 1 - position) & 1, actual >> (wires.count - 1 - position) & 1)
          let error = circuit.readout[wire] ?? ReadoutError(oneOfZero: 0, zeroOfOne: 0)
          let flip = a == 0 ? error.oneOfZero : error.zeroOfOne
          factor *= r == a ? 1 - flip : flip
        }
        return sum + factor * true_[actual]
      }
    }
  }

  static func expectation(_ branches: [Branch], _ word: PauliWord, of n: Int) -> Double {
    branches.reduce(0) { sum, branch in
      var phi = branch.psi
      for (letter, wire) in zip(word.letters, word.wires) {
        phi = DenseReference.apply(DenseReference.matrix(String(letter), []), [wire], n, to: phi)
      }
      return sum + zip(branch.psi, phi).reduce(0) { $0 + ($1.0.conjugate * $1.1).re }
    }
  }

  /// All outputs of a circuit without readout errors.
  static func outputs(_ circuit: Circuit, inputs: [Double], weights: [Double]) -> [Double] {
    let (n, all) = (circuit.wires, branches(circuit, inputs: inputs, weights: weights))
    func mean(_ sum: PauliSum) -> Double {
      sum.terms.reduce(0) { $0 + $1.coefficient * expectation(all, $1.word, of: n) }
    }
    return circuit.measurements.flatMap { measurement -> [Double] in
      switch measurement {
      case .expectation(let sum): return [mean(sum)]
      case .variance(let sum):
        // ⟨H²⟩ = Σ ‖Hψ‖² over the branches.
        let square = all.reduce(0.0) { total, branch in
          var image = Array(repeating: Complex(0), count: branch.psi.count)
          for term in sum.terms {
            var phi = branch.psi
            for (letter, wire) in zip(term.word.letters, term.word.wires) {
              phi = DenseReference.apply(DenseReference.matrix(String(letter), []), [wire], n, to: phi)
            }
            image = zip(image, phi).map { $0 + Complex(term.coefficient) * $1 }
          }
          return image.reduce(total) { $0 + ($1.conjugate * $1).re }
        }
        return [square - mean(sum) * mean(sum)]
      case .probabilities(let wires): return probabilities(circuit, all, wires)
      }
    }
  }
}

/// Random circuits with what `RandomCircuits` leaves out.
struct MeasuredCircuits {
  var products = false      // angles with two factors
  var sums = false          // angles of several terms
  var branches = false      // measurement, reset and control on the way
  var measurements = true   // Hamiltonians, variances and probabilities
  var amplitudes = false
  var closed = false        // a gate on every wire at the end
  var noise = false         // channels, which the twin lacks

  func make(seed: UInt64, wires: Int, gates: Int, batch: Int, type: ElementType = .float64) throws -> Case {
    var stream = RandomStream(seed: seed, purpose: .tensor, substream: 99)
    var circuit = try Circuit(wires: wires)
    if amplitudes {
      let k = 1 + stream.below(wires)
      let count = (1 << k) - stream.below(1 << k)
      try circuit.prepare(AmplitudeEncoding(count: count, wires: Array(stream.permutation(wires).prefix(k)), padding: 0.3))
    }
    let (inputs, weights) = (2, wires + 2)
    func angle(_ stream: inout RandomStream) -> Angle {
      let scale = [1, 1, 0.5, 2, -1, 0.7][stream.below(6)]
      let offset = stream.below(2) == 0 ? 0 : stream.uniform()
      switch stream.below(products ? 9 : 6) {
      case 0: return .constant(6 * stream.uniform())
      case 1, 2, 3: return Angle(.weight(stream.below(weights)), scale: scale, offset: offset)
      case 4, 5: return Angle(.input(stream.below(inputs)), scale: scale, offset: offset)
      case 6, 7: return Angle(.weightedInput(weight: stream.below(weights), input: stream.below(inputs)), scale: scale, offset: offset)
      default: return Angle(.inputProduct(stream.below(inputs), stream.below(inputs)), scale: scale, offset: offset)
      }
    }
    let names = [
      "H", "S", "SX", "RX", "RY", "RZ", "RY", "PhaseShift", "Rot", "U3", "CNOT", "CZ", "SWAP", "CRX", "CRY", "CRZ",
      "ControlledPhase", "IsingXX", "IsingYY", "IsingZZ", "Toffoli",
    ]
    let kinds = try names.map { try Gates.named($0) }.filter { $0.wireCount <= wires }
    for wire in 0..<wires { try circuit.append("RY", [wire], [.weight(stream.below(weights))]) }
    for _ in 0..<gates {
      if branches, stream.below(5) == 0 {
        let wire = stream.below(wires)
        switch stream.below(3) {
        case 0: try circuit.reset(wire: wire)
        default: if circuit.bitCount < 3 { try circuit.measure(wire: wire) }
        }
        continue
      }
      if noise, stream.below(4) == 0 {
        let name = ["bit_flip", "depolarizing", "amplitude_damping", "phase_damping"][stream.below(4)]
        try circuit.append(ChannelKind.named(name).make([0.3 * stream.uniform()]), [stream.below(wires)])
      }
      let gate = kinds[stream.below(kinds.count)]
      let order = stream.permutation(wires)
      let angles = (0..<gate.angleCount).map { _ in
        AngleSum((0..<(sums && stream.below(3) == 0 ? 2 : 1)).map { _ in angle(&stream) })
      }
      var condition: [Circuits.Operation.ClassicalBit] = []
      if circuit.bitCount > 0, stream.below(3) == 0 {
        condition = [.init(bit: stream.below(circuit.bitCount), value: stream.below(2) == 1)]
      }
      try circuit.append(gate, Array(order.prefix(gate.wireCount)), angles, if: condition)
    }
    // Measurements at the very end would only be readout.
    if closed { for wire in 0..<wires { try circuit.append("H", [wire]) } }
    func word(_ stream: inout RandomStream) -> PauliWord {
      let length = 1 + stream.below(min(wires, 3))
      return PauliWord(
        (0..<length).map { _ in ["X", "Y", "Z"][stream.below(3)] }.joined(),
        Array(stream.permutation(wires).prefix(length)))
    }
    func sum(_ stream: inout RandomStream) -> PauliSum {
      PauliSum((0..<1 + stream.below(4)).map { _ in (2 * stream.uniform() - 1, word(&stream)) } + [(0.3, PauliWord("", []))])
    }
    if measurements {
      for _ in 0..<3 {
        switch stream.below(4) {
        case 0: try circuit.measure(.expectation(sum(&stream)))
        case 1: try circuit.measure(.variance(sum(&stream)))
        case 2: try circuit.measure(.probabilities(Array(stream.permutation(wires).prefix(1 + stream.below(min(wires, 3))))))
        default: try circuit.measure(.expectation(PauliSum(word(&stream))))
        }
      }
    } else {
      for _ in 0..<2 { try circuit.measure(.expectation(sum(&stream))) }
    }
    return Case(
      circuit: circuit,
      inputs: .uniform(type, [batch, circuit.inputCount], low: -2, high: 2, from: &stream),
      weights: .uniform(type, [circuit.weightCount], low: -3, high: 3, from: &stream))
  }
}

extension Case {
  /// nil for a circuit without inputs, whose batch is one.
  var x: Tensor? { circuit.inputCount == 0 ? nil : inputs }
  var batch: Int { circuit.inputCount == 0 ? 1 : inputs.shape[0] }
  func row(_ sample: Int) -> [Double] { circuit.inputCount == 0 ? [] : inputs.rows(sample..<sample + 1).doubles }
}

/// The sentence of the error that a body throws.
func errorMessage(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}
