// Adjoint differentiation on one large state (Jones and Gacon 2020): ψ and λ are undone together, pass by pass, a
// block of both in cache at a time.  Two states are all the memory it takes.

import Circuits
import Tensors

extension StateSimulator {
  /// Derivatives of Σ_k g_k ⟨word_k⟩ by the angles of all rotations, through `body`; the state λ that belongs to
  /// the start state is left in the memory given back.
  func gradients(
    _ wordGradient: [Double], start: StartValues, angle: Angle, _ body: (StateStep.Part, Double) -> Void
  ) throws -> LargeMemory {
    try Cancellation.check()
    let adjoint = try LargeMemory(
      bytes: Self.bytes(wires: program.wires), for: "the second state of a gradient of \(program.wires) wires")
    let lambda = adjoint.pointer.bindMemory(to: W.self, capacity: 2 * vectors)
    let words = zip(program.words, zip(program.signs, wordGradient)).map { (z: $0, g: $1.0 * $1.1) }
    let product = program.startsAsProduct ? ProductStart(program, angle: angle) : nil
    // Passes before the first with parameters need λ alone.
    let firstWithParameters = passes.firstIndex { $0.steps.contains(where: \.hasParameters) } ?? passes.count
    var rest = passes.count
    if passes.count > 0, words.allSatisfy({ $0.z.x == 0 }) {
      // The last pass forwards and backwards while its blocks are there; ψ in memory stays as it was before.
      rest -= 1
      try run(Array(passes[..<rest]), product: product, start: start, angle: angle)
      let isFirst = rest == 0
      sweep(
        passes[rest], lambda, angle: angle, source: isFirst ? product : nil, seeds: words, keepsPsi: false,
        usesPsi: true, body)
    } else {
      try run(passes, product: product, start: start, angle: angle)
      seed(words, lambda)
    }
    while rest > 0 {
      try Cancellation.check()
      rest -= 1
      sweep(
        passes[rest], lambda, angle: angle, source: nil, seeds: nil, keepsPsi: rest > firstWithParameters,
        usesPsi: rest >= firstWithParameters, body)
    }
    if let product, program.prefix.contains(where: { $0.contains { $0.hasParameters } }) {
      ProductGradient.derivatives(program, product, lambda, angle: angle, body)
    }
    return adjoint
  }

  /// λ = Σ_k g_k P_k ψ for the state in memory.
  private func seed(_ words: [(z: PauliMask, g: Double)], _ lambda: State) {
    let place = LocalBits(mask: (1 << program.wires) - 1, laneBits: W.bits)
    let psi = psi
    let vectors = vectors
    Parallel.ranges(vectors, grain: max(1, min(1 << 12, vectors / 4))) { _, range in
      for i in 2 * range.lowerBound..<2 * range.upperBound { lambda[i] = W.zeros }
      for word in words where word.g != 0 { StateGradientKernels.addWord(psi, lambda, range, word.z, word.g, place) }
    }
  }

  /// Undoes one pass on both states and gathers its derivatives.  With seeds, blocks of ψ are first brought
  /// forward and λ made from them.
  private func sweep(
    _ pass: StatePass, _ lambda: State, angle: Angle, source: ProductStart?, seeds: [(z: PauliMask, g: Double)]?,
    keepsPsi: Bool, usesPsi: Bool, _ body: (StateStep.Part, Double) -> Void
  ) {
    let backward = BoundPass<W>(pass, wires: program.wires, inverse: true, angle: angle)
    let forward = seeds == nil ? nil : BoundPass<W>(pass, wires: program.wires, angle: angle)
    let gradient = PassGradient(pass)
    let partial = Buffer64<Double>(backward.blocks * gradient.count)
    for i in 0..<partial.count { partial.pointer[i] = 0 }
    let psi = psi
    let count = backward.vectors
    let place = backward.place
    Parallel.ranges(backward.blocks, grain: max(1, min(16, backward.blocks / 8))) { _, range in
      let scratch = Buffer64<W>(4 * count)
      let (blockPsi, blockLambda) = (scratch.pointer, scratch.pointer + 2 * count)
      for index in range {
        let base = backward.base(index)
        let (homePsi, homeLambda) = (psi + 2 * (base >> W.bits), lambda + 2 * (base >> W.bits))
        if let source {
          source.write(blockPsi, local: place.mask, base: base)
        } else if usesPsi {
          Self.gather(backward, homePsi, blockPsi)
        }
        if let seeds, let forward {
          for op in forward.ops { BlockKernels.apply(op, blockPsi, 0..<BlockKernels.groups(op, count: count), base: base) }
          StateGradientKernels.seedDiagonals(blockPsi, blockLambda, count, words: seeds, place, base: base)
        } else {
          Self.gather(backward, homeLambda, blockLambda)
        }
        let sums = partial.pointer + index * gradient.count
        for (number, op) in backward.ops.enumerated() {
          let position = pass.steps.count - 1 - number
          let groups = 0..<BlockKernels.groups(op, count: count)
          let offset = gradient.offsets[position]
          let step = pass.steps[position]
          if offset >= 0, step.kind != .gate {
            Self.addGenerator(step, op, place, blockLambda, blockPsi, count, base, sums + offset)
          }
          if usesPsi { BlockKernels.apply(op, blockPsi, groups, base: base) }
          if offset >= 0, step.kind == .gate, base & op.blockControls == op.blockControls {
            let lane = place.lanes(step.targets)
            StateGradientKernels.addOuter(
              blockPsi, blockLambda, count: count, place: lane == 0 ? place.vectors(step.targets) : 1, lane: lane,
              controls: (op.vectorControls, place.lanes(step.controls)), sums + offset)
          }
          BlockKernels.apply(op, blockLambda, groups, base: base)
        }
        if keepsPsi { Self.scatter(backward, blockPsi, homePsi) }
        Self.scatter(backward, blockLambda, homeLambda)
      }
    }
    guard gradient.count > 0 else { return }
    var totals = [Double](repeating: 0, count: gradient.count)
    for block in 0..<backward.blocks {
      for i in 0..<gradient.count { totals[i] += partial.pointer[block * gradient.count + i] }
    }
    gradient.derivatives(pass, totals, angle: angle, body)
  }

  /// Im⟨λ|Π P|ψ⟩ of a rotation about a word, in one block.
  private static func addGenerator(
    _ step: StateStep, _ op: BlockOp<W>, _ place: LocalBits, _ lambda: State, _ psi: State, _ count: Int, _ base: Int,
    _ sum: UnsafeMutablePointer<Double>
  ) {
    guard case .rotation(let r) = step.parts[0].instruction, base & op.blockControls == op.blockControls else { return }
    sum.pointee += StateMeasureKernels.product(
      lambda, psi, 0..<count, x: (place.vectors(r.x), place.lanes(r.x)), z: (place.vectors(r.z), place.lanes(r.z)),
      controls: (place.vectors(r.controls), place.lanes(r.controls)), yCount: r.yCount,
      flip: isOdd(base & place.blocks(r.z))
    ).im
  }
}

extension StateStep.Part {
  var hasParameters: Bool {
    if case .rotation(let r) = instruction { return r.angle.slot != .none }
    return false
  }
}
