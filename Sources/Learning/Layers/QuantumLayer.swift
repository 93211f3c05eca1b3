// A circuit as a dense layer.

import Circuits
import Quantum
import Tensors

/// Expectation values of a circuit: [batch, inputs] to [batch, outputs].  Parameter: weights [weights],
/// in radians, shared by the batch.
public final class QuantumLayer: Layer, SpecifiedLayer {
  public let runner: CircuitRunner

  /// The circuit needs inputs and measured values.
  public init(_ circuit: Circuit, options: RunOptions = RunOptions()) throws {
    try checkLayerCircuit(circuit)
    runner = try CircuitRunner(circuit, options: options)
    super.init()
  }

  static let kindName = "quantum"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("circuit", try runner.circuit.json), ("run", runner.options.json)])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(specification.circuit("circuit"), options: specification.runOptions("run"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { circuitDetail(runner.circuit) }
  override var isQuantum: Bool { true }
  package override var runners: [CircuitRunner] { [runner] }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    let expected = [runner.circuit.inputCount]
    guard input == expected else {
      throw EngineError.shape("expected input \(Self.batched(expected)), got \(Self.batched(input))")
    }
    return [runner.circuit.outputCount]
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    runner.circuit.weightCount > 0 ? [.angles(runner.circuit.weightCount)] : []
  }

  override func apply(_ x: Variable) throws -> Variable {
    try runner.expectations(inputs: x, weights: ownParameters.first?.variable)
  }
}

extension JSON {
  func circuit(_ key: String) throws -> Circuit {
    guard let member = self[key] else { throw EngineError.file("\"\(key)\" is missing") }
    return try Circuit(json: member)
  }

  func runOptions(_ key: String) throws -> RunOptions {
    guard let member = self[key] else { throw EngineError.file("\"\(key)\" is missing") }
    return try RunOptions(json: member)
  }
}

/// A circuit that stands in a model reads the data and measures something.
func checkLayerCircuit(_ circuit: Circuit) throws {
  guard circuit.inputCount >= 1 else {
    throw EngineError.value("the circuit has no inputs, so it cannot be a layer; give an angle an input")
  }
  guard circuit.outputCount >= 1 else {
    throw EngineError.value("the circuit measures nothing; add an expectation value")
  }
}

func circuitDetail(_ circuit: Circuit) -> String {
  "\(circuit.inputCount) inputs, \(circuit.outputCount) outputs"
}
