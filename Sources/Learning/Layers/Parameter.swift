// Parameters of layers: how they are named, drawn and counted.

import Tensors

/// A tensor that a layer learns.
public struct Parameter {
  /// "weights" or "bias"; with the layer's number before it inside a sequential, "2.weights".
  public var name: String
  public let variable: Variable
  /// Whether it is a circuit's.
  public let isQuantum: Bool

  func setTrainable(_ trainable: Bool) {
    // A parameter is no operation's result, the only thing that could refuse.
    try? variable.setRequiresGradient(trainable)
  }
}

/// A tensor with a name of its own.
public struct NamedTensor {
  public var name: String
  public let tensor: Tensor
  public init(name: String, tensor: Tensor) { (self.name, self.tensor) = (name, tensor) }
}

/// What a buffer will be: its shape, and the value it starts with everywhere.
struct BufferPlan {
  let name: String
  let shape: [Int]
  let value: Double
}

/// Where a layer's random draws stand: draw number `draws` of layer `number` depends on these three alone.
package struct LayerRandom {
  package var seed: UInt64 = 0
  package var number = 0
  package var draws: UInt64 = 0

  /// The stream of the next draw, for a mask of up to 2³² words.
  mutating func next() -> RandomStream {
    draws += 1
    return RandomStream(
      seed: seed, purpose: .dropout, substream: number, position: (draws - 1) << 32)
  }
}

/// What a parameter will be: its shape, and the range of its uniform distribution.
struct ParameterPlan {
  let name: String
  let shape: [Int]
  let low, high: Double

  /// Angles of a circuit: [0, 2π).
  static func angles(_ count: Int) -> ParameterPlan {
    ParameterPlan(name: "weights", shape: [count], low: 0, high: 2 * .pi)
  }

  /// ±1/√fan-in, LeCun's choice (LeCun et al. 1998) in the form that deep learning libraries use for
  /// weights and biases alike.
  static func scaled(_ name: String, _ shape: [Int], fanIn: Int) -> ParameterPlan {
    let bound = 1 / Double(max(1, fanIn)).squareRoot()
    return ParameterPlan(name: name, shape: shape, low: -bound, high: bound)
  }

  func draw(into tensor: Tensor, _ stream: RandomStream) {
    var stream = stream
    for i in 0..<tensor.count { tensor[i] = low + (high - low) * stream.uniform() }
  }
}

/// One pass of `build` over a model: hands every parameter its own random stream.
struct Building {
  let type: ElementType
  let seed: UInt64
  var seen: Set<ObjectIdentifier> = []
  private var number = 0
  /// Values that may still be made; nil: any number.
  private var left: Int?

  init(type: ElementType, seed: UInt64, limit: Int? = nil) {
    self.type = type
    self.seed = seed
    left = limit
  }

  /// Refuses tensors of these shapes when they have more values than may be made.
  mutating func take(_ shapes: [[Int]]) throws {
    guard var rest = left else { return }
    for shape in shapes {
      // Shapes were checked to fit into memory, so the product does not overflow.
      rest -= shape.reduce(1, *)
      guard rest >= 0 else {
        throw EngineError.shape("it needs a tensor \(describe(shape: shape)), more values than there are")
      }
    }
    left = rest
  }

  mutating func nextStream() -> RandomStream {
    number += 1
    return RandomStream(seed: seed, purpose: .weights, substream: number - 1)
  }

  private var layers = 0

  mutating func nextRandom() -> LayerRandom {
    layers += 1
    return LayerRandom(seed: seed, number: layers - 1)
  }
}
