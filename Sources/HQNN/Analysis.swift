// hqnn.h, "circuits: analysis".

import Analysis
import CHQNN
import Circuits
import Glibc
import Learning
import Tensors

// MARK: Conversions

/// A result struct, as far as the caller's reaches.
private func give<T>(_ result: T, to out: UnsafeMutablePointer<T>) throws {
  let size = UnsafeRawPointer(out).load(as: Int.self)
  guard size >= MemoryLayout<Int>.size, size <= 4096 else {
    throw EngineError.value("struct_size is \(size); start the result from its initializer macro")
  }
  let head = MemoryLayout<Int>.size
  withUnsafeBytes(of: result) { bytes in
    UnsafeMutableRawPointer(out + 0).advanced(by: head).copyMemory(
      from: bytes.baseAddress! + head, byteCount: min(size, bytes.count) - head)
  }
}

private func estimate(_ value: Estimate) -> hqnn_estimate { hqnn_estimate(value: value.value, error: value.error) }

/// A float64 tensor [rows.count, columns].
private func tensor(_ rows: [[Double]], columns: Int) -> OpaquePointer {
  handle(Variable(Tensor(rows.flatMap { $0 }, [rows.count, columns])))
}

/// A number of samples or the like, which any int64_t may be.
private func count(_ value: Int64) -> Int { Int(value) }

private func descriptorOptions(_ pointer: UnsafePointer<hqnn_descriptor_options>?) throws -> hqnn_descriptor_options {
  try options(
    pointer,
    defaults: hqnn_descriptor_options(
      struct_size: MemoryLayout<hqnn_descriptor_options>.size, samples: 5000, bins: 75, seed: 0))
}

// MARK: Expressibility and entanglement

@c @implementation
public func hqnn_circuit_expressibility(
  _ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_descriptor_options>?,
  _ out: UnsafeMutablePointer<hqnn_expressibility>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let options = try descriptorOptions(pointer)
    let result = try circuit(handle).circuit.expressibility(
      samples: count(options.samples), bins: count(options.bins), seed: options.seed)
    try give(
      hqnn_expressibility(struct_size: 0, divergence: result.divergence, error: result.error, bias: result.bias),
      to: out)
  }
}

@c @implementation
public func hqnn_circuit_entanglement(
  _ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_descriptor_options>?,
  _ out: UnsafeMutablePointer<hqnn_estimate>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let options = try descriptorOptions(pointer)
    out.pointee = estimate(
      try circuit(handle).circuit.entanglement(samples: count(options.samples), seed: options.seed))
  }
}

@c @implementation
public func hqnn_circuit_descriptors(
  _ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_descriptor_options>?,
  _ expressibility: UnsafeMutablePointer<Double>?, _ entanglement: UnsafeMutablePointer<Double>?
) -> hqnn_status {
  status {
    let (first, second) = (try place(expressibility, "expressibility"), try place(entanglement, "entanglement"))
    let options = try descriptorOptions(pointer)
    let result = try circuit(handle).circuit.descriptors(
      samples: count(options.samples), bins: count(options.bins), seed: options.seed)
    first.pointee = result.expressibility
    second.pointee = result.entanglement
  }
}

// MARK: Gradient variance

@c @implementation
public func hqnn_circuit_gradient_variance(
  _ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_gradient_variance_options>?,
  _ variance: UnsafeMutablePointer<hqnn_estimate>?, _ mean: UnsafeMutablePointer<hqnn_estimate>?,
  _ out_per_weight: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let variance = try place(variance, "variance")
    let given = try options(
      pointer,
      defaults: hqnn_gradient_variance_options(
        struct_size: MemoryLayout<hqnn_gradient_variance_options>.size, output: 0, weight: 0, samples: 1000, seed: 0,
        low: 0, high: 2 * .pi, inputs: nil, input_count: 0))
    var wanted = GradientVarianceOptions()
    wanted.output = count(given.output)
    wanted.weight = given.weight == -1 ? nil : count(given.weight)
    (wanted.samples, wanted.seed) = (count(given.samples), given.seed)
    wanted.range = WeightRange(low: given.low, high: given.high)
    if given.inputs != nil { wanted.inputs = try array(given.inputs, given.input_count, "inputs") }
    let result = try circuit(handle).circuit.gradientVariance(wanted)
    variance.pointee = estimate(result.variance)
    mean?.pointee = estimate(result.mean)
    out_per_weight?.pointee = tensor(
      zip(result.means, result.variances).map { [$0.value, $0.error, $1.value, $1.error] }, columns: 4)
  }
}

// MARK: Fourier series

@c @implementation
public func hqnn_circuit_fourier(
  _ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_fourier_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(
      pointer,
      defaults: hqnn_fourier_options(
        struct_size: MemoryLayout<hqnn_fourier_options>.size, output: 0, columns: nil, column_count: 0, inputs: nil,
        input_count: 0, weights: nil, weight_count: 0, periods: nil, period_count: 0, degrees: nil, degree_count: 0))
    var wanted = FourierOptions()
    wanted.output = count(given.output)
    if given.columns != nil { wanted.columns = try array(given.columns, given.column_count, "columns").map(count) }
    if given.inputs != nil { wanted.inputs = try array(given.inputs, given.input_count, "inputs") }
    wanted.weights = try array(given.weights, given.weight_count, "weights")
    wanted.periods = try array(given.periods, given.period_count, "periods")
    if given.degrees != nil { wanted.degrees = try array(given.degrees, given.degree_count, "degrees").map(count) }
    let series = try circuit(handle).circuit.fourierSeries(wanted)
    out.pointee = tensor(
      series.terms.map { $0.frequency + [$0.re, $0.im, $0.degeneracy ?? .nan] }, columns: series.columns.count + 3)
  }
}

// MARK: Effective dimension

@c @implementation
public func hqnn_circuit_effective_dimension(
  _ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_effective_dimension_options>?,
  _ out: UnsafeMutablePointer<hqnn_estimate>?, _ out_spectrum: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(
      pointer,
      defaults: hqnn_effective_dimension_options(
        struct_size: MemoryLayout<hqnn_effective_dimension_options>.size, counts: nil, count_count: 0, gamma: 1,
        samples: 100, low: 0, high: 2 * .pi, inputs: nil, rows: 100, model: HQNN_MODEL_AUTOMATIC, seed: 0))
    let circuit = try circuit(handle).circuit
    var wanted = EffectiveDimensionOptions()
    if given.counts != nil { wanted.counts = try array(given.counts, given.count_count, "counts").map(count) }
    (wanted.gamma, wanted.samples, wanted.seed) = (given.gamma, count(given.samples), given.seed)
    wanted.range = WeightRange(low: given.low, high: given.high)
    guard let model = ProbabilityModel(rawValue: UInt32(given.model.rawValue)) else {
      throw EngineError.value("model is \(given.model.rawValue); it must be HQNN_MODEL_AUTOMATIC ... HQNN_MODEL_SOFTMAX")
    }
    wanted.model = model
    guard given.rows >= 1, given.rows <= 1 << 24 else {
      throw EngineError.value("rows is \(given.rows); it must be in 1..\(1 << 24)")
    }
    wanted.rows = count(given.rows)
    if given.inputs != nil {
      let width = circuit.inputCount
      let values = try array(given.inputs, given.rows * Int64(width), "inputs")
      wanted.inputs = (0..<wanted.rows).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
    let result = try circuit.effectiveDimension(wanted)
    for (k, dimension) in result.dimensions.enumerated() { out[k] = estimate(dimension) }
    out_spectrum?.pointee = tensor(result.spectrum, columns: circuit.weightCount)
  }
}

// MARK: Resources and light cones

@c @implementation
public func hqnn_circuit_resources(
  _ handle: OpaquePointer?, _ out: UnsafeMutablePointer<hqnn_resources>?,
  _ out_gates: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ out_text: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let r = try circuit(handle).circuit.resources
    try give(
      hqnn_resources(
        struct_size: 0, wires: Int64(r.wires), inputs: Int64(r.inputs), weights: Int64(r.weights),
        outputs: Int64(r.outputs), one_qubit_gates: Int64(r.oneQubitGates), two_qubit_gates: Int64(r.twoQubitGates),
        larger_gates: Int64(r.largerGates), depth: Int64(r.depth), entangling_depth: Int64(r.entanglingDepth),
        angles: Int64(r.parameterisedAngles), t_count: Int64(r.tCount ?? -1), channels: Int64(r.channels),
        measurements_on_the_way: Int64(r.measurementsOnTheWay), resets: Int64(r.resets)), to: out)
    out_gates?.pointee = strdup(r.gates.map { "\($0.name) \($0.count)" }.joined(separator: "\n"))
    out_text?.pointee = strdup(r.description)
  }
}

@c @implementation
public func hqnn_circuit_light_cone(
  _ handle: OpaquePointer?, _ output: Int64, _ part: hqnn_cone_part, _ out: UnsafeMutablePointer<Int64>?,
  _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let count = try place(count, "count")
    guard capacity >= 0 else { throw EngineError.value("capacity is \(capacity); it must be 0 or more") }
    if capacity > 0 { _ = try place(out) }
    let cone = try circuit(handle).circuit.lightCone(output: Int(output))
    let numbers: [Int]
    switch part {
    case HQNN_CONE_WIRES: numbers = cone.wires
    case HQNN_CONE_OPERATIONS: numbers = cone.operations
    case HQNN_CONE_INPUTS: numbers = cone.inputs
    case HQNN_CONE_WEIGHTS: numbers = cone.weights
    default: throw EngineError.value("part is \(part.rawValue); it must be HQNN_CONE_WIRES ... HQNN_CONE_WEIGHTS")
    }
    for (k, number) in numbers.prefix(Int(capacity)).enumerated() { out![k] = Int64(number) }
    count.pointee = Int64(numbers.count)
  }
}
