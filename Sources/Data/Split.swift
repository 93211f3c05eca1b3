// Cutting a data set into parts by their shares and a seed.  Folds are Learning's.

import Tensors

extension Dataset {
  /// Parts by their shares of the samples, drawn with `seed`, none in two parts.
  ///
  /// `stratified`: each class is shared out alike; counts per class and part are within one of the
  /// exact shares.  nil: where there are labels.  Shares add up to 1 or less; what is left belongs to
  /// no part.  Samples are in drawn order.
  public func split(_ shares: [Double], stratified: Bool? = nil, seed: UInt64) throws -> [Dataset] {
    guard !shares.isEmpty else { throw EngineError.value("a split needs at least one share") }
    for (i, share) in shares.enumerated() where !(share > 0 && share <= 1) {
      throw EngineError.value("share \(i) is \(share); it must be more than 0 and 1 at most")
    }
    let sum = shares.reduce(0, +)
    guard sum <= 1 + 1e-9 else { throw EngineError.value("the shares add up to \(sum); it must be 1 or less") }
    if stratified == true { try needLabels("a stratified split") }
    var stream = RandomStream(seed: seed, purpose: .split)
    let drawn = stream.permutation(count)
    let parts = shareOut(groups(drawn, stratified ?? hasLabels), shares)
    return try parts.enumerated().map { i, part in
      guard !part.isEmpty else {
        throw EngineError.value("part \(i) would have no sample: its share of \(count) samples is \(shares[i])")
      }
      // In drawn order again, after the classes were dealt with one by one.
      let members = Set(part)
      return selected(drawn.filter(members.contains))
    }
  }

  /// The drawn samples of each class, or all in one group.
  private func groups(_ drawn: [Int], _ byClass: Bool) -> [[Int]] {
    guard byClass else { return [drawn] }
    var groups = [[Int]](repeating: [], count: classes)
    for sample in drawn { groups[labels[sample]].append(sample) }
    return groups
  }

  /// Each group's samples, the first ones to the first share and so on.  What rounding owes a share in
  /// one group it gets in the next.
  private func shareOut(_ groups: [[Int]], _ shares: [Double]) -> [[Int]] {
    // The last one is what belongs to no part.
    let all = shares + [max(0, 1 - shares.reduce(0, +))]
    var owed = [Double](repeating: 0, count: all.count)
    var parts = [[Int]](repeating: [], count: all.count)
    for group in groups where !group.isEmpty {
      let exact = all.map { $0 * Double(group.count) }
      var sizes = exact.map { Int(($0 + 1e-9).rounded(.down)) }
      let rest = group.count - sizes.reduce(0, +)
      let order = all.indices.sorted { a, b in
        let (x, y) = (exact[a] - Double(sizes[a]) + owed[a], exact[b] - Double(sizes[b]) + owed[b])
        return abs(x - y) > 1e-9 ? x > y : a < b
      }
      for place in 0..<max(0, rest) { sizes[order[place % all.count]] += 1 }
      var start = 0
      for i in all.indices {
        owed[i] += exact[i] - Double(sizes[i])
        parts[i] += group[start..<start + sizes[i]]
        start += sizes[i]
      }
    }
    return Array(parts.dropLast())
  }
}
