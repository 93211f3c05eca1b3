// The loop of trigonometric forms: one axis of a tensor by a matrix.
// Assumed checked: values are [before, 3, after], the matrix [rows, 3].

/// result[b, r, a] = Σ_k matrix[r, k] values[b, k, a]
func transformAxis(_ values: [Double], before: Int, after: Int, matrix: [Double]) -> [Double] {
  let rows = matrix.count / 3
  return [Double](unsafeUninitializedCapacity: before * rows * after) { result, count in
    values.withUnsafeBufferPointer { values in
      matrix.withUnsafeBufferPointer { matrix in
        guard let from = values.baseAddress, let m = matrix.baseAddress, let to = result.baseAddress else { return }
        for b in 0..<before {
          let (x, y, z) = (from + 3 * b * after, from + (3 * b + 1) * after, from + (3 * b + 2) * after)
          for r in 0..<rows {
            let (p, q, s) = (m[3 * r], m[3 * r + 1], m[3 * r + 2])
            let out = to + (b * rows + r) * after
            for a in 0..<after { out[a] = p * x[a] + q * y[a] + s * z[a] }
          }
        }
      }
    }
    count = before * rows * after
  }
}
