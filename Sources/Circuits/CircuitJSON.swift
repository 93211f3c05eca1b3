// Circuits as JSON and back, exactly.  What a reader meets is checked as building checks it; what gates and
// channels are in JSON is in GateJSON.swift.

import Tensors

extension Circuit {
  /// The version of what `json` writes.
  static let jsonVersion = 1

  /// All of the circuit.  Numbers keep their bits.  Throws for a gate that is none of the engine's.
  public var json: JSON {
    get throws {
      var members: [JSON.Member] = [
        .init("format", "hqnn.circuit"), .init("version", .integer(Self.jsonVersion)), .init("wires", .integer(wires)),
      ]
      if let preparation = preparation.json { members.append(.init("preparation", preparation)) }
      members.append(.init("operations", .array(try operations.map { try $0.json })))
      members.append(.init("measurements", .array(measurements.map(\.json))))
      if !readout.isEmpty {
        let errors = readout.sorted { $0.key < $1.key }
        members.append(
          .init("readout", .array(errors.map { wire, error in
            [.integer(wire), .exact(error.oneOfZero), .exact(error.zeroOfOne)]
          })))
      }
      return .object(members)
    }
  }

  /// The circuit that `json` wrote.  Throws an error of kind `file` with a sentence about what is wrong with it.
  public init(json: JSON) throws {
    do { try self.init(checking: json) } catch let error as EngineError {
      throw EngineError.file("circuit: \(error.message)")
    }
  }

  private init(checking json: JSON) throws {
    guard try json.string("format") == "hqnn.circuit" else {
      throw EngineError.file("\"format\" must be \"hqnn.circuit\"")
    }
    let version = try json.integer("version")
    guard version == Self.jsonVersion else {
      throw EngineError.file("the circuit is of version \(version); this library reads version \(Self.jsonVersion)")
    }
    try self.init(wires: json.integer("wires"))
    if let preparation = json["preparation"] { try prepare(preparation) }
    for (index, operation) in try json.array("operations").enumerated() {
      do { try append(operation) } catch let error as EngineError {
        throw EngineError.file("operation \(index): \(error.message)")
      }
    }
    for (index, measurement) in try json.array("measurements").enumerated() {
      do { try measure(Measurement(json: measurement)) } catch let error as EngineError {
        throw EngineError.file("measurement \(index): \(error.message)")
      }
    }
    guard json["readout"] != nil else { return }
    for row in try json.array("readout") {
      guard case .array(let values) = row, values.count == 3, case .integer(let wire) = values[0] else {
        throw EngineError.file("\"readout\" has rows of a wire and two probabilities")
      }
      try setReadoutError(ReadoutError(oneOfZero: values[1].exact(), zeroOfOne: values[2].exact()), wire: wire)
    }
  }

  // MARK: the start state

  private mutating func prepare(_ json: JSON) throws {
    if json["re"] != nil { return try prepare(exactly: json.exacts("re"), im: json.exacts("im")) }
    var padding: Double?
    switch json["pad_with"] {
    case nil, .null?: break
    case let value?: padding = try value.exact()
    }
    let (first, count) = (try json.integer("first"), try json.integer("count"))
    // What building adds up must not overflow.
    guard abs(first) < 1 << 40, abs(count) < 1 << 40 else {
      throw EngineError.file("amplitudes \(first), \(count): the numbers are out of range")
    }
    try prepare(
      AmplitudeEncoding(
        first: first, count: count, wires: json.integers("wires"), normalize: json.bool("normalize"), padding: padding))
  }

  // MARK: operations

  private mutating func append(_ json: JSON) throws {
    if let gate = json["gate"] {
      var (angles, condition): ([AngleSum], [Operation.ClassicalBit]) = ([], [])
      if json["angles"] != nil { angles = try json.array("angles").map(AngleSum.init(json:)) }
      if json["if"] != nil { condition = try json.array("if").map(Operation.ClassicalBit.init(json:)) }
      let wires = try json.integers("wires")
      try append(Gates.make(gate, wires: self.wires), wires, angles, if: condition)
    } else if json["channel"] != nil {
      try append(Channels.make(json), json.integers("wires"))
    } else if json["measure"] != nil {
      try measure(wire: json.integer("measure"), into: json.integer("bit"))
    } else if json["reset"] != nil {
      try reset(wire: json.integer("reset"))
    } else {
      try barrier(json.integers("barrier"))
    }
  }
}

extension Preparation {
  fileprivate var json: JSON? {
    switch self {
    case .zero: return nil
    case .state(let re, let im): return ["re": .exacts(re), "im": .exacts(im)]
    case .amplitudes(let encoding):
      return [
        "first": .integer(encoding.first), "count": .integer(encoding.count), "wires": .integers(encoding.wires),
        "normalize": .bool(encoding.normalize), "pad_with": encoding.padding.map(JSON.exact) ?? .null,
      ]
    }
  }
}

extension Operation {
  fileprivate var json: JSON {
    get throws {
      switch action {
      case .gate(let gate):
        var members: [JSON.Member] = [.init("gate", try gate.json), .init("wires", .integers(wires))]
        if !angles.isEmpty { members.append(.init("angles", .array(angles.map(\.json)))) }
        if !condition.isEmpty {
          members.append(.init("if", .array(condition.map { [.integer($0.bit), .bool($0.value)] })))
        }
        return .object(members)
      case .channel(let channel):
        return .object(try channel.jsonMembers + [.init("wires", .integers(wires))])
      case .measure(let bit): return ["measure": .integer(wires[0]), "bit": .integer(bit)]
      case .reset: return ["reset": .integer(wires[0])]
      case .barrier: return ["barrier": .integers(wires)]
      }
    }
  }
}

extension Operation.ClassicalBit {
  fileprivate init(json: JSON) throws {
    guard case .array(let pair) = json, pair.count == 2, case .integer(let bit) = pair[0], case .bool(let value) = pair[1]
    else { throw EngineError.file("\"if\" has pairs of a bit and true or false") }
    self.init(bit: bit, value: value)
  }
}

// MARK: angles

extension AngleSum {
  fileprivate var json: JSON { terms.count == 1 ? terms[0].json : .array(terms.map(\.json)) }

  fileprivate init(json: JSON) throws {
    guard case .array(let terms) = json else {
      self.init(try Angle(json: json))
      return
    }
    guard !terms.isEmpty else { throw EngineError.file("an angle is a sum of no terms") }
    self.init(try terms.map(Angle.init(json:)))
  }
}

extension Angle {
  /// A constant is a number, everything else an object.
  fileprivate var json: JSON {
    var members: [JSON.Member] = []
    switch slot {
    case .none: return .exact(offset)
    case .input(let column): members.append(.init("input", .integer(column)))
    case .weight(let index): members.append(.init("weight", .integer(index)))
    case .inputProduct(let a, let b): members.append(.init("inputs", [.integer(a), .integer(b)]))
    case .weightedInput(let weight, let input):
      members += [.init("weight", .integer(weight)), .init("input", .integer(input))]
    }
    // Left out where nothing is lost; -0 is not 0.
    if scale != 1 { members.append(.init("scale", .exact(scale))) }
    if offset.bitPattern != 0 { members.append(.init("offset", .exact(offset))) }
    return .object(members)
  }

  fileprivate init(json: JSON) throws {
    guard case .object = json else {
      self = .constant(try json.exact())
      return
    }
    let slot: Slot
    if json["inputs"] != nil {
      let pair = try json.integers("inputs")
      guard pair.count == 2 else { throw EngineError.file("\"inputs\" must have 2 integers, got \(pair.count)") }
      slot = .inputProduct(pair[0], pair[1])
    } else if json["weight"] != nil {
      let weight = try json.integer("weight")
      slot = json["input"] == nil ? .weight(weight) : .weightedInput(weight: weight, input: try json.integer("input"))
    } else {
      slot = .input(try json.integer("input"))
    }
    self.init(slot, scale: try json["scale"]?.exact() ?? 1, offset: try json["offset"]?.exact() ?? 0)
  }
}

// MARK: measurements

extension Measurement {
  fileprivate var json: JSON {
    switch self {
    case .expectation(let sum): return ["expectation": sum.json]
    case .variance(let sum): return ["variance": sum.json]
    case .probabilities(let wires): return ["probabilities": .integers(wires)]
    }
  }

  fileprivate init(json: JSON) throws {
    if json["probabilities"] != nil {
      self = .probabilities(try json.integers("probabilities"))
    } else if json["variance"] != nil {
      self = .variance(try PauliSum(json: json.array("variance")))
    } else {
      self = .expectation(try PauliSum(json: json.array("expectation")))
    }
  }
}

extension PauliSum {
  /// Terms are [coefficient, letters, wires].
  fileprivate var json: JSON {
    .array(terms.map { [.exact($0.coefficient), .string($0.word.letters), .integers($0.word.wires)] })
  }

  fileprivate init(json: [JSON]) throws {
    self.init(
      try json.map { term in
        guard case .array(let parts) = term, parts.count == 3, case .string(let letters) = parts[1] else {
          throw EngineError.file("a term of an observable is [coefficient, letters, wires]")
        }
        return (try parts[0].exact(), PauliWord(letters, try parts[2].wholeNumbers()))
      })
  }
}
