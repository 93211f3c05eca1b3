// hqnn.h, "certificates".

import CHQNN
import Learning
import Robustness
import Tensors

/// Room for a row of each sample.
private func room<T>(_ rows: UnsafeMutablePointer<T>?, _ what: String, _ capacity: Int64, _ samples: Samples) throws
  -> UnsafeMutablePointer<T>
{
  let rows = try place(rows, what)
  guard capacity >= samples.count else {
    throw EngineError.value("capacity is \(capacity); \(samples.count) rows need room")
  }
  return rows
}

private func reporter(
  _ callback: hqnn_attack_callback?, _ context: UnsafeMutableRawPointer?
) -> ((Int, Int) -> Bool)? {
  callback.map { callback in { callback(context, Int64($0), Int64($1)) == 0 } }
}

@c @implementation
public func hqnn_certify_smoothing(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ given: UnsafePointer<hqnn_smoothing_options>?,
  _ rows: UnsafeMutablePointer<hqnn_smoothing_row>?, _ capacity: Int64, _ callback: hqnn_attack_callback?,
  _ context: UnsafeMutableRawPointer?
) -> hqnn_status {
  status {
    let (model, samples) = (try layer(model, "model"), try samples(dataset))
    let rows = try room(rows, "rows", capacity, samples)
    let given = try options(given, defaults: smoothingDefaults)
    var options = SmoothingOptions()
    (options.sigma, options.alpha, options.seed) = (given.sigma, given.alpha, given.seed)
    (options.n0, options.n) = (Int(given.n0), Int(given.n))
    let certificate = try certifyBySmoothing(model, samples, options, progress: reporter(callback, context))
    for (i, row) in certificate.rows.enumerated() {
      rows[i] = hqnn_smoothing_row(
        label: Int64(row.label), predicted: Int64(row.predicted ?? -1), radius: row.radius,
        probability: row.probability, count: Int64(row.count))
    }
  }
}

private let smoothingDefaults = hqnn_smoothing_options(
  struct_size: MemoryLayout<hqnn_smoothing_options>.size, sigma: 0.25, n0: 100, n: 1000, alpha: 0.001, seed: 0)

@c @implementation
public func hqnn_certify_intervals(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ eps: UnsafePointer<Double>?, _ count: Int64,
  _ given: UnsafePointer<hqnn_interval_options>?, _ margins: UnsafeMutablePointer<Double>?,
  _ certified: UnsafeMutablePointer<Int32>?, _ predicted: UnsafeMutablePointer<Int64>?, _ capacity: Int64,
  _ callback: hqnn_attack_callback?, _ context: UnsafeMutableRawPointer?
) -> hqnn_status {
  status {
    let (model, samples) = (try layer(model, "model"), try samples(dataset))
    let (margins, certified) = (
      try room(margins, "margins", capacity, samples), try room(certified, "certified", capacity, samples)
    )
    let given = try options(given, defaults: intervalDefaults)
    var options = IntervalOptions()
    (options.eps, options.low, options.high) = (try array(eps, count, "eps"), given.low, given.high)
    options.tolerance = given.tolerance
    guard let method = BoundMethod(rawValue: UInt32(given.method.rawValue)) else {
      throw EngineError.value("method is \(given.method.rawValue); it must be HQNN_BOUND_INTERVAL ... HQNN_BOUND_CROWN")
    }
    guard let norm = AdversarialOptions.Norm(rawValue: UInt32(given.norm.rawValue)) else {
      throw EngineError.value("norm is \(given.norm.rawValue); it must be HQNN_ADVERSARIAL_LINF or HQNN_ADVERSARIAL_L2")
    }
    (options.method, options.norm) = (method, norm)
    let certificate = try certifyIntervals(model, samples, options, progress: reporter(callback, context))
    for (i, row) in certificate.rows.enumerated() {
      predicted?[i] = Int64(row.predicted)
      for e in options.eps.indices {
        margins[i * options.eps.count + e] = row.margins[e]
        certified[i * options.eps.count + e] = row.isCertified[e] ? 1 : 0
      }
    }
  }
}

private let intervalDefaults = hqnn_interval_options(
  struct_size: MemoryLayout<hqnn_interval_options>.size, low: 0, high: 1, tolerance: 1e-3, method: HQNN_BOUND_INTERVAL,
  norm: HQNN_ADVERSARIAL_LINF)

@c @implementation
public func hqnn_layer_bounds(
  _ model: OpaquePointer?, _ low: OpaquePointer?, _ high: OpaquePointer?, _ tolerance: Double,
  _ outLow: UnsafeMutablePointer<OpaquePointer?>?, _ outHigh: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let (outLow, outHigh) = (try place(outLow, "out_low"), try place(outHigh, "out_high"))
    let model = try layer(model, "model")
    var settings = BoundSettings()
    guard tolerance > 0, tolerance.isFinite else { throw EngineError.value("tolerance is \(tolerance); it must be above 0") }
    settings.tolerance = tolerance
    let box = try model.bounds(low: tensor(low, "low").value, high: tensor(high, "high").value, settings)
    outLow.pointee = handle(Variable(box.low))
    outHigh.pointee = handle(Variable(box.high))
  }
}

@c @implementation
public func hqnn_certify_lipschitz(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ rows: UnsafeMutablePointer<hqnn_lipschitz_row>?,
  _ capacity: Int64, _ l2: UnsafeMutablePointer<Double>?, _ linf: UnsafeMutablePointer<Double>?,
  _ parts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let (model, samples) = (try layer(model, "model"), try samples(dataset))
    let rows = try room(rows, "rows", capacity, samples)
    let certificate = try certifyByLipschitz(model, samples)
    if parts != nil {
      try give(text: certificate.parts.map { "\($0.place)\t\($0.l2)\t\($0.linf)\n" }.joined(), to: parts)
    }
    for (i, row) in certificate.rows.enumerated() {
      rows[i] = hqnn_lipschitz_row(
        label: Int64(row.label), predicted: Int64(row.predicted), margin: row.margin, radius_l2: row.radiusL2,
        radius_linf: row.radiusLinf)
    }
    l2?.pointee = certificate.l2
    linf?.pointee = certificate.linf
  }
}

@c @implementation
public func hqnn_certify_noise_channel(
  _ model: OpaquePointer?, _ dataset: OpaquePointer?, _ p: Double, _ outcomes: Int64,
  _ rows: UnsafeMutablePointer<hqnn_noise_channel_row>?, _ capacity: Int64
) -> hqnn_status {
  status {
    let (model, samples) = (try layer(model, "model"), try samples(dataset))
    let rows = try room(rows, "rows", capacity, samples)
    let certificate = try certifyNoiseChannel(model, samples, p: p, outcomes: Int(outcomes))
    for (i, row) in certificate.rows.enumerated() {
      rows[i] = hqnn_noise_channel_row(
        label: Int64(row.label), predicted: Int64(row.predicted), distance: row.distance,
        private_distance: row.privateDistance, radius_l2: row.radiusL2, radius_linf: row.radiusLinf)
    }
  }
}
