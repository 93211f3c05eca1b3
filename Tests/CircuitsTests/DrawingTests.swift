// Drawings: what each action looks like in text, and that SVG and LaTeX are well formed for any circuit.

import Circuits
import Foundation
#if canImport(FoundationXML)
  import FoundationXML
#endif
import Tensors
import Testing

@Suite struct DrawingTests {
  /// A circuit with every kind of action.
  static func everything() throws -> Circuit {
    var circuit = try Circuit(wires: 3)
    try circuit.prepare(AmplitudeEncoding(count: 4, wires: [0, 1]))
    try circuit.append(Controlled(Gates.named("RY"), values: [false, true]), [0, 2, 1], [.weight(2)])
    try circuit.append(PauliRot("XZ"), [0, 2], [.input(1, scale: .pi)])
    try circuit.append(UnitaryGate(.identity(4)), [1, 0])
    try circuit.append(Gates.named("RZ"), [2], [AngleSum([.input(0), .weight(1), .constant(0.3)])])
    try circuit.barrier([0, 1, 2])
    try circuit.append(AmplitudeDamping(0.1), [0])
    try circuit.append("SXdg", [1])
    let bit = try circuit.measure(wire: 0)
    try circuit.append(Gates.named("CNOT"), [1, 2], [], if: [.init(bit: bit, value: true)])
    try circuit.append(Gates.named("Z"), [1], [], if: [.init(bit: bit, value: false)])
    try circuit.reset(wire: 0)
    try circuit.barrier([0, 2])
    try circuit.append("ISWAP", [0, 1])
    try circuit.append("CSWAP", [2, 0, 1])
    try circuit.measure("Z", [0])
    try circuit.measure("X", [0])
    try circuit.measure("XX", [1, 2])
    try circuit.measure(.probabilities([0, 1]))
    return circuit
  }

  @Test func textShowsEveryAction() throws {
    let circuit = try Self.everything()
    #expect(circuit.drawing(width: 200) == """
      0: ─╭ψ(x0…x3)──╭○───────╭RX────────╭U₁────────────┆──AD(0.1)──M→c0──────|0⟩───────┆──╭iSWAP──╭×─┤ ⟨Z⟩ ⟨X⟩
      1: ─╰ψ─────────├RY(w2)──│──────────╰U₀────────────┆──√X†──────╭●────────Z if !c0─────╰iSWAP──├×─┤
      2: ────────────╰●───────╰RZ(π·x1)──RZ(x0+w1+0.3)──┆───────────╰X if c0────────────┆──────────╰●─┤
      ⟨X1 X2⟩, P(0,1)
      """)
    let ascii = circuit.drawing(unicode: false, width: 200)
    #expect(ascii == """
      0: -,psi(x0...x3)--,@-------,RX---------,U1------------:--AD(0.1)--M->c0-----|0>-------:--,iSWAP--,x-| <Z> <X>
      1: -`psi-----------|RY(w2)--|-----------`U0------------:--sqrtXdg--,o--------Z if !c0-----`iSWAP--|x-|
      2: ----------------`o-------`RZ(pi*x1)--RZ(x0+w1+0.3)--:-----------`X if c0------------:----------`o-|
      <X1 X2>, P(0,1)
      """)
  }

  /// No symbol is without its ASCII form.
  @Test func asciiIsASCII() throws {
    for gate in Gates.all + [try MultiRZ(wires: 2), try PauliRot("XIY"), try UnitaryGate(.identity(8))] {
      for gate in [gate, Adjoint(gate), Controlled(gate, values: [true, false])] as [any Gate] {
        var circuit = try Circuit(wires: 6)
        try circuit.append(gate, (0..<gate.wireCount).reversed(), (0..<gate.angleCount).map { _ in .constant(.pi / 4) })
        let text = circuit.drawing(unicode: false)
        #expect(text.utf8.allSatisfy { $0 < 128 } && !text.contains("?"), "\(text)")
      }
    }
  }

  @Test func longDrawingsGoOnInBlocks() throws {
    var circuit = try Circuit(wires: 2)
    for _ in 0..<100 { try circuit.append("H", [0]) }
    let lines = circuit.drawing(width: 60).split(separator: "\n")
    #expect(lines.count > 10 && lines.allSatisfy { $0.count <= 66 })
    #expect(try circuit.svg(width: 300).components(separatedBy: ">q<tspan").count > 20)
  }

  @Test(arguments: 0..<60) func svgIsWellFormed(seed: Int) throws {
    let circuit = seed == 0 ? try Self.everything() : try RandomCircuits.circuit(seed: UInt64(seed), isParametric: true)
    let text = try circuit.svg(width: seed % 2 == 0 ? 960 : 300)
    let parser = XMLParser(data: Data(text.utf8))
    let checker = SVGChecker()
    parser.delegate = checker
    #expect(parser.parse(), "seed \(seed): \(String(describing: parser.parserError))")
    #expect(checker.outside.isEmpty, "seed \(seed): \(checker.outside)")
  }

  /// Every coordinate is inside the picture.
  private final class SVGChecker: NSObject, XMLParserDelegate {
    var size = (0.0, 0.0)
    var outside: [String] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      if name == "svg" { size = (Double(attributes["width"]!)!, Double(attributes["height"]!)!) }
      for (key, limit) in [("x", size.0), ("x1", size.0), ("x2", size.0), ("cx", size.0), ("y", size.1), ("y1", size.1), ("y2", size.1), ("cy", size.1)] {
        if let value = attributes[key].flatMap(Double.init), !(value >= 0 && value <= limit) { outside.append("\(name) \(key)=\(value)") }
      }
    }
  }

  @Test func svgRefusesSillyWidths() throws {
    let circuit = try Circuit(wires: 1)
    #expect(throws: EngineError.self) { try circuit.svg(width: 10) }
    #expect(throws: EngineError.self) { try circuit.svg(width: -1) }
    #expect(try circuit.svg().contains("<svg"))
  }

  @Test func latexLooksLikeThis() throws {
    let source = try Self.everything().quantikz()
    #expect(source == #"""
      % \usepackage{tikz} \usetikzlibrary{quantikz2}
      \begin{quantikz}
        \lstick{$q_{0}$} & \gate[2]{\psi(x_{0}\dots x_{3})} & \octrl{1} & \gate{R_X} \wire[d][2]{q} & \gate{U_1} \wire[d][1]{q} & \qw \slice{} & \gate[style={dashed}]{\mathrm{AD}(0.1)} & \meter{} \wire[d][3]["c_{0}"]{c} & \gate{|0\rangle } & \qw & \push{\,\vdots\,} & \gate[2]{\mathrm{iSWAP}} & \swap{1} & \rstick{$\langle Z\rangle  \langle X\rangle $} \\
        \lstick{$q_{1}$} & \qw & \gate{R_Y(w_{2})} \wire[d][1]{q} & \qw & \gate{U_0} & \qw & \gate{\sqrt{X}^\dagger} & \qw & \ctrl{1} & \gate{Z} \wire[d][2]["\lnot c_{0}"]{c} & \qw & \qw & \swap{1} & \qw \\
        \lstick{$q_{2}$} & \qw & \control{} & \gate{R_Z(\pi \,x_{1})} & \gate{R_Z(x_{0}+w_{1}+0.3)} & \qw & \qw & \qw & \targ{} \wire[d][1]["c_{0}"]{c} & \qw & \push{\,\vdots\,} & \qw & \control{} & \qw \\
        \lstick{$c$} \setwiretype{c} &  &  &  &  &  &  &  & \control{} & \control{} &  &  &  & 
      \end{quantikz}

      $\langle X_{1} X_{2}\rangle $, $P(0,1)$

      """#)
  }

  @Test(arguments: 0..<60) func latexRowsHaveEqualColumns(seed: Int) throws {
    let circuit = try RandomCircuits.circuit(seed: UInt64(seed), isParametric: true)
    let text = circuit.quantikz()
    let rows = text.split(separator: "\n").filter { $0.contains("\\lstick") }
    let counts = rows.map { $0.components(separatedBy: " &").count }
    #expect(Set(counts).count == 1 && rows.count == circuit.wires + (circuit.bitCount > 0 ? 1 : 0))
    #expect(text.utf8.allSatisfy { $0 < 128 } && !text.contains("?"))
    #expect(text.filter { $0 == "{" }.count == text.filter { $0 == "}" }.count)
    // Strokes end inside the picture.
    for (row, line) in rows.enumerated() {
      for stroke in line.components(separatedBy: "\\wire[d][").dropFirst() {
        #expect(row + Int(stroke.prefix { $0.isNumber })! < rows.count, "\(text)")
      }
    }
  }
}
