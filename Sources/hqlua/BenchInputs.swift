// The workloads' inputs: a splitmix64 stream per purpose (Steele, Lea, Flood 2014), as the peers'
// scripts define them, and the tensors and models made of them.

import CHQNN

/// The k-th number of stream s, in [0, 1).
func u(_ stream: UInt64, _ k: Int) -> Double {
  var z: UInt64 = 1 &+ (stream << 40) &+ (UInt64(k) &+ 1) &* 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  z = z ^ (z >> 31)
  return Double(z >> 11) * 0x1p-53
}

func uniforms(_ stream: UInt64, _ count: Int) -> [Double] { (0..<count).map { u(stream, $0) } }
func angles(_ stream: UInt64, _ count: Int) -> [Double] { uniforms(stream, count).map { 2 * .pi * $0 } }

/// Uniform in ±1/√fan.
func fan(_ stream: UInt64, _ count: Int, _ fan: Int) -> [Double] {
  let a = 1 / Double(fan).squareRoot()
  return uniforms(stream, count).map { a * (2 * $0 - 1) }
}

/// Mean of (1 + k mod 7)·a_k.
func checksum(_ values: [Double]) -> Double {
  values.enumerated().reduce(0) { $0 + Double(1 + $1.offset % 7) * $1.element } / Double(values.count)
}

/// A tensor handle that is released with its last reference.
final class BenchTensor {
  let handle: OpaquePointer
  init(_ handle: OpaquePointer) { self.handle = handle }
  deinit { hqnn_tensor_release(handle) }

  convenience init(_ dtype: hqnn_dtype, _ shape: [Int], _ values: [Double]) throws {
    let dimensions = shape.map(Int64.init)
    self.init(
      try made { out in
        dtype == HQNN_FLOAT32
          ? hqnn_tensor_create(dtype, Int64(shape.count), dimensions, values.map { Float($0) }, out)
          : hqnn_tensor_create(dtype, Int64(shape.count), dimensions, values, out)
      })
  }

  func values() throws -> [Double] {
    var count: Int64 = 0
    try check(hqnn_tensor_count(handle, &count))
    let wide = BenchTensor(try made { hqnn_tensor_cast(handle, HQNN_FLOAT64, $0) })
    var values = [Double](repeating: 0, count: Int(count))
    try check(hqnn_tensor_read(wide.handle, &values, values.count * 8))
    return values
  }
}

final class BenchLayer {
  let handle: OpaquePointer
  init(_ handle: OpaquePointer) { self.handle = handle }
  deinit { hqnn_layer_release(handle) }

  /// Overwrites parameter `index`.
  func set(_ index: Int, _ dtype: hqnn_dtype, _ values: [Double]) throws {
    let parameter = BenchTensor(try made { hqnn_layer_parameter(handle, Int64(index), $0) })
    try check(
      dtype == HQNN_FLOAT32
        ? hqnn_tensor_write(parameter.handle, values.map { Float($0) }, values.count * 4)
        : hqnn_tensor_write(parameter.handle, values, values.count * 8))
  }

  func build(_ dtype: hqnn_dtype, _ shape: [Int64]) throws {
    try check(hqnn_layer_build(handle, dtype, Int64(shape.count), shape, 0))
  }
}

final class BenchCircuit {
  let handle: OpaquePointer

  init(_ handle: OpaquePointer) { self.handle = handle }
  init(wires: Int) throws { handle = try made { hqnn_circuit_create(Int64(wires), $0) } }
  deinit { hqnn_circuit_release(handle) }

  func gate(_ name: String, _ wires: [Int], _ angles: [hqnn_angle] = []) throws {
    try check(
      hqnn_circuit_gate(handle, name, wires.map(Int64.init), Int64(wires.count), angles, Int64(angles.count)))
  }

  func measureEachZ(_ wires: Int) throws {
    for wire in 0..<wires { try check(hqnn_circuit_measure(handle, "Z", [Int64(wire)], 1)) }
  }
}

extension BenchCircuit {
  /// Σ Z_q
  func measureSum(_ wires: Int) throws {
    let list = (0..<wires).map(Int64.init)
    let ones = [Double](repeating: 1, count: wires)
    try "Z".withCString { z in
      let words = [UnsafePointer<CChar>?](repeating: z, count: wires)
      try check(hqnn_circuit_measure_sum(handle, words, list, Int64(wires), ones, Int64(wires)))
    }
  }
}

extension hqnn_angle {
  static func input(_ index: Int) -> hqnn_angle { hqnn_angle(slot: HQNN_INPUT, index: Int64(index), scale: 1, offset: 0, other: 0, next: nil) }
  static func weight(_ index: Int) -> hqnn_angle { hqnn_angle(slot: HQNN_WEIGHT, index: Int64(index), scale: 1, offset: 0, other: 0, next: nil) }
  static func pixel(_ index: Int) -> hqnn_angle { hqnn_angle(slot: HQNN_INPUT, index: Int64(index), scale: .pi, offset: 0, other: 0, next: nil) }
  static func constant(_ value: Double) -> hqnn_angle { hqnn_angle(slot: HQNN_CONSTANT, index: 0, scale: 0, offset: value, other: 0, next: nil) }
}
