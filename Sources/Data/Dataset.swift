// A data set in memory: samples with class numbers, with target tensors, or with both.
// Where it comes from is in the readers beside this file; subsets are in Subset.swift.

import Tensors

/// Images or feature rows, each with a class number, a target, or both.  It never changes after it
/// was made.
public final class Dataset: @unchecked Sendable {
  /// [count, …], float32, finite.
  public let samples: Tensor
  /// One per sample, each in 0..<classes; empty for a set without classes.
  public let labels: [Int]
  /// 1 or more, though a class need not have samples; 0 for a set without classes.
  public let classes: Int
  /// What the classes are called, in their order; empty when nobody said.
  public let classNames: [String]
  /// What a model should make of the samples, [count, …], float32, finite; nil where labels say it.
  public let targets: Tensor?
  /// What training does to the samples anew in each epoch.
  public let augmentation: Augmentation?

  public var count: Int { samples.shape[0] }
  public var hasLabels: Bool { classes > 0 }

  /// A data set of the caller's own; the samples are copied.
  ///
  /// `.shape` when samples and labels do not fit together, `.value` for a label outside of
  /// 0..<classes, a value that is not finite, or no samples at all.
  public convenience init(
    samples: Tensor, labels: [Int], classes: Int, classNames: [String] = []
  ) throws {
    try Self.check(samples: samples, labels: labels.count)
    guard classes >= 1 else { throw EngineError.value("classes is \(classes); it must be 1 or more") }
    if let i = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
      throw EngineError.value("label \(i) is \(labels[i]); it must be in 0..\(classes - 1)")
    }
    guard classNames.isEmpty || classNames.count == classes else {
      throw EngineError.value("\(classNames.count) names for \(classes) classes; there must be one each")
    }
    try Self.check(finite: samples, "sample")
    self.init(checked: samples.copy(), labels: labels, classes: classes, classNames: classNames)
  }

  /// A data set for regression or reconstruction; samples and targets are copied.
  public convenience init(samples: Tensor, targets: Tensor) throws {
    try Self.check(samples: samples, labels: samples.shape.first ?? 0)
    try Self.check(targets: targets, count: samples.shape[0])
    try Self.check(finite: samples, "sample")
    self.init(checked: samples.copy(), targets: targets.copy())
  }

  /// The same samples and labels with targets beside them, which are copied.
  public func with(targets: Tensor) throws -> Dataset {
    try Self.check(targets: targets, count: count)
    return with { $0.targets = targets.copy() }
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

  private static func check(targets: Tensor, count: Int) throws {
    guard targets.type == .float32 else {
      throw EngineError.shape("targets are \(targets.type.name); they must be float32, cast them first")
    }
    guard targets.rank >= 2, targets.count >= 1 else {
      throw EngineError.shape(
        "targets have the shape \(describe(shape: targets.shape)); it must be {count, values, ...}, "
          + "every dimension 1 or more")
    }
    guard targets.shape[0] == count else {
      throw EngineError.shape("\(count) samples but \(targets.shape[0]) targets; there must be one each")
    }
    try check(finite: targets, "target")
  }

  private static func check(finite tensor: Tensor, _ what: String) throws {
    guard let i = tensor.firstNonFinite else { return }
    let width = tensor.count / tensor.shape[0]
    throw EngineError.value(
      "\(what) \(i / width) has the value \(tensor[i]) at its element \(i % width); "
        + "\(what)s must be finite numbers")
  }

  /// From parts that were checked; the tensors become this object's own.
  init(
    checked samples: Tensor, labels: [Int] = [], classes: Int = 0, classNames: [String] = [],
    targets: Tensor? = nil, augmentation: Augmentation? = nil
  ) {
    precondition(classes == 0 ? labels.isEmpty : samples.shape[0] == labels.count)
    precondition(targets == nil || targets!.shape[0] == samples.shape[0])
    self.samples = samples
    self.labels = labels
    self.classes = classes
    self.classNames = classNames
    self.targets = targets
    self.augmentation = augmentation
  }

  /// What a copy may change.
  struct Parts {
    var samples: Tensor
    var labels: [Int]
    var classes: Int
    var classNames: [String]
    var targets: Tensor?
    var augmentation: Augmentation?
  }

  /// A data set like this one with some parts changed.
  func with(_ change: (inout Parts) -> Void) -> Dataset {
    var parts = Parts(
      samples: samples, labels: labels, classes: classes, classNames: classNames, targets: targets,
      augmentation: augmentation)
    change(&parts)
    return Dataset(
      checked: parts.samples, labels: parts.labels, classes: parts.classes,
      classNames: parts.classNames, targets: parts.targets, augmentation: parts.augmentation)
  }

  /// The samples with these indices in this order; an index may occur more than once.
  public func select(_ indices: [Int]) throws -> Dataset {
    guard !indices.isEmpty else { throw EngineError.value("a selection needs at least one index") }
    if let i = indices.firstIndex(where: { $0 < 0 || $0 >= count }) {
      throw EngineError.value("index \(i) is \(indices[i]); it must be in 0..\(count - 1)")
    }
    return selected(indices)
  }

  /// The same for indices that are known to be in range.
  func selected(_ indices: [Int]) -> Dataset {
    with { parts in
      parts.samples = gather(samples, indices)
      if hasLabels { parts.labels = indices.map { labels[$0] } }
      parts.targets = targets.map { gather($0, indices) }
    }
  }

  /// The order in which an epoch (from 0) of a training run with this seed visits the samples.
  public func order(seed: UInt64, epoch: Int) throws -> [Int] {
    guard epoch >= 0 else { throw EngineError.value("epoch is \(epoch); it must be 0 or more") }
    return epochOrder(count: count, seed: seed, epoch: epoch)
  }

  /// Refuses a set without classes; `what` needs them.
  func needLabels(_ what: String) throws {
    guard hasLabels else {
      throw EngineError.value("\(what) needs labels, and this data set has targets alone")
    }
  }
}
