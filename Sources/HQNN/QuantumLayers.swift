// hqnn.h, "layers": circuits as layers.

import CHQNN
import Circuits
import Learning
import Quantum
import Tensors

private func quanvolution(
  _ circuits: [Circuit], _ given: hqnn_quanvolution_options
) throws -> QuanvolutionLayer {
  var options = QuanvolutionLayer.Options()
  (options.kernelHeight, options.kernelWidth) = (Int(given.kernel_height), Int(given.kernel_width))
  (options.strideHeight, options.strideWidth) = (Int(given.stride_height), Int(given.stride_width))
  (options.paddingHeight, options.paddingWidth) = (Int(given.padding_height), Int(given.padding_width))
  (options.dilationHeight, options.dilationWidth) = (Int(given.dilation_height), Int(given.dilation_width))
  options.channelsLast = given.channels_last != 0
  options.exactFit = given.exact_fit != 0
  options.perChannel = given.per_channel != 0
  return try QuanvolutionLayer(circuits, options, run: try runOptions(given.run))
}

@c @implementation
public func hqnn_layer_quanvolution(
  _ circuit: OpaquePointer?, _ given: UnsafePointer<hqnn_quanvolution_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let circuit = try borrow(circuit, "circuit", as: CircuitHandle.self).circuit
    let given = try options(given, defaults: quanvolutionDefaults)
    guard (1...4096).contains(given.filters) else {
      throw EngineError.value("filters is \(given.filters); it must be in 1..4096")
    }
    return try quanvolution(Array(repeating: circuit, count: Int(given.filters)), given)
  }
}

@c @implementation
public func hqnn_layer_quanvolution_filters(
  _ circuits: UnsafePointer<OpaquePointer?>?, _ count: Int64, _ given: UnsafePointer<hqnn_quanvolution_options>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let circuits = try array(circuits, count, "circuits").enumerated().map { i, pointer in
      try borrow(pointer, "circuit \(i)", as: CircuitHandle.self).circuit
    }
    let given = try options(given, defaults: quanvolutionDefaults)
    guard given.filters == 1 else {
      throw EngineError.value("filters is \(given.filters); with a circuit for each filter it must be 1")
    }
    return try quanvolution(circuits, given)
  }
}

private let quanvolutionDefaults = hqnn_quanvolution_options(
  struct_size: MemoryLayout<hqnn_quanvolution_options>.size, kernel_height: 2, kernel_width: 2,
  stride_height: 2, stride_width: 2, channels_last: 0, exact_fit: 1, run: runDefaults, filters: 1, padding_height: 0,
  padding_width: 0, dilation_height: 1, dilation_width: 1, per_channel: 0)

@c @implementation
public func hqnn_layer_quantum(
  _ circuit: OpaquePointer?, _ given: UnsafePointer<hqnn_run_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let circuit = try borrow(circuit, "circuit", as: CircuitHandle.self).circuit
    return try QuantumLayer(circuit, options: try runOptions(given))
  }
}

@c @implementation
public func hqnn_layer_quantum_padded(
  _ circuit: OpaquePointer?, _ given: UnsafePointer<hqnn_run_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  makeLayer(out) {
    let circuit = try borrow(circuit, "circuit", as: CircuitHandle.self).circuit
    return try QuantumLayer(circuit, options: try runOptions(given), pad: true)
  }
}
