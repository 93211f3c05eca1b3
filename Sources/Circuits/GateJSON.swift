// Gates and channels as JSON and back, and numbers that keep their bits.

import Tensors

extension Gate {
  /// The name of a gate of fixed form; an object with a "kind" for the others.
  var json: JSON {
    get throws {
      switch self {
      case is MultiRZ: return ["kind": "MultiRZ", "wires": .integer(wireCount)]
      case let gate as PauliRot: return ["kind": "PauliRot", "word": .string(gate.word)]
      case let gate as UnitaryGate: return ["kind": "Unitary", "re": .exacts(gate.matrix.re), "im": .exacts(gate.matrix.im)]
      case let gate as Controlled:
        return ["kind": "Controlled", "values": .array(gate.values.map(JSON.bool)), "base": try gate.base.json]
      case let gate as Adjoint: return ["kind": "Adjoint", "base": try gate.base.json]
      default:
        guard Gates.all.contains(where: { $0.name == name }) else {
          throw EngineError.value("the gate \(name) has no form in JSON")
        }
        return .string(name)
      }
    }
  }
}

extension Gates {
  /// The gate that `json` wrote; wires: how many the circuit has, more than which none of its gates acts on.
  static func make(_ json: JSON, wires: Int) throws -> any Gate {
    if case .string(let name) = json {
      guard let gate = all.first(where: { $0.name == name }) else { throw unknown("gate", name, all.map(\.name)) }
      return gate
    }
    let kind = try json.string("kind")
    switch kind {
    case "MultiRZ":
      let count = try json.integer("wires")
      guard count <= wires else { throw EngineError.value("MultiRZ on \(count) wires; the circuit has \(wires)") }
      return try MultiRZ(wires: count)
    case "PauliRot": return try PauliRot(json.string("word"))
    case "Unitary": return try UnitaryGate(ComplexMatrix(json: json), tolerance: 8 * UnitaryGate.tolerance)
    case "Adjoint": return Adjoint(try make(json.member("base"), wires: wires))
    case "Controlled":
      let values = try json.array("values").map { value in
        guard case .bool(let bit) = value else { throw EngineError.file("\"values\" must be true or false") }
        return bit
      }
      let base = try make(json.member("base"), wires: wires)
      guard values.count + base.wireCount <= wires else {
        throw EngineError.value("a gate on \(values.count + base.wireCount) wires; the circuit has \(wires)")
      }
      return Controlled(base, values: values)
    default: throw EngineError.file("there is no gate of kind \"\(kind)\"")
    }
  }
}

extension Channel {
  /// "channel" and what describes it.
  var jsonMembers: [JSON.Member] {
    get throws {
      let name = JSON.Member("channel", .string(name))
      switch self {
      case let channel as PauliError:
        return [name, .init("words", .array(channel.words.map { [.string($0.letters), .exact($0.probability)] }))]
      case let channel as KrausChannel:
        return [name, .init("operators", .array(channel.kraus.map { ["re": .exacts($0.re), "im": .exacts($0.im)] }))]
      default: return [name, .init("parameters", .exacts(parameters))]
      }
    }
  }
}

enum Channels {
  /// The channel that `jsonMembers` describes.
  static func make(_ json: JSON) throws -> any Channel {
    let name = try json.string("channel")
    switch name {
    case "pauli_error":
      return try PauliError(
        json.array("words").map { word in
          guard case .array(let pair) = word, pair.count == 2, case .string(let letters) = pair[0] else {
            throw EngineError.file("\"words\" has pairs of letters and a probability")
          }
          return (letters, try pair[1].exact())
        })
    case "kraus": return try KrausChannel(json.array("operators").map(ComplexMatrix.init(json:)))
    default: return try ChannelKind.named(name).make(json.exacts("parameters"))
    }
  }
}

extension ComplexMatrix {
  fileprivate init(json: JSON) throws {
    let (re, im) = (try json.exacts("re"), try json.exacts("im"))
    guard re.count == im.count, let dimension = [2, 4, 8].first(where: { $0 * $0 == re.count }) else {
      throw EngineError.file("a matrix of \(re.count) real and \(im.count) imaginary parts; both must be 4, 16 or 64")
    }
    self.init(dimension: dimension, re: re, im: im)
  }
}

// MARK: numbers

extension JSON {
  /// A number; JSON has no infinity and no NaN, they are texts.
  static func exact(_ value: Double) -> JSON { value.isFinite ? .number(value) : .string("\(value)") }
  static func exacts(_ values: [Double]) -> JSON { .array(values.map(exact)) }
  static func integers(_ values: [Int]) -> JSON { .array(values.map(JSON.integer)) }

  /// What `exact` wrote.
  func exact() throws -> Double {
    switch self {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    case .string("inf"): return .infinity
    case .string("-inf"): return -.infinity
    case .string("nan"): return .nan
    default: throw EngineError.file("expected a number, got \(kind)")
    }
  }

  func exacts(_ key: String) throws -> [Double] { try array(key).map { try $0.exact() } }

  func wholeNumbers() throws -> [Int] {
    guard case .array(let values) = self else { throw EngineError.file("expected an array of integers, got \(kind)") }
    return try values.map {
      guard case .integer(let value) = $0 else { throw EngineError.file("expected an integer, got \($0.kind)") }
      return value
    }
  }

  func member(_ key: String) throws -> JSON {
    guard let value = self[key] else { throw EngineError.file("\"\(key)\" is missing") }
    return value
  }
}
