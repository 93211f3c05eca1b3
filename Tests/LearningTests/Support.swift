// Small circuits, convolutions and data sets that several suites use.

import Learning
import Circuits
import Quantum
import Tensors
import Testing

func convolution(filters: Int) -> Conv2DLayer.Options {
  var options = Conv2DLayer.Options()
  options.filters = filters
  (options.kernelHeight, options.kernelWidth) = (2, 3)
  return options
}

/// RY of π times each input, then two rings of weights; Z everywhere.
func patchCircuit(inputs: Int) throws -> Circuit {
  var circuit = try Circuit(wires: inputs)
  for wire in 0..<inputs {
    try circuit.append("RY", [wire], [.input(wire, scale: .pi)])
  }
  try circuit.append(.ring, layers: 2)
  for wire in 0..<inputs { try circuit.measure("Z", [wire]) }
  return circuit
}

/// Points in the plane around three centres, 0.1 wide: easy to tell apart.
func clusters(_ count: Int, seed: UInt64) throws -> Samples {
  var stream = RandomStream(seed: seed, purpose: .tensor)
  let centres = [(0.2, 0.2), (0.8, 0.3), (0.4, 0.8)]
  let labels = (0..<count).map { $0 % 3 }
  let values = labels.flatMap { label in
    [centres[label].0, centres[label].1].map { Float($0 + 0.05 * stream.normal()) }
  }
  return try Samples(Tensor(values, [count, 2]), labels)
}

/// Images of two kinds, bright above or bright below.
func halves(_ count: Int, seed: UInt64) throws -> Samples {
  var stream = RandomStream(seed: seed, purpose: .tensor)
  let labels = (0..<count).map { $0 % 2 }
  let values = labels.flatMap { label in
    (0..<16).map { Float(0.4 * stream.uniform() + (($0 < 8) == (label == 0) ? 0.5 : 0.1)) }
  }
  return try Samples(Tensor(values, [count, 1, 4, 4]), labels)
}

/// The message of the engine's error that the body throws.
func message(_ kind: EngineError.Kind, _ body: () throws -> Void) -> String {
  do { try body() } catch let error as EngineError {
    return error.kind == kind ? error.message : "an error of another kind, \(error.kind): \(error)"
  } catch { return "an error of another type: \(error)" }
  return "no error"
}
