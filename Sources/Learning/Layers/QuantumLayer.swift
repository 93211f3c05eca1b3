// A circuit as a dense layer.

import Circuits
import Quantum
import Tensors

/// Expectation values of a circuit: [batch, inputs] to [batch, outputs].  Parameter: weights [weights],
/// in radians, shared by the batch.
///
/// With `pad`, a circuit that encodes amplitudes takes fewer values than it has inputs: zeros follow them.
public final class QuantumLayer: Layer, SpecifiedLayer, DisturbableLayer {
  public let runner: CircuitRunner
  public let pad: Bool
  package var disturbance: AngleDisturbance?

  /// The circuit needs inputs and measured values.
  public init(_ circuit: Circuit, options: RunOptions = RunOptions(), pad: Bool = false) throws {
    try checkLayerCircuit(circuit)
    if pad, circuit.amplitudes == nil {
      throw EngineError.value("pad fills up amplitudes, but the circuit's inputs are angles; its width is \(circuit.inputCount)")
    }
    self.pad = pad
    runner = try CircuitRunner(circuit, options: options)
    super.init()
  }

  static let kindName = "quantum"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("circuit", try runner.circuit.json), ("run", runner.options.json), ("pad", .bool(pad))])
    }
  }

  convenience init(specification: JSON) throws {
    try self.init(specification.circuit("circuit"), options: specification.runOptions("run"), pad: specification.bool("pad"))
  }

  override var kind: String { Self.kindName }
  override var detail: String { circuitDetail(runner.circuit) }
  override var isQuantum: Bool { true }
  package override var runners: [CircuitRunner] { [runner] }
  override var isAlwaysRandom: Bool { runner.isRandom }
  override func circuitRuns(_ input: [Int]) -> Int { 1 }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    let width = runner.circuit.inputCount
    let fits = input.count == 1 && (pad ? input[0] <= width : input[0] == width)
    guard fits else {
      var hint = ""
      if let encoding = runner.circuit.amplitudes {
        let qubits = encoding.wires.count
        hint = "; \(counted(qubits, "qubit")) hold 2^\(qubits) = \(1 << qubits) amplitudes"
        if input.count == 1, input[0] < width { hint += ", and pad = true fills them up with zeros" }
      }
      throw EngineError.shape("expected input \(Self.batched([width])), got \(Self.batched(input))\(hint)")
    }
    return [runner.circuit.outputCount]
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    runner.circuit.weightCount > 0 ? [.angles(of: runner.circuit)] : []
  }

  override func apply(_ x: Variable) throws -> Variable {
    let missing = runner.circuit.inputCount - x.shape[1]
    let inputs = missing == 0
      ? x : try Variable.concat([x, Variable(Tensor(x.type, [x.shape[0], missing]))], axis: 1)
    if let disturbance {
      return try disturbance.runners[0].expectations(
        inputs: Variable.concat([inputs, disturbance.errors], axis: 1), weights: ownParameters.first?.variable)
    }
    return try runner.expectations(inputs: inputs, weights: ownParameters.first?.variable)
  }
}

extension CircuitRunner {
  /// Whether every call draws anew.
  var isRandom: Bool { options.shots > 0 || options.method == .trajectories }
}

extension Circuit {
  /// The encoding of inputs as amplitudes, where that is all that inputs are for.
  fileprivate var amplitudes: AmplitudeEncoding? {
    guard case .amplitudes(let encoding) = preparation, encoding.first == 0, encoding.count == inputCount else { return nil }
    return encoding
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
