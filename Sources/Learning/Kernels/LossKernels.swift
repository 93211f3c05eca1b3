// Loops over rows of logits and over columns.
// Assumed checked: labels are in 0..<columns, one column or more, one element type.

import Tensors

func argmaxRows<S: Element>(_ x: UnsafeMutablePointer<S>, rows: Int, columns: Int) -> [Int] {
  (0..<rows).map { argmax(x + $0 * columns, columns) }
}

/// The first of the largest elements.
@inline(__always)
func argmax<S: Element>(_ x: UnsafeMutablePointer<S>, _ count: Int) -> Int {
  var best = 0
  for i in 1..<max(count, 1) where x[i] > x[best] { best = i }
  return best
}

/// Softmax cross-entropy of each row, -log softmax(x)[label].
///
///   logits   [rows, columns]
///   slopes   [rows, columns], gets softmax(x) - onehot(label), the gradient; or nil
///   losses   room for rows, or nil
///   correct  whether the row's largest logit is the label's; or nil
///
/// The label's own slope is minus the sum of the others rather than probability - 1, and the loss is
/// taken from the same sum: both keep their digits when the model is sure of itself, where an attack
/// in Float would otherwise see a gradient of exactly zero.
func crossEntropyRows(
  _ logits: Tensor, _ labels: UnsafePointer<Int>, slopes: Tensor?, losses: UnsafeMutablePointer<Double>?,
  correct: UnsafeMutablePointer<Bool>?
) {
  let (rows, columns) = (logits.shape[0], logits.shape[1])
  switch logits.type {
  case .float32:
    crossEntropy(
      logits.pointer(Float.self), labels, slopes?.pointer(Float.self), losses, correct, rows, columns)
  case .float64:
    crossEntropy(
      logits.pointer(Double.self), labels, slopes?.pointer(Double.self), losses, correct, rows, columns)
  }
}

private func crossEntropy<S: RealElement>(
  _ logits: UnsafeMutablePointer<S>, _ labels: UnsafePointer<Int>, _ slopes: UnsafeMutablePointer<S>?,
  _ losses: UnsafeMutablePointer<Double>?, _ correct: UnsafeMutablePointer<Bool>?, _ rows: Int,
  _ columns: Int
) {
  for row in 0..<rows {
    let (x, label) = (logits + row * columns, labels[row])
    let best = argmax(x, columns)
    correct?[row] = best == label
    let highest = x[best]
    var others: S = 0
    if let slopes {
      let slope = slopes + row * columns
      for i in 0..<columns { slope[i] = S.exponential(x[i] - highest) }
      let own = slope[label]
      slope[label] = 0
      for i in 0..<columns { others += slope[i] }
      let scale = 1 / (own + others)
      for i in 0..<columns { slope[i] *= scale }
      slope[label] = -others * scale
    } else if losses != nil {
      for i in 0..<columns where i != label { others += S.exponential(x[i] - highest) }
    }
    if let losses {
      let own = x[label] - highest
      losses[row] =
        own == 0
        ? Double(S.logarithmOfOnePlus(others)) : Double(S.logarithm(S.exponential(own) + others) - own)
    }
  }
}

/// result[column] (+)= Σ_rows x[row, column]
func sumRows(_ x: Tensor, into result: Tensor, adding: Bool) {
  if !adding { result.fill(0) }
  guard result.count > 0 else { return }
  let rows = x.count / result.count
  switch x.type {
  case .float32: sumRows(x.pointer(Float.self), result.pointer(Float.self), rows, result.count)
  case .float64: sumRows(x.pointer(Double.self), result.pointer(Double.self), rows, result.count)
  }
}

private func sumRows<S: Element>(
  _ x: UnsafeMutablePointer<S>, _ result: UnsafeMutablePointer<S>, _ rows: Int, _ columns: Int
) {
  for row in 0..<rows {
    let x = x + row * columns
    for column in 0..<columns { result[column] += x[column] }
  }
}

/// Every row of `result` becomes `row`.
func repeatRow(_ row: Tensor, into result: Tensor) {
  guard row.count > 0 else { return }
  for i in 0..<result.count / row.count {
    (result.raw + i * row.bytes).copyMemory(from: row.raw, byteCount: row.bytes)
  }
}
