// Outputs from expectation values of Pauli words, a block of samples at a time.

import Circuits
import Tensors

/// An OutputMap as plain memory.
struct OutputKernels<V: Lanes>: Sendable {
  let wordCount: Int
  let outputCount: Int
  /// Outputs are the words themselves.
  let isIdentity: Bool
  let isLinear: Bool
  private let first: Buffer<Int32>
  private let word: Buffer<Int32>
  private let factor: Buffer<V.Scalar>
  private let constant: Buffer<V.Scalar>
  private let squareFirst: Buffer<Int32>
  private let squareWord: Buffer<Int32>
  private let squareFactor: Buffer<V.Scalar>
  private let squareConstant: Buffer<V.Scalar>

  init(_ map: OutputMap) {
    wordCount = map.words.count
    outputCount = map.rows.count
    isIdentity = map.isIdentity
    isLinear = map.isLinear
    func starts(_ counts: [Int]) -> Buffer<Int32> {
      var sums: [Int32] = [0]
      for count in counts { sums.append(sums.last! + Int32(count)) }
      return Buffer(sums)
    }
    first = starts(map.rows.map(\.terms.count))
    word = Buffer(map.rows.flatMap { $0.terms.map { Int32($0.word) } })
    factor = Buffer(map.rows.flatMap { $0.terms.map { V.Scalar($0.factor) } })
    constant = Buffer(map.rows.map { V.Scalar($0.constant) })
    squareFirst = starts(map.rows.map(\.squares.count))
    squareWord = Buffer(map.rows.flatMap { $0.squares.map { Int32($0.word) } })
    squareFactor = Buffer(map.rows.flatMap { $0.squares.map { V.Scalar($0.factor) } })
    squareConstant = Buffer(map.rows.map { V.Scalar($0.squareConstant) })
  }

  /// words[word][vectors] to outputs[output][vectors].
  func forward(_ words: UnsafePointer<V>, _ outputs: UnsafeMutablePointer<V>, vectors: Int) {
    for k in 0..<outputCount {
      for v in 0..<vectors {
        var sum = V(repeating: constant[k])
        for t in Int(first[k])..<Int(first[k + 1]) {
          sum = V.mulAdd(V(repeating: factor[t]), words[Int(word[t]) * vectors + v], sum)
        }
        if !isLinear {
          let square = squareRootTerm(words, k, vectors, v)
          sum = V.mulSub(square, square, sum)
        }
        outputs[k * vectors + v] = sum
      }
    }
  }

  private func squareRootTerm(_ words: UnsafePointer<V>, _ k: Int, _ vectors: Int, _ v: Int) -> V {
    var sum = V(repeating: squareConstant[k])
    for t in Int(squareFirst[k])..<Int(squareFirst[k + 1]) {
      sum = V.mulAdd(V(repeating: squareFactor[t]), words[Int(squareWord[t]) * vectors + v], sum)
    }
    return sum
  }

  /// Gradients of words from those of outputs; `words` holds the values where the map is not linear.
  func backward(
    _ gradient: UnsafePointer<V>, _ words: UnsafePointer<V>, _ wordGradient: UnsafeMutablePointer<V>, vectors: Int
  ) {
    for i in 0..<wordCount * vectors { wordGradient[i] = V.zeros }
    for k in 0..<outputCount {
      for v in 0..<vectors {
        let g = gradient[k * vectors + v]
        for t in Int(first[k])..<Int(first[k + 1]) {
          let place = wordGradient + Int(word[t]) * vectors + v
          place.pointee = V.mulAdd(V(repeating: factor[t]), g, place.pointee)
        }
        if isLinear { continue }
        let twice = g * squareRootTerm(words, k, vectors, v) * V.all(-2)
        for t in Int(squareFirst[k])..<Int(squareFirst[k + 1]) {
          let place = wordGradient + Int(squareWord[t]) * vectors + v
          place.pointee = V.mulAdd(V(repeating: squareFactor[t]), twice, place.pointee)
        }
      }
    }
  }
}
