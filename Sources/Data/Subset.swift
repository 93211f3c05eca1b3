// Parts of a data set: some classes, some samples, equally many of each class.

import Tensors

extension Dataset {
  /// Which samples to keep.
  public struct Subset: Sendable {
    /// Samples to keep; nil for all, or, when balanced, for as many as the smallest class allows.
    public var count: Int?
    /// Equally many of each class.  Counts differ by one at most; lower classes get the one more.
    public var balanced: Bool
    /// Drawn with `seed`, and in drawn order, instead of from the start in the data's order.
    public var shuffle: Bool
    public var seed: UInt64
    /// Keep these classes alone, renumbered 0, 1, … in this order; nil for all as they are.
    public var classes: [Int]?

    public init(
      count: Int? = nil, balanced: Bool = false, shuffle: Bool = false, seed: UInt64 = 0,
      classes: [Int]? = nil
    ) {
      self.count = count
      self.balanced = balanced
      self.shuffle = shuffle
      self.seed = seed
      self.classes = classes
    }
  }

  /// A new data set with the samples that `wanted` describes.
  public func subset(_ wanted: Subset) throws -> Dataset {
    if wanted.balanced || wanted.classes != nil {
      try needLabels(wanted.balanced ? "a balanced subset" : "a subset of classes")
    }
    let newNumber = try renumbering(wanted.classes)
    var candidates = (0..<count).filter { !hasLabels || newNumber[labels[$0]] != nil }
    if wanted.shuffle {
      var stream = RandomStream(seed: wanted.seed, purpose: .subset)
      candidates = stream.permutation(candidates.count).map { candidates[$0] }
    }
    if let count = wanted.count {
      guard count >= 1 else { throw EngineError.value("count is \(count); it must be 1 or more, or -1 for all") }
      guard count <= candidates.count else {
        throw EngineError.value("count is \(count), but there are only \(candidates.count) samples to choose from")
      }
    } else if candidates.isEmpty {
      throw EngineError.value("no sample has one of the wanted classes")
    }

    let kept: [Int]
    if wanted.balanced {
      kept = try balance(candidates, count: wanted.count, newNumber: newNumber)
    } else {
      kept = Array(candidates.prefix(wanted.count ?? candidates.count))
    }
    return selected(kept).with { parts in
      guard let classes = wanted.classes else { return }
      parts.labels = kept.map { newNumber[labels[$0]]! }
      parts.classes = classes.count
      if !classNames.isEmpty { parts.classNames = classes.map { classNames[$0] } }
    }
  }

  /// For each class its number in the subset, nil for a class that is left out.
  private func renumbering(_ wanted: [Int]?) throws -> [Int?] {
    guard let wanted else { return (0..<classes).map { $0 } }
    guard !wanted.isEmpty else { throw EngineError.value("the list of classes to keep is empty") }
    var numbers = [Int?](repeating: nil, count: classes)
    for (number, label) in wanted.enumerated() {
      guard (0..<classes).contains(label) else {
        throw EngineError.value("class \(label) is not in 0..\(classes - 1)")
      }
      guard numbers[label] == nil else {
        throw EngineError.value("class \(label) is named twice; name each class once")
      }
      numbers[label] = number
    }
    return numbers
  }

  /// The first candidates of each class, in the order of the candidates.
  private func balance(_ candidates: [Int], count: Int?, newNumber: [Int?]) throws -> [Int] {
    let label = { (sample: Int) in newNumber[self.labels[sample]]! }
    let groups = newNumber.lazy.filter { $0 != nil }.count
    var available = [Int](repeating: 0, count: groups)
    for sample in candidates { available[label(sample)] += 1 }

    let share = count.map { $0 / groups } ?? available.min()!
    var more = count.map { $0 % groups } ?? 0
    var quota = [Int](repeating: share, count: groups)
    for group in 0..<groups where more > 0 && available[group] > share {
      quota[group] += 1
      more -= 1
    }
    guard share > 0 || count != nil else {
      throw EngineError.value("class \(original(available.firstIndex(of: 0)!, newNumber)) has no samples to balance")
    }
    if more > 0 || available.min()! < share {
      let scarce = available.firstIndex(of: available.min()!)!
      throw EngineError.value(
        "count is \(count!), but class \(original(scarce, newNumber)) has only \(available[scarce]) samples; "
          + "a balanced subset can have \(available.min()! * groups)")
    }
    return candidates.filter { sample in
      let group = label(sample)
      quota[group] -= 1
      return quota[group] >= 0
    }
  }

  /// The class that the subset numbers `group`.
  private func original(_ group: Int, _ newNumber: [Int?]) -> Int {
    newNumber.firstIndex(of: group)!
  }
}
