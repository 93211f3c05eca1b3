// Optimisers that evaluate the loss themselves or look at the circuit: L-BFGS, SPSA, Rotosolve, natural gradient.

import Circuits
import Glibc
@preconcurrency import Learning
import Quantum
import Tensors
import Testing

@Suite struct LossOptimizerTests {
  /// Gives an optimiser the loss of one tensor, as a loop would.
  private func evaluation(_ x: Variable, _ loss: @escaping () throws -> Variable) -> Optimizer.Evaluation {
    { wantsGradients in
      guard wantsGradients else { return try Recording.off { try loss().value[0] } }
      x.zeroGradient()
      let value = try loss()
      try value.backward()
      return value.value[0]
    }
  }

  /// Rosenbrock's valley: Σ 100 (x_{i+1} - x_i²)² + (1 - x_i)².
  private func rosenbrock(_ x: Variable, _ count: Int) throws -> Variable {
    let front = try x.multiplied(by: Variable(selection(count, from: 0)))
    let back = try x.multiplied(by: Variable(selection(count, from: 1)))
    let valley = try (back - front.map(.square)).map(.square).sum().affine(scale: 100, offset: 0)
    return try valley + front.affine(scale: -1, offset: 1).map(.square).sum()
  }

  /// [count, count - 1]: takes the columns from `first` on.
  private func selection(_ count: Int, from first: Int) -> Tensor {
    let result = Tensor(.float64, [count, count - 1])
    for column in 0..<count - 1 { result[(column + first) * (count - 1) + column] = 1 }
    return result
  }

  @Test func lbfgsFindsTheEndOfRosenbrocksValley() throws {
    let x = Variable(Tensor([-1.2, 1, -1.2, 1, 0.5], [1, 5]), requiresGradient: true)
    let lbfgs = try LBFGS(iterations: 100, tolerance: 1e-9)
    try lbfgs.add(x)
    let loss = evaluation(x) { try rosenbrock(x, 5) }
    for _ in 0..<2 { try lbfgs.step(loss) }
    for i in 0..<5 { #expect(abs(x.value[i] - 1) < 1e-6) }
  }

  /// A quadratic whose axes differ a thousandfold; line searches by Wolfe's conditions take more steps than exact ones.
  @Test func lbfgsMinimisesAQuadraticAndRestoresItself() throws {
    let scales = Variable(Tensor([1.0, 10, 100, 1000], [4]))
    func run(interrupted: Bool) throws -> [Double] {
      var x = Variable(Tensor([1.0, 1, 1, 1], [4]), requiresGradient: true)
      var lbfgs = try LBFGS(history: 4, iterations: 3)
      try lbfgs.add(x)
      for step in 0..<20 {
        if interrupted, step == 4 {
          let (tensors, scalars) = lbfgs.exportState()
          x = Variable(x.value.copy(), requiresGradient: true)
          lbfgs = try LBFGS(history: 4, iterations: 3)
          try lbfgs.add(x)
          try lbfgs.importState(tensors: tensors, scalars: scalars)
        }
        try lbfgs.step(evaluation(x) { try (x.map(.square) * scales).sum() })
      }
      return x.value.doubles
    }
    let whole = try run(interrupted: false)
    #expect(whole.allSatisfy { abs($0) < 1e-7 })
    #expect(try run(interrupted: true) == whole)
  }

  /// Both conditions, at the step that the search gives, for functions with flat and steep parts.
  @Test(arguments: [0.001, 0.1, 1, 30])
  func lineSearchMeetsWolfesConditions(trial: Double) throws {
    let functions: [(name: String, f: (Double) -> Double, slope: (Double) -> Double)] = [
      ("parabola", { ($0 - 3) * ($0 - 3) }, { 2 * ($0 - 3) }),
      ("quartic", { pow($0 - 1, 4) - 0.5 * $0 }, { 4 * pow($0 - 1, 3) - 0.5 }),
      ("wave", { -sin($0) + 0.01 * $0 * $0 }, { -cos($0) + 0.02 * $0 }),
    ]
    for (name, f, slope) in functions {
      let x = Variable(Tensor([0.0], [1]), requiresGradient: true)
      let lbfgs = try LBFGS(lr: trial, iterations: 1)
      try lbfgs.add(x)
      var first = true
      try lbfgs.step { _ in
        let at = x.value[0]
        x.zeroGradient()
        try (x * Variable(Tensor([slope(at)], [1]))).sum().backward()
        first = false
        return f(at)
      }
      #expect(!first)
      let t = x.value[0]
      #expect(f(t) <= f(0) + 1e-4 * t * slope(0), "\(name)")
      #expect(abs(slope(t)) <= 0.9 * abs(slope(0)), "\(name)")
    }
  }

  @Test func spsaFollowsItsPaper() throws {
    let (lr, c, stability, seed) = (0.3, 0.2, 5.0, UInt64(11))
    let x = Variable(Tensor([0.7, -0.4, 0.2], [3]), requiresGradient: true)
    let spsa = try SPSA(lr: lr, c: c, stability: stability, seed: seed)
    try spsa.add(x)
    func f(_ p: [Double]) -> Double { p[0] * p[0] + 2 * p[1] * p[1] + sin(p[2]) }
    var expected = x.value.doubles
    for k in 0..<6 {
      let a = lr / pow(Double(k) + 1 + stability, 0.602)
      let width = c / pow(Double(k) + 1, 0.101)
      var stream = RandomStream(seed: seed, purpose: .spsa, substream: k)
      let signs = (0..<3).map { _ in stream.next() & 1 == 0 ? 1.0 : -1.0 }
      let above = f(zip(expected, signs).map { $0 + width * $1 })
      let below = f(zip(expected, signs).map { $0 - width * $1 })
      let value = try spsa.step { wantsGradients in
        #expect(!wantsGradients)
        return f(x.value.doubles)
      }
      #expect(abs(value - (above + below) / 2) < 1e-12)
      for i in 0..<3 { expected[i] -= a * (above - below) / (2 * width) * signs[i] }
      for i in 0..<3 { #expect(abs(x.value[i] - expected[i]) < 1e-12) }
    }
  }

  /// RY(w0) RX(w1) on two entangled wires and RZ, RY after them, each weight in one gate.
  private func rotations() throws -> Circuit {
    var circuit = try Circuit(wires: 2)
    try circuit.append("RY", [0], [.input(0)])
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.append("RX", [1], [.weight(1)])
    try circuit.append("CNOT", [0, 1])
    try circuit.append("RY", [0], [.weight(2)])
    try circuit.append("RX", [1], [.weight(3)])
    try circuit.measure("Z", [0])
    try circuit.measure("Z", [1])
    return circuit
  }

  @Test func rotosolveMovesEveryWeightToItsMinimum() throws {
    let runner = try CircuitRunner(rotations())
    let inputs = Variable(Tensor([0.3, 1.1], [2, 1]))
    let factors = Variable(Tensor([0.7, -0.4, 0.2, 1.0], [2, 2]))
    let weights = Variable(Tensor([0.1, 0.9, -0.4, 2.0], [4]), requiresGradient: true)
    let rotosolve = try Rotosolve()
    try rotosolve.add(weights)
    func loss(_ w: Variable) throws -> Variable {
      try (runner.expectations(inputs: inputs, weights: w) * factors).sum()
    }
    // The slow twin: each weight in turn to the best of many angles, refined.
    var expected = weights.value.doubles
    func value(_ w: [Double]) throws -> Double { try loss(Variable(Tensor(w, [4]))).value[0] }
    let before = try value(expected)
    for k in 0..<4 {
      var (centre, width) = (0.0, Double.pi)
      for _ in 0..<12 {
        let angles = (-20...20).map { centre + width * Double($0) / 20 }
        centre = try angles.min {
          var (a, b) = (expected, expected)
          (a[k], b[k]) = ($0, $1)
          return try value(a) < value(b)
        }!
        width /= 10
      }
      expected[k] = centre
    }
    #expect(try abs(rotosolve.step(evaluation(weights) { try loss(weights) }) - before) < 1e-12)
    // The twin's angles are as good as values near a minimum can tell: to some 1e-8.
    #expect(try abs(value(weights.value.doubles) - value(expected)) < 1e-8)
    for k in 0..<4 {
      let difference = (weights.value[k] - expected[k]) / (2 * .pi)
      #expect(abs(difference - difference.rounded()) < 1e-5, "weight \(k)")
    }
  }

  @Test func rotosolveRefusesWhatHasNoSinusoid() throws {
    var circuit = try Circuit(wires: 1)
    try circuit.append("RY", [0], [.weight(0)])
    try circuit.append("RX", [0], [.weight(0)])
    try circuit.measure("Z", [0])
    let runner = try CircuitRunner(circuit)
    let weights = Variable(Tensor([0.1], [1]), requiresGradient: true)
    let rotosolve = try Rotosolve()
    try rotosolve.add(weights)
    #expect(
      message(.state) {
        try rotosolve.step(evaluation(weights) { try runner.expectations(inputs: nil, weights: weights).sum() })
      } == "rotosolve needs weights of one frequency; weight 0 has the frequencies 1.0, 2.0")
    let plain = Variable(Tensor([0.1], [1]), requiresGradient: true)
    let other = try Rotosolve()
    try other.add(plain)
    #expect(
      message(.state) { try other.step(evaluation(plain) { plain.map(.square).sum() }) }
        .hasPrefix("rotosolve moves weights of circuits only; tensor 0 {1} is none"))
  }

  /// Against the metric and the solver of Quantum, which have tests of their own, called by hand.
  @Test(arguments: [MetricForm.blocks, .full, .diagonal])
  func naturalGradientIsThatOfTheMeanMetric(form: MetricForm) throws {
    let circuit = try rotations()
    let model = try SequentialLayer([QuantumLayer(circuit), DenseLayer(units: 1)])
    try model.build(.float64, shape: [1, 1], seed: 4)
    let optimizer = try NaturalGradient(lr: 0.2, form: form, damping: 0.01)
    try optimizer.add(model)
    let x = Tensor([0.3, 1.1, -0.7], [3, 1])
    let before = model.parameters.map { $0.variable.value.copy() }
    for _ in 0..<2 {
      // The second pass through the model must not count twice: gradients are cleared before it.
      optimizer.zeroGradients()
      try model.forward(Variable(x)).map(.square).sum().backward()
    }
    let slopes = model.parameters.map { $0.variable.gradient!.copy() }
    try optimizer.step()
    let all = try CircuitStates(circuit).fisher(inputs: x, weights: before[0], of: .weights, form: form)
    let mean = Tensor(.float64, [4, 4])
    for row in 0..<3 { for i in 0..<16 { mean[i] += all[row * 16 + i] / 3 } }
    let direction = try naturalGradient(fisher: mean, gradient: slopes[0], damping: 0.01)
    for i in 0..<4 {
      #expect(abs(model.parameters[0].variable.value[i] - (before[0][i] - 0.2 * direction[i])) < 1e-12)
    }
    for k in 1..<3 {
      for i in 0..<before[k].count {
        #expect(abs(model.parameters[k].variable.value[i] - (before[k][i] - 0.2 * slopes[k][i])) < 1e-14)
      }
    }
  }

  @Test func naturalGradientTakesThePatchesOfImages() throws {
    let circuit = try patchCircuit(inputs: 4)
    let model = try SequentialLayer([QuanvolutionLayer(circuit), FlattenLayer()])
    try model.build(.float64, shape: [1, 1, 4, 4], seed: 4)
    var stream = RandomStream(seed: 1, purpose: .tensor)
    let images = Tensor.uniform(.float64, [2, 1, 4, 4], low: 0, high: 1, from: &stream)
    let optimizer = try NaturalGradient(lr: 1, damping: 0.1)
    try optimizer.add(model)
    let before = model.parameters[0].variable.value.copy()
    try model.forward(Variable(images)).map(.square).sum().backward()
    let slope = model.parameters[0].variable.gradient!.copy()
    try optimizer.step()
    // Patches written out: image, row, column of the patch, then its pixels.
    var rows: [Double] = []
    for image in 0..<2 { for row in 0..<2 { for column in 0..<2 { for y in 0..<2 { for x in 0..<2 {
      rows.append(images[image * 16 + (2 * row + y) * 4 + 2 * column + x])
    } } } } }
    let count = before.count
    let all = try CircuitStates(circuit).fisher(inputs: Tensor(rows, [8, 4]), weights: before, of: .weights, form: .blocks)
    let mean = Tensor(.float64, [count, count])
    for row in 0..<8 { for i in 0..<count * count { mean[i] += all[row * count * count + i] / 8 } }
    let direction = try naturalGradient(fisher: mean, gradient: slope, damping: 0.1)
    for i in 0..<count { #expect(abs(model.parameters[0].variable.value[i] - (before[i] - direction[i])) < 1e-12) }
  }

  @Test(arguments: ["lbfgs", "spsa"])
  func fitTakesOptimizersThatEvaluateTheLoss(name: String) throws {
    let model = try SequentialLayer([DenseLayer(units: 3)])
    var options = FitOptions()
    (options.epochs, options.batch, options.seed) = (name == "lbfgs" ? 2 : 150, 60, 1)
    let optimizer: Optimizer = name == "lbfgs" ? try LBFGS() : try SPSA(lr: 2, c: 0.1, seed: 1)
    let result = try model.fit(clusters(60, seed: 1), optimizer: optimizer, options)
    #expect(result.epochs.last!.loss < 0.6 * result.epochs[0].loss)
    var clipped = options
    clipped.clipNorm = 1
    #expect(
      message(.value) { try model.fit(clusters(60, seed: 1), optimizer: optimizer, clipped) }
        .hasPrefix("clipped gradients do not go with"))
  }
}
