// A data set in memory: samples, labels and the number of classes.
// Where it comes from is in the readers beside this file; subsets are in Subset.swift.

import Tensors

/// Images or feature rows with a class number each.  It never changes after it was made.
public final class Dataset: @unchecked Sendable {
  /// [count, …], float32, finite.
  public let samples: Tensor
  /// One per sample, each in 0..<classes.
  public let labels: [Int]
  /// 1 or more; a class need not have samples.
  public let classes: Int

  public var count: Int { labels.count }

  /// A data set of the caller's own; the samples are copied.
  ///
  /// `.shape` when samples and labels do not fit together, `.value` for a label outside of
  /// 0..<classes, a value that is not finite, or no samples at all.
  public convenience init(samples: Tensor, labels: [Int], classes: Int) throws {
    try Self.check(samples: samples, labels: labels.count)
    guard classes >= 1 else { throw EngineError.value("classes is \(classes); it must be 1 or more") }
    if let i = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw EngineError.value("label \(i) is \(labels[i]); it must be in 0..\(classes - 1)")
    }
    if let i = samples.firstNonFinite {
      let width = samples.count / labels.count
      throw EngineError.value(
        "sample \(i / width) has the value \(samples[i]) at its element \(i % width); "
          + "samples must be finite numbers")
    }
    self.init(checked: samples.copy(), labels: labels, classes: classes)
  }

  /// Whether samples of this kind and so many labels make a data set, before anything is read.
  public static func check(samples: Tensor, labels: Int) throws {
    guard samples.type == .float32 else {
      throw EngineError.shape("samples are \(samples.type.name); they must be float32, cast them first")
    }
    guard samples.rank >= 2 else {
      throw EngineError.shape(
        "samples have the shape \(describe(shape: samples.shape)); it must be {count, features, ...}")
    }
    guard samples.shape[0] == labels else {
      throw EngineError.shape("\(samples.shape[0]) samples but \(labels) labels; there must be one each")
    }
    guard labels >= 1 else { throw EngineError.value("a data set needs at least one sample") }
    guard samples.count >= 1 else {
      throw EngineError.shape(
        "samples have the shape \(describe(shape: samples.shape)); every dimension must be 1 or more")
    }
  }

  /// From parts that were checked; `samples` becomes this object's own.
  init(checked samples: Tensor, labels: [Int], classes: Int) {
    precondition(samples.shape[0] == labels.count)
    self.samples = samples
    self.labels = labels
    self.classes = classes
  }

  /// The samples with these indices in this order; an index may occur more than once.
  public func select(_ indices: [Int]) throws -> Dataset {
    guard !indices.isEmpty else { throw EngineError.value("a selection needs at least one index") }
    if let i = indices.firstIndex(where: { $0 < 0 || $0 >= count }) {
      throw EngineError.value("index \(i) is \(indices[i]); it must be in 0..\(count - 1)")
    }
    return Dataset(
      checked: gather(samples, indices), labels: indices.map { labels[$0] }, classes: classes)
  }

  /// The order in which an epoch (from 0) of a training run with this seed visits the samples.
  public func order(seed: UInt64, epoch: Int) throws -> [Int] {
    guard epoch >= 0 else { throw EngineError.value("epoch is \(epoch); it must be 0 or more") }
    return epochOrder(count: count, seed: seed, epoch: epoch)
  }
}
