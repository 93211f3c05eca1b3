// The door of this module: a circuit on one large state, in Float or Double.

import Circuits
import COpenMP
import Tensors

/// Runs one circuit's samples one after the other, each on a state of 2^wires amplitudes.
///
/// A forward run takes one state of memory, a gradient two.
package final class StateRunner {
  /// The circuit's inputs for one sample, its weights, and a shift of one rotation's angle.
  package struct Values {
    package var inputs: [Double]
    package var weights: [Double]
    package var shift: (rotation: Int, by: Double)?

    package init(inputs: [Double], weights: [Double], shift: (rotation: Int, by: Double)? = nil) {
      (self.inputs, self.weights, self.shift) = (inputs, weights, shift)
    }

    func angle(_ part: StateStep.Part) -> Double {
      guard case .rotation(let r) = part.instruction else { return 0 }
      let value = r.angle.value(inputs: inputs, weights: weights)
      return shift.map { $0.rotation == part.rotation ? value + $0.by : value } ?? value
    }
  }

  private enum Purpose { case values, gradients, amplitudes }

  private let lowering: Lowering
  private let words: [PauliMask]
  /// The simulator used last, with its memory.
  private var kept: (purpose: Purpose, simulator: AnyObject)?

  package init(_ lowering: Lowering, words: [PauliMask]) { (self.lowering, self.words) = (lowering, words) }

  private func simulator<W: StateLanes>(_ purpose: Purpose, _: W.Type) throws -> StateSimulator<W> {
    if let kept, kept.purpose == purpose, let simulator = kept.simulator as? StateSimulator<W> { return simulator }
    kept = nil
    let program = StateProgram(lowering, words: purpose == .amplitudes ? nil : words, permutes: purpose != .gradients)
    let simulator = try StateSimulator<W>(program)
    kept = (purpose, simulator)
    return simulator
  }

  // MARK: Values

  /// Expectation values of the words.
  package func expectations(_ type: ElementType, _ values: Values) throws -> [Double] {
    switch (type, HQNN_HAS_AVX512 != 0) {
    case (.float32, false): return try expectations(values, as: SIMD8<Float>.self)
    case (.float32, true): return try expectations(values, as: SIMD16<Float>.self)
    case (.float64, _): return try expectations(values, as: SIMD4<Double>.self)
    }
  }

  private func expectations<W: StateLanes>(_ values: Values, as type: W.Type) throws -> [Double] {
    try simulator(.values, type).expectations(start: start(values), angle: values.angle)
  }

  /// The final state's amplitudes, real and imaginary part in turn, in the order of basis states.
  package func amplitudes(_ type: ElementType, _ values: Values, _ out: UnsafeMutablePointer<Double>) throws {
    switch (type, HQNN_HAS_AVX512 != 0) {
    case (.float32, false): try amplitudes(values, out, as: SIMD8<Float>.self)
    case (.float32, true): try amplitudes(values, out, as: SIMD16<Float>.self)
    case (.float64, _): try amplitudes(values, out, as: SIMD4<Double>.self)
    }
  }

  private func amplitudes<W: StateLanes>(_ values: Values, _ out: UnsafeMutablePointer<Double>, as type: W.Type) throws {
    let simulator = try simulator(.amplitudes, type)
    try simulator.run(start: start(values), angle: values.angle)
    let mask = (1 << W.bits) - 1
    let psi = simulator.psi
    Parallel.ranges(1 << lowering.wires, grain: 1 << 14) { _, range in
      for i in range {
        out[2 * i] = Double(psi[2 * (i >> W.bits)][i & mask])
        out[2 * i + 1] = Double(psi[2 * (i >> W.bits) + 1][i & mask])
      }
    }
  }

  // MARK: Gradients

  /// Derivatives of Σ_k g_k ⟨word_k⟩ by the inputs and the weights, added to the arrays.
  package func addGradients(
    _ type: ElementType, _ values: Values, wordGradient: [Double], inputs: inout [Double], weights: inout [Double]
  ) throws {
    switch (type, HQNN_HAS_AVX512 != 0) {
    case (.float32, false): try addGradients(values, wordGradient, &inputs, &weights, as: SIMD8<Float>.self)
    case (.float32, true): try addGradients(values, wordGradient, &inputs, &weights, as: SIMD16<Float>.self)
    case (.float64, _): try addGradients(values, wordGradient, &inputs, &weights, as: SIMD4<Double>.self)
    }
  }

  private func addGradients<W: StateLanes>(
    _ values: Values, _ wordGradient: [Double], _ inputs: inout [Double], _ weights: inout [Double], as type: W.Type
  ) throws {
    var (toInputs, toWeights) = (inputs, weights)
    let start = start(values)
    let simulator = try simulator(.gradients, type)
    let adjoint = try simulator.gradients(wordGradient, start: start, angle: values.angle) { part, slope in
      guard case .rotation(let r) = part.instruction else { return }
      let slope = slope * r.angle.scale
      switch r.angle.slot {
      case .none: break
      case .input(let column): toInputs[column] += slope
      case .weight(let weight): toWeights[weight] += slope
      case .inputProduct(let a, let b):
        toInputs[a] += slope * values.inputs[b]
        toInputs[b] += slope * values.inputs[a]
      case .weightedInput(let weight, let column):
        toWeights[weight] += slope * values.inputs[column]
        toInputs[column] += slope * values.weights[weight]
      }
    }
    if case .amplitudes(let encoding, let places) = lowering.start {
      // d/dx of ψ = x / |x|: (g - ψ (ψ·g)) / |x| with g = 2 Re λ.
      let lambda = adjoint.pointer.assumingMemoryBound(to: W.self)
      let g = places.map { 2 * Double(lambda[2 * ($0 >> W.bits)][$0 & ((1 << W.bits) - 1)]) }
      let projection = encoding.normalize ? zip(g, start.values).reduce(0) { $0 + $1.0 * $1.1.re } : 0
      for k in 0..<encoding.count {
        toInputs[encoding.first + k] += (g[k] - start.values[k].re * projection) / start.norm
      }
    }
    (inputs, weights) = (toInputs, toWeights)
  }

  /// Amplitudes of the start state where it is not a product state.
  private func start(_ values: Values) -> StartValues {
    switch lowering.start {
    case .zero: return StartValues()
    case .state(let re, let im): return StartValues(places: Array(re.indices), values: Array(zip(re, im).map { ($0, $1) }))
    case .amplitudes(let encoding, let places):
      let inputs = values.inputs[encoding.first..<encoding.first + encoding.count]
      let all = Array(inputs) + Array(repeating: encoding.padding ?? 0, count: places.count - encoding.count)
      let norm = encoding.normalize ? all.reduce(0) { $0 + $1 * $1 }.squareRoot() : 1
      return StartValues(places: places, values: all.map { ($0 / norm, 0) }, norm: norm)
    }
  }
}
