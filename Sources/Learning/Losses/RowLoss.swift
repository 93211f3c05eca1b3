// The operation behind all losses: losses and their slopes come out of one pass over the output.

import Tensors

/// Losses of rows (or of single elements), summed up or not; backward scales the slopes that the forward pass kept.
struct RowLoss: Operation {
  /// What the losses depend on, and the slope of the row's loss in each of its elements.
  let parts: [(variable: Variable, slopes: Tensor)]
  /// The factor of the sum; nil where the losses stay apart.
  let factor: Double?
  let rows: Int

  var operands: [Variable] { parts.map(\.variable) }
  // The slopes say all.
  var readsOperands: Bool { false }

  func backward(_ gradient: Tensor) {
    for part in parts where part.variable.requiresGradient {
      part.variable.accumulate { into, adding in
        if let factor {
          affine(part.slopes, scale: factor * gradient[0], offset: 0, into: into, adding: adding)
        } else {
          scaleRows(part.slopes, by: gradient, rows: rows, into: into, adding: adding)
        }
      }
    }
  }

  /// The reduced loss.  `losses` has one element per row; `total` is what the mean divides by.
  static func result(
    _ losses: Tensor, _ parts: [(variable: Variable, slopes: Tensor)], _ reduction: Loss.Reduction,
    total: Double? = nil
  ) -> Variable {
    let rows = losses.count
    if reduction == .none { return .result(losses, of: RowLoss(parts: parts, factor: nil, rows: rows)) }
    let factor = reduction == .sum ? 1 : 1 / (total ?? Double(rows))
    let value = Tensor(uninitialized: losses.type, [])
    value[0] = factor * sum(losses)
    return .result(value, of: RowLoss(parts: parts, factor: factor, rows: rows))
  }
}

extension Variable {
  /// A value that depends on other variables with known slopes: what a loss with a formula of its own gives.
  package static func loss(_ value: Double, slopes parts: [(variable: Variable, slopes: Tensor)]) -> Variable {
    let result = Tensor(uninitialized: parts.first?.variable.type ?? .float32, [])
    result[0] = value
    return .result(result, of: RowLoss(parts: parts, factor: 1, rows: 1))
  }
}

/// A mean of nothing is not defined, and training with it is a mistake.
func checkNotEmpty(_ output: Variable) throws {
  guard output.value.count > 0 else {
    throw EngineError.shape("the output is empty: \(describe(shape: output.shape))")
  }
}

func checkSameShape(_ output: Variable, _ targets: Variable) throws {
  guard output.shape == targets.shape else {
    throw EngineError.shape(
      "output and target must have equal shapes, got \(describe(shape: output.shape)) and \(describe(shape: targets.shape))")
  }
  try Variable.checkTypes(output, targets)
  try checkNotEmpty(output)
}

func checkProbabilities(_ values: Tensor, _ what: String) throws {
  if let index = firstOutside(values, low: 0, high: 1) {
    throw EngineError.value("\(what) contains \(values[index]) (element \(index)); probabilities are in [0, 1]")
  }
}

extension Variable {
  /// The loss of two variables of one shape, element by element, or summed along rows of the first axis.
  func pairLoss<F: PairFunction>(
    _ function: F, _ targets: Variable, _ reduction: Loss.Reduction, byRow: Bool = false
  ) throws -> Variable {
    try checkSameShape(self, targets)
    if byRow, shape.isEmpty { throw EngineError.shape("it takes outputs {batch, ...}, got {}") }
    let losses = Tensor(uninitialized: type, byRow ? [shape[0]] : shape)
    let slopes = Tensor(uninitialized: type, shape)
    let targetSlopes = targets.requiresGradient ? Tensor(uninitialized: type, shape) : nil
    pairLosses(function, value, targets.value, losses: losses, slopes: slopes, targetSlopes: targetSlopes)
    return RowLoss.result(
      losses, [(self, slopes)] + (targetSlopes.map { [(targets, $0)] } ?? []), reduction)
  }
}
