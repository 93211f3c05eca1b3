// Tensors made by a rule: even steps, identities, one-hot rows, draws of whole numbers.

extension Tensor {
  /// start, start + step, ...: `count` numbers.
  public static func steps(_ type: ElementType, from start: Double, by step: Double, count: Int) -> Tensor {
    let result = Tensor(uninitialized: type, [count])
    for i in 0..<count { result[i] = start + Double(i) * step }
    return result
  }

  /// `count` numbers at equal distances, first and last exact; one number is `first`.
  public static func between(_ type: ElementType, _ first: Double, _ last: Double, count: Int) -> Tensor {
    let result = Tensor(uninitialized: type, [count])
    for i in 0..<count {
      let share = Double(i) / Double(max(1, count - 1))
      result[i] = i == count - 1 && count > 1 ? last : first + (last - first) * share
    }
    return result
  }

  /// Ones on the diagonal of [rows, columns].
  public static func identity(_ type: ElementType, rows: Int, columns: Int) -> Tensor {
    let result = Tensor(type, [rows, columns])
    for i in 0..<min(rows, columns) { result[i * columns + i] = 1 }
    return result
  }

  /// A row per label with a 1 at its class; labels are in 0..<classes.
  public static func oneHot(_ type: ElementType, _ labels: [Int], classes: Int) -> Tensor {
    let result = Tensor(type, [labels.count, classes])
    for (row, label) in labels.enumerated() { result[row * classes + label] = 1 }
    return result
  }

  /// 1 with a probability and 0 otherwise.
  public static func bernoulli(
    _ type: ElementType, _ shape: [Int], probability: Double, from stream: inout RandomStream
  ) -> Tensor {
    let result = Tensor(uninitialized: type, shape)
    for i in 0..<result.count { result[i] = stream.uniform() < probability ? 1 : 0 }
    return result
  }

  /// Whole numbers from low to high, both included, without bias.
  public static func integers(
    _ type: ElementType, _ shape: [Int], low: Int, high: Int, from stream: inout RandomStream
  ) -> Tensor {
    let result = Tensor(uninitialized: type, shape)
    for i in 0..<result.count { result[i] = Double(low + stream.below(high - low + 1)) }
    return result
  }
}
