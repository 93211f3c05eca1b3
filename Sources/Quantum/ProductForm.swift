// Path 3: when every wire carries at most one input angle and no input comes later, each output is a
// linear map of the products of (1, cos, sin) of these angles (Schuld, Sweke, Meyer 2021 give the
// general Fourier form).  The map depends on the weights alone and is found once per call.

import Circuits
import Tensors

/// The shape of a circuit's product form: which products occur, in which output.
///
/// A feature is a number in base 3, one digit per encoded wire: 0 for 1, 1 for cos, 2 for sin.
final class ProductForm: Sendable {
  /// An encoded wire's angle is `scale · inputs[column] + offset`.
  struct Encoding: Sendable {
    let column: Int
    let scale: Double
    let offset: Double
  }

  enum Folding: Sendable {
    /// The circuit with angle e of the encodings as input e.
    case grid(LaneProgram)
    case pullback(PauliPullback)
  }

  /// A product, computed as another one times one cosine or sine.
  struct Feature: Sendable {
    let number: Int
    let parent: Int
    /// 2·(encoded wire) for the cosine, + 1 for the sine.
    let factor: Int
  }

  let encodings: [Encoding]
  /// How the map is found: by running the circuit, or, with noise, by pulling the observables back.
  let folding: Folding
  /// Products in an order in which parents come first; 0 is the constant 1.
  let features: [Feature]
  /// For each output, the features that can occur in it, by position in `features`.
  let terms: [[Int]]
  let inputCount: Int
  /// The same structure as plain memory, for kernels.
  let layout: ProductLayout
  /// Angles of the grid points, [block][encoding], for values (in Double) and for gradients.
  private let grid64: Buffer<SIMD8<Double>>
  private let grid32: Buffer<SIMD16<Float>>

  var gridCount: Int { (0..<encodings.count).reduce(1) { count, _ in count * 3 } }
  var termCount: Int { layout.termFeature.count }

  /// Vector operations of finding the map.
  var foldingCost: Double {
    switch folding {
    case .grid(let program): return Double((gridCount + 7) / 8) * 2 * program.cost
    case .pullback(let pullback): return 2 * pullback.cost
    }
  }

  /// nil when the circuit has no such form, or one that is too large.
  convenience init?(_ circuit: Circuit, _ lowering: Lowering, words: [PauliMask]) {
    let n = lowering.wires
    let isNoisy = circuit.hasChannels
    guard n <= (isNoisy ? PauliPullback.maximumWires : PauliSet.maximumWires), case .zero = circuit.preparation
    else { return nil }
    var instructions = lowering.instructions.map(\.instruction)
    var joined = 0
    var encodings: [Encoding] = []
    var encodedAt: [Int: Int] = [:]  // bit → position of its rotation among the instructions
    for (position, instruction) in instructions.enumerated() {
      let support = instruction.support
      if case .rotation(let r) = instruction, r.angle.dependsOnInput {
        guard case .input(let column) = r.angle.slot else { return nil }
        // A single-wire rotation or phase on a wire that is still alone, the first input there.
        guard support.nonzeroBitCount == 1, support & joined == 0, encodedAt[support] == nil else {
          return nil
        }
        encodedAt[support] = position
        let e = encodings.count
        encodings.append(Encoding(column: column, scale: r.angle.scale, offset: r.angle.offset))
        instructions[position] = .rotation(
          PauliRotation(x: r.x, z: r.z, controls: r.controls, factor: r.factor, angle: .input(e)))
      } else if support.nonzeroBitCount > 1 {
        joined |= support
      }
    }
    guard !encodings.isEmpty else { return nil }

    let folding: Folding
    let letters: [(bit: Int, digits: [[Int]])]
    if isNoisy {
      guard
        let pullback = PauliPullback(
          lowering, instructions, words: words, encodedAt: encodedAt, weightCount: circuit.weightCount)
      else { return nil }
      folding = .pullback(pullback)
      letters = Self.bits(instructions, encodedAt).map { (1 << $0, pullback.digits(bit: $0)) }
    } else {
      folding = .grid(
        LaneProgram(
          wires: n, instructions: instructions, observables: words, inputCount: encodings.count,
          weightCount: circuit.weightCount))
      letters = Self.features(ofLetters: instructions, encodedAt: encodedAt, count: encodings.count)
    }
    // Noise mostly leaves no word out, so that looking for them does not pay on many wires.
    let sets =
      isNoisy && n > 5 ? nil : Self.pulledBack(instructions, words, wires: n, encodedAt: encodedAt)

    // Features of each output, then their closure under "parent".
    var termNumbers: [Set<Int>] = sets == nil ? Array(repeating: Self.everyProduct(letters), count: words.count) : []
    for set in sets ?? [] {
      var numbers: Set<Int> = []
      // A wire without input was pulled back to |0⟩, where X and Y have no expectation value.
      let alone = ((1 << n) - 1) & ~letters.reduce(0) { $0 | $1.bit }
      for word in set.words where word.x & alone == 0 {
        var partial = [0]
        var power = 1
        for e in 0..<encodings.count {
          let bit = letters[e].bit
          let letter = (word.x & bit != 0 ? 2 : 0) + (word.z & bit != 0 ? 1 : 0)
          let digits = letters[e].digits[letter]
          partial = partial.flatMap { number in digits.map { number + $0 * power } }
          power *= 3
          if partial.isEmpty { break }
        }
        numbers.formUnion(partial)
      }
      termNumbers.append(numbers)
    }
    var needed: Set<Int> = [0]
    for numbers in termNumbers {
      for number in numbers {
        var current = number
        while current != 0, needed.insert(current).inserted { current = Self.parent(current).number }
      }
    }
    let ordered = needed.sorted { (Self.degree($0), $0) < (Self.degree($1), $1) }
    let place = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1, $0) })
    let features = ordered.map { number in
      if number == 0 { return Feature(number: 0, parent: 0, factor: 0) }
      let parent = Self.parent(number)
      return Feature(number: number, parent: place[parent.number]!, factor: parent.factor)
    }
    let terms = termNumbers.map { numbers in numbers.map { place[$0]! }.sorted() }
    if case .pullback(let pullback) = folding {
      pullback.setTerms(
        terms.enumerated().flatMap { k, list in list.map { (features[$0].number, k) } },
        encodingBits: Self.bits(instructions, encodedAt))
    }
    self.init(
      encodings: encodings, folding: folding, features: features, terms: terms, inputCount: circuit.inputCount)
  }

  /// The bit of each encoding.
  private static func bits(_ instructions: [Instruction], _ encodedAt: [Int: Int]) -> [Int] {
    var result = [Int](repeating: 0, count: encodedAt.count)
    for (bit, at) in encodedAt {
      if case .rotation(let r) = instructions[at], case .input(let e) = r.angle.slot {
        result[e] = bit.trailingZeroBitCount
      }
    }
    return result
  }

  /// All features that any letters of the wires can give.
  private static func everyProduct(_ letters: [(bit: Int, digits: [[Int]])]) -> Set<Int> {
    var (numbers, power) = ([0], 1)
    for letter in letters {
      let digits = Set(letter.digits.flatMap { $0 })
      numbers = numbers.flatMap { number in digits.map { number + $0 * power } }
      power *= 3
    }
    return Set(numbers)
  }

  private init(
    encodings: [Encoding], folding: Folding, features: [Feature], terms: [[Int]], inputCount: Int
  ) {
    self.encodings = encodings
    self.folding = folding
    self.features = features
    self.terms = terms
    self.inputCount = inputCount
    layout = ProductLayout(features, terms)
    var gridSize = encodings.count
    if case .pullback = folding { gridSize = 0 }
    grid64 = Self.makeGrid(gridSize)
    grid32 = Self.makeGrid(gridSize)
  }

  /// Every combination of the angles 0, 2π/3, 4π/3, the first encoding's changing fastest.
  private static func makeGrid<V: Lanes>(_ encodings: Int) -> Buffer<V> {
    let count = (0..<encodings).reduce(1) { count, _ in count * 3 }
    let blocks = (count + V.scalarCount - 1) / V.scalarCount
    let grid = Buffer<V>(blocks * encodings)
    for point in 0..<blocks * V.scalarCount {
      var rest = point
      for e in 0..<encodings {
        grid[point / V.scalarCount * encodings + e][point % V.scalarCount] = V.Scalar(2 * .pi / 3 * Double(rest % 3))
        rest /= 3
      }
    }
    return grid
  }

  /// A feature without its highest digit, and which cosine or sine was taken away.
  private static func parent(_ number: Int) -> (number: Int, factor: Int) {
    var (power, e) = (1, 0)
    while number / (power * 3) != 0 {
      power *= 3
      e += 1
    }
    let digit = number / power
    return (number - digit * power, 2 * e + digit - 1)
  }

  private static func degree(_ number: Int) -> Int {
    var (degree, rest) = (0, number)
    while rest != 0 {
      if rest % 3 != 0 { degree += 1 }
      rest /= 3
    }
    return degree
  }

  /// Each observable as words just after the input rotation of every encoded wire.
  private static func pulledBack(
    _ instructions: [Instruction], _ observables: [PauliMask], wires: Int, encodedAt: [Int: Int]
  ) -> [PauliSet] {
    let steps = PauliStep.all(instructions)
    return observables.map { observable in
      var set = PauliSet(wires: wires, [observable])
      for (position, instruction) in instructions.enumerated().reversed() {
        // What an encoded wire sees up to its rotation belongs to its features.
        if let at = encodedAt[instruction.support], position <= at { continue }
        set.pullBack(through: steps[position])
      }
      return set
    }
  }

  /// For every encoding: its bit, and which of 1, cos, sin each letter (I, Z, X, Y) can give.
  private static func features(
    ofLetters instructions: [Instruction], encodedAt: [Int: Int], count: Int
  ) -> [(bit: Int, digits: [[Int]])] {
    var result = Array(repeating: (bit: 0, digits: [[Int]]()), count: count)
    for (bit, at) in encodedAt {
      guard case .rotation(let rotation) = instructions[at], case .input(let e) = rotation.angle.slot
      else { continue }
      var digits = Array(repeating: Set<Int>(), count: 4)
      digits[0] = [0]
      // Bloch vector over the angle at three points, for two draws of the weights before it.
      let own = instructions[...at].filter { $0.support == bit }.map { $0.compressed(to: [bit.trailingZeroBitCount]) }
      for draw in 0..<2 {
        let words = [PauliMask(x: 0, z: 1), PauliMask(x: 1, z: 0), PauliMask(x: 1, z: 1)]
        let weightCount = 1 + (own.compactMap { instruction -> Int? in
          if case .rotation(let r) = instruction, case .weight(let index) = r.angle.slot { return index }
          return nil
        }.max() ?? 0)
        var simulator = LaneSimulator<SIMD8<Double>>(
          LaneProgram(
            wires: 1, instructions: own, observables: words, inputCount: e + 1, weightCount: weightCount))
        let weights = (0..<weightCount).map { 0.7 + 0.9 * Double($0) + 1.3 * Double(draw) }
        simulator.load(BoundAngles(simulator.program, weights: weights))
        var inputs = [SIMD8<Double>](repeating: .zero, count: e + 1)
        for k in 0..<3 { inputs[e][k] = 2 * .pi / 3 * Double(k) }
        var bloch = [SIMD8<Double>](repeating: .zero, count: 3)
        simulator.run(inputs: &inputs, stride: 1, large: false)
        simulator.measure(&bloch, stride: 1)
        for (letter, values) in bloch.enumerated() {
          let coefficients = [
            values[0] + values[1] + values[2], 2 * values[0] - values[1] - values[2],
            values[1] - values[2],
          ]
          for (digit, value) in coefficients.enumerated() where abs(value) > 1e-12 {
            digits[letter + 1].insert(digit)
          }
        }
      }
      result[e] = (bit, digits.map { $0.sorted() })
    }
    return result
  }
}

// MARK: - The linear map

extension ProductForm {
  /// Coefficients of all terms, output by output, for given weights.
  ///
  /// The outputs are evaluated at the 3^m points of a grid (0, 2π/3, 4π/3 per angle) and transformed
  /// axis by axis: three points determine a + b cos + c sin.
  func coefficients(weights: [Double]) -> [Double] {
    let program: LaneProgram
    switch folding {
    case .grid(let grid): program = grid
    case .pullback(let pullback):
      return Array(unsafeUninitializedCapacity: termCount) { buffer, count in
        if let base = buffer.baseAddress { pullback.coefficients(weights: weights, into: base) }
        count = termCount
      }
    }
    return withScratch(Double.self, gridCount * terms.count) { values in
      evaluateGrid(program, weights: weights, values)
      forEachTriple { i, step in
        let (f0, f1, f2) = (values[i], values[i + step], values[i + 2 * step])
        values[i] = (f0 + f1 + f2) * (1.0 / 3)
        values[i + step] = (2 * f0 - f1 - f2) * (1.0 / 3)
        values[i + 2 * step] = (f1 - f2) * Self.inverseRoot3
      }
      return (0..<layout.gridIndex.count).map { values[Int(layout.gridIndex[$0])] }
    }
  }

  /// Gradient of all weights from the gradient of all coefficients: the same path backwards.
  ///
  /// `inFloat` saves time where sums were accumulated in Float anyway.
  func weightGradient(weights: [Double], coefficientGradient: [Double], inFloat: Bool) -> [Double] {
    let program: LaneProgram
    switch folding {
    case .grid(let grid): program = grid
    case .pullback(let pullback): return pullback.weightGradient(weights: weights, coefficientGradient)
    }
    return withScratch(Double.self, gridCount * terms.count) { gradient in
      gradient.update(repeating: 0, count: gridCount * terms.count)
      for (t, value) in coefficientGradient.enumerated() { gradient[Int(layout.gridIndex[t])] = value }
      forEachTriple { i, step in
        let (g0, gc, gs) = (gradient[i], gradient[i + step], gradient[i + 2 * step])
        let (shared, odd) = ((g0 - gc) * (1.0 / 3), gs * Self.inverseRoot3)
        gradient[i] = (g0 + 2 * gc) * (1.0 / 3)
        gradient[i + step] = shared + odd
        gradient[i + 2 * step] = shared - odd
      }
      return inFloat
        ? differentiateGrid(program, weights, grid32, gradient)
        : differentiateGrid(program, weights, grid64, gradient)
    }
  }

  private static let inverseRoot3 = 1 / 3.0.squareRoot()

  /// Calls the body for the three entries of every line of every axis of [3, …, 3, outputs].
  @inline(__always)
  private func forEachTriple(_ body: (_ first: Int, _ step: Int) -> Void) {
    let count = gridCount * terms.count
    var step = terms.count
    for _ in 0..<encodings.count {
      for high in stride(from: 0, to: count, by: 3 * step) {
        for i in high..<high + step { body(i, step) }
      }
      step *= 3
    }
  }

  private func evaluateGrid(_ program: LaneProgram, weights: [Double], _ values: UnsafeMutablePointer<Double>) {
    typealias V = SIMD8<Double>
    let outputs = terms.count
    var simulator = LaneSimulator<V>(program)
    simulator.load(BoundAngles(program, weights: weights))
    withScratch(V.self, outputs) { measured in
      let scalars = UnsafeMutableRawPointer(measured).assumingMemoryBound(to: Double.self)
      for (block, first) in stride(from: 0, to: gridCount, by: 8).enumerated() {
        simulator.run(inputs: grid64.pointer + block * encodings.count, stride: 1, large: false)
        simulator.measure(measured, stride: 1)
        for lane in 0..<min(8, gridCount - first) {
          for k in 0..<outputs { values[(first + lane) * outputs + k] = scalars[8 * k + lane] }
        }
      }
    }
  }

  private func differentiateGrid<V: Lanes>(
    _ program: LaneProgram, _ weights: [Double], _ grid: Buffer<V>, _ gradient: UnsafeMutablePointer<Double>
  ) -> [Double] {
    let outputs = terms.count
    let lanes = V.scalarCount
    var simulator = LaneSimulator<V>(program)
    simulator.load(BoundAngles(program, weights: weights))
    return withScratch(V.self, outputs + program.weightCount) { seeds in
      let scalars = UnsafeMutableRawPointer(seeds).assumingMemoryBound(to: V.Scalar.self)
      let sums = seeds + outputs
      for i in 0..<program.weightCount { sums[i] = V.zeros }
      for (block, first) in stride(from: 0, to: gridCount, by: lanes).enumerated() {
        simulator.run(inputs: grid.pointer + block * encodings.count, stride: 1, large: false)
        if first + lanes > gridCount { for k in 0..<outputs { seeds[k] = V.zeros } }
        for lane in 0..<min(lanes, gridCount - first) {
          for k in 0..<outputs { scalars[lanes * k + lane] = V.Scalar(gradient[(first + lane) * outputs + k]) }
        }
        simulator.seed(seeds, stride: 1)
        simulator.sweepBack(inputGradient: nil, stride: 1, weightGradient: sums)
      }
      return (0..<program.weightCount).map { Double(sums[$0].total) }
    }
  }
}

/// A product form's structure as plain memory.  Offsets count vectors, four to a feature or factor.
final class ProductLayout: @unchecked Sendable {
  static let vectors = 4

  /// For all terms, output by output: where the feature is.
  let termFeature: Buffer<Int32>
  /// Terms of output k are first[k]..<first[k + 1].
  let first: Buffer<Int32>
  /// For all terms: where the coefficient is in the transformed grid, [3^m, outputs].
  let gridIndex: Buffer<Int32>
  let parent: Buffer<Int32>
  let factor: Buffer<Int32>
  /// The same terms feature by feature, for the way back: output and number of the term.
  let useOutput: Buffer<Int32>
  let useTerm: Buffer<Int32>
  let useFirst: Buffer<Int32>

  init(_ features: [ProductForm.Feature], _ terms: [[Int]]) {
    let vectors = Self.vectors
    termFeature = Buffer(terms.flatMap { $0.map { Int32($0 * vectors) } })
    gridIndex = Buffer(
      terms.enumerated().flatMap { k, list in list.map { Int32(features[$0].number * terms.count + k) } })
    var starts: [Int32] = [0]
    for list in terms { starts.append(starts.last! + Int32(list.count)) }
    first = Buffer(starts)
    parent = Buffer(features.map { Int32($0.parent * vectors) })
    factor = Buffer(features.map { Int32($0.factor * vectors) })
    var uses = Array(repeating: [(output: Int, term: Int)](), count: features.count)
    var position = 0
    for (k, list) in terms.enumerated() {
      for feature in list {
        uses[feature].append((k, position))
        position += 1
      }
    }
    useOutput = Buffer(uses.flatMap { $0.map { Int32($0.output) } })
    useTerm = Buffer(uses.flatMap { $0.map { Int32($0.term) } })
    var useStarts: [Int32] = [0]
    for list in uses { useStarts.append(useStarts.last! + Int32(list.count)) }
    useFirst = Buffer(useStarts)
  }
}
