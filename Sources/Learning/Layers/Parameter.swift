// Parameters of layers: how they are named, drawn and counted.

import Circuits
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

  /// The next draw.
  mutating func next() -> LayerDraw {
    draws += 1
    return LayerDraw(seed: seed, number: number, first: (draws - 1) << 32)
  }
}

/// The random numbers of one draw: up to 2³² blocks of four words, read from any block on, so that threads can share
/// the work without changing the result.
struct LayerDraw {
  let seed: UInt64
  let number: Int
  let first: UInt64

  func stream(block: Int) -> RandomStream {
    RandomStream(seed: seed, purpose: .dropout, substream: number, position: first + UInt64(block))
  }
}

/// What a parameter will be: its shape, and how it is drawn unless the layer is told another way.
struct ParameterPlan {
  var name: String
  let shape: [Int]
  let initializer: Initializer
  /// Values that one output depends on, and outputs that one input reaches: what Kaiming's and Xavier's rules take.
  var fanIn = 1, fanOut = 1
  /// Which initialiser is meant for it, "weights" or "bias".
  var role: String
  /// Whose weights these are.
  var circuit: Circuit?

  init(
    _ name: String, _ shape: [Int], _ initializer: Initializer, fanIn: Int = 1, fanOut: Int = 1,
    role: String? = nil, circuit: Circuit? = nil
  ) {
    (self.name, self.shape, self.initializer) = (name, shape, initializer)
    (self.fanIn, self.fanOut, self.role) = (fanIn, fanOut, role ?? name)
    self.circuit = circuit
  }

  /// Angles of a circuit: [0, 2π).
  static func angles(of circuit: Circuit, _ name: String = "weights") -> ParameterPlan {
    ParameterPlan(name, [circuit.weightCount], .angles, role: "weights", circuit: circuit)
  }

  /// ±1/√fan-in, LeCun's choice (LeCun et al. 1998) in the form that deep learning libraries use for
  /// weights and biases alike.
  static func scaled(_ name: String, _ shape: [Int], fanIn: Int, fanOut: Int) -> ParameterPlan {
    let bound = 1 / Double(max(1, fanIn)).squareRoot()
    return ParameterPlan(name, shape, .uniform(low: -bound, high: bound), fanIn: fanIn, fanOut: fanOut)
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
