// How much of state space a circuit with random angles reaches, and how much it entangles
// (Sim, Johnson, Aspuru-Guzik 2019).

import Circuits
import Glibc

import Tensors

/// Expressibility and entangling capability of a circuit.
public struct CircuitDescriptors: Sendable {
  /// KL divergence in nats of the fidelity distribution of state pairs from that of Haar-random states,
  /// 0 for a circuit that covers all states evenly.  Its floor grows with bins / samples.
  public let expressibility: Double
  /// Mean Meyer-Wallach measure (Meyer, Wallach 2002): 0 for product states, 1 at most.
  public let entanglement: Double
}

extension Circuit {
  /// Inputs and weights are drawn uniformly from [0, 2π) for every state.
  ///
  /// samples: pairs of states, 1 or more; bins: of the fidelity histogram, 2 or more.
  public func descriptors(samples: Int, bins: Int, seed: UInt64) throws -> CircuitDescriptors {
    guard wires <= 12 else {
      throw EngineError.value("descriptors need a circuit of at most 12 wires, this one has \(wires)")
    }
    guard samples >= 1, samples <= 1 << 28 else { throw EngineError.value("samples is \(samples); it must be in 1..\(1 << 28)") }
    guard bins >= 2, bins <= 1 << 20 else { throw EngineError.value("bins is \(bins); it must be in 2..\(1 << 20)") }
    let sampler = StateSampler(self, seed: seed)
    let blocks = (samples + 7) / 8
    let fidelities = Buffer<Double>(blocks * 8)
    let entanglements = Buffer<Double>(blocks * 8)
    Parallel.ranges(blocks, grain: max(1, 4096 >> wires)) { _, range in
      sampler.sample(range, fidelities, entanglements)
    }
    var histogram = [Int](repeating: 0, count: bins)
    var entanglement = 0.0
    for i in 0..<samples {
      histogram[min(bins - 1, max(0, Int(fidelities[i] * Double(bins))))] += 1
      entanglement += entanglements[i]
    }
    return CircuitDescriptors(
      expressibility: divergenceFromHaar(histogram, samples: samples),
      entanglement: max(0, entanglement / Double(samples)))
  }

  /// Haar-random states of dimension N have the fidelity density (N - 1)(1 - F)^(N - 2)
  /// (Życzkowski, Sommers 2005).
  private func divergenceFromHaar(_ histogram: [Int], samples: Int) -> Double {
    let power = Double((1 << wires) - 1)
    let bins = Double(histogram.count)
    var divergence = 0.0
    for (bin, count) in histogram.enumerated() where count > 0 {
      let p = Double(count) / Double(samples)
      // log of (1 - a)^power - (1 - b)^power without underflow
      let (a, b) = (Double(bin) / bins, Double(bin + 1) / bins)
      let ratio = b >= 1 ? 0 : exp(power * (log1p(-b) - log1p(-a)))
      divergence += p * (log(p) - power * log1p(-a) - log1p(-ratio))
    }
    return divergence
  }
}

/// Draws pairs of states, eight at a time.
private struct StateSampler: Sendable {
  typealias V = SIMD8<Double>
  let program: LaneProgram
  let parameters: Int
  let seed: UInt64

  /// Every parameter becomes an input, so that each lane has its own.
  init(_ circuit: Circuit, seed: UInt64) {
    let lowering = circuit.lowered()
    let instructions = lowering.instructions.map { entry -> Instruction in
      guard case .rotation(let r) = entry.instruction else { return entry.instruction }
      var angle = r.angle
      switch angle.slot {
      case .weight(let weight): angle.slot = .input(circuit.inputCount + weight)
      case .weightedInput(let weight, let column): angle.slot = .inputProduct(circuit.inputCount + weight, column)
      case .none, .input, .inputProduct: break
      }
      return .rotation(r.with(angle))
    }
    parameters = circuit.inputCount + circuit.weightCount
    program = LaneProgram(
      wires: lowering.wires, instructions: instructions, observables: [], inputCount: parameters,
      weightCount: 0, start: lowering.start)
    self.seed = seed
  }

  func sample(_ blocks: Range<Int>, _ fidelities: Buffer<Double>, _ entanglements: Buffer<Double>) {
    var simulator = LaneSimulator<V>(program)
    simulator.load(BoundAngles(program, weights: []))
    let first = Buffer<V>(2 * program.size)
    withScratch(V.self, parameters) { inputs in
      for block in blocks {
        for half in 0..<2 {
          for lane in 0..<8 {
            var stream = RandomStream(seed: seed, purpose: .descriptor, substream: (block * 8 + lane) * 2 + half)
            for p in 0..<parameters { inputs[p][lane] = 2 * .pi * stream.uniform() }
          }
          simulator.run(inputs: inputs, stride: 1, large: false)
          if half == 0 { first.pointer.update(from: simulator.psi, count: 2 * program.size) }
        }
        let overlap = fidelity(first.pointer, simulator.psi)
        let entanglement = meyerWallach(simulator.psi)
        for lane in 0..<8 {
          fidelities[block * 8 + lane] = overlap[lane]
          entanglements[block * 8 + lane] = entanglement[lane]
        }
      }
    }
  }

  private func fidelity(_ a: UnsafePointer<V>, _ b: UnsafePointer<V>) -> V {
    var (re, im) = (V.zeros, V.zeros)
    for i in 0..<program.size {
      re = re + a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1]
      im = im + a[2 * i] * b[2 * i + 1] - a[2 * i + 1] * b[2 * i]
    }
    return re * re + im * im
  }

  /// 2 (1 - mean purity of the single-qubit states) (Brennen 2003).
  private func meyerWallach(_ psi: UnsafePointer<V>) -> V {
    var purity = V.zeros
    for wire in 0..<program.wires {
      let bit = 1 << wire
      var (zero, one, re, im) = (V.zeros, V.zeros, V.zeros, V.zeros)
      for i in 0..<program.size where i & bit == 0 {
        let (a, b, c, d) = (psi[2 * i], psi[2 * i + 1], psi[2 * (i | bit)], psi[2 * (i | bit) + 1])
        zero = zero + a * a + b * b
        one = one + c * c + d * d
        re = re + a * c + b * d
        im = im + a * d - b * c
      }
      let cross = re * re + im * im
      purity = purity + zero * zero + one * one + cross + cross
    }
    return V.all(2) - V.all(2 / Double(program.wires)) * purity
  }
}
