// The shifted circuits' coefficients with rotations in SIMD lanes, each lane with its own angle for the rotation that
// is shifted there; then, with samples in lanes, what the shifts change in every sample.

import Circuits
import Tensors

struct ShiftPullbackBlocks<V: Lanes> {
  typealias Vector = UnsafeMutablePointer<V>

  let pullback: ShiftPullback
  /// Numbers of the rotations, ascending.
  let wanted: [Int]
  /// θ of the program's rotations; 0 for inputs.
  private let angles: [Double]

  init(_ pullback: ShiftPullback, weights: [Double], wanted: [Int]) {
    (self.pullback, self.wanted) = (pullback, wanted)
    angles = pullback.program.rotations.map { rotation in
      guard case .weight(let weight) = rotation.angle.slot else { return rotation.angle.offset }
      return rotation.angle.offset + rotation.angle.scale * weights[weight]
    }
  }

  // MARK: Coefficients

  /// Σ_shifts ± factor · coefficients of the rotations of one vector, [feature].
  private func coefficients(chunk: Int, into sums: Vector) {
    let program = pullback.program
    let (size, count, features) = (program.size, program.rotations.count, pullback.featureCount)
    let own = wanted[chunk * V.scalarCount..<min((chunk + 1) * V.scalarCount, wanted.count)]
    for f in 0..<features { sums[f] = V.zeros }
    withScratch(V.self, 2 * size + 4 * count + 16) { memory in
      let (o, other, rows) = (memory, memory + size, memory + 2 * size)
      let (cosines, sines) = (rows + 16, rows + 16 + count)
      let (cosinesKept, sinesKept) = (sines + count, sines + 2 * count)
      for k in 0..<count {
        let (sin, cos) = sineAndCosine(program.rotations[k].factor * angles[k])
        (sinesKept[k], cosinesKept[k]) = (V.all(sin), V.all(cos))
      }
      for turn in 0..<own.reduce(0, { max($0, pullback.turns[$1].count) }) {
        cosines.update(from: cosinesKept, count: 2 * count)
        var factors = V.zeros
        for (lane, number) in own.enumerated() where turn < pullback.turns[number].count {
          let (by, factor) = pullback.turns[number][turn]
          factors[lane] = V.Scalar(factor)
          for k in pullback.members[number] {
            let (sin, cos) = sineAndCosine(program.rotations[k].factor * (angles[k] + by))
            sines[k][lane] = V.Scalar(sin)
            cosines[k][lane] = V.Scalar(cos)
          }
        }
        let result = pullBack(o, other, cosines, sines)
        contract(result, rows, cosines, sines)
        for f in 0..<features { sums[f] = V.mulAdd(factors, result[f], sums[f]) }
      }
    }
  }

  /// The outputs' sum right before several wires join; in one of the two.
  private func pullBack(_ first: Vector, _ second: Vector, _ cosines: Vector, _ sines: Vector) -> Vector {
    let program = pullback.program
    let size = program.size
    var (o, other) = (first, second)
    for q in 0..<size { o[q] = V.all(pullback.observable[q]) }
    for step in pullback.steps {
      switch step {
      case .rotation(let k):
        PauliKernels.rotate(o, size, program.rotations[k], cos: cosines[k], sin: -sines[k])
      case .local(let k):
        program.locals[k].matrix.withUnsafeBufferPointer {
          PauliKernels.apply(o, size, bit: program.locals[k].bits[0], $0.baseAddress!, transposed: true)
        }
      case .block(let k):
        withScratch(V.self, program.blocks[k].dimension) {
          PauliKernels.apply(o, size, program.blocks[k], transposed: true, scratch: $0)
        }
      case .gather(let k):
        let (source, factor) = (pullback.tables[k].source.pointer, pullback.tables[k].factor.pointer)
        for q in 0..<size { other[q] = V.all(factor[q]) * o[Int(source[q])] }
        swap(&o, &other)
      }
    }
    return o
  }

  /// Every wire's four letters become its features, bit by bit from the lowest; in place.
  private func contract(_ o: Vector, _ rows: Vector, _ cosines: Vector, _ sines: Vector) {
    var (length, inner) = (pullback.program.size, 1)
    for (bit, width) in pullback.widths.enumerated() {
      letters(bit, into: rows, cosines, sines)
      let outer = length / (4 * inner)
      for high in 0..<outer {
        let (from, to) = (o + high * 4 * inner, o + high * width * inner)
        for k in 0..<inner {
          let (w, x, y, z) = (from[k], from[inner + k], from[2 * inner + k], from[3 * inner + k])
          for f in 0..<width {
            let m = rows + 4 * f
            to[f * inner + k] = V.mulAdd(m[0], w, V.mulAdd(m[1], x, V.mulAdd(m[2], y, m[3] * z)))
          }
        }
      }
      length = outer * width * inner
      inner *= width
    }
  }

  /// Expectation values of a wire's letters before others join, as combinations of its features: [feature][letter].
  private func letters(_ bit: Int, into rows: Vector, _ cosines: Vector, _ sines: Vector) {
    for k in 0..<12 { rows[k] = V.zeros }
    (rows[0], rows[1]) = (V.all(1), V.all(1))
    var size = 4
    for step in pullback.early[bit] {
      switch step {
      case .rotation(let rotation, let k):
        PauliKernels.rotate(rows, size, rotation, cos: cosines[k], sin: sines[k])
      case .local(let k):
        pullback.program.locals[k].matrix.withUnsafeBufferPointer {
          PauliKernels.apply(rows, size, bit: 0, $0.baseAddress!, transposed: false)
        }
      case .input(let letter):
        // As a rotation with cos and sin apart.
        let (i, j, isPlus) = turnedLetters(letter)
        let (a, b) = (rows[i], rows[j])
        (rows[4 + i], rows[4 + j]) = (a, b)
        (rows[8 + i], rows[8 + j]) = isPlus ? (b, -a) : (-b, a)
        (rows[i], rows[j]) = (V.zeros, V.zeros)
        size = 12
      }
    }
  }

  // MARK: Samples

  /// Products of 1, cos, sin of a block's inputs.
  private func products(_ inputs: UnsafePointer<V>, magnitude: Double, into products: Vector) {
    products[0] = V.all(1)
    var size = 1
    for case let encoding? in pullback.encodings {
      let angle = V.mulAdd(V.all(encoding.scale), inputs[encoding.column], V.all(encoding.offset))
      let isLarge = abs(encoding.scale) * magnitude + abs(encoding.offset) > Double(V.sincosLimit)
      let (sin, cos) = isLarge ? V.slowSincos(angle) : V.sincos(angle)
      for k in 0..<size {
        products[size + k] = cos * products[k]
        products[2 * size + k] = sin * products[k]
      }
      size *= 3
    }
  }

  /// Σ_feature coefficient · product for eight rotations; coefficients [feature][lane].
  @inline(__always)
  private func evaluateEight(_ coefficients: UnsafePointer<V.Scalar>, _ products: Vector, _ scale: V, into result: Vector) {
    var (a, b, c, d) = (V.zeros, V.zeros, V.zeros, V.zeros)
    var (e, f, g, h) = (V.zeros, V.zeros, V.zeros, V.zeros)
    var from = coefficients
    for k in 0..<pullback.featureCount {
      let product = products[k]
      a = V.mulAdd(V(repeating: from[0]), product, a)
      b = V.mulAdd(V(repeating: from[1]), product, b)
      c = V.mulAdd(V(repeating: from[2]), product, c)
      d = V.mulAdd(V(repeating: from[3]), product, d)
      e = V.mulAdd(V(repeating: from[4]), product, e)
      f = V.mulAdd(V(repeating: from[5]), product, f)
      g = V.mulAdd(V(repeating: from[6]), product, g)
      h = V.mulAdd(V(repeating: from[7]), product, h)
      from += V.scalarCount
    }
    (result[0], result[1], result[2], result[3]) = (a * scale, b * scale, c * scale, d * scale)
    (result[4], result[5], result[6], result[7]) = (e * scale, f * scale, g * scale, h * scale)
  }

  /// Changes of all samples, [wanted][count]; nil when an input is not finite (the general path says which).
  /// `gradient`: of the only output; nil for ones.
  func changes(
    _ data: UnsafePointer<V.Scalar>, _ gradient: UnsafePointer<V.Scalar>?, count: Int, _ layout: SampleLayout
  ) -> [[Double]]? {
    let lanes = V.scalarCount
    let (blocks, chunks) = ((count + lanes - 1) / lanes, (wanted.count + lanes - 1) / lanes)
    let (features, inputCount, rotations) = (pullback.featureCount, pullback.program.inputCount, chunks * lanes)
    let coefficients = Buffer<V>(chunks * features)
    Parallel.forEach(chunks) { self.coefficients(chunk: $0, into: coefficients.pointer + $0 * features) }
    let scalars = UnsafeMutableRawPointer(coefficients.pointer).assumingMemoryBound(to: V.Scalar.self)
    let kernels = SampleKernels<V>(layout: layout, inputCount: inputCount, outputCount: 1)
    let results = Buffer<V>(blocks * rotations)
    let failure = Buffer<Bool>(blocks)
    Parallel.forEach(blocks) { block in
      let (first, samples) = (block * lanes, min(lanes, count - block * lanes))
      withScratch(V.self, inputCount + features + 1) { memory in
        let (products, scale) = (memory + inputCount, memory + inputCount + features)
        let largest = kernels.load(data, first: first, count: samples, memory, vectors: 1)
        failure[block] = false
        var magnitude = 0.0
        for lane in 0..<samples {
          guard largest[lane].isFinite else { return failure[block] = true }
          magnitude = max(magnitude, Double(largest[lane]))
        }
        scale[0] = V.all(1)
        if gradient != nil { kernels.loadGradient(gradient, first: first, count: samples, scale, vectors: 1) }
        self.products(memory, magnitude: magnitude, into: products)
        for k in stride(from: 0, to: rotations, by: 8) {
          evaluateEight(
            scalars + k / lanes * features * lanes + k % lanes, products, scale[0],
            into: results.pointer + block * rotations + k)
        }
      }
    }
    if (0..<blocks).contains(where: { failure[$0] }) { return nil }
    let values = UnsafeRawPointer(results.pointer).assumingMemoryBound(to: V.Scalar.self)
    return withExtendedLifetime((coefficients, results)) {
      wanted.indices.map { w in
        (0..<count).map { Double(values[($0 / lanes * rotations + w) * lanes + $0 % lanes]) }
      }
    }
  }
}
