// Products of matrices, one or a batch of them.

import Tensors

/// c = a b;  da = dc bᵀ,  db = aᵀ dc.
struct MatrixProduct: Operation {
  let a, b: Variable

  var operands: [Variable] { [a, b] }

  func backward(_ gradient: Tensor) {
    if a.requiresGradient {
      a.accumulate { multiplyMatrices(gradient, b.value, transposeB: true, into: $0, adding: $1) }
    }
    if b.requiresGradient {
      b.accumulate { multiplyMatrices(a.value, gradient, transposeA: true, into: $0, adding: $1) }
    }
  }
}

/// The same for every pair of a batch; where a batch dimension of 1 stretches, its gradients add up.
struct BatchedProduct: Operation {
  let a, b: Variable
  let batch: MatrixBatch

  var operands: [Variable] { [a, b] }

  func backward(_ gradient: Tensor) {
    if a.requiresGradient {
      a.accumulate { into, adding in
        if !adding { into.fill(0) }
        multiplyBatch(batch.gradientA, gradient, b.value, transposeB: true, into: into)
      }
    }
    if b.requiresGradient {
      b.accumulate { into, adding in
        if !adding { into.fill(0) }
        multiplyBatch(batch.gradientB, a.value, gradient, transposeA: true, into: into)
      }
    }
  }
}

extension Variable {
  /// [..., m, k] times [..., k, n] is [..., m, n]; the dimensions in front broadcast.
  public func multiplied(by other: Variable) throws -> Variable {
    try Self.checkTypes(self, other)
    let (rankA, rankB) = (shape.count, other.shape.count)
    guard rankA >= 2, rankB >= 2, shape[rankA - 1] == other.shape[rankB - 2] else {
      throw EngineError.shape(
        "a matrix product takes {m, k} and {k, n}, got \(describe(shape: shape)) and \(describe(shape: other.shape))")
    }
    let (m, k, n) = (shape[rankA - 2], shape[rankA - 1], other.shape[rankB - 1])
    if rankB == 2, rankA > 2 {
      // One matrix for the whole batch: a single product of many rows.
      let rows = shape.dropLast().reduce(1, *)
      return try reshaped([rows, k]).multiplied(by: other).reshaped(shape.dropLast() + [n])
    }
    let plan = try BroadcastPlan(Array(shape.dropLast(2)), Array(other.shape.dropLast(2)))
    let wanted = plan.result + [m, n]
    try ensureFits(type, wanted)
    let result = Tensor(uninitialized: type, wanted)
    if rankA == 2, rankB == 2 {
      multiplyMatrices(value, other.value, into: result)
      return .result(result, of: MatrixProduct(a: self, b: other))
    }
    let batch = MatrixBatch(m: m, k: k, n: n, pairs: plan.pairs)
    result.fill(0)
    multiplyBatch(batch, value, other.value, into: result)
    return .result(result, of: BatchedProduct(a: self, b: other, batch: batch))
  }
}

extension BroadcastPlan {
  /// For each element of the result, in order, which elements of a and b meet there.
  fileprivate var pairs: [(result: Int, a: Int, b: Int)] {
    var pairs: [(result: Int, a: Int, b: Int)] = []
    let inner = axes[axes.count - 1]
    forEachRun { r, a, b in
      for i in 0..<inner.count { pairs.append((r + i, a + i * inner.a, b + i * inner.b)) }
    }
    return pairs
  }
}

extension MatrixBatch {
  /// da (+)= dc bᵀ
  fileprivate var gradientA: MatrixBatch {
    MatrixBatch(m: m, k: n, n: k, pairs: pairs.map { ($0.a, $0.result, $0.b) })
  }
  /// db (+)= aᵀ dc
  fileprivate var gradientB: MatrixBatch {
    MatrixBatch(m: k, k: m, n: n, pairs: pairs.map { ($0.b, $0.a, $0.result) })
  }
}
