// Labelled samples for training and evaluation, checked against the model that reads them.

import Tensors

/// Samples [count, ...] and their class numbers.
public struct Samples {
  public let values: Tensor
  public let labels: [Int]

  /// One label, 0 or more, per sample; no NaN or infinity among the values.
  public init(_ values: Tensor, _ labels: [Int]) throws {
    guard let count = values.shape.first, count > 0 else {
      throw EngineError.shape("there are no samples: the tensor is \(Tensors.describe(shape: values.shape))")
    }
    guard count == labels.count else {
      throw EngineError.shape("there are \(labels.count) labels for \(count) samples")
    }
    if let index = values.firstNonFinite {
      throw EngineError.value("sample \(index / (values.count / count)) contains \(values[index]); values must be finite")
    }
    (self.values, self.labels) = (values, labels)
  }

  public var count: Int { labels.count }

  /// The samples in another element type; the same memory where it is that already.
  package func cast(to type: ElementType) -> Samples {
    type == values.type ? self : Samples(unchecked: values.cast(to: type), labels)
  }

  package init(unchecked values: Tensor, _ labels: [Int]) {
    (self.values, self.labels) = (values, labels)
  }

  /// The samples with these indices, in this order.
  package func gathered(_ indices: ArraySlice<Int>) -> Samples {
    Samples(unchecked: gatherRows(values, indices), indices.map { labels[$0] })
  }
}

/// Rows of the first axis by index, copied.
package func gatherRows(_ source: Tensor, _ indices: ArraySlice<Int>) -> Tensor {
  let result = Tensor(uninitialized: source.type, [indices.count] + source.shape.dropFirst())
  copyRows(of: source, indices, into: result)
  return result
}

extension Layer {
  /// Refuses samples that this built model cannot take.
  func checkTakes(_ samples: Samples) throws {
    guard isBuilt, let inputShape else {
      throw EngineError.state("the model is not built; build it with its input's shape first")
    }
    guard samples.values.shape.dropFirst().elementsEqual(inputShape) else {
      throw EngineError.shape(
        "the model takes \(Self.batched(inputShape)), the samples are \(Tensors.describe(shape: samples.values.shape))")
    }
  }

  /// Refuses samples that this built model cannot classify.
  package func checkClassifies(_ samples: Samples) throws {
    try checkTakes(samples)
    guard let outputShape, outputShape.count == 1 else {
      throw EngineError.shape(
        "a classifier gives {batch, classes}, the model gives \(Self.batched(outputShape ?? [])); a flatten and a dense layer would do")
    }
    if let index = samples.labels.firstIndex(where: { $0 < 0 || $0 >= outputShape[0] }) {
      throw EngineError.value(
        "label \(index) is \(samples.labels[index]); the model has classes 0..\(outputShape[0] - 1)")
    }
  }
}
