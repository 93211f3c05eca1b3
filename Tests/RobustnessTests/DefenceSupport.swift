// Small models and data sets that the tests of defences and certificates share.

import Learning
import Robustness
import Tensors
import Testing

/// Two clouds in the unit square that touch, on a 2 x 2 image of one channel: class 1 is bright.
func cloudImages(_ count: Int, seed: UInt64, type: ElementType = .float32) throws -> Samples {
  var stream = RandomStream(seed: seed, purpose: .tensor)
  let labels = (0..<count).map { $0 % 2 }
  let values = Tensor(type, [count, 1, 2, 2])
  for (row, label) in labels.enumerated() {
    for i in 0..<4 {
      let centre: Double = label == 1 ? 0.65 : 0.35
      values[row * 4 + i] = min(max(centre + 0.12 * stream.normal(), 0), 1)
    }
  }
  return try Samples(values, labels)
}

/// flatten, dense, tanh, dense.
func smallNetwork(classes: Int = 2, units: Int = 16) throws -> Layer {
  try SequentialLayer([FlattenLayer(), DenseLayer(units: units), FunctionLayer(.tanh), DenseLayer(units: classes)])
}

/// The message of the engine's error that the body throws.
func errorText(_ kind: EngineError.Kind, _ body: () throws -> Void) -> String {
  do { try body() } catch let error as EngineError {
    return error.kind == kind ? error.message : "an error of another kind, \(error.kind): \(error)"
  } catch { return "an error of another type: \(error)" }
  return "no error"
}

/// Numeric differences of a value of one element by each element of the arguments, which are Double.
func expectGradients(_ name: String, _ arguments: [Variable], _ function: () throws -> Variable) throws {
  let value = try function()
  try value.backward()
  let step = 1e-5
  for (number, argument) in arguments.enumerated() {
    let gradient = try #require(argument.gradient, "\(name): argument \(number) has no gradient")
    for i in 0..<argument.value.count {
      let before = argument.value[i]
      argument.value[i] = before + step
      let above = try function().value[0]
      argument.value[i] = before - step
      let below = try function().value[0]
      argument.value[i] = before
      let difference = (above - below) / (2 * step)
      let error = abs(gradient[i] - difference)
      #expect(error <= 1e-6 * max(1, abs(difference)), "\(name), argument \(number), element \(i): \(gradient[i]), \(difference)")
    }
  }
}
