// hqnn.h, "circuits: building": gates, blocks, sub-circuits, start states and measurements.
// Templates and encodings are in CircuitTemplates.swift.

import CHQNN
import Circuits
import Tensors

extension hqnn_angle {
  /// One angle with all terms of its sum.
  var sum: AngleSum {
    get throws {
      var (terms, current) = ([Angle](), self)
      while true {
        terms.append(try current.term)
        guard let next = current.next else { return AngleSum(terms) }
        guard terms.count < 4096 else { throw EngineError.value("an angle is a sum of more than 4096 terms") }
        current = next.pointee
      }
    }
  }

  private var term: Angle {
    get throws {
      let (index, other) = (Int(index), Int(other))
      let slot: Angle.Slot
      switch self.slot {
      case HQNN_CONSTANT: return .constant(offset)
      case HQNN_INPUT: slot = .input(index)
      case HQNN_WEIGHT: slot = .weight(index)
      case HQNN_INPUT_PRODUCT: slot = .inputProduct(index, other)
      case HQNN_WEIGHT_INPUT: slot = .weightedInput(weight: index, input: other)
      default:
        throw EngineError.value("an angle's slot is \(self.slot.rawValue); it must be HQNN_CONSTANT ... HQNN_WEIGHT_INPUT")
      }
      return Angle(slot, scale: scale, offset: offset)
    }
  }
}

func wires(_ pointer: UnsafePointer<Int64>?, _ count: Int64) throws -> [Int] {
  try array(pointer, count, "wires").map(Int.init)
}

/// Appends something to a circuit; what throws changes nothing.
func build(_ handle: OpaquePointer?, _ body: (inout Circuit) throws -> Void) -> hqnn_status {
  status { try body(&building(handle).circuit) }
}

@c @implementation
public func hqnn_circuit_gate(
  _ handle: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ wires: UnsafePointer<Int64>?, _ wire_count: Int64,
  _ angles: UnsafePointer<hqnn_angle>?, _ angle_count: Int64
) -> hqnn_status {
  build(handle) { circuit in
    let wires = try HQNN.wires(wires, wire_count)
    try circuit.append(
      Gates.named(text(name, "name"), wires: wires.count), wires, array(angles, angle_count, "angles").map { try $0.sum })
  }
}

@c @implementation
public func hqnn_circuit_pauli_rotation(
  _ handle: OpaquePointer?, _ word: UnsafePointer<CChar>?, _ wires: UnsafePointer<Int64>?, _ wire_count: Int64,
  _ angle: UnsafePointer<hqnn_angle>?
) -> hqnn_status {
  build(handle) { circuit in
    try circuit.append(
      PauliRot(text(word, "word")), HQNN.wires(wires, wire_count), array(angle, 1, "angle").map { try $0.sum })
  }
}

@c @implementation
public func hqnn_circuit_unitary(
  _ handle: OpaquePointer?, _ matrix: UnsafePointer<Double>?, _ count: Int64, _ wires: UnsafePointer<Int64>?,
  _ wire_count: Int64
) -> hqnn_status {
  build(handle) { circuit in
    let (numbers, wires) = (try array(matrix, count, "matrix"), try HQNN.wires(wires, wire_count))
    let entries = 1 << (2 * min(wires.count, 20))
    guard numbers.count == 2 * entries else {
      throw EngineError.shape("the matrix has \(numbers.count) numbers; on \(counted(wires.count, "wire")) it has \(2 * entries)")
    }
    let matrix = ComplexMatrix(
      dimension: 1 << wires.count, re: (0..<entries).map { numbers[2 * $0] }, im: (0..<entries).map { numbers[2 * $0 + 1] })
    try circuit.append(UnitaryGate(matrix), wires)
  }
}

// MARK: Blocks and sub-circuits

private let blockDefaults = hqnn_block_options(
  struct_size: MemoryLayout<hqnn_block_options>.size, adjoint: 0, controls: nil, control_count: 0,
  control_values: nil, bits: nil, bit_values: nil, bit_count: 0)

extension hqnn_block_options {
  fileprivate var modifiers: Modifiers {
    get throws {
      let values = try Self.flags(control_values, control_count, "control")
      let bits = try array(bits, bit_count, "bits").map(Int.init)
      let bitValues = try Self.flags(bit_values, bit_count, "bit") ?? bits.map { _ in true }
      return Modifiers(
        adjoint: adjoint != 0, controls: try HQNN.wires(controls, control_count), values: values ?? [],
        condition: zip(bits, bitValues).map { Operation.ClassicalBit(bit: $0, value: $1) })
    }
  }

  private static func flags(_ pointer: UnsafePointer<Int32>?, _ count: Int64, _ what: String) throws -> [Bool]? {
    guard pointer != nil else { return nil }
    return try array(pointer, count, "\(what) values").map { value in
      guard value == 0 || value == 1 else {
        throw EngineError.value("the value of a \(what) is \(value); it must be 0 or 1")
      }
      return value == 1
    }
  }
}

@c @implementation
public func hqnn_circuit_begin(_ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_block_options>?) -> hqnn_status {
  status {
    let target = try building(handle)
    try target.begin(options(pointer, defaults: blockDefaults).modifiers)
  }
}

@c @implementation
public func hqnn_circuit_end(_ handle: OpaquePointer?) -> hqnn_status { status { try building(handle).end() } }

@c @implementation
public func hqnn_circuit_append(
  _ handle: OpaquePointer?, _ other: OpaquePointer?, _ pointer: UnsafePointer<hqnn_append_options>?
) -> hqnn_status {
  status {
    // Read before the other is changed: they may be the same.
    let (target, other) = (try building(handle), try circuit(other).circuit)
    let options = try options(
      pointer,
      defaults: hqnn_append_options(
        struct_size: MemoryLayout<hqnn_append_options>.size, wires: nil, wire_count: 0, first_input: 0,
        first_weight: -1, block: blockDefaults))
    try target.circuit.append(
      other, wires: options.wires == nil ? nil : wires(options.wires, options.wire_count),
      inputs: number(options.first_input, "first_input"),
      weights: options.first_weight == -1 ? nil : number(options.first_weight, "first_weight"), options.block.modifiers)
  }
}

/// A number of something, 0 or more and not absurd.
func number(_ value: Int64, _ what: String) throws -> Int {
  guard (0..<1 << 20).contains(value) else { throw EngineError.value("\(what) is \(value); it must be in 0..\((1 << 20) - 1)") }
  return Int(value)
}

// MARK: On the way, and at the start

@c @implementation
public func hqnn_circuit_measure_wire(
  _ handle: OpaquePointer?, _ wire: Int64, _ bit: Int64, _ out: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  build(handle) { circuit in
    let bit = try circuit.measure(wire: Int(wire), into: bit == -1 ? nil : Int(bit))
    out?.pointee = Int64(bit)
  }
}

@c @implementation
public func hqnn_circuit_reset(_ handle: OpaquePointer?, _ wire: Int64) -> hqnn_status {
  build(handle) { try $0.reset(wire: Int(wire)) }
}

@c @implementation
public func hqnn_circuit_barrier(_ handle: OpaquePointer?, _ wires: UnsafePointer<Int64>?, _ count: Int64) -> hqnn_status {
  build(handle) { circuit in
    let wires = try HQNN.wires(wires, count)
    try circuit.barrier(wires.isEmpty ? Array(0..<circuit.wires) : wires)
  }
}

@c @implementation
public func hqnn_circuit_prepare(
  _ handle: OpaquePointer?, _ amplitudes: UnsafePointer<Double>?, _ count: Int64, _ normalize: Int32
) -> hqnn_status {
  build(handle) { circuit in
    let numbers = try array(amplitudes, count, "amplitudes")
    guard numbers.count % 2 == 0 else {
      throw EngineError.shape("\(numbers.count) numbers; amplitudes have a real and an imaginary part each")
    }
    let half = 0..<numbers.count / 2
    try circuit.prepare(re: half.map { numbers[2 * $0] }, im: half.map { numbers[2 * $0 + 1] }, normalize: normalize != 0)
  }
}

@c @implementation
public func hqnn_circuit_amplitudes(
  _ handle: OpaquePointer?, _ pointer: UnsafePointer<hqnn_amplitude_options>?
) -> hqnn_status {
  build(handle) { circuit in
    let options = try options(
      pointer,
      defaults: hqnn_amplitude_options(
        struct_size: MemoryLayout<hqnn_amplitude_options>.size, first: 0, count: 0, wires: nil, wire_count: 0,
        normalize: 0, pad: 0, pad_with: 0))
    let wires = options.wires == nil ? Array(0..<circuit.wires) : try HQNN.wires(options.wires, options.wire_count)
    let count = options.count == 0 ? 1 << min(wires.count, 20) : try number(options.count, "count")
    try circuit.prepare(
      AmplitudeEncoding(
        first: number(options.first, "first"), count: count, wires: wires, normalize: options.normalize != 0,
        padding: options.pad == 0 ? nil : options.pad_with))
  }
}

// MARK: Measurements at the end

/// A weighted sum of Pauli words, as hqnn.h describes it.
func pauliSum(
  _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ wires: UnsafePointer<Int64>?, _ wire_count: Int64,
  _ coefficients: UnsafePointer<Double>?, _ count: Int64
) throws -> PauliSum {
  let words = try array(words, count, "words").map { try text($0, "a word") }
  let (wires, coefficients) = (try HQNN.wires(wires, wire_count), try array(coefficients, count, "coefficients"))
  let letters = words.reduce(0) { $0 + $1.count }
  guard letters == wires.count else {
    throw EngineError.value("the words have \(counted(letters, "letter")) for \(counted(wires.count, "wire"))")
  }
  var next = 0
  return PauliSum(
    zip(coefficients, words).map { coefficient, word in
      next += word.count
      return (coefficient, PauliWord(word, Array(wires[next - word.count..<next])))
    })
}

@c @implementation
public func hqnn_circuit_measure(
  _ handle: OpaquePointer?, _ word: UnsafePointer<CChar>?, _ wires: UnsafePointer<Int64>?, _ count: Int64
) -> hqnn_status {
  build(handle) { try $0.measure(text(word, "word"), HQNN.wires(wires, count)) }
}

@c @implementation
public func hqnn_circuit_measure_sum(
  _ handle: OpaquePointer?, _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ wires: UnsafePointer<Int64>?,
  _ wire_count: Int64, _ coefficients: UnsafePointer<Double>?, _ count: Int64
) -> hqnn_status {
  build(handle) { try $0.measure(.expectation(pauliSum(words, wires, wire_count, coefficients, count))) }
}

@c @implementation
public func hqnn_circuit_measure_variance(
  _ handle: OpaquePointer?, _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ wires: UnsafePointer<Int64>?,
  _ wire_count: Int64, _ coefficients: UnsafePointer<Double>?, _ count: Int64
) -> hqnn_status {
  build(handle) { try $0.measure(.variance(pauliSum(words, wires, wire_count, coefficients, count))) }
}

@c @implementation
public func hqnn_circuit_measure_probabilities(
  _ handle: OpaquePointer?, _ wires: UnsafePointer<Int64>?, _ count: Int64
) -> hqnn_status {
  build(handle) { try $0.measure(.probabilities(HQNN.wires(wires, count))) }
}
