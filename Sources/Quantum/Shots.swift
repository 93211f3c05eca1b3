// Finite shots: what a circuit measures as quantities that each have a distribution of their own, drawn from
// exact expectation values.  Running the circuit is left to the methods, the draws themselves to ShotKernels.

import Circuits
import Tensors

/// A circuit's outputs as functions of quantities that are linear in expectation values: the mean of every
/// measured Pauli word (readout errors included), then the probabilities of each block of wires.
///
/// With shots the quantities are replaced by estimates; shift rules take derivatives of them, because they
/// hold for what is linear in expectation values and not for variances.
struct MeasurementPlan: Sendable {
  /// The quantities as rows over the words that a simulator gives.
  let means: OutputMap
  /// Number of measured words; the quantities after them are probabilities.
  let wordCount: Int
  /// Blocks of probabilities that sum to 1, as ranges of quantities.
  let blocks: [Range<Int>]
  /// Measurements of each word, 0 for exact values.
  let shots: Int

  private enum Output {
    case row(Int)
    case quantity(Int)
  }
  private let outputs: [Output]
  /// Expectation values and variances over the measured words.
  private let post: OutputMap

  var quantityCount: Int { means.rows.count }
  /// Whether derivatives by quantities depend on their values.
  var isLinear: Bool { post.isLinear }

  init(_ circuit: Circuit, shots: Int) throws {
    self.shots = shots
    var (values, probabilities) = ([Measurement](), [Measurement]())
    for measurement in circuit.measurements {
      switch measurement {
      case .expectation: values.append(measurement)
      case .variance:
        guard shots != 1 else {
          throw EngineError.state("the estimate of a variance takes 2 shots or more, shots is 1")
        }
        values.append(measurement)
      case .probabilities: probabilities.append(measurement)
      }
    }
    post = OutputMap(values, wires: circuit.wires)
    wordCount = post.words.count
    means = OutputMap(
      post.words.map { .expectation(PauliSum(PauliWord($0, of: circuit.wires))) } + probabilities,
      wires: circuit.wires, readout: circuit.readout)
    var (row, quantity, outputs, blocks) = (0, wordCount, [Output](), [Range<Int>]())
    for measurement in circuit.measurements {
      if case .probabilities = measurement {
        let block = quantity..<quantity + measurement.outputCount
        outputs += block.map { .quantity($0) }
        blocks.append(block)
        quantity = block.upperBound
      } else {
        outputs.append(.row(row))
        row += 1
      }
    }
    (self.outputs, self.blocks) = (outputs, blocks)
  }

  /// Replaces exact quantities [count, quantities] by estimates.  The draws depend on the seed, the number of
  /// the evaluation and the sample, so that results are the same for all numbers of threads.
  func estimate(_ quantities: inout [Double], count: Int, seed: UInt64, evaluation: Int) {
    if shots == 0 { return }
    let (width, parts) = (quantityCount, wordCount + blocks.count)
    quantities.withUnsafeMutableBufferPointer { all in
      let values = UncheckedPointer(all.baseAddress!)
      Parallel.ranges(count, grain: max(1, 256 / max(1, parts))) { _, range in
        for sample in range {
          let row = values.pointer + sample * width
          func stream(_ part: Int) -> RandomStream {
            RandomStream(
              seed: seed, purpose: .shots, substream: evaluation, position: UInt64(sample * parts + part) << 20)
          }
          for word in 0..<wordCount {
            var stream = stream(word)
            let ones = ShotKernels.binomial(shots, (1 + row[word]) / 2, &stream)
            row[word] = 2 * Double(ones) / Double(shots) - 1
          }
          for (index, block) in blocks.enumerated() {
            var stream = stream(wordCount + index)
            ShotKernels.multinomial(shots, row + block.lowerBound, block.count, &stream)
          }
        }
      }
    }
  }

  /// Output k from the quantities of a sample.
  ///
  /// With shots a variance ⟨H²⟩ - (Σ c m)² would be too small by Σ c² Var(m) on average, whose estimate
  /// Σ c² (1 - m²) / (shots - 1) is added, so that the result is unbiased.
  func output(_ k: Int, _ values: (Int) -> Double) -> Double {
    switch outputs[k] {
    case .quantity(let index): return values(index)
    case .row(let row):
      var result = post.output(row, values: values)
      if shots > 1 {
        for square in post.rows[row].squares {
          let mean = values(square.word)
          result += square.factor * square.factor * (1 - mean * mean) / Double(shots - 1)
        }
      }
      return result
    }
  }

  /// Quantities and factors of the sum whose square output k subtracts.
  func squares(_ k: Int) -> [(word: Int, factor: Double)] {
    if case .row(let row) = outputs[k] { return post.rows[row].squares }
    return []
  }

  /// Adds g times the derivatives of the expectation of output k by the quantities.
  func addGradient(_ k: Int, _ g: Double, values: (Int) -> Double, to add: (Int, Double) -> Void) {
    switch outputs[k] {
    case .quantity(let index): add(index, g)
    case .row(let row): post.addGradient(row, g, values: values, to: add)
    }
  }
}

/// A pointer that threads may share; who uses it sees to disjoint ranges.
struct UncheckedPointer<T>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<T>
  init(_ pointer: UnsafeMutablePointer<T>) { self.pointer = pointer }
}

extension PauliWord {
  /// The word of masks on a register of `count` wires.
  init(_ mask: PauliMask, of count: Int) {
    var (letters, wires) = ("", [Int]())
    for wire in 0..<count {
      let bit = Wire(wire, of: count).bit
      switch (mask.x & bit != 0, mask.z & bit != 0) {
      case (true, true): letters += "Y"
      case (true, false): letters += "X"
      case (false, true): letters += "Z"
      case (false, false): continue
      }
      wires.append(wire)
    }
    self.init(letters, wires)
  }
}
