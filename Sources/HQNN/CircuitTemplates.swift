// hqnn.h, "circuits: building": templates, encodings, time evolution, and patterns of pairs.

import CHQNN
import Circuits
import Glibc
import Tensors

/// -1 stands for weights that are numbered on.
private func firstWeight(_ value: Int64) throws -> Int? { value == -1 ? nil : try number(value, "first_weight") }

private func textIfAny(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }

private func wiresIfAny(_ pointer: UnsafePointer<Int64>?, _ count: Int64) throws -> [Int]? {
  pointer == nil ? nil : try wires(pointer, count)
}

@c @implementation
public func hqnn_circuit_template(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ pointer: UnsafePointer<hqnn_template_options>?
) -> hqnn_status {
  build(handle) { circuit in
    let given = try options(
      pointer,
      defaults: hqnn_template_options(
        struct_size: MemoryLayout<hqnn_template_options>.size, layers: 1, seed: 0, first_weight: -1, wires: nil,
        wire_count: 0, rotations: nil, entangler: nil, pattern: nil, pairs: nil, pair_count: 0, ranges: nil,
        range_count: 0))
    var options = TemplateOptions(layers: Int(given.layers), seed: given.seed)
    options.firstWeight = try firstWeight(given.first_weight)
    options.wires = try wiresIfAny(given.wires, given.wire_count)
    options.rotations = textIfAny(given.rotations)?.split(separator: " ").map(String.init)
    options.entangler = textIfAny(given.entangler)
    options.pattern = try textIfAny(given.pattern).map(WirePattern.named)
    if given.pairs != nil {
      let ends = try array(given.pairs, Int64(2 * number(given.pair_count, "pair_count")), "pairs").map(Int.init)
      options.pairs = stride(from: 0, to: ends.count, by: 2).map { (ends[$0], ends[$0 + 1]) }
    }
    options.ranges = given.ranges == nil ? nil : try array(given.ranges, given.range_count, "ranges").map(Int.init)
    try circuit.append(Template.named(text(name, "name")), options)
  }
}

private let templateNames: UnsafeMutablePointer<CChar> = strdup(Template.all.map(\.name).joined(separator: " "))!

@c @implementation
public func hqnn_template_names() -> UnsafePointer<CChar>? { UnsafePointer(templateNames) }

@c @implementation
public func hqnn_circuit_encode(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ pointer: UnsafePointer<hqnn_encoding_options>?
) -> hqnn_status {
  build(handle) { circuit in
    let given = try options(
      pointer,
      defaults: hqnn_encoding_options(
        struct_size: MemoryLayout<hqnn_encoding_options>.size, wires: nil, wire_count: 0, inputs: nil,
        input_count: 0, axis: nil, scale: 1, offset: 0, hadamard: 0, layers: 1, pattern: nil, seed: 0,
        first_weight: -1))
    var options = EncodingOptions()
    options.wires = try wiresIfAny(given.wires, given.wire_count)
    options.inputs = given.inputs == nil ? nil : try array(given.inputs, given.input_count, "inputs").map(Int.init)
    if let axis = textIfAny(given.axis) {
      guard axis.count == 1 else { throw EngineError.value("axis is '\(axis)'; it must be X, Y or Z") }
      options.axis = axis.first!
    }
    (options.scale, options.offset, options.hadamard) = (given.scale, given.offset, given.hadamard != 0)
    (options.layers, options.seed) = (Int(given.layers), given.seed)
    if let pattern = textIfAny(given.pattern) { options.pattern = try WirePattern.named(pattern) }
    options.firstWeight = try firstWeight(given.first_weight)
    try circuit.append(Encoding.named(text(name, "name")), options)
  }
}

private let encodingNames: UnsafeMutablePointer<CChar> = strdup(Encoding.allCases.map(\.rawValue).joined(separator: " "))!

@c @implementation
public func hqnn_encoding_names() -> UnsafePointer<CChar>? { UnsafePointer(encodingNames) }

@c @implementation
public func hqnn_circuit_evolve(
  _ handle: OpaquePointer?, _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ wires: UnsafePointer<Int64>?,
  _ wire_count: Int64, _ coefficients: UnsafePointer<Double>?, _ count: Int64, _ time: UnsafePointer<hqnn_angle>?,
  _ steps: Int64, _ order: Int64
) -> hqnn_status {
  build(handle) { circuit in
    try circuit.evolve(
      pauliSum(words, wires, wire_count, coefficients, count), time: array(time, 1, "time")[0].sum,
      steps: Int(steps), order: Int(order))
  }
}

@c @implementation
public func hqnn_pattern_pairs(
  _ pattern: UnsafePointer<CChar>?, _ wires: Int64, _ seed: UInt64, _ out: UnsafeMutablePointer<Int64>?,
  _ capacity: Int64, _ count: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let (out, count) = (try place(out), try place(count, "count"))
    let pattern = try WirePattern.named(text(pattern, "pattern"))
    guard (1...1024).contains(wires) else { throw EngineError.value("\(wires) wires; the number must be in 1..1024") }
    var stream = RandomStream(seed: seed, purpose: .circuit)
    let pairs = pattern.pairs(of: Array(0..<Int(wires)), &stream)
    guard 2 * pairs.count <= capacity else {
      throw EngineError.value("room for \(capacity) numbers; \(counted(pairs.count, "pair")) need \(2 * pairs.count)")
    }
    for (k, (p, q)) in pairs.enumerated() { (out[2 * k], out[2 * k + 1]) = (Int64(p), Int64(q)) }
    count.pointee = Int64(pairs.count)
  }
}
