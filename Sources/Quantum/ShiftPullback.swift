// Parameter-shift of weights on few wires: weights are shared by a batch, so every shifted circuit is one set of
// coefficients of the products of (1, cos, sin) of the inputs, whatever the samples are.  What is done once per
// circuit is here, what is done once per call in ShiftPullbackKernels.swift.

import Circuits
import Tensors

/// The sum of all outputs, to be pulled back (Heisenberg picture) as a real vector of 4^wires Pauli coefficients.
final class ShiftPullback: @unchecked Sendable {
  /// In the order in which they are applied, the circuit's last step first.
  enum Step {
    case rotation(Int)
    case local(Int)
    case block(Int)
    case gather(Int)
  }

  /// What happens on a wire before others join it, the circuit's first step first.
  enum Early {
    case rotation(WordRotation, Int)
    case local(Int)
    /// The input's rotation about a letter.
    case input(letter: Int)
  }

  /// An input's φ = scale · inputs[column] + offset.
  struct Encoding {
    let column: Int
    let scale: Double
    let offset: Double
  }

  let program: PauliProgram
  let steps: [Step]
  let tables: [PauliPullback.Table]
  let early: [[Early]]
  /// By bit; nil for a wire without input.
  let encodings: [Encoding?]
  /// Of each bit: 3 for an encoded wire, else 1; and their product.
  let widths: [Int]
  let featureCount: Int
  /// The sum of the outputs, [word].
  let observable: Buffer<Double>
  /// For each rotation of the circuit those of the program.
  let members: [[Int]]
  /// For each rotation of the circuit all shifts and what each run counts.
  let turns: [[(by: Double, factor: Double)]]

  /// 4^5 words of one vector are 64 KiB.
  static let maximumWires = 5

  /// nil unless every wire has at most one input, of its own, before other wires join.
  init?(_ circuit: Circuit, _ lowering: Lowering, _ outputs: OutputMap, _ rotations: [PauliRotation]) {
    guard lowering.wires <= Self.maximumWires, outputs.isLinear, case .zero = circuit.preparation,
      let program = try? PauliProgram(circuit, lowering, words: outputs.words)
    else { return nil }
    var early = [[Early]](repeating: [], count: lowering.wires)
    var encodings = [Encoding?](repeating: nil, count: lowering.wires)
    for step in program.steps[..<program.prefixCount] {
      switch step {
      case .local(let k): early[program.locals[k].bits[0]].append(.local(k))
      case .block: return nil
      case .rotation(let k):
        let rotation = program.rotations[k]
        let bit = rotation.word.trailingZeroBitCount / 2
        let letter = rotation.word >> (2 * bit)
        switch rotation.angle.slot {
        case .none, .weight:
          let alone = WordRotation(
            word: letter, factor: rotation.factor, angle: rotation.angle, number: rotation.number)
          early[bit].append(.rotation(alone, k))
        case .input(let column):
          guard encodings[bit] == nil else { return nil }
          early[bit].append(.input(letter: letter))
          encodings[bit] = Encoding(
            column: column, scale: rotation.factor * rotation.angle.scale,
            offset: rotation.factor * rotation.angle.offset)
        case .inputProduct, .weightedInput: return nil
        }
      }
    }
    var (steps, tables) = ([Step](), [PauliPullback.Table]())
    for step in program.steps[program.prefixCount...].reversed() {
      switch step {
      case .rotation(let k):
        if program.rotations[k].angle.dependsOnInput { return nil }
        steps.append(.rotation(k))
      case .local(let k): steps.append(.local(k))
      case .block(let k):
        guard let table = PauliPullback.Table(program.transfers[k], size: program.size) else {
          steps.append(.block(k))
          continue
        }
        if case .gather(let last)? = steps.last {
          tables[last] = table.after(tables[last])
        } else {
          tables.append(table)
          steps.append(.gather(tables.count - 1))
        }
      }
    }
    (self.program, self.early, self.encodings, self.steps, self.tables) = (program, early, encodings, steps, tables)
    widths = encodings.map { $0 == nil ? 1 : 3 }
    featureCount = widths.reduce(1, *)
    observable = Buffer<Double>(program.size)
    for q in 0..<program.size { observable[q] = 0 }
    for row in outputs.rows {
      for term in row.terms { observable[outputs.words[term.word].index] += term.factor }
    }
    var members = [[Int]](repeating: [], count: rotations.count)
    for (k, rotation) in program.rotations.enumerated() where rotation.number >= 0 {
      members[rotation.number].append(k)
    }
    self.members = members
    turns = rotations.map { $0.shiftRule.flatMap { [($0.shift, $0.factor), (-$0.shift, -$0.factor)] } }
  }

  /// Whether shifting so many rotations in lanes of coefficients is less work than samples in lanes of states.
  func pays(rotations: Int, samples: Int, type: ElementType) -> Bool {
    let lanes = type == .float32 ? 16 : 8
    let (chunks, blocks) = ((rotations + lanes - 1) / lanes, (samples + lanes - 1) / lanes)
    // From 5 wires on, the coefficients leave a core's fastest cache.
    return 2 * blocks * rotations >= (chunks << program.wires) * (program.wires > 4 ? 3 : 1)
  }
}

extension CircuitRunner {
  /// As changesInLanes; nil where the circuit has no such form, inputs are shifted, or outputs count
  /// differently in every sample.
  func changesPulledBack(_ batch: Batch, _ outputGradient: Tensor?, _ shifted: [Int]) -> [[Double]]? {
    guard [.automatic, .product].contains(options.method), plan == nil, !shifted.isEmpty,
      outputGradient == nil || circuit.outputCount == 1,
      !shifted.contains(where: { rotations[$0].angle.dependsOnInput }), let pullback = shiftPullback,
      program == nil || pullback.pays(rotations: shifted.count, samples: batch.count, type: batch.type)
    else { return nil }
    switch batch.type {
    case .float32:
      return ShiftPullbackBlocks<SIMD16<Float>>(pullback, weights: batch.weights, wanted: shifted).changes(
        batch.data.pointer(Float.self), outputGradient?.pointer(Float.self), count: batch.count, batch.layout)
    case .float64:
      return ShiftPullbackBlocks<SIMD8<Double>>(pullback, weights: batch.weights, wanted: shifted).changes(
        batch.data.pointer(Double.self), outputGradient?.pointer(Double.self), count: batch.count, batch.layout)
    }
  }
}
