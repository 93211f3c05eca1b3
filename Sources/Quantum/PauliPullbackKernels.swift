// The product form's coefficients of a noisy circuit, for given weights, and their gradient.  Eight outputs at a time
// in lanes of Double; in the end every wire's four letters become its features 1, cos, sin.

import Circuits
import Tensors

/// Steps of a pullback on products of single bits' vectors, `single[4·bit + letter]`.
enum PullbackKernels {
  typealias V = PauliPullback.V

  static func apply(
    _ step: PauliPullback.Step, to single: UnsafeMutablePointer<V>, _ program: PauliProgram,
    sines: UnsafePointer<Double>, cosines: UnsafePointer<Double>
  ) {
    switch step {
    case .turn(let bit, .rotation(let k)):
      let (i, j, isPlus) = turnedLetters(program.rotations[k].word >> (2 * bit))
      let own = single + 4 * bit
      // The transpose of r[i] ← c r[i] ± s r[j], r[j] ← c r[j] ∓ s r[i].
      let (c, s) = (V(repeating: cosines[k]), V(repeating: isPlus ? sines[k] : -sines[k]))
      let (a, b) = (own[i], own[j])
      own[i] = V.mulSub(s, b, V.mul(c, a))
      own[j] = V.mulAdd(s, a, V.mul(c, b))
    case .turn(let bit, .local(let k)):
      program.locals[k].matrix.withUnsafeBufferPointer {
        PauliKernels.apply(single + 4 * bit, 4, bit: 0, $0.baseAddress!, transposed: true)
      }
    case .moves(let moves):
      let scalars = UnsafeMutableRawPointer(single).assumingMemoryBound(to: Double.self)
      for move in moves {
        var value = move.factor
        for (bit, letter) in zip(move.bits, move.from) {
          let place = scalars + (4 * bit + letter) * V.scalarCount + move.lane
          value *= place.pointee
          place.pointee = 0
        }
        for (position, letter) in move.to.enumerated() {
          scalars[(4 * move.bits[position] + letter) * V.scalarCount + move.lane] = position == 0 ? value : 1
        }
      }
    case .expand, .fused, .rotation, .block, .gather: break
    }
  }

  /// Rows of a matrix with 4 rows, `width` columns, turned by a one-wire step of the circuit.
  static func apply(
    _ turn: PauliPullback.Turn, to rows: UnsafeMutablePointer<Double>, width: Int, _ program: PauliProgram,
    sines: UnsafePointer<Double>, cosines: UnsafePointer<Double>
  ) {
    switch turn {
    case .rotation(let k):
      let word = program.rotations[k].word
      let (i, j, isPlus) = turnedLetters(word >> (word.trailingZeroBitCount & ~1))
      let (c, s) = (cosines[k], isPlus ? sines[k] : -sines[k])
      let (p, q) = (rows + i * width, rows + j * width)
      for column in 0..<width {
        let (a, b) = (p[column], q[column])
        p[column] = c * a + s * b
        q[column] = c * b - s * a
      }
    case .local(let k):
      program.locals[k].matrix.withUnsafeBufferPointer { m in
        for column in 0..<width {
          let (w, x, y, z) = (rows[column], rows[width + column], rows[2 * width + column], rows[3 * width + column])
          for row in 1..<4 {
            rows[row * width + column] = m[4 * row] * w + m[4 * row + 1] * x + m[4 * row + 2] * y + m[4 * row + 3] * z
          }
        }
      }
    }
  }

  /// Every line of a bit's `rows` entries becomes its `width` sums with a matrix, rows x width.  `inner`: entries of
  /// the bits below.  In place: results lie at or before what they are made of.
  static func contract(
    _ o: UnsafeMutablePointer<V>, _ size: Int, inner: Int, _ m: UnsafePointer<Double>, rows: Int, width: Int
  ) -> Int {
    let outer = size / (rows * inner)
    if rows == 4 && width == 3 && m[0] == 1 && m[1] == 0 && m[2] == 0 {
      contractEncoded(o, outer, inner, m)
      return outer * 3 * inner
    }
    withScratch(V.self, width) { sums in
      for high in 0..<outer {
        let (from, to) = (o + high * rows * inner, o + high * width * inner)
        for k in 0..<inner {
          for f in 0..<width {
            var sum = V.zeros
            for q in 0..<rows { sum = V.mulAdd(V(repeating: m[q * width + f]), from[q * inner + k], sum) }
            sums[f] = sum
          }
          for f in 0..<width { to[f * inner + k] = sums[f] }
        }
      }
    }
    return outer * width * inner
  }

  /// The usual case: the identity stays the constant 1.
  private static func contractEncoded(_ o: UnsafeMutablePointer<V>, _ outer: Int, _ inner: Int, _ m: UnsafePointer<Double>) {
    func all(_ k: Int) -> V { V(repeating: m[k]) }
    let (a, b, c, d, e, f) = (all(4), all(5), all(7), all(8), all(10), all(11))
    let (p, q, r) = (all(3), all(6), all(9))
    let hasConstant = m[3] != 0 || m[6] != 0 || m[9] != 0
    for high in 0..<outer {
      let (from, to) = (o + high * 4 * inner, o + high * 3 * inner)
      for k in 0..<inner {
        let (w, x, y, z) = (from[k], from[inner + k], from[2 * inner + k], from[3 * inner + k])
        to[k] = hasConstant ? V.mulAdd(p, x, V.mulAdd(q, y, V.mulAdd(r, z, w))) : w
        to[inner + k] = V.mulAdd(a, x, V.mulAdd(c, y, V.mul(e, z)))
        to[2 * inner + k] = V.mulAdd(b, x, V.mulAdd(d, y, V.mul(f, z)))
      }
    }
  }
}

extension PauliPullback {
  /// Coefficients of the terms of `setTerms`, one after the other.
  func coefficients(weights: [Double], into result: UnsafeMutablePointer<Double>) {
    withAngles(weights) { sines, cosines in
      if groups.count == 1 {
        run(groups[0], weights, sines, cosines) { o in
          let scalars = UnsafeRawPointer(o).assumingMemoryBound(to: Double.self)
          for (t, term) in places.enumerated() { result[t] = scalars[Int(term.place) * V.scalarCount + Int(term.output)] }
        }
        return
      }
      Parallel.forEach(groups.count) { g in
        run(groups[g], weights, sines, cosines) { o in
          let scalars = UnsafeRawPointer(o).assumingMemoryBound(to: Double.self)
          for (t, term) in places.enumerated() where Int(term.output) / V.scalarCount == g {
            result[t] = scalars[Int(term.place) * V.scalarCount + Int(term.output) % V.scalarCount]
          }
        }
      }
    }
  }

  private func withAngles<R>(_ weights: [Double], _ body: (UnsafePointer<Double>, UnsafePointer<Double>) throws -> R) rethrows -> R {
    let count = program.rotations.count
    return try withScratch(Double.self, 2 * count) { angles in
      for (k, rotation) in program.rotations.enumerated() {
        var theta = rotation.angle.offset
        if case .weight(let weight) = rotation.angle.slot { theta += rotation.angle.scale * weights[weight] }
        (angles[k], angles[count + k]) = sineAndCosine(rotation.factor * theta)
      }
      return try body(angles, angles + count)
    }
  }

  /// Right behind a wire's rotation: what the letters are as combinations of 1, cos, sin; 4 rows.
  private func encoded(_ bit: Int, _ weights: [Double], into rows: UnsafeMutablePointer<Double>) {
    for k in 0..<4 * widths[bit] { rows[k] = 0 }
    guard let encoding = encodings[bit] else {
      (rows[0], rows[1]) = (1, 1)
      return
    }
    let s = blochVector(encoding, weights)
    rows[0] = 1
    rows[3 * encoding.letter] = s[encoding.letter]
    let (i, j, isPlus) = turnedLetters(encoding.letter)
    let sign = isPlus ? encoding.sign : -encoding.sign
    (rows[3 * i + 1], rows[3 * i + 2]) = (s[i], sign * s[j])
    (rows[3 * j + 1], rows[3 * j + 2]) = (s[j], -sign * s[i])
  }

  /// A wire's own vector just before its input rotation.
  private func blochVector(_ encoding: Encoding, _ weights: [Double]) -> SIMD4<Double> {
    if encoding.before.steps.isEmpty { return SIMD4(1, 1, 0, 0) }
    let simulator = PauliSimulator<V>(encoding.before, backward: false)
    simulator.load(inputs: nil, weights: weights, large: false)
    simulator.run(inputs: nil, product: true)
    return SIMD4(simulator.r[0][0], simulator.r[1][0], simulator.r[2][0], simulator.r[3][0])
  }

  /// Calls the body with a group's coefficients, [features][8 outputs].
  private func run(
    _ group: Group, _ weights: [Double], _ sines: UnsafePointer<Double>, _ cosines: UnsafePointer<Double>,
    _ body: (UnsafePointer<V>) -> Void
  ) {
    let size = program.size
    let hasTables = !group.tables.isEmpty
    withScratch(V.self, (hasTables ? 2 : 1) * size + 4 * wires + 64) { memory in
      let single = memory
      let features = UnsafeMutableRawPointer(memory + 4 * wires).assumingMemoryBound(to: Double.self)
      var (o, other) = (memory + 4 * wires + 64, memory + 4 * wires + 64 + size)
      single.update(from: group.initial.pointer, count: 4 * wires)
      var isFull = false
      for step in group.steps {
        switch step {
        case .turn, .moves: PullbackKernels.apply(step, to: single, program, sines: sines, cosines: cosines)
        case .expand:
          isFull = true
          PauliKernels.expand(single, widths: Self.fours.pointer, wires, into: o)
        case .fused(let bit, let turns):
          withUnsafeTemporaryAllocation(of: Double.self, capacity: 16) { m in
            for k in 0..<16 { m[k] = k % 5 == 0 ? 1 : 0 }
            for turn in turns {
              PullbackKernels.apply(turn, to: m.baseAddress!, width: 4, program, sines: sines, cosines: cosines)
            }
            PauliKernels.apply(o, size, bit: bit, m.baseAddress!, transposed: true)
          }
        case .rotation(let k):
          PauliKernels.rotate(
            o, size, program.rotations[k], cos: V(repeating: cosines[k]), sin: V(repeating: -sines[k]))
        case .block(let k):
          withScratch(V.self, program.blocks[k].dimension) {
            PauliKernels.apply(o, size, program.blocks[k], transposed: true, scratch: $0)
          }
        case .gather(let k):
          let (source, factor) = (group.tables[k].source.pointer, group.tables[k].factor.pointer)
          for q in 0..<size { other[q] = V.mul(V(repeating: factor[q]), o[Int(source[q])]) }
          swap(&o, &other)
        }
      }
      // From letters to features: on the product if that is what it still is.
      var (length, inner) = (size, 1)
      for bit in 0..<wires {
        encoded(bit, weights, into: features)
        for turn in group.early[bit] {
          PullbackKernels.apply(turn, to: features, width: widths[bit], program, sines: sines, cosines: cosines)
        }
        if isFull {
          length = PullbackKernels.contract(o, length, inner: inner, features, rows: 4, width: widths[bit])
          inner *= widths[bit]
        } else {
          _ = PullbackKernels.contract(single + 4 * bit, 4, inner: 1, features, rows: 4, width: widths[bit])
        }
      }
      if !isFull { widths.withUnsafeBufferPointer { PauliKernels.expand(single, widths: $0.baseAddress!, wires, into: o) } }
      body(o)
    }
  }

  private static let fours = Buffer<Int>(Array(repeating: 4, count: PauliPullback.maximumWires))

  // MARK: Gradient

  /// d/d weights of Σ gradient · coefficients.
  func weightGradient(weights: [Double], _ gradient: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: program.weightCount)
    for g in groups.indices { add(group: g, weights, gradient, to: &result) }
    return result
  }

  /// With the gradient as features, the sum is Σ_k ⟨word k, R r_k⟩ with one start vector r_k for every output: an
  /// ordinary run, forwards and backwards, with outputs in lanes.
  private func add(group: Int, _ weights: [Double], _ gradient: [Double], to result: inout [Double]) {
    let simulator = PauliSimulator<V>(program, backward: true)
    let count = program.weightCount
    withScratch(V.self, resultSize + count) { features in
      let sums = features + resultSize
      for k in 0..<resultSize + count { features[k] = V.zeros }
      let scalars = UnsafeMutableRawPointer(features).assumingMemoryBound(to: Double.self)
      for (t, term) in places.enumerated() where Int(term.output) / V.scalarCount == group {
        scalars[Int(term.place) * V.scalarCount + Int(term.output) % V.scalarCount] = gradient[t]
      }
      simulator.load(inputs: nil, weights: weights, large: false)
      simulator.r.update(from: features, count: resultSize)
      // Features to letters, the highest bit first, so that results lie behind what they are made of.
      var size = resultSize
      withScratch(Double.self, 12) { rows in
        var inner = resultSize
        for bit in (0..<wires).reversed() {
          inner /= widths[bit]
          encoded(bit, weights, into: rows)
          size = widen(simulator.r, size, inner: inner, rows, width: widths[bit])
        }
      }
      simulator.apply(0..<program.steps.count, keeping: true)
      for i in 0..<program.size { simulator.lambda[i] = V.zeros }
      for (lane, word) in groups[group].words.enumerated() { simulator.lambda[word.index][lane] = 1 }
      simulator.sweepBack(inputGradient: nil, weightGradient: sums)
      for k in 0..<count { result[k] += sums[k].total }
      for encoding in encodings.compactMap({ $0 }) where encoding.before.rotations.contains(where: { $0.angle.slot != .none }) {
        addBefore(encoding, weights, simulator.lambda, features, to: &result)
      }
    }
  }

  /// A bit's `width` entries become four letters.
  private func widen(
    _ r: UnsafeMutablePointer<V>, _ size: Int, inner: Int, _ m: UnsafePointer<Double>, width: Int
  ) -> Int {
    let outer = size / (width * inner)
    for high in (0..<outer).reversed() {
      let (from, to) = (r + high * width * inner, r + high * 4 * inner)
      for k in (0..<inner).reversed() {
        var (a, b, c, d) = (V.zeros, V.zeros, V.zeros, V.zeros)
        for f in 0..<width {
          let value = from[f * inner + k]
          a = V.mulAdd(V(repeating: m[f]), value, a)
          b = V.mulAdd(V(repeating: m[width + f]), value, b)
          c = V.mulAdd(V(repeating: m[2 * width + f]), value, c)
          d = V.mulAdd(V(repeating: m[3 * width + f]), value, d)
        }
        (to[k], to[inner + k], to[2 * inner + k], to[3 * inner + k]) = (a, b, c, d)
      }
    }
    return outer * 4 * inner
  }

  /// Weights in front of a wire's encoding: λ with all other wires turned into features, against the gradient.
  private func addBefore(
    _ encoding: Encoding, _ weights: [Double], _ lambda: UnsafePointer<V>, _ gradient: UnsafePointer<V>,
    to result: inout [Double]
  ) {
    var byLetter = [Double](repeating: 0, count: 12)
    withScratch(V.self, program.size) { o in
      o.update(from: lambda, count: program.size)
      withScratch(Double.self, 12) { rows in
        var (length, inner, own) = (program.size, 1, 1)
        for bit in 0..<wires {
          if bit == encoding.bit {
            own = inner
            inner *= 4
            continue
          }
          encoded(bit, weights, into: rows)
          length = PullbackKernels.contract(o, length, inner: inner, rows, rows: 4, width: widths[bit])
          inner *= widths[bit]
        }
        for high in 0..<length / (4 * own) {
          for k in 0..<own {
            for q in 0..<4 {
              for f in 0..<3 {
                byLetter[3 * q + f] += V.mul(o[(4 * high + q) * own + k], gradient[(3 * high + f) * own + k]).total
              }
            }
          }
        }
      }
    }
    // Back through the rotation: which of the wire's letters each entry was.
    let (i, j, isPlus) = turnedLetters(encoding.letter)
    let sign = isPlus ? encoding.sign : -encoding.sign
    let simulator = PauliSimulator<V>(encoding.before, backward: true)
    simulator.load(inputs: nil, weights: weights, large: false)
    simulator.runKeeping(inputs: nil)
    for k in 0..<4 { simulator.lambda[k] = V.zeros }
    simulator.lambda[encoding.letter][0] = byLetter[3 * encoding.letter]
    simulator.lambda[i][0] = byLetter[3 * i + 1] - sign * byLetter[3 * j + 2]
    simulator.lambda[j][0] = byLetter[3 * j + 1] + sign * byLetter[3 * i + 2]
    withScratch(V.self, program.weightCount) { sums in
      for k in 0..<program.weightCount { sums[k] = V.zeros }
      simulator.sweepBack(inputGradient: nil, weightGradient: sums)
      for k in 0..<program.weightCount { result[k] += sums[k].total }
    }
  }
}
