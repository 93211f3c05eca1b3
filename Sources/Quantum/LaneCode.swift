// A lane program's steps as plain memory, and its angles once the weights are known: what the simulator's
// loops read, without reference counting or bounds checks.

import Circuits

/// The steps of a LaneProgram.
final class LaneCode: @unchecked Sendable {
  enum Kind: UInt8 {
    case rotation, matrix, swap, unitary
    /// Neighbouring diagonal rotations without inputs: one pass with the product of their phases.
    case diagonalRun
  }

  struct Step {
    let kind: Kind
    /// Into rotations, matrices, swaps or diagonal runs.
    let index: Int32
  }

  struct InputRotation {
    let rotation: Int
    let column: Int
    /// A second column or a weight that the first is multiplied by; -1 for none.
    let otherColumn: Int
    let weight: Int
    /// Of the half angle: factor times the angle's scale and offset.
    let scale: Double
    let offset: Double
    /// Where the derivatives by the two factors are kept, of a rotation with two; -1 otherwise.
    let slope: Int
  }

  let rotations: Buffer<PauliRotation>
  let inputRotations: Buffer<InputRotation>
  let matrices: Buffer<ControlledMatrix>
  let swaps: Buffer<ControlledSwap>
  let unitaries: [DenseStep]
  let body: Buffer<Step>
  let prefix: Buffer<Step>
  /// Prefix steps of bit b are prefixFirst[b]..<prefixFirst[b + 1].
  let prefixFirst: Buffer<Int>
  let observables: Buffer<PauliMask>
  /// Observables whose value is that of the negative word.
  let negative: Buffer<Bool>
  /// Rotations of each run.
  let diagonalRuns: [Buffer<Int>]
  /// Of each rotation: the number of its slopes, or -1.
  let slopes: Buffer<Int32>
  let slopeCount: Int

  init(
    rotations: [PauliRotation], prefix: [[LaneProgram.Step]], body: [LaneProgram.Step],
    observables: [PauliMask], negative: [Bool]
  ) {
    var (matrices, swaps, unitaries) = ([ControlledMatrix](), [ControlledSwap](), [DenseStep]())
    var runs: [[Int]] = []

    func encode(_ steps: [LaneProgram.Step], merging: Bool) -> [Step] {
      var result: [Step] = []
      for (position, step) in steps.enumerated() {
        switch step {
        case .matrix(let matrix):
          matrices.append(matrix)
          result.append(Step(kind: .matrix, index: Int32(matrices.count - 1)))
        case .swap(let swap):
          swaps.append(swap)
          result.append(Step(kind: .swap, index: Int32(swaps.count - 1)))
        case .unitary(let unitary):
          unitaries.append(DenseStep(unitary))
          result.append(Step(kind: .unitary, index: Int32(unitaries.count - 1)))
        case .rotation(let index):
          if merging, position > 0, case .rotation(let before) = steps[position - 1],
            rotations[before].isFixedDiagonal, rotations[index].isFixedDiagonal
          {
            if result.last?.kind == .diagonalRun {
              runs[runs.count - 1].append(index)
            } else {
              runs.append([before, index])
              result[result.count - 1] = Step(kind: .diagonalRun, index: Int32(runs.count - 1))
            }
          } else {
            result.append(Step(kind: .rotation, index: Int32(index)))
          }
        }
      }
      return result
    }

    self.body = Buffer(encode(body, merging: true))
    var (prefixSteps, first) = ([Step](), [0])
    for steps in prefix {
      prefixSteps += encode(steps, merging: false)
      first.append(prefixSteps.count)
    }
    self.prefix = Buffer(prefixSteps)
    prefixFirst = Buffer(first)
    self.rotations = Buffer(rotations)
    self.observables = Buffer(observables)
    self.negative = Buffer(negative)
    self.matrices = Buffer(matrices)
    self.swaps = Buffer(swaps)
    self.unitaries = unitaries
    diagonalRuns = runs.map { Buffer($0) }
    var (inputRotations, slopes, slopeCount) = ([InputRotation](), [Int32](), 0)
    for (index, rotation) in rotations.enumerated() {
      slopes.append(-1)
      var (column, other, weight) = (-1, -1, -1)
      switch rotation.angle.slot {
      case .none, .weight: continue
      case .input(let c): column = c
      case .inputProduct(let a, let b): (column, other) = (a, b)
      case .weightedInput(let w, let c): (column, weight) = (c, w)
      }
      if other >= 0 || weight >= 0 {
        slopes[index] = Int32(slopeCount)
        slopeCount += 1
      }
      inputRotations.append(
        InputRotation(
          rotation: index, column: column, otherColumn: other, weight: weight,
          scale: rotation.factor * rotation.angle.scale, offset: rotation.factor * rotation.angle.offset,
          slope: Int(slopes[index])))
    }
    self.inputRotations = Buffer(inputRotations)
    self.slopes = Buffer(slopes)
    self.slopeCount = slopeCount
  }
}

/// A constant unitary of several bits as plain memory.
final class DenseStep: Sendable {
  /// All bits of the matrix, and the controls.
  let mask: Int
  let controls: Int
  let dimension: Int
  /// Offset in a state of each basis state of the matrix.
  let offsets: Buffer<Int>
  /// Row by row, real and imaginary part in turn; and the same for the adjoint.
  let matrix: Buffer<Double>
  let inverse: Buffer<Double>

  init(_ unitary: ControlledUnitary) {
    mask = unitary.bits.reduce(0) { $0 | $1 }
    controls = unitary.controls
    dimension = unitary.matrix.dimension
    offsets = Buffer(unitary.offsets)
    func flat(_ matrix: ComplexMatrix) -> Buffer<Double> {
      Buffer(zip(matrix.re, matrix.im).flatMap { [$0, $1] })
    }
    matrix = flat(unitary.matrix)
    inverse = flat(unitary.matrix.adjoint)
  }
}

extension PauliRotation {
  /// Diagonal, with an angle that all samples share.
  var isFixedDiagonal: Bool { x == 0 && !angle.dependsOnInput }
}

/// A program's angles with the weights put in.
struct BoundAngles<V: Lanes> {
  /// Half angles of all rotations; those of inputs are filled in by the simulator.
  let angles: [HalfAngle<V>]
  /// For every diagonal run the phase of each amplitude, exp(-iφ): cos φ and sin φ in turn.
  let phases: [Buffer<V.Scalar>]
  /// Of every input rotation: what the input is multiplied by for the half angle.
  let inputScales: [Double]
  /// The weights that slopes refer to.
  let weights: [Double]

  init(_ program: LaneProgram, weights: [Double]) {
    let halves = program.rotations.map { rotation -> (sin: Double, cos: Double) in
      var theta = rotation.angle.offset
      if case .weight(let weight) = rotation.angle.slot { theta += rotation.angle.scale * weights[weight] }
      return sineAndCosine(rotation.factor * theta)
    }
    self.weights = weights
    inputScales = (0..<program.code.inputRotations.count).map { k in
      let rotation = program.code.inputRotations[k]
      return rotation.weight < 0 ? rotation.scale : rotation.scale * weights[rotation.weight]
    }
    angles = halves.map { HalfAngle(cos: V.all($0.cos), sin: V.all($0.sin)) }
    let rotations = program.code.rotations
    phases = program.code.diagonalRuns.map { run in
      let phases = Buffer<V.Scalar>(2 * program.size)
      for i in 0..<program.size {
        var (re, im) = (1.0, 0.0)
        for k in 0..<run.count {
          let r = run[k]
          if i & rotations[r].controls != rotations[r].controls { continue }
          let odd = (i & rotations[r].z).nonzeroBitCount & 1 == 1
          let (c, s) = (halves[r].cos, odd ? -halves[r].sin : halves[r].sin)
          (re, im) = (re * c - im * s, re * s + im * c)
        }
        phases[2 * i] = V.Scalar(re)
        phases[2 * i + 1] = V.Scalar(im)
      }
      return phases
    }
  }
}
