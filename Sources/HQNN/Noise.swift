// hqnn.h, "circuits: noise".

import CHQNN
import Circuits
import Glibc
import Learning
import Quantum
import Tensors

/// What a hqnn_channel handle stands for.
final class ChannelHandle {
  let channel: any Channel
  init(_ channel: any Channel) { self.channel = channel }
}

/// What a hqnn_noise handle stands for.
final class NoiseHandle {
  var model = NoiseModel()
}

private func channel(_ handle: OpaquePointer?) throws -> any Channel {
  try borrow(handle, "channel", as: ChannelHandle.self).channel
}

private func noise(_ handle: OpaquePointer?) throws -> NoiseHandle {
  try borrow(handle, "noise", as: NoiseHandle.self)
}

@c @implementation
public func hqnn_channel_create(
  _ name: UnsafePointer<CChar>?, _ parameters: UnsafePointer<Double>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let kind = try ChannelKind.named(text(name, "name"))
    out.pointee = handle(ChannelHandle(try kind.make(array(parameters, count, "parameters"))))
  }
}

@c @implementation
public func hqnn_channel_pauli(
  _ words: UnsafePointer<UnsafePointer<CChar>?>?, _ probabilities: UnsafePointer<Double>?, _ count: Int64,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let words = try array(words, count, "words").map { try text($0, "a word") }
    let probabilities = try array(probabilities, count, "probabilities")
    out.pointee = handle(ChannelHandle(try PauliError(Array(zip(words, probabilities)))))
  }
}

@c @implementation
public func hqnn_channel_kraus(
  _ operators: UnsafePointer<Double>?, _ count: Int64, _ wires: Int64, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    guard (1...3).contains(wires) else { throw EngineError.value("kraus: \(wires) wires; the number must be in 1..3") }
    let numbers = try array(operators, count, "operators")
    let (dimension, size) = (1 << Int(wires), 2 << (2 * Int(wires)))
    guard !numbers.isEmpty, numbers.count % size == 0 else {
      throw EngineError.shape(
        "kraus: operators on \(wires) wires are \(size) numbers each, got \(numbers.count) numbers")
    }
    let matrices = stride(from: 0, to: numbers.count, by: size).map { first in
      ComplexMatrix(
        dimension: dimension, re: stride(from: first, to: first + size, by: 2).map { numbers[$0] },
        im: stride(from: first + 1, to: first + size, by: 2).map { numbers[$0] })
    }
    out.pointee = handle(ChannelHandle(try KrausChannel(matrices)))
  }
}

@c @implementation
public func hqnn_channel_retain(_ handle: OpaquePointer?) -> hqnn_status {
  status { try retain(handle, "channel", as: ChannelHandle.self) }
}

@c @implementation
public func hqnn_channel_release(_ handle: OpaquePointer?) { release(handle, as: ChannelHandle.self) }

private let channelNames: UnsafeMutablePointer<CChar> = strdup(ChannelKind.all.map(\.name).joined(separator: " "))!

@c @implementation
public func hqnn_channel_names() -> UnsafePointer<CChar>? { UnsafePointer(channelNames) }

@c @implementation
public func hqnn_channel_describe(
  _ name: UnsafePointer<CChar>?, _ wires: UnsafeMutablePointer<Int64>?, _ parameters: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let (wires, parameters) = (try place(wires, "wires"), try place(parameters, "parameters"))
    let kind = try ChannelKind.named(text(name, "name"))
    (wires.pointee, parameters.pointee) = (Int64(kind.wires), Int64(kind.parameters.count))
  }
}

@c @implementation
public func hqnn_circuit_channel(
  _ handle: OpaquePointer?, _ channel_handle: OpaquePointer?, _ wires: UnsafePointer<Int64>?, _ wire_count: Int64
) -> hqnn_status {
  status {
    let target = try building(handle)
    try target.circuit.append(channel(channel_handle), array(wires, wire_count, "wires").map(Int.init))
  }
}

@c @implementation
public func hqnn_circuit_readout_error(
  _ handle: OpaquePointer?, _ wire: Int64, _ one_of_zero: Double, _ zero_of_one: Double
) -> hqnn_status {
  status {
    let error = ReadoutError(oneOfZero: one_of_zero, zeroOfOne: zero_of_one)
    try circuit(handle).circuit.setReadoutError(error, wire: Int(wire))
  }
}

@c @implementation
public func hqnn_noise_create(_ out: UnsafeMutablePointer<OpaquePointer?>?) -> hqnn_status {
  status { try place(out).pointee = handle(NoiseHandle()) }
}

@c @implementation
public func hqnn_noise_retain(_ handle: OpaquePointer?) -> hqnn_status {
  status { try retain(handle, "noise", as: NoiseHandle.self) }
}

@c @implementation
public func hqnn_noise_release(_ handle: OpaquePointer?) { release(handle, as: NoiseHandle.self) }

@c @implementation
public func hqnn_noise_add(
  _ handle: OpaquePointer?, _ gates: UnsafePointer<CChar>?, _ channel_handle: OpaquePointer?
) -> hqnn_status {
  status { try noise(handle).model.add(.named(text(gates, "gates")), channel(channel_handle)) }
}

@c @implementation
public func hqnn_noise_readout(_ handle: OpaquePointer?, _ one_of_zero: Double, _ zero_of_one: Double) -> hqnn_status {
  status {
    try noise(handle).model.setReadout(ReadoutError(oneOfZero: one_of_zero, zeroOfOne: zero_of_one))
  }
}

@c @implementation
public func hqnn_circuit_noisy(
  _ source: OpaquePointer?, _ noise_handle: OpaquePointer?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = handle(CircuitHandle(try circuit(source).circuit.noisy(noise(noise_handle).model)))
  }
}

@c @implementation
public func hqnn_circuit_expect_errors(
  _ handle: OpaquePointer?, _ inputs: OpaquePointer?, _ weights: OpaquePointer?,
  _ options: UnsafePointer<hqnn_run_options>?, _ out_values: UnsafeMutablePointer<OpaquePointer?>?,
  _ out_errors: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let (outValues, outErrors) = (try place(out_values, "out_values"), try place(out_errors, "out_errors"))
    let (inputs, weights): (Variable?, Variable?) = (borrowIfAny(inputs), borrowIfAny(weights))
    let (values, errors) = try circuit(handle).runner(runOptions(options))
      .expectationsWithErrors(inputs: inputs?.value, weights: weights?.value)
    outValues.pointee = HQNN.handle(Variable(values))
    outErrors.pointee = HQNN.handle(Variable(errors))
  }
}
