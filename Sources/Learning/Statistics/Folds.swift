// Parts of a data set for cross-validation.

import Tensors

/// The part, from 0, that each sample belongs to: parts of equal size to one sample, drawn by the seed.
///
/// `stratified`: every class is spread over the parts as evenly as it goes.
public func foldNumbers(_ labels: [Int], folds: Int, stratified: Bool, seed: UInt64) throws -> [Int] {
  guard folds >= 2, folds <= labels.count else {
    throw EngineError.value("folds is \(folds); it must be in 2..\(labels.count), the number of samples")
  }
  var stream = RandomStream(seed: seed, purpose: .folds)
  var order = stream.permutation(labels.count)
  // Classes one after the other, dealt out in turn: sizes of parts and of classes in them differ by one at most.
  if stratified {
    let place = order
    order = place.indices.sorted { (labels[place[$0]], $0) < (labels[place[$1]], $1) }.map { place[$0] }
  }
  var result = [Int](repeating: 0, count: labels.count)
  for (position, sample) in order.enumerated() { result[sample] = position % folds }
  return result
}
