// Path 4 as a method of running blocks: one vector of samples per block, gate by gate.

/// A lane program with its weights put in, ready to run.
struct GateBlocks<V: Lanes> {
  typealias Plane = UnsafeMutablePointer<V>
  static var vectors: Int { 1 }

  let program: LaneProgram
  let bound: BoundAngles<V>

  var accumulatorCount: Int { program.weightCount }

  init(_ program: LaneProgram, weights: [Double]) {
    self.program = program
    bound = BoundAngles(program, weights: weights)
  }

  func makeSimulator() -> LaneSimulator<V> {
    var simulator = LaneSimulator<V>(program)
    simulator.load(bound)
    return simulator
  }

  func forward(_ inputs: UnsafePointer<V>, _ outputs: Plane, _ simulator: LaneSimulator<V>, large: Bool) {
    simulator.run(inputs: inputs, stride: 1, large: large)
    simulator.measure(outputs, stride: 1)
  }

  func backward(
    _ inputs: UnsafePointer<V>, _ gradient: UnsafePointer<V>, _ inputGradient: Plane?,
    _ accumulators: Plane?, _ simulator: LaneSimulator<V>, large: Bool
  ) {
    simulator.run(inputs: inputs, stride: 1, large: large)
    simulator.seed(gradient, stride: 1)
    simulator.sweepBack(inputGradient: inputGradient, stride: 1, weightGradient: accumulators)
  }
}
