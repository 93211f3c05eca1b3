// A gate in the words of the standard includes: its instructions as rotations, phases and CNOTs.
// Exact to rounding, up to a global phase of gates without controls.

import Glibc
import Tensors

struct QASMSteps {
  private let version: Int
  private let wires: Int
  private var lines: [String] = []

  /// The statements of a definition on qubits q0, q1, … with angles p0, p1, ….
  static func body(of gate: any Gate, version: Int) -> [String] {
    var steps = QASMSteps(version: version, wires: gate.wireCount)
    let wires = (0..<gate.wireCount).map { Wire($0, of: gate.wireCount) }
    for instruction in gate.lower(wires: wires, angles: (0..<gate.angleCount).map { .weight($0) }) {
      steps.write(instruction)
    }
    return steps.lines
  }

  /// What the gate is called in the include of this version.
  static func standardName(_ gate: any Gate, version: Int) -> String? {
    guard let name = gate.form.qasm else { return nil }
    if version == 3 { return name == "sxdg" ? "inv @ sx" : QASMLibrary.standard.contains(name) ? name : nil }
    let old = ["p": "u1", "cp": "cu1"][name] ?? name
    return QASMLibrary.original.contains(old) ? old : nil
  }

  /// Letters, digits and underscores.
  static func word(_ name: String) -> String {
    var result = ""
    for character in name.lowercased() {
      if character.isASCII, character.isLetter || character.isNumber {
        result.append(character)
      } else if result.last != "_", !result.isEmpty {
        result.append("_")
      }
    }
    while result.last == "_" { result.removeLast() }
    return result
  }

  /// The shortest digits that give the number again (at most 17), with a point, as version 2 wants it.
  static func number(_ value: Double) -> String {
    let text = "\(value == 0 ? 0 : value)"
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  static func product(_ factor: Double, _ symbol: String) -> String {
    factor == 1 ? symbol : factor == -1 ? "-" + symbol : number(factor) + "*" + symbol
  }

  private init(version: Int, wires: Int) { (self.version, self.wires) = (version, wires) }

  // MARK: Instructions

  private mutating func write(_ instruction: Instruction) {
    switch instruction {
    case .rotation(let rotation): write(rotation)
    case .matrix(let matrix): write(matrix.re, matrix.im, target: numbers(matrix.target)[0], numbers(matrix.controls))
    case .swap(let swap): writeSwap(numbers(swap.a)[0], numbers(swap.b)[0], numbers(swap.controls))
    case .unitary(let unitary):
      writeUnitary(unitary.matrix, unitary.bits.map { numbers($0)[0] }, numbers(unitary.controls))
    case .channel: preconditionFailure("a gate holds a channel")
    }
  }

  /// Numbers of the wires in a mask.
  private func numbers(_ mask: Int) -> [Int] { (0..<wires).filter { mask >> (wires - 1 - $0) & 1 == 1 } }

  private mutating func add(_ name: String, _ angle: Angle? = nil, _ qubits: [Int]) {
    let list = angle.map { "(" + text($0) + ")" } ?? ""
    lines.append("\(name)\(list) \(qubits.map { "q\($0)" }.joined(separator: ","));")
  }

  private mutating func add(_ name: String, _ angle: Double, _ qubits: [Int]) { add(name, .constant(angle), qubits) }

  private func text(_ angle: Angle) -> String {
    guard case .weight(let number) = angle.slot else { return Self.number(angle.offset) }
    let term = Self.product(angle.scale, "p\(number)")
    if angle.offset == 0 { return term }
    return term + (angle.offset > 0 ? "+" : "") + Self.number(angle.offset)
  }

  /// exp(-i f θ Π ⊗ P): P is turned into Z on one wire, which holds the parity of all.
  private mutating func write(_ rotation: PauliRotation) {
    let controls = numbers(rotation.controls)
    let word = numbers(rotation.x | rotation.z)
    let angle = (2 * rotation.factor) * rotation.angle
    guard let last = word.last else {
      if controls.isEmpty, version == 3 { lines.append("gphase(\(text(-0.5 * angle)));") }
      writePhase(-0.5 * angle, controls)
      return
    }
    let (xs, zs) = (Set(numbers(rotation.x)), Set(numbers(rotation.z)))
    if word.count == 1, controls.isEmpty {
      add(!xs.contains(last) ? "rz" : zs.contains(last) ? "ry" : "rx", angle, word)
      return
    }
    for wire in word where xs.contains(wire) {
      if zs.contains(wire) { add("sdg", [wire]) }
      add("h", [wire])
    }
    for wire in word.dropLast() { add("cx", [wire, last]) }
    writeRZ(angle, last, controls)
    for wire in word.dropLast().reversed() { add("cx", [wire, last]) }
    for wire in word where xs.contains(wire) {
      add("h", [wire])
      if zs.contains(wire) { add("s", [wire]) }
    }
  }

  private mutating func add(_ name: String, _ qubits: [Int]) { add(name, nil as Angle?, qubits) }

  private mutating func writeRZ(_ angle: Angle, _ target: Int, _ controls: [Int]) {
    if controls.isEmpty {
      add("rz", angle, [target])
    } else if controls.count == 1 {
      add("crz", angle, controls + [target])
    } else if version == 3 {
      add("ctrl(\(controls.count)) @ rz", angle, controls + [target])
    } else {
      // Z = 1 - 2n, where n projects on 1.
      writePhase(-0.5 * angle, controls)
      writePhase(angle, controls + [target])
    }
  }

  /// exp(i angle) where all of these are 1.
  private mutating func writePhase(_ angle: Angle, _ qubits: [Int]) {
    if qubits.isEmpty || angle == .constant(0) { return }
    if qubits.count <= 2 {
      let names = version == 2 ? ["u1", "cu1"] : ["p", "cp"]
      add(names[qubits.count - 1], angle, qubits)
    } else if version == 3 {
      add("ctrl(\(qubits.count - 1)) @ p", angle, qubits)
    } else {
      // The product of bits is a signed sum of their parities; a Gray code walks through these.
      let part = 1 / Double(1 << (qubits.count - 1))
      for (position, wire) in qubits.enumerated() {
        for step in 0..<1 << position {
          if step > 0 { add("cx", [qubits[step.trailingZeroBitCount], wire]) }
          let gray = step ^ (step >> 1)
          add("u1", (gray.nonzeroBitCount & 1 == 0 ? part : -part) * angle, [wire])
        }
        if position > 0 { add("cx", [qubits[position - 1], wire]) }
      }
    }
  }

  // MARK: Matrices

  private static let names: [(name: String, matrix: ComplexMatrix)] = [
    ("X", "x"), ("Y", "y"), ("Z", "z"), ("H", "h"), ("S", "s"), ("Sdg", "sdg"), ("T", "t"), ("Tdg", "tdg"),
  ].compactMap { gate, name in
    guard let matrix = try? Gates.named(gate).matrix() else { return nil }
    return (name, matrix)
  }

  /// A 2x2 unitary on one wire, u00 u01 u10 u11.
  private mutating func write(_ re: SIMD4<Double>, _ im: SIMD4<Double>, target: Int, _ controls: [Int]) {
    let matrix = ComplexMatrix(dimension: 2, re: (0..<4).map { re[$0] }, im: (0..<4).map { im[$0] })
    let name = Self.names.first { $0.matrix.distance(to: matrix) < 1e-15 }?.name
    switch (name, controls.count) {
    case (let name?, 0): return add(name, [target])
    case ("x", 1), ("y", 1), ("z", 1), ("h", 1): return add("c" + name!, controls + [target])
    case ("x", 2): return add("ccx", controls + [target])
    case ("x", _) where version == 3: return add("ctrl(\(controls.count)) @ x", controls + [target])
    case ("x", _):
      add("h", [target])
      writePhase(.constant(.pi), controls + [target])
      return add("h", [target])
    default: break
    }
    func argument(_ k: Int) -> Double { atan2(im[k], re[k]) }
    func size(_ k: Int) -> Double { (re[k] * re[k] + im[k] * im[k]).squareRoot() }
    if re[1] == 0, im[1] == 0, re[2] == 0, im[2] == 0 {
      writePhase(.constant(argument(3) - argument(0)), controls + [target])
      return writePhase(.constant(argument(0)), controls)
    }
    if controls.isEmpty {
      let phi = argument(2) - argument(0)
      // The larger entries say what the two phases add up to, or differ by.
      let lambda = size(0) >= size(2) ? argument(3) - argument(0) - phi : phi - argument(2) + atan2(-im[1], -re[1])
      lines.append("u3(\(Self.number(2 * atan2(size(2), size(0)))),\(Self.number(phi)),\(Self.number(lambda))) q\(target);")
      return
    }
    // e^{iα} exp(-iβ n·σ): the axis n is turned to Z by two rotations of the target.
    let alpha = atan2(
      re[0] * im[3] + im[0] * re[3] - re[1] * im[2] - im[1] * re[2],
      re[0] * re[3] - im[0] * im[3] - re[1] * re[2] + im[1] * im[2]) / 2
    let (c, s) = (cos(alpha), sin(alpha))
    let real = { (k: Int) in re[k] * c + im[k] * s }
    let imaginary = { (k: Int) in im[k] * c - re[k] * s }
    let (x, y, z) = (-imaginary(1), -real(1), -imaginary(0))
    let beta = atan2((x * x + y * y + z * z).squareRoot(), real(0))
    let (theta, phi) = (atan2((x * x + y * y).squareRoot(), z), atan2(y, x))
    if phi != 0 { add("rz", -phi, [target]) }
    if theta != 0 { add("ry", -theta, [target]) }
    writeRZ(.constant(2 * beta), target, controls)
    if theta != 0 { add("ry", theta, [target]) }
    if phi != 0 { add("rz", phi, [target]) }
    writePhase(.constant(alpha), controls)
  }

  private mutating func writeSwap(_ a: Int, _ b: Int, _ controls: [Int]) {
    if version == 3, controls.count <= 1 { return add(controls.isEmpty ? "swap" : "cswap", controls + [a, b]) }
    add("cx", [b, a])
    write(SIMD4(0, 1, 1, 0), .zero, target: b, controls + [a])
    add("cx", [b, a])
  }

  /// Any unitary as a product of ones that act on two basis states (Nielsen and Chuang 2000, 4.5.1).
  private mutating func writeUnitary(_ matrix: ComplexMatrix, _ wires: [Int], _ controls: [Int]) {
    var rest = matrix
    var factors: [(Int, Int, ComplexMatrix)] = []
    for column in 0..<matrix.dimension {
      for row in column + 1..<max(matrix.dimension, column + 1) {
        let (a, b) = (rest[column, column], rest[row, column])
        let size = (a.re * a.re + a.im * a.im + b.re * b.re + b.im * b.im).squareRoot()
        if b.re * b.re + b.im * b.im < 1e-32 { continue }
        let step = ComplexMatrix(
          dimension: 2, re: [a.re / size, b.re / size, b.re / size, -a.re / size],
          im: [-a.im / size, -b.im / size, b.im / size, -a.im / size])
        for k in 0..<matrix.dimension {
          let (p, q) = (rest[column, k], rest[row, k])
          rest[column, k] = Self.combine(step, 0, p, q)
          rest[row, k] = Self.combine(step, 1, p, q)
        }
        factors.append((column, row, step.adjoint))
      }
    }
    // What is left is diagonal; two entries at a time.
    for k in stride(from: 0, to: matrix.dimension, by: 2) {
      var pair = ComplexMatrix(dimension: 2)
      (pair[0, 0], pair[1, 1]) = (rest[k, k], rest[k + 1, k + 1])
      if pair.distance(to: .identity(2)) > 1e-15 { writeFactor(k, k + 1, pair, wires, controls) }
    }
    for (a, b, factor) in factors.reversed() { writeFactor(a, b, factor, wires, controls) }
  }

  private static func combine(
    _ m: ComplexMatrix, _ row: Int, _ p: (re: Double, im: Double), _ q: (re: Double, im: Double)
  ) -> (re: Double, im: Double) {
    let (u, v) = (m[row, 0], m[row, 1])
    return (u.re * p.re - u.im * p.im + v.re * q.re - v.im * q.im, u.re * p.im + u.im * p.re + v.re * q.im + v.im * q.re)
  }

  /// A 2x2 unitary between the basis states a < b of some wires, the first the most significant bit.
  private mutating func writeFactor(_ a: Int, _ b: Int, _ matrix: ComplexMatrix, _ wires: [Int], _ controls: [Int]) {
    func bit(_ index: Int, _ position: Int) -> Bool { index >> (wires.count - 1 - position) & 1 == 1 }
    let different = wires.indices.filter { bit(a, $0) != bit(b, $0) }
    // The first bit in which they differ is 0 in a, because a < b.  CNOTs make it the only one.
    let target = different[0]
    for position in different.dropFirst() { add("cx", [wires[target], wires[position]]) }
    let others = wires.indices.filter { $0 != target }
    for position in others where !bit(a, position) { add("x", [wires[position]]) }
    write(
      SIMD4(matrix.re[0], matrix.re[1], matrix.re[2], matrix.re[3]),
      SIMD4(matrix.im[0], matrix.im[1], matrix.im[2], matrix.im[3]),
      target: wires[target], controls + others.map { wires[$0] })
    for position in others where !bit(a, position) { add("x", [wires[position]]) }
    for position in different.dropFirst().reversed() { add("cx", [wires[target], wires[position]]) }
  }
}
