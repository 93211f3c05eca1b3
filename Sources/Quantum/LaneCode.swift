// A lane program's steps as plain memory, and its angles once the weights are known: what the simulator's
// loops read, without reference counting or bounds checks.

/// The steps of a LaneProgram.
final class LaneCode: @unchecked Sendable {
  enum Kind: UInt8 {
    case rotation, matrix, swap
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
    /// Of the half angle: factor times the angle's scale and offset.
    let scale: Double
    let offset: Double
  }

  let rotations: Buffer<PauliRotation>
  let inputRotations: Buffer<InputRotation>
  let matrices: Buffer<ControlledMatrix>
  let swaps: Buffer<ControlledSwap>
  let body: Buffer<Step>
  let prefix: Buffer<Step>
  /// Prefix steps of bit b are prefixFirst[b]..<prefixFirst[b + 1].
  let prefixFirst: Buffer<Int>
  let observables: Buffer<PauliMask>
  /// Ranges of rotations.
  let diagonalRuns: [Range<Int>]

  init(
    rotations: [PauliRotation], prefix: [[LaneProgram.Step]], body: [LaneProgram.Step],
    observables: [PauliMask]
  ) {
    var (matrices, swaps) = ([ControlledMatrix](), [ControlledSwap]())
    var runs: [Range<Int>] = []

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
        case .rotation(let index):
          // Rotations of the body are numbered in order, so a run of steps is a range of numbers.
          if merging, position > 0, case .rotation(let before) = steps[position - 1], before == index - 1,
            rotations[before].isFixedDiagonal, rotations[index].isFixedDiagonal
          {
            if result.last?.kind == .diagonalRun {
              runs[runs.count - 1] = runs[runs.count - 1].lowerBound..<index + 1
            } else {
              runs.append(before..<index + 1)
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
    self.matrices = Buffer(matrices)
    self.swaps = Buffer(swaps)
    diagonalRuns = runs
    inputRotations = Buffer(
      rotations.enumerated().compactMap { index, rotation in
        guard case .input(let column) = rotation.angle.slot else { return nil }
        return InputRotation(
          rotation: index, column: column, scale: rotation.factor * rotation.angle.scale,
          offset: rotation.factor * rotation.angle.offset)
      })
  }
}

extension PauliRotation {
  /// Diagonal, with an angle that all samples share.
  var isFixedDiagonal: Bool { x == 0 && !angle.isInput }
}

/// A program's angles with the weights put in.
struct BoundAngles<V: Lanes> {
  /// Half angles of all rotations; those of inputs are filled in by the simulator.
  let angles: [HalfAngle<V>]
  /// For every diagonal run the phase of each amplitude, exp(-iφ): cos φ and sin φ in turn.
  let phases: [Buffer<V.Scalar>]

  init(_ program: LaneProgram, weights: [Double]) {
    let halves = program.rotations.map { rotation -> (sin: Double, cos: Double) in
      var theta = rotation.angle.offset
      if case .weight(let weight) = rotation.angle.slot { theta += rotation.angle.scale * weights[weight] }
      return sineAndCosine(rotation.factor * theta)
    }
    angles = halves.map { HalfAngle(cos: V.all($0.cos), sin: V.all($0.sin)) }
    let rotations = program.code.rotations
    phases = program.code.diagonalRuns.map { run in
      let phases = Buffer<V.Scalar>(2 * program.size)
      for i in 0..<program.size {
        var (re, im) = (1.0, 0.0)
        for r in run where i & rotations[r].controls == rotations[r].controls {
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
