// hqnn.h, "certificates".  Reports are in lua/hqnn/certify.lua.

import CHQNN
import LuaTrampoline

let certificateFunctions: [Function] = [
  // certify_smoothing(model, data, options, report): an array of { label, predicted, radius, probability, count }
  Function("native", "certify_smoothing", as: "hq.certify.smoothing") { call in
    let (model, data) = (try call.layer(1), try call.dataset(2))
    var options = hqnn_smoothing_options_default()
    try call.field(3, "sigma", &options.sigma)
    try call.field(3, "n0", &options.n0)
    try call.field(3, "n", &options.n)
    try call.field(3, "alpha", &options.alpha)
    try call.field(3, "seed", &options.seed)
    var rows = [hqnn_smoothing_row](repeating: hqnn_smoothing_row(), count: try count(of: data))
    let stopped = try Callback.run(call, function: 4) { context in
      hqnn_certify_smoothing(model, data, &options, &rows, Int64(rows.count), report, context)
    }
    if stopped { return 0 }
    call.push(rows: rows) { row in
      [
        ("label", .integer(row.label)), ("predicted", row.predicted < 0 ? .nothing : .integer(row.predicted)),
        ("radius", .number(row.radius)), ("probability", .number(row.probability)), ("count", .integer(row.count)),
      ]
    }
    return 1
  },
  // certify_intervals(model, data, options, { eps, … }, report): an array of { label, predicted, margins, certified }
  Function("native", "certify_intervals", as: "hq.certify.intervals") { call in
    let (model, data) = (try call.layer(1), try call.dataset(2))
    var options = hqnn_interval_options_default()
    try call.field(3, "low", &options.low)
    try call.field(3, "high", &options.high)
    try call.field(3, "tolerance", &options.tolerance)
    try call.field(
      3, "bounds", &options.method,
      [("interval", HQNN_BOUND_INTERVAL), ("linear", HQNN_BOUND_LINEAR), ("crown", HQNN_BOUND_CROWN)])
    try call.field(3, "norm", &options.norm, [("linf", HQNN_ADVERSARIAL_LINF), ("l2", HQNN_ADVERSARIAL_L2)])
    let eps = try call.numbers(4, "eps: element")
    let labels = try labels(of: data)
    let samples = try count(of: data)
    var margins = [Double](repeating: 0, count: max(1, samples * eps.count))
    var certified = [Int32](repeating: 0, count: margins.count)
    var predicted = [Int64](repeating: 0, count: samples)
    let stopped = try Callback.run(call, function: 5) { context in
      hqnn_certify_intervals(
        model, data, eps, Int64(eps.count), &options, &margins, &certified, &predicted, Int64(samples), report, context)
    }
    if stopped { return 0 }
    call.push(rows: Array(0..<samples)) { row in
      let range = row * eps.count..<(row + 1) * eps.count
      return [
        ("label", .integer(labels[row])), ("predicted", .integer(predicted[row])),
        ("margins", .numbers(Array(margins[range]))), ("certified", .flags(certified[range].map { $0 != 0 })),
      ]
    }
    return 1
  },
  // layer_bounds(model, low, high, tolerance): two tensors
  Function("native", "layer_bounds", as: "hq.certify.bounds") { call in
    let (model, low, high) = (try call.layer(1), try call.tensor(2), try call.tensor(3))
    let tolerance = try call.number(4)
    let outLow = call.lua.pushObject(.tensor)
    let outHigh = call.lua.pushObject(.tensor)
    try check(hqnn_layer_bounds(model, low, high, tolerance, outLow, outHigh))
    NativeMemory.watch(call.lua)
    return 2
  },
  // certify_lipschitz(model, data): rows, l2, linf, text of the parts
  Function("native", "certify_lipschitz", as: "hq.certify.lipschitz") { call in
    let (model, data) = (try call.layer(1), try call.dataset(2))
    var rows = [hqnn_lipschitz_row](repeating: hqnn_lipschitz_row(), count: try count(of: data))
    var (l2, linf): (Double, Double) = (0, 0)
    var text: UnsafeMutablePointer<CChar>?
    try check(hqnn_certify_lipschitz(model, data, &rows, Int64(rows.count), &l2, &linf, &text))
    defer { hqnn_text_release(text) }
    call.push(rows: rows) { row in
      [
        ("label", .integer(row.label)), ("predicted", .integer(row.predicted)), ("margin", .number(row.margin)),
        ("radius_l2", .number(row.radius_l2)), ("radius_linf", .number(row.radius_linf)),
      ]
    }
    call.lua.push(l2)
    call.lua.push(linf)
    call.lua.push(text.map { String(cString: $0) } ?? "")
    return 4
  },
  // certify_noise_channel(model, data, p, outcomes): rows
  Function("native", "certify_noise_channel", as: "hq.certify.noise_channel") { call in
    let (model, data) = (try call.layer(1), try call.dataset(2))
    let (p, outcomes) = (try call.number(3), try call.integer(4))
    var rows = [hqnn_noise_channel_row](repeating: hqnn_noise_channel_row(), count: try count(of: data))
    try check(hqnn_certify_noise_channel(model, data, p, outcomes, &rows, Int64(rows.count)))
    call.push(rows: rows) { row in
      [
        ("label", .integer(row.label)), ("predicted", .integer(row.predicted)), ("distance", .number(row.distance)),
        ("private_distance", .number(row.private_distance)),
        ("radius_l2", row.radius_l2.isNaN ? .nothing : .number(row.radius_l2)),
        ("radius_linf", row.radius_linf.isNaN ? .nothing : .number(row.radius_linf)),
      ]
    }
    return 1
  },
]

private func report(_ context: UnsafeMutableRawPointer?, _ done: Int64, _ total: Int64) -> Int32 {
  Callback.call(context) { lua in
    lua.push(done)
    lua.push(total)
    return 2
  }
}

/// A field's value on its way to Lua.
private enum Value {
  case nothing
  case integer(Int64)
  case number(Double)
  case numbers([Double])
  case flags([Bool])
}

extension Call {
  /// Pushes an array of tables.
  fileprivate func push<T>(rows: [T], _ fields: (T) -> [(String, Value)]) {
    lua.pushTable(array: rows.count)
    let table = lua.top
    for (position, row) in rows.enumerated() {
      let fields = fields(row)
      lua.pushTable(fields: fields.count)
      let entry = lua.top
      for (name, value) in fields {
        switch value {
        case .nothing: continue
        case .integer(let value): lua.push(value)
        case .number(let value): lua.push(value)
        case .numbers(let values): push(array: values) { lua.push($0) }
        case .flags(let values): push(array: values) { lua.push($0) }
        }
        lua.setField(entry, name)
      }
      lua.setElement(table, Int64(position + 1))
    }
  }

  private func push<T>(array values: [T], _ push: (T) -> Void) {
    lua.pushTable(array: values.count)
    let table = lua.top
    for (position, value) in values.enumerated() {
      push(value)
      lua.setElement(table, Int64(position + 1))
    }
  }
}
