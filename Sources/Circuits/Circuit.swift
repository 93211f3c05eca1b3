// The description of a circuit: a value that one can print, compare and run.
// How it is run is left to Quantum, what its gates do to Gates/.

import Tensors

/// What happens to some wires.
public enum Action: Sendable {
  case gate(any Gate)
  case channel(any Channel)
  /// Measures a wire in the Z basis and keeps the result in a classical bit.
  case measure(bit: Int)
  /// Puts a wire back into |0⟩.
  case reset
  /// Nothing; keeps drawings and exports apart.
  case barrier
}

/// One step of a circuit.
public struct Operation: Sendable {
  public let action: Action
  public let wires: [Int]
  public let angles: [AngleSum]
  /// Classical bits and the values they must have for a gate to act.
  public let condition: [ClassicalBit]

  public struct ClassicalBit: Hashable, Sendable {
    public let bit: Int
    public let value: Bool
    public init(bit: Int, value: Bool) { (self.bit, self.value) = (bit, value) }
  }

  public var name: String {
    switch action {
    case .gate(let gate): return gate.name
    case .channel(let channel): return channel.name
    case .measure: return "measure"
    case .reset: return "reset"
    case .barrier: return "barrier"
    }
  }

  /// What drawings show on each wire.
  public var symbols: [String] {
    switch action {
    case .gate(let gate): return gate.symbols
    case .channel(let channel): return Array(repeating: channel.symbol, count: wires.count)
    case .measure: return ["M"]
    case .reset: return ["|0⟩"]
    case .barrier: return Array(repeating: "┆", count: wires.count)
    }
  }

  public var gate: (any Gate)? {
    if case .gate(let gate) = action { return gate }
    return nil
  }
}

/// Operations on `wires` qubits, and what is measured at the end.
public struct Circuit: Sendable {
  /// 2^30 amplitudes are 8 GiB in Float; what fits is checked when a circuit runs.
  public static let maximumWires = 30
  public static let maximumProbabilityWires = 10

  public let wires: Int
  public private(set) var preparation = Preparation.zero
  public private(set) var operations: [Operation] = []
  public private(set) var measurements: [Measurement] = []
  public private(set) var readout: [Int: ReadoutError] = [:]
  /// Columns of the inputs, weights: one more than the largest index used.
  public private(set) var inputCount = 0
  public private(set) var weightCount = 0
  /// Classical bits of measurements on the way.
  public private(set) var bitCount = 0

  public var outputCount: Int { measurements.reduce(0) { $0 + $1.outputCount } }
  public var gateCount: Int { operations.reduce(0) { $0 + ($1.gate == nil ? 0 : 1) } }
  public var hasChannels: Bool {
    operations.contains { if case .channel = $0.action { return true } else { return false } }
  }

  public init(wires: Int) throws {
    guard (1...Self.maximumWires).contains(wires) else {
      throw EngineError.value("a circuit of \(wires) wires: the number of wires must be in 1..\(Self.maximumWires)")
    }
    self.wires = wires
  }

  /// Nothing yet, on the same wires, with inputs, weights and bits numbered as in another circuit.
  init(blockOf other: Circuit) {
    wires = other.wires
    (inputCount, weightCount, bitCount) = (other.inputCount, other.weightCount, other.bitCount)
  }

  mutating func use(numbersOf block: Circuit) {
    inputCount = max(inputCount, block.inputCount)
    weightCount = max(weightCount, block.weightCount)
    bitCount = max(bitCount, block.bitCount)
  }

  // MARK: Gates

  /// Appends a gate by name.
  public mutating func append(_ name: String, _ wires: [Int], _ angles: [Angle] = []) throws {
    try append(Gates.named(name, wires: wires.count), wires, angles)
  }

  public mutating func append(_ gate: any Gate, _ wires: [Int], _ angles: [Angle] = []) throws {
    try append(gate, wires, angles.map(AngleSum.init))
  }

  /// Appends a gate that acts where the classical bits have these values.
  public mutating func append(
    _ gate: any Gate, _ wires: [Int], _ angles: [AngleSum], if condition: [Operation.ClassicalBit] = []
  ) throws {
    guard wires.count == gate.wireCount else {
      throw EngineError.value("\(gate.name) acts on \(counted(gate.wireCount, "wire")), got \(wires.count)")
    }
    guard angles.count == gate.angleCount else {
      throw EngineError.value("\(gate.name) takes \(counted(gate.angleCount, "angle")), got \(angles.count)")
    }
    try check(wires)
    for sum in angles { for angle in sum.terms { try check(angle) } }
    try check(condition: condition)
    for sum in angles { for angle in sum.terms { use(angle) } }
    operations.append(Operation(action: .gate(gate), wires: wires, angles: angles, condition: condition))
  }

  // MARK: Noise, measurement on the way

  /// Appends noise.
  public mutating func append(_ channel: any Channel, _ wires: [Int]) throws {
    guard wires.count == channel.wireCount else {
      throw EngineError.value("\(channel.name) acts on \(counted(channel.wireCount, "wire")), got \(wires.count)")
    }
    try check(wires)
    operations.append(Operation(action: .channel(channel), wires: wires, angles: [], condition: []))
  }

  /// Measures a wire into a classical bit; without one, into a new bit.  Gives the bit.
  @discardableResult
  public mutating func measure(wire: Int, into bit: Int? = nil) throws -> Int {
    try check([wire])
    let bit = bit ?? bitCount
    guard (0..<1 << 16).contains(bit) else { throw EngineError.value("classical bit \(bit) is not in 0..\((1 << 16) - 1)") }
    bitCount = max(bitCount, bit + 1)
    operations.append(Operation(action: .measure(bit: bit), wires: [wire], angles: [], condition: []))
    return bit
  }

  public mutating func reset(wire: Int) throws {
    try check([wire])
    operations.append(Operation(action: .reset, wires: [wire], angles: [], condition: []))
  }

  public mutating func barrier(_ wires: [Int]) throws {
    try check(wires)
    operations.append(Operation(action: .barrier, wires: wires, angles: [], condition: []))
  }

  /// Appends an operation of another circuit as it is; its wires are looked up in `wires`.
  package mutating func append(_ operation: Operation, wires map: [Int]) throws {
    let wires = operation.wires.map { map[$0] }
    switch operation.action {
    case .gate(let gate): try append(gate, wires, operation.angles, if: operation.condition)
    case .channel(let channel): try append(channel, wires)
    case .measure(let bit): try measure(wire: wires[0], into: bit)
    case .reset: try reset(wire: wires[0])
    case .barrier: try barrier(wires)
    }
  }

  // MARK: The start state

  /// Encodes inputs as amplitudes.  Only at the start, once.
  public mutating func prepare(_ encoding: AmplitudeEncoding) throws {
    try checkStart()
    try check(encoding.wires)
    guard !encoding.wires.isEmpty, encoding.wires.count <= 20 else {
      throw EngineError.value("amplitudes on \(counted(encoding.wires.count, "wire")): the number must be in 1..20")
    }
    let size = 1 << encoding.wires.count
    guard (1...size).contains(encoding.count) else {
      throw EngineError.value("\(encoding.count) amplitudes for \(counted(encoding.wires.count, "wire")): the number must be in 1..\(size)")
    }
    guard encoding.count == size || encoding.padding != nil else {
      throw EngineError.value("\(encoding.count) amplitudes for \(counted(encoding.wires.count, "wire")), which need \(size): give more, or pad_with a value")
    }
    if let padding = encoding.padding, !padding.isFinite {
      throw EngineError.value("pad_with is \(padding); it must be finite")
    }
    guard encoding.first >= 0, encoding.first + encoding.count <= 1 << 20 else {
      throw EngineError.value("inputs \(encoding.first)..\(encoding.first + encoding.count - 1) are not in 0..\((1 << 20) - 1)")
    }
    inputCount = max(inputCount, encoding.first + encoding.count)
    preparation = .amplitudes(encoding)
  }

  /// Starts in a constant state of 2^wires amplitudes, norm 1 to 1e-10 unless it is to be normalised.
  public mutating func prepare(re: [Double], im: [Double], normalize: Bool = false) throws {
    let norm = try norm(re, im, normalize: normalize)
    preparation = .state(re: re.map { $0 / norm }, im: im.map { $0 / norm })
  }

  /// The same without dividing by the norm once more, which would change the last bits.
  mutating func prepare(exactly re: [Double], im: [Double]) throws {
    _ = try norm(re, im, normalize: false)
    preparation = .state(re: re, im: im)
  }

  private func norm(_ re: [Double], _ im: [Double], normalize: Bool) throws -> Double {
    try checkStart()
    guard wires <= 24, re.count == 1 << wires, im.count == re.count else {
      throw EngineError.shape("a state of \(counted(wires, "wire")) has \(wires <= 24 ? "\(1 << wires)" : "more than 2^24") amplitudes, got \(re.count)")
    }
    let norm = zip(re, im).reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 }.squareRoot()
    guard norm.isFinite else { throw EngineError.value("the amplitudes of the state are not all finite") }
    guard norm > 0 else { throw EngineError.value("all amplitudes of the state are 0") }
    guard normalize || abs(norm - 1) <= 1e-10 else {
      throw EngineError.value("the amplitudes of the state have norm \(norm); it must be 1 (or ask for normalize)")
    }
    return norm
  }

  private func checkStart() throws {
    if case .zero = preparation {} else { throw EngineError.state("the circuit has its start state already") }
    guard operations.isEmpty else {
      throw EngineError.state("a start state comes before all gates, the circuit already has \(counted(operations.count, "operation"))")
    }
  }

  // MARK: Measurements at the end

  /// Measures a Pauli word.
  public mutating func measure(_ letters: String, _ wires: [Int]) throws {
    guard !letters.isEmpty else { throw EngineError.value("the Pauli word is empty; give letters of \"XYZ\"") }
    try check(word: letters, wires)
    measurements.append(.expectation(PauliSum(PauliWord(letters, wires))))
  }

  /// Measures an expectation value, a variance or probabilities.
  public mutating func measure(_ measurement: Measurement) throws {
    switch measurement {
    case .expectation(let sum), .variance(let sum):
      try check(sum)
      if case .variance = measurement, sum.terms.count > 256 {
        throw EngineError.value("the variance of an observable of \(sum.terms.count) terms; at most 256 are allowed")
      }
    case .probabilities(let wires):
      guard (1...Self.maximumProbabilityWires).contains(wires.count) else {
        throw EngineError.value("probabilities of \(counted(wires.count, "wire")): the number must be in 1..\(Self.maximumProbabilityWires)")
      }
      try check(wires)
    }
    measurements.append(measurement)
  }

  /// Wrong readings of a wire's results.
  public mutating func setReadoutError(_ error: ReadoutError, wire: Int) throws {
    try check([wire])
    try error.check()
    readout[wire] = error
  }

  // MARK: Checks

  func check(_ sum: PauliSum) throws {
    guard !sum.terms.isEmpty else { throw EngineError.value("the observable has no terms") }
    guard sum.terms.count <= 1 << 16 else {
      throw EngineError.value("the observable has \(sum.terms.count) terms; at most \(1 << 16) are allowed")
    }
    for term in sum.terms {
      guard term.coefficient.isFinite else {
        throw EngineError.value("a coefficient of the observable is \(term.coefficient); coefficients must be finite")
      }
      try check(word: term.word.letters, term.word.wires)
    }
  }

  private func check(word letters: String, _ wires: [Int]) throws {
    guard letters.allSatisfy({ "XYZ".contains($0) }) else {
      throw EngineError.value("the Pauli word '\(letters)' has letters other than X, Y and Z")
    }
    guard letters.count == wires.count else {
      throw EngineError.value("the Pauli word '\(letters)' has \(counted(letters.count, "letter")) for \(counted(wires.count, "wire"))")
    }
    try check(wires)
  }

  package func check(_ wires: [Int]) throws {
    for (position, wire) in wires.enumerated() {
      guard (0..<self.wires).contains(wire) else {
        throw EngineError.value("wire \(wire) is not in 0..\(self.wires - 1)")
      }
      if wires[..<position].contains(wire) {
        throw EngineError.value("wire \(wire) is used twice; the wires of one gate must differ")
      }
    }
  }

  func check(condition: [Operation.ClassicalBit]) throws {
    for item in condition where !(0..<bitCount).contains(item.bit) {
      throw EngineError.value(
        bitCount == 0
          ? "classical bit \(item.bit) is not set: nothing has been measured so far"
          : "classical bit \(item.bit) is not in 0..\(bitCount - 1), those measured so far")
    }
  }

  private func check(_ angle: Angle) throws {
    guard angle.scale.isFinite, angle.offset.isFinite else {
      throw EngineError.value("an angle is \(angle.offset.isFinite ? angle.scale : angle.offset); angles must be finite")
    }
    for column in angle.columns { try check(index: column, "input") }
    if let weight = angle.weight { try check(index: weight, "weight") }
  }

  private mutating func use(_ angle: Angle) {
    for column in angle.columns { inputCount = max(inputCount, column + 1) }
    if let weight = angle.weight { weightCount = max(weightCount, weight + 1) }
  }

  private func check(index: Int, _ what: String) throws {
    guard (0..<1 << 20).contains(index) else {
      throw EngineError.value("\(what) \(index) is not in 0..\((1 << 20) - 1)")
    }
  }

  /// The same with an error added to every angle that depends on inputs: each is an input of its own, numbered from
  /// `first` on in the order of the operations.  The result has `inputs` inputs at least, used or not.
  package func withAngleErrors(from first: Int, inputs: Int = 0) -> (circuit: Circuit, count: Int) {
    var (result, count) = (self, 0)
    result.operations = operations.map { operation in
      let angles = operation.angles.map { sum -> AngleSum in
        guard sum.terms.contains(where: \.dependsOnInput) else { return sum }
        count += 1
        return sum + AngleSum(.input(first + count - 1))
      }
      return Operation(action: operation.action, wires: operation.wires, angles: angles, condition: operation.condition)
    }
    result.inputCount = max(inputCount, inputs, count > 0 ? first + count : 0)
    return (result, count)
  }

  /// Length of the longest chain of gates that share wires.
  public var depth: Int {
    var levels = [Int](repeating: 0, count: wires)
    for operation in operations where !operation.wires.isEmpty {
      let level = operation.wires.map { levels[$0] }.max()! + (operation.gate == nil ? 0 : 1)
      for wire in operation.wires { levels[wire] = level }
    }
    return levels.max()!
  }
}

/// "1 wire", "3 wires".
package func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// A name that is none of the known ones: with the one that was probably meant, or all of them.
func unknown(_ what: String, _ name: String, _ names: [String]) -> EngineError {
  if let meant = closest(to: name, among: names) {
    return .value("unknown \(what) '\(name)' (did you mean '\(meant)'?)")
  }
  return .value("unknown \(what) '\(name)'; there are \(names.joined(separator: ", "))")
}
