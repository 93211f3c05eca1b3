// Accuracy under attack, over sizes of the perturbation, for white-box and transfer attacks.

import Learning
import Tensors

/// Accuracy of `target` on samples crafted against `source`, for each eps; at 0 the clean accuracy.
///
/// With one model in both roles (a white-box attack) a sample that is misclassified as it is counts as
/// broken and is not attacked: the sample itself lies in the ball.  Another source (a transfer attack)
/// attacks every sample.
///
///   options   its own eps is not looked at
///   eps       radii in units of the data, each 0 or more
///   progress  attacked samples so far and in all, after each chunk; false cancels
public func robustAccuracy(
  of target: Layer, against source: Layer, _ samples: Samples, _ options: AttackOptions,
  eps: [Double], progress: ((_ done: Int, _ total: Int) -> Bool)? = nil
) throws -> [Double] {
  for value in eps where !(value >= 0 && value.isFinite) {
    throw EngineError.value("eps is \(value); it must be 0 or more")
  }
  try target.checkClassifies(samples)
  try source.checkClassifies(samples)
  guard let sourceType = source.type, let targetType = target.type else {
    preconditionFailure("both models were checked")
  }
  let isWhiteBox = source === target
  let inputs = samples.cast(to: sourceType)
  let clean = try correctness(of: target, samples.cast(to: targetType))
  let attacked = isWhiteBox ? clean.indices.filter { clean[$0] } : Array(clean.indices)
  let total = attacked.count * eps.count { $0 > 0 }
  var done = 0

  return try eps.map { eps in
    if eps == 0 { return share(clean.count { $0 }, of: samples.count) }
    var options = options
    options.eps = eps
    let crafting = try Crafting(source, inputs, options)
    var survivors = 0
    for range in chunks(of: attacked.count, source.chunkSize) {
      let numbers = Array(attacked[range])
      let made = try crafting.run(numbers, judging: isWhiteBox)
      if isWhiteBox {
        survivors += made.correct.count { $0 }
      } else {
        let labels = numbers.map { samples.labels[$0] }
        let logits = try target.infer(
          made.samples.type == targetType ? made.samples : made.samples.cast(to: targetType))
        survivors += judge(logits, labels[...]).correct.count { $0 }
      }
      done += numbers.count
      if let progress, !progress(done, total) { throw EngineError.cancelled }
    }
    return share(survivors, of: samples.count)
  }
}

private func share(_ part: Int, of whole: Int) -> Double { Double(part) / Double(whole) }

/// Per sample, whether the model gets it right.
private func correctness(of model: Layer, _ samples: Samples) throws -> [Bool] {
  try chunks(of: samples.count, model.chunkSize).flatMap { range in
    judge(try model.infer(samples.values.rows(range)), samples.labels[range]).correct
  }
}
