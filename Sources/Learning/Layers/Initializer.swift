// How the first values of parameters are drawn.  Which parameters a layer has is the layer's to say.

import Circuits
import Glibc
import Tensors

/// A rule for a parameter's first values.
public enum Initializer: Equatable, Sendable {
  /// In [low, high).
  case uniform(low: Double, high: Double)
  case normal(mean: Double, deviation: Double)
  case constant(Double)
  /// Uniform in ±gain √(3 / fan-in); gain √2 keeps the variance through relu layers (He et al. 2015).
  case kaimingUniform(gain: Double)
  /// Normal, deviation gain / √fan-in (He et al. 2015).
  case kaimingNormal(gain: Double)
  /// Uniform in ±gain √(6 / (fan-in + fan-out)) (Glorot, Bengio 2010).
  case xavierUniform(gain: Double)
  /// Normal, deviation gain √(2 / (fan-in + fan-out)) (Glorot, Bengio 2010).
  case xavierNormal(gain: Double)
  /// Rows (or columns, where there are more rows) that are orthogonal and of length gain (Saxe et al. 2014).
  case orthogonal(gain: Double)
  /// A circuit's angles: gates that mirror each other start as each other's inverses, so that the circuit starts as
  /// the identity (Grant et al. 2019).
  case identityBlocks

  /// Angles of a circuit.
  static let angles = Initializer.uniform(low: 0, high: 2 * .pi)

  /// Refuses numbers that mean nothing.
  func check() throws {
    func finite(_ name: String, _ value: Double) throws {
      guard value.isFinite else { throw EngineError.value("an initialiser's \(name) is \(value); it must be finite") }
    }
    switch self {
    case .uniform(let low, let high):
      try finite("low", low)
      try finite("high", high)
      guard low <= high else {
        throw EngineError.value("an initialiser draws from \(low) to \(high); low must not be above high")
      }
    case .normal(let mean, let deviation):
      try finite("mean", mean)
      guard deviation >= 0, deviation.isFinite else {
        throw EngineError.value("an initialiser's std is \(deviation); it must be 0 or more")
      }
    case .constant(let value): try finite("value", value)
    case .kaimingUniform(let gain), .kaimingNormal(let gain), .xavierUniform(let gain), .xavierNormal(let gain),
      .orthogonal(let gain):
      guard gain > 0, gain.isFinite else { throw EngineError.value("an initialiser's gain is \(gain); it must be above 0") }
    case .identityBlocks: break
    }
  }

  /// Refuses a parameter that cannot be drawn this way.
  func check(_ plan: ParameterPlan) throws {
    switch self {
    case .uniform, .normal, .constant: return
    case .identityBlocks:
      guard let circuit = plan.circuit else {
        throw EngineError.value("\"identity_blocks\" is for the weights of circuits, not for \"\(plan.name)\"")
      }
      _ = try IdentityBlocks(circuit)
    case .kaimingUniform, .kaimingNormal, .xavierUniform, .xavierNormal:
      guard plan.circuit == nil else {
        throw EngineError.value(
          "\"\(name)\" goes by the number of inputs and outputs, which angles of a circuit do not have; use \"uniform\", \"near_zero\", \"constant\" or \"identity_blocks\"")
      }
    case .orthogonal:
      guard plan.circuit == nil, plan.shape.count >= 2 else {
        throw EngineError.value("\"orthogonal\" needs a matrix, \"\(plan.name)\" is \(describe(shape: plan.shape))")
      }
    }
  }

  /// Fills a tensor of the plan's shape.
  func draw(_ plan: ParameterPlan, into tensor: Tensor, _ stream: RandomStream) {
    var stream = stream
    let (fanIn, fans) = (Double(max(1, plan.fanIn)), Double(max(1, plan.fanIn + plan.fanOut)))
    func fill(_ value: () -> Double) { for i in 0..<tensor.count { tensor[i] = value() } }
    func uniform(_ bound: Double) { fill { bound * (2 * stream.uniform() - 1) } }
    switch self {
    case .uniform(let low, let high): fill { low + (high - low) * stream.uniform() }
    case .normal(let mean, let deviation): fill { mean + deviation * stream.normal() }
    case .constant(let value): tensor.fill(value)
    case .kaimingUniform(let gain): uniform(gain * (3 / fanIn).squareRoot())
    case .kaimingNormal(let gain): fill { gain / fanIn.squareRoot() * stream.normal() }
    case .xavierUniform(let gain): uniform(gain * (6 / fans).squareRoot())
    case .xavierNormal(let gain): fill { gain * (2 / fans).squareRoot() * stream.normal() }
    case .orthogonal(let gain): Self.orthogonal(plan.shape, gain, into: tensor, &stream)
    case .identityBlocks:
      guard let circuit = plan.circuit, let blocks = try? IdentityBlocks(circuit) else {
        preconditionFailure("the plan was checked")
      }
      for (i, angle) in blocks.angles(&stream).enumerated() { tensor[i] = angle }
    }
  }

  /// Gram and Schmidt, twice over, on normal vectors.
  private static func orthogonal(_ shape: [Int], _ gain: Double, into tensor: Tensor, _ stream: inout RandomStream) {
    let rows = shape[0], columns = shape.dropFirst().reduce(1, *)
    let (count, length) = (min(rows, columns), max(rows, columns))
    var vectors: [[Double]] = []
    for _ in 0..<count {
      var vector = (0..<length).map { _ in stream.normal() }
      for _ in 0..<2 {
        for other in vectors {
          let overlap = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
          for i in 0..<length { vector[i] -= overlap * other[i] }
        }
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for i in 0..<length { vector[i] /= norm }
      }
      vectors.append(vector)
    }
    for row in 0..<rows {
      for column in 0..<columns {
        tensor[row * columns + column] = gain * (rows <= columns ? vectors[row][column] : vectors[column][row])
      }
    }
  }

  // MARK: as text

  var name: String {
    switch self {
    case .uniform: return "uniform"
    case .normal: return "normal"
    case .constant: return "constant"
    case .kaimingUniform: return "kaiming_uniform"
    case .kaimingNormal: return "kaiming_normal"
    case .xavierUniform: return "xavier_uniform"
    case .xavierNormal: return "xavier_normal"
    case .orthogonal: return "orthogonal"
    case .identityBlocks: return "identity_blocks"
    }
  }

  var json: JSON {
    var members = [JSON.Member("name", .string(name))]
    switch self {
    case .uniform(let low, let high): members += [.init("low", .number(low)), .init("high", .number(high))]
    case .normal(let mean, let deviation): members += [.init("mean", .number(mean)), .init("std", .number(deviation))]
    case .constant(let value): members += [.init("value", .number(value))]
    case .kaimingUniform(let gain), .kaimingNormal(let gain), .xavierUniform(let gain), .xavierNormal(let gain),
      .orthogonal(let gain): members += [.init("gain", .number(gain))]
    case .identityBlocks: break
    }
    return .object(members)
  }

  init(_ json: JSON) throws {
    let name = try json.string("name")
    switch name {
    case "uniform": self = .uniform(low: try json.number("low"), high: try json.number("high"))
    case "normal": self = .normal(mean: try json.number("mean"), deviation: try json.number("std"))
    case "constant": self = .constant(try json.number("value"))
    case "kaiming_uniform": self = .kaimingUniform(gain: try json.number("gain"))
    case "kaiming_normal": self = .kaimingNormal(gain: try json.number("gain"))
    case "xavier_uniform": self = .xavierUniform(gain: try json.number("gain"))
    case "xavier_normal": self = .xavierNormal(gain: try json.number("gain"))
    case "orthogonal": self = .orthogonal(gain: try json.number("gain"))
    case "identity_blocks": self = .identityBlocks
    default: throw EngineError.file("there is no initialiser \"\(name)\" in this version")
    }
  }
}
