// A state that stays: circuits are applied to it one after the other, and it is looked at in between.

import Circuits
import COpenMP
import Tensors

/// One state of 2^wires amplitudes in Float or Double, |0…0⟩ at first.
package final class LargeState {
  package let wires: Int
  package let type: ElementType
  private let memory: LargeMemory

  /// Throws when the state does not fit into the memory that is free.
  package init(wires: Int, _ type: ElementType) throws {
    (self.wires, self.type) = (wires, type)
    let size = max(wires, 5)
    memory = type == .float32
      ? try StateSimulator<SIMD8<Float>>.memory(wires: size) : try StateSimulator<SIMD4<Double>>.memory(wires: size)
    set(0, 1)
  }

  /// Back to |0…0⟩.
  package func reset() {
    let bytes = UnsafeMutableRawPointer(memory.pointer)
    let count = memory.bytes
    Parallel.ranges(count, grain: max(4096, count / 16)) { _, range in
      (bytes + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
    }
    set(0, 1)
  }

  // MARK: Single amplitudes

  /// Where the real part of an amplitude lies among the scalars; the imaginary one is `lanes` further.
  private func place(_ index: Int) -> (real: Int, lanes: Int) {
    let bits = type == .float64 ? 2 : HQNN_HAS_AVX512 != 0 ? 4 : 3
    let lanes = 1 << bits
    return (2 * (index >> bits) * lanes + index & (lanes - 1), lanes)
  }

  private func set(_ index: Int, _ value: Double) {
    let (real, _) = place(index)
    switch type {
    case .float32: memory.pointer.assumingMemoryBound(to: Float.self)[real] = Float(value)
    case .float64: memory.pointer.assumingMemoryBound(to: Double.self)[real] = value
    }
  }

  /// An amplitude by the index of its basis state.
  package func amplitude(_ index: Int) -> (re: Double, im: Double) {
    let (real, lanes) = place(index)
    switch type {
    case .float32:
      let scalars = memory.pointer.assumingMemoryBound(to: Float.self)
      return (Double(scalars[real]), Double(scalars[real + lanes]))
    case .float64:
      let scalars = memory.pointer.assumingMemoryBound(to: Double.self)
      return (scalars[real], scalars[real + lanes])
    }
  }

  // MARK: Circuits

  /// Applies a circuit without measurement on the way, noise or a start state of its own.
  package func apply(_ lowering: Lowering, _ values: StateRunner.Values) throws {
    let program = try checked(lowering)
    switch (type, HQNN_HAS_AVX512 != 0) {
    case (.float32, false): try StateSimulator<SIMD8<Float>>(program, memory).go(on: values.angle)
    case (.float32, true): try StateSimulator<SIMD16<Float>>(program, memory).go(on: values.angle)
    case (.float64, _): try StateSimulator<SIMD4<Double>>(program, memory).go(on: values.angle)
    }
  }

  private func checked(_ lowering: Lowering) throws -> StateProgram {
    guard lowering.wires == wires else {
      throw EngineError.shape(
        "the circuit runs on \(lowering.wires) wires (measured or reset wires count again), the state has \(wires)")
    }
    guard case .zero = lowering.start else {
      throw EngineError.state("the circuit has a start state of its own; only gates can be applied to a state")
    }
    guard !lowering.instructions.contains(where: \.instruction.isChannel) else {
      throw EngineError.state("the circuit has noise channels, which cannot be applied to a state vector")
    }
    return StateProgram(lowering, words: nil, permutes: false, continues: true)
  }

  /// How often memory is read and written when a circuit is applied.
  package static func passes(_ lowering: Lowering, _ type: ElementType) -> Int {
    let program = StateProgram(lowering, words: nil, permutes: false, continues: true)
    let bytes = type == .float32 ? 8 : 16
    let bits = type == .float64 ? 2 : HQNN_HAS_AVX512 != 0 ? 4 : 3
    return program.passes(BlockPlan(wires: program.wires, laneBits: bits, bytesPerAmplitude: bytes)).count
  }

  /// ⟨ψ|P|ψ⟩ of words.
  package func expectations(_ words: [PauliMask]) -> [Double] {
    let program = StateProgram(wires: max(wires, 5), words: words)
    switch (type, HQNN_HAS_AVX512 != 0) {
    case (.float32, false): return StateSimulator<SIMD8<Float>>(program, memory).measure()
    case (.float32, true): return StateSimulator<SIMD16<Float>>(program, memory).measure()
    case (.float64, _): return StateSimulator<SIMD4<Double>>(program, memory).measure()
    }
  }
}

extension StateProgram {
  /// Nothing but words to measure.
  init(wires: Int, words: [PauliMask]) {
    self.wires = wires
    prefix = Array(repeating: [], count: wires)
    rows = (0..<wires).map { 1 << $0 }
    constants = 0
    startsAsProduct = false
    steps = []
    self.words = words
    signs = Array(repeating: 1, count: words.count)
  }
}
