// How much of state space a circuit with random angles reaches, and how much it entangles
// (Sim, Johnson, Aspuru-Guzik 2019).  Both with error bars, from the same kind of sample.

import Circuits
import Glibc
import Quantum
import Tensors

/// How evenly a circuit's states cover state space.
public struct Expressibility: Hashable, Sendable {
  /// KL divergence in nats of the histogram of fidelities of state pairs from that of Haar-random states:
  /// 0 for a circuit that covers all states evenly, ln bins for one that has a single state.
  public let divergence: Double
  /// Standard error, by the delta method: √((Σ p ln²(p/q) - D²) / samples).
  public let error: Double
  /// By how much a histogram of so few samples exceeds the true divergence on average, to first order: (occupied
  /// bins - 1) / (2 samples) (Miller 1955).  No circuit can be told from Haar below it.
  public let bias: Double
}

/// Both of them.
public struct CircuitDescriptors: Sendable {
  public let expressibility: Double
  public let entanglement: Double
}

extension Circuit {
  /// Inputs and weights are drawn uniformly from [0, 2π) for every state.
  ///
  /// samples: pairs of states, 1 or more; bins: of the fidelity histogram on [0, 1], 2 or more.
  public func expressibility(samples: Int, bins: Int, seed: UInt64) throws -> Expressibility {
    try check(samples: samples, bins: bins)
    return divergenceFromHaar(try pairs(samples: samples, seed: seed).map(\.fidelity), bins: bins)
  }

  /// The mean Meyer-Wallach measure Q (Meyer, Wallach 2002) of states with random angles, in [0, 1]: 0 for product
  /// states, 1 where every qubit is maximally entangled with the rest.
  public func entanglement(samples: Int, seed: UInt64) throws -> Estimate {
    try Analysis.check(samples: samples)
    return mean(try pairs(samples: samples, seed: seed).map(\.entanglement))
  }

  /// Both from the same states.
  public func descriptors(samples: Int, bins: Int, seed: UInt64) throws -> CircuitDescriptors {
    try check(samples: samples, bins: bins)
    let pairs = try pairs(samples: samples, seed: seed)
    return CircuitDescriptors(
      expressibility: divergenceFromHaar(pairs.map(\.fidelity), bins: bins).divergence,
      entanglement: mean(pairs.map(\.entanglement)).value)
  }

  private func check(samples: Int, bins: Int) throws {
    try Analysis.check(samples: samples)
    guard bins >= 2, bins <= 1 << 20 else { throw EngineError.value("bins is \(bins); it must be in 2..\(1 << 20)") }
  }

  /// Rounding may leave product states at -1e-16.
  private func mean(_ values: [Double]) -> Estimate {
    let mean = Estimate(meanOf: values)
    return Estimate(value: max(0, mean.value), error: mean.error)
  }

  /// Fidelities of pairs of random states, and Q of the second of each.
  private func pairs(samples: Int, seed: UInt64) throws -> [(fidelity: Double, entanglement: Double)] {
    if lowered().wires != wires {
      throw EngineError.state("descriptors compare pure states; the circuit measures or resets wires on the way, which leaves mixed ones")
    }
    if case .amplitudes(let encoding) = preparation, !encoding.normalize {
      throw EngineError.state("descriptors draw inputs at random, which are no amplitudes of norm 1; let the encoding normalize them")
    }
    let batches = try StateBatches(try withWeightsAsInputs())
    let kernels = DescriptorKernels(size: batches.size, wires: wires)
    let numbers = try batches.collect(groups: samples, perGroup: 2, results: 2) { sample, values in
      var stream = RandomStream(seed: seed, purpose: .descriptor, substream: sample)
      for k in values.indices { values[k] = 2 * .pi * stream.uniform() }
    } measure: { states, results in
      results[0] = kernels.fidelity(states, states + 2 * batches.size)
      results[1] = kernels.meyerWallach(states + 2 * batches.size)
    }
    return (0..<samples).map { (numbers[2 * $0], numbers[2 * $0 + 1]) }
  }

  /// Haar-random states of dimension N have the fidelity density (N - 1)(1 - F)^(N - 2)
  /// (Życzkowski, Sommers 2005).
  private func divergenceFromHaar(_ fidelities: [Double], bins: Int) -> Expressibility {
    var histogram = [Int](repeating: 0, count: bins)
    for fidelity in fidelities { histogram[min(bins - 1, max(0, Int(fidelity * Double(bins))))] += 1 }
    let power = Double((1 << wires) - 1)
    let (bins, samples) = (Double(bins), Double(fidelities.count))
    var (divergence, squares, occupied) = (0.0, 0.0, 0.0)
    for (bin, count) in histogram.enumerated() where count > 0 {
      let p = Double(count) / samples
      // log of (1 - a)^power - (1 - b)^power without underflow
      let (a, b) = (Double(bin) / bins, Double(bin + 1) / bins)
      let ratio = b >= 1 ? 0 : exp(power * (log1p(-b) - log1p(-a)))
      let term = log(p) - power * log1p(-a) - log1p(-ratio)
      divergence += p * term
      squares += p * term * term
      occupied += 1
    }
    return Expressibility(
      divergence: divergence, error: (max(0, squares - divergence * divergence) / samples).squareRoot(),
      bias: (occupied - 1) / (2 * samples))
  }
}
