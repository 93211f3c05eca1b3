// Exact noise: density matrices as vectors of Pauli coefficients, samples in SIMD lanes.

import Circuits
import StateVectors
import Tensors

final class DensityEngine: RunEngine {
  private let program: PauliProgram

  init(_ circuit: Circuit, _ lowering: Lowering, words: [PauliMask]) throws {
    if lowering.wires > PauliProgram.maximumWires {
      let bytes = lowering.wires < 28 ? 64 << (2 * lowering.wires) : .max
      throw EngineError.memory(
        "method \"density\" on \(counted(lowering.wires, "wire")) needs \(LargeMemory.describe(bytes)); it takes at most \(PauliProgram.maximumWires) wires, use method = \"trajectories\"")
    }
    program = try PauliProgram(circuit, lowering, words: words)
  }

  func values(_ samples: Samples, shift: Shift?) throws -> [Double] {
    switch samples.type {
    case .float32: return try values(SIMD16<Float>.self, samples, shift)
    case .float64: return try values(SIMD8<Double>.self, samples, shift)
    }
  }

  func gradients(
    _ samples: Samples, wordGradient: [Double], wantsInputs: Bool, wantsWeights: Bool
  ) throws -> (inputs: [Double]?, weights: [Double]?) {
    switch samples.type {
    case .float32: return try gradients(SIMD16<Float>.self, samples, wordGradient, wantsInputs, wantsWeights)
    case .float64: return try gradients(SIMD8<Double>.self, samples, wordGradient, wantsInputs, wantsWeights)
    }
  }

  // MARK: Blocks of samples

  private func values<V: Lanes>(_: V.Type, _ samples: Samples, _ shift: Shift?) throws -> [Double] {
    let (words, lanes) = (program.words.count, V.scalarCount)
    let result = Buffer<Double>(samples.count * words)
    try forEachBlock(V.self, samples, backward: false) { simulator, block, inputs, large in
      simulator.load(inputs: inputs, weights: samples.weights, large: large, shift: shift)
      simulator.run(inputs: inputs, product: true)
      withScratch(V.self, words) { outputs in
        simulator.measure(outputs)
        for lane in 0..<min(lanes, samples.count - block * lanes) {
          for k in 0..<words { result[(block * lanes + lane) * words + k] = Double(outputs[k][lane]) }
        }
      }
    }
    return (0..<result.count).map { result[$0] }
  }

  private func gradients<V: Lanes>(
    _: V.Type, _ samples: Samples, _ wordGradient: [Double], _ wantsInputs: Bool, _ wantsWeights: Bool
  ) throws -> (inputs: [Double]?, weights: [Double]?) {
    let (words, lanes, columns, weights) = (program.words.count, V.scalarCount, program.inputCount, program.weightCount)
    let blocks = (samples.count + lanes - 1) / lanes
    let inputResult = Buffer<Double>(wantsInputs ? samples.count * columns : 0)
    let partial = Buffer<Double>(wantsWeights ? blocks * weights : 0)
    try forEachBlock(V.self, samples, backward: true) { simulator, block, inputs, large in
      let present = min(lanes, samples.count - block * lanes)
      simulator.load(inputs: inputs, weights: samples.weights, large: large)
      simulator.runKeeping(inputs: inputs)
      withScratch(V.self, words + columns + weights) { scratch in
        for i in 0..<words + columns + weights { scratch[i] = V.zeros }
        for k in 0..<words {
          for lane in 0..<present { scratch[k][lane] = V.Scalar(wordGradient[(block * lanes + lane) * words + k]) }
        }
        simulator.seed(scratch)
        let (toInputs, toWeights) = (scratch + words, scratch + words + columns)
        simulator.sweepBack(
          inputGradient: wantsInputs ? toInputs : nil, weightGradient: wantsWeights ? toWeights : nil)
        if wantsInputs {
          for lane in 0..<present {
            for c in 0..<columns { inputResult[(block * lanes + lane) * columns + c] = Double(toInputs[c][lane]) }
          }
        }
        if wantsWeights { for w in 0..<weights { partial[block * weights + w] = Double(toWeights[w].total) } }
      }
    }
    var sums = [Double](repeating: 0, count: weights)
    if wantsWeights { for block in 0..<blocks { for w in 0..<weights { sums[w] += partial[block * weights + w] } } }
    return (
      wantsInputs ? (0..<inputResult.count).map { inputResult[$0] } : nil, wantsWeights ? sums : nil
    )
  }

  /// Calls the body for every block of samples, in as many threads as there is memory for.
  private func forEachBlock<V: Lanes>(
    _: V.Type, _ samples: Samples, backward: Bool,
    _ body: (PauliSimulator<V>, _ block: Int, UnsafePointer<V>?, _ large: Bool) -> Void
  ) throws {
    let (lanes, columns) = (V.scalarCount, program.inputCount)
    let blocks = (samples.count + lanes - 1) / lanes
    let workers = try workers(blocks, bytes: PauliSimulator<V>.bytes(program, backward: backward))
    let bound = AngleBound(program.rotations.map(\.angle), weights: samples.weights)
    let largest = 2 * bound.largest(input: samples.inputs.reduce(0) { max($0, abs($1)) })
    let watch = Cancellation.Watch()
    Parallel.forEach(workers) { worker in
      let simulator = PauliSimulator<V>(program, backward: backward)
      withScratch(V.self, columns) { inputs in
        for block in stride(from: worker, to: blocks, by: workers) where !watch.isOver {
          for c in 0..<columns {
            inputs[c] = V.zeros
            for lane in 0..<min(lanes, samples.count - block * lanes) {
              inputs[c][lane] = V.Scalar(samples.inputs[(block * lanes + lane) * columns + c])
            }
          }
          body(simulator, block, columns == 0 ? nil : UnsafePointer(inputs), largest > Double(V.sincosLimit))
        }
      }
    }
    try watch.finish()
  }

  private func workers(_ blocks: Int, bytes: Int) throws -> Int {
    let wanted = min(Parallel.threads, blocks)
    // Small ones need no look at the system.
    if wanted * bytes <= 64 << 20 { return wanted }
    // One simulator must fit; with more of them the same work is done by more threads.
    try LargeMemory.check([bytes], for: "method \"density\" on \(counted(program.wires, "wire"))")
    return max(1, min(wanted, (LargeMemory.available() ?? .max) / bytes))
  }
}
