// Circuits and encodings against values from other people's software (Tests/Golden/README.md).

import Circuits
import Quantum
import Tensors
import Testing

@Suite struct GoldenTests {
  static let methods: [(RunMethod, Double, ElementType)] = [
    (.automatic, 1e-10, .float64), (.gates, 1e-10, .float64), (.unitary, 1e-10, .float64),
    (.automatic, 1e-5, .float32), (.gates, 1e-5, .float32),
  ]

  /// The golden circuit with every angle a weight of its own.
  private func circuit(_ golden: [String: Any]) throws -> (Circuit, [Double]) {
    var circuit = try Circuit(wires: golden["n"] as! Int)
    var weights: [Double] = []
    for gate in golden["gates"] as! [[String: Any]] {
      let parameters = numbers(gate["params"]!)
      let angles = parameters.indices.map { Angle.weight(weights.count + $0) }
      weights += parameters
      try circuit.append(gate["gate"] as! String, (gate["wires"] as! [Int]), angles)
    }
    for word in golden["obs"] as! [[[Any]]] {
      try circuit.measure(word.map { $0[1] as! String }.joined(), word.map { $0[0] as! Int })
    }
    return (circuit, weights)
  }

  @Test(arguments: methods.indices) func circuitsAgreeWithPennyLane(_ index: Int) throws {
    let (method, tolerance, type) = Self.methods[index]
    let cases = try goldenCases("circuits.json")
    #expect(cases.count == 200)
    for golden in cases {
      let (circuit, values) = try circuit(golden)
      let runner = try CircuitRunner(circuit, options: RunOptions(method: method))
      let weights = Tensor(values, [values.count]).cast(to: type)
      let out = try runner.expectations(inputs: nil, weights: weights)
      expectClose(out.doubles, numbers(golden["expval"]!), tolerance, "\(golden["id"]!) expval, \(method)")
      for (key, single) in [("grad_sum_z", true), ("grad_sum_all", false)] {
        let seeds = circuit.measurements.map { !single || ($0.word?.letters == "Z") ? 1.0 : 0.0 }
        let gradient = try runner.gradients(
          inputs: nil, weights: weights, outputGradient: Tensor(seeds, [1, seeds.count]).cast(to: type),
          wantInputs: false, wantWeights: true)
        expectClose(
          gradient.weights!.doubles, numbers(golden[key]!), tolerance * 5, "\(golden["id"]!) \(key), \(method)")
      }
    }
  }

  /// Angle and amplitude encodings with the two layered ansätze.
  @Test(arguments: [RunMethod.automatic, .product, .unitary, .gates, .state]) func encodingsAgreeWithPennyLane(_ method: RunMethod) throws {
    let cases = try goldenCases("encodings.json")
    #expect(cases.count == 160)
    for golden in cases {
      let n = golden["n"] as! Int
      let (encoding, ansatz) = (golden["encoding"] as! String, golden["ansatz"] as! String)
      if method == .product && (n > 7 || encoding == "amplitude") { continue }
      let values = numbers(golden["inputs"]!)
      var circuit = try Circuit(wires: n)
      if encoding == "amplitude" {
        try circuit.prepare(AmplitudeEncoding(count: values.count, wires: Array(0..<n), normalize: true, padding: 0))
      } else {
        var options = EncodingOptions()
        (options.axis, options.hadamard) = (encoding.last!, encoding == "angle_RZ")
        try circuit.append(.angle, options)
      }
      try circuit.append(ansatz == "SEL" ? .stronglyEntangling : .basicEntangler, layers: golden["layers"] as! Int)
      for q in 0..<n { try circuit.measure("Z", [q]) }
      let runner = try CircuitRunner(circuit, options: RunOptions(method: method))
      let inputs = Tensor(values, [1, values.count])
      let weights = Tensor(numbers(golden["weights"]!), [circuit.weightCount])
      let id = "\(golden["id"]!), \(method)"
      expectClose(
        try runner.expectations(inputs: inputs, weights: weights).doubles, numbers(golden["expval_z"]!), 1e-10, id)
      let jacobian = try runner.jacobian(inputs: inputs, weights: weights)
      expectClose(jacobian.inputs.doubles, numbers(golden["jac_inputs"]!), 1e-9, id + " jac_inputs")
      expectClose(jacobian.weights.doubles, numbers(golden["jac_weights"]!), 1e-9, id + " jac_weights")
    }
  }
}
