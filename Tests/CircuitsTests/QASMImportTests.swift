// Reading OpenQASM: well-known programs, every gate of the includes, and version 3's modifiers.

import Circuits
import Foundation
import Tensors
import Testing

private let head2 = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n"
private let head3 = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n"

@Suite struct QASMImportTests {
  // MARK: Well-known programs

  @Test func ghz() throws {
    let circuit = try Circuit(qasm: """
      // a GHZ state of three qubits
      OPENQASM 2.0;
      include "qelib1.inc";
      qreg q[3]; creg c[3];
      h q[0];
      cx q[0], q[1];
      cx q[1], q[2];
      barrier q;
      measure q -> c;
      """)
    #expect(circuit.wires == 3 && circuit.bitCount == 3 && circuit.gateCount == 3)
    let run = DenseRun(circuit)
    #expect(abs(run.probability("000") - 0.5) < 1e-15 && abs(run.probability("111") - 0.5) < 1e-15)
  }

  /// The state of the first qubit arrives at the third, whatever is measured (Bennett et al. 1993).
  @Test(arguments: [
    head2 + """
    qreg q[3]; creg c0[1]; creg c1[1];
    u3(0.3, 0.2, 0.1) q[0];
    h q[1]; cx q[1],q[2]; barrier q;
    cx q[0],q[1]; h q[0];
    measure q[0] -> c0[0]; measure q[1] -> c1[0];
    if(c0==1) z q[2];
    if(c1==1) x q[2];
    """,
    head3 + """
    qubit[3] q; bit[2] c;
    U(0.3, 0.2, 0.1) q[0];
    h q[1]; cx q[1], q[2]; barrier q;
    cx q[0], q[1]; h q[0];
    c[0] = measure q[0];
    c[1] = measure q[1];
    if (c[0] == 1) z q[2];
    if (c[1]) { x q[2]; }
    """,
  ])
  func teleportation(text: String) throws {
    var circuit = try Circuit(qasm: text)
    // Undone at the far end, the third qubit is in |0⟩.
    try circuit.append(Adjoint(Gates.named("U3")), [2], [.constant(0.3), .constant(0.2), .constant(0.1)])
    let run = DenseRun(circuit)
    let zero = ["000", "010", "100", "110"].reduce(0) { $0 + run.probability($1) }
    #expect(abs(zero - 1) < 1e-14)
  }

  /// The Fourier transform of |5⟩ has the phases exp(2πi 5k/8).
  @Test func fourierTransform() throws {
    let circuit = try Circuit(qasm: head2 + """
      qreg q[3];
      x q[0]; x q[2];
      h q[0]; cu1(pi/2) q[1],q[0]; cu1(pi/4) q[2],q[0];
      h q[1]; cu1(pi/2) q[2],q[1];
      h q[2];
      swap q[0],q[2];
      """)
    let run = DenseRun(circuit)
    for k in 0..<8 {
      let angle = 2 * Double.pi * 5 * Double(k) / 8
      #expect(abs(run.re[k] - cos(angle) / 8.0.squareRoot()) < 1e-14)
      #expect(abs(run.im[k] - sin(angle) / 8.0.squareRoot()) < 1e-14)
    }
  }

  /// 1 + 15 = 16 with gates of the program's own (Cuccaro et al. 2004).
  @Test func rippleCarryAdder() throws {
    let circuit = try Circuit(qasm: head2 + """
      gate majority a,b,c { cx c,b; cx c,a; ccx a,b,c; }
      gate unmaj a,b,c { ccx a,b,c; cx c,a; cx a,b; }
      qreg cin[1]; qreg a[4]; qreg b[4]; qreg cout[1];
      creg ans[5];
      x a[0]; // a = 0001
      x b;    // b = 1111
      majority cin[0],b[0],a[0];
      majority a[0],b[1],a[1];
      majority a[1],b[2],a[2];
      majority a[2],b[3],a[3];
      cx a[3],cout[0];
      unmaj a[2],b[3],a[3];
      unmaj a[1],b[2],a[2];
      unmaj a[0],b[1],a[1];
      unmaj cin[0],b[0],a[0];
      measure b[0] -> ans[0]; measure b[1] -> ans[1]; measure b[2] -> ans[2]; measure b[3] -> ans[3];
      measure cout[0] -> ans[4];
      """)
    #expect(circuit.wires == 10 && circuit.bitCount == 5)
    #expect(abs(DenseRun(circuit).probability("0100000001") - 1) < 1e-14)
  }

  /// As editors of other systems write it.
  @Test func lineEndsAndMarksDoNotMatter() throws {
    let text = "\u{FEFF}OPENQASM 2.0;\r\ninclude \"qelib1.inc\";\r\nqreg q[1];\r\n\th q;\r\n"
    #expect(try Circuit(qasm: text).gateCount == 1)
    let error = #expect(throws: EngineError.self) {
      try Circuit(qasm: text.replacingOccurrences(of: "h q", with: "h h"), name: "a.qasm")
    }
    #expect(error?.message == "a.qasm:4:4: expected a qubit, got 'h', which is a gate")
  }

  /// A long program is read in one pass.
  @Test func longProgramsAreRead() throws {
    let body = String(repeating: "rz(0.1*3) q[0];\ncx q[0],q[1];\n", count: 50_000)
    #expect(try Circuit(qasm: head2 + "qreg q[2];" + body).gateCount == 100_000)
  }

  @Test func textsInFiles() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("examples/quantum")
    let text = try String(contentsOf: folder.appendingPathComponent("adder.qasm"), encoding: .utf8)
    let circuit = try Circuit(qasm: text, name: "adder.qasm")
    #expect(circuit.wires == 6)
  }

  // MARK: Gates

  /// Every gate of qelib1.inc against its definition there, in words of u3, u1 and cx alone.
  @Test(arguments: [
    ("u2(0.3,0.7) a;", "u3(pi/2,0.3,0.7) a;"), ("u(0.1,0.2,0.3) a;", "U(0.1,0.2,0.3) a;"),
    ("u1(0.4) a;", "u3(0,0,0.4) a;"), ("p(0.4) a;", "u1(0.4) a;"), ("id a; u0(3) b;", "barrier a;"), ("x a;", "u3(pi,0,pi) a;"),
    ("y a;", "u3(pi,pi/2,pi/2) a;"), ("z a;", "u1(pi) a;"), ("h a;", "u2(0,pi) a;"), ("s a;", "u1(pi/2) a;"),
    ("sdg a;", "u1(-pi/2) a;"), ("t a;", "u1(pi/4) a;"), ("tdg a;", "u1(-pi/4) a;"),
    ("rx(0.3) a;", "u3(0.3,-pi/2,pi/2) a;"), ("ry(0.3) a;", "u3(0.3,0,0) a;"), ("rz(0.3) a;", "u1(0.3) a;"),
    ("sx a;", "sdg a; h a; sdg a;"), ("sxdg a;", "s a; h a; s a;"), ("cx a,b;", "CX a,b;"),
    ("cz a,b;", "h b; cx a,b; h b;"), ("cy a,b;", "sdg b; cx a,b; s b;"), ("swap a,b;", "cx a,b; cx b,a; cx a,b;"),
    ("ch a,b;", "h b; sdg b; cx a,b; h b; t b; cx a,b; t b; h b; s b; x b; s a;"),
    ("ccx a,b,c;", "h c; cx b,c; tdg c; cx a,c; t c; cx b,c; tdg c; cx a,c; t b; t c; h c; cx a,b; t a; tdg b; cx a,b;"),
    ("cswap a,b,c;", "cx c,b; ccx a,b,c; cx c,b;"),
    ("crx(0.7) a,b;", "u1(pi/2) b; cx a,b; u3(-0.7/2,0,0) b; cx a,b; u3(0.7/2,-pi/2,0) b;"),
    ("cry(0.7) a,b;", "ry(0.35) b; cx a,b; ry(-0.35) b; cx a,b;"),
    ("crz(0.7) a,b;", "u1(0.35) b; cx a,b; u1(-0.35) b; cx a,b;"),
    ("cu1(0.7) a,b;", "u1(0.35) a; cx a,b; u1(-0.35) b; cx a,b; u1(0.35) b;"), ("cp(0.7) a,b;", "cu1(0.7) a,b;"),
    ("cu3(0.7,0.2,0.5) a,b;", "u1((0.5+0.2)/2) a; u1((0.5-0.2)/2) b; cx a,b; u3(-0.7/2,0,-(0.2+0.5)/2) b; cx a,b; u3(0.7/2,0.2,0) b;"),
    ("cu(0.7,0.2,0.5,0.9) a,b;", "p(0.9) a; cu3(0.7,0.2,0.5) a,b;"), ("csx a,b;", "h b; cu1(pi/2) a,b; h b;"),
    ("rxx(0.3) a,b;", "h a; h b; cx a,b; rz(0.3) b; cx a,b; h a; h b;"), ("rzz(0.3) a,b;", "cx a,b; u1(0.3) b; cx a,b;"),
    ("c3x a,b,c,d;", "h d; cu1(pi/4) a,d; cx a,b; cu1(-pi/4) b,d; cx a,b; cu1(pi/4) b,d; cx b,c; cu1(-pi/4) c,d; cx a,c; cu1(pi/4) c,d; cx b,c; cu1(-pi/4) c,d; cx a,c; cu1(pi/4) c,d; h d;"),
    ("c3x a,b,c,d;", "c3sqrtx a,b,c,d; c3sqrtx a,b,c,d;"),
    ("h e; c4x a,b,c,d,e; c4x a,b,c,d,e;", "h e;"),
  ])
  func gatesAreThoseOfQelib(pair: (gate: String, definition: String)) throws {
    func circuit(_ body: String) throws -> Circuit {
      let start = (0..<5).map { "U(\(Double($0 + 1)),0.3,\(Double($0))) q[\($0)];" }.joined()
      // Single letters after a blank or a comma are qubits.
      var (named, previous) = ("", Character(" "))
      for (letter, next) in zip(body, body.dropFirst() + " ") {
        let number = Array("abcde").firstIndex(of: letter)
        let isAlone = " ,".contains(previous) && ",;".contains(next)
        named += isAlone ? number.map { "q[\($0)]" } ?? String(letter) : String(letter)
        previous = letter
      }
      return try Circuit(qasm: head2 + "qreg q[5];" + start + "CX q[0],q[3]; CX q[1],q[4];" + named)
    }
    let distance = DenseRun(try circuit(pair.gate)).distance(to: DenseRun(try circuit(pair.definition)))
    #expect(distance < 1e-14, "\(pair.gate): \(distance)")
  }

  /// They are Toffoli gates but for signs and phases (Maslov 2016).
  @Test(arguments: [("rccx", "ccx", 3), ("rc3x", "c3x", 4)])
  func relativePhaseToffolis(pair: (gate: String, full: String, wires: Int)) throws {
    let qubits = (0..<pair.wires).map { "q[\($0)]" }.joined(separator: ",")
    for index in 0..<1 << pair.wires {
      let start = (0..<pair.wires).filter { index >> $0 & 1 == 1 }.map { "x q[\($0)];" }.joined()
      let runs = try [pair.gate, pair.full].map {
        DenseRun(try Circuit(qasm: head2 + "qreg q[\(pair.wires)];" + start + "\($0) \(qubits);"))
      }
      #expect(runs[0].distance(to: runs[1]) < 1e-14)
    }
  }

  @Test(arguments: [
    // OpenQASM 3's U has the phase exp(iθ/2) beside u3's matrix, and its u3 and u2 have determinant 1.
    ("ctrl @ U(0.7,0.2,0.5) q[0],q[1];", "p(0.35) q[0]; p(0.35) q[0]; ctrl @ u3(0.7,0.2,0.5) q[0],q[1];"),
    ("ctrl @ u3(0.7,0.2,0.5) q[0],q[1];", "crz(0.5) q[0],q[1]; cry(0.7) q[0],q[1]; crz(0.2) q[0],q[1];"),
    ("ctrl @ u2(0.2,0.5) q[0],q[1];", "crz(0.5) q[0],q[1]; cry(pi/2) q[0],q[1]; crz(0.2) q[0],q[1];"),
    ("cu(0.7,0.2,0.5,0.9) q[0],q[1];", "p(0.9) q[0]; p((0.2+0.5)/2) q[0]; ctrl @ u3(0.7,0.2,0.5) q[0],q[1];"),
    ("ctrl @ gphase(0.6) q[0];", "p(0.6) q[0];"), ("negctrl @ gphase(0.6) q[0];", "x q[0]; p(0.6) q[0]; x q[0];"),
    ("ctrl(2) @ gphase(0.6) q[0],q[1];", "cp(0.6) q[0],q[1];"),
    ("negctrl @ ctrl @ gphase(0.6) q[0],q[1];", "x q[0]; cp(0.6) q[0],q[1]; x q[0];"),
    ("negctrl(2) @ gphase(0.6) q[0],q[1];", "x q[0]; x q[1]; cp(0.6) q[0],q[1]; x q[0]; x q[1];"),
    ("ctrl @ x q[0],q[1];", "cx q[0],q[1];"), ("ctrl(2) @ x q[0],q[1],q[2];", "ccx q[0],q[1],q[2];"),
    ("ctrl @ ctrl @ x q[0],q[1],q[2];", "ccx q[0],q[1],q[2];"), ("negctrl @ x q[0],q[1];", "x q[0]; cx q[0],q[1]; x q[0];"),
    ("ctrl @ swap q[0],q[1],q[2];", "cswap q[0],q[1],q[2];"), ("inv @ s q[0];", "sdg q[0];"),
    ("pow(2) @ t q[0];", "s q[0];"), ("pow(-1) @ t q[0];", "tdg q[0];"), ("pow(0) @ h q[0];", ""),
    ("inv @ pow(-3) @ t q[0];", "t q[0]; t q[0]; t q[0];"), ("inv @ rx(0.4) q[0];", "rx(-0.4) q[0];"),
    ("inv @ U(0.1,0.2,0.3) q[0];", "U(-0.1,-0.3,-0.2) q[0];"), ("inv @ ctrl @ rz(0.4) q[0],q[1];", "crz(-0.4) q[0],q[1];"),
    ("inv @ twist(0.4) q[0],q[1];", "rz(-0.4) q[1]; h q[1]; inv @ cx q[0],q[1]; sdg q[0];"),
    ("ctrl @ twist(0.4) q[2],q[0],q[1];", "cp(pi/2) q[2],q[0]; ccx q[2],q[0],q[1]; ch q[2],q[1]; crz(0.4) q[2],q[1];"),
    ("pow(2) @ twist(0.4) q[0],q[1];", "twist(0.4) q[0],q[1]; twist(0.4) q[0],q[1];"),
    ("ctrl @ phased q[0],q[1];", "p(0.3) q[0]; cx q[0],q[1];"),
    ("ctrl @ inv @ phased q[0],q[1];", "p(-0.3) q[0]; cx q[0],q[1];"),
    ("CX q[0],q[1]; phase(0.3) q[0]; cphase(0.4) q[0],q[1];", "cx q[0],q[1]; p(0.3) q[0]; cp(0.4) q[0],q[1];"),
    ("h q;", "h q[0]; h q[1]; h q[2];"), ("cx q[0], r;", "cx q[0],r[0]; cx q[0],r[1];"),
    ("rx(2**3) q[0]; ry(-2**2) q[1]; rz(1/2*τ) q[2];", "rx(8) q[0]; ry(-4) q[1]; rz(pi) q[2];"),
    ("rx(sin(1)+arccos(0.5)-log(2)) q[0];", "rx(\(sin(1.0) + acos(0.5) - log(2.0))) q[0];"),
    ("rx(0x10/1_0 + .5 + 1.e0 + 2E-1) q[0];", "rx(3.3) q[0];"),
  ])
  func modifiersOfVersionThree(pair: (short: String, long: String)) throws {
    func run(_ body: String) throws -> DenseRun {
      DenseRun(try Circuit(qasm: head3 + """
        gate twist(a) p, q { s p; cx p, q; h q; rz(a) q; }
        gate phased q { gphase(0.3); x q; }
        qubit[3] q; qubit[2] r;
        U(1,0.3,0) q[0]; U(2,0.3,1) q[1]; U(3,0.3,2) q[2]; cx q[0],q[2]; h r[0];
        """ + body))
    }
    let distance = try run(pair.short).distance(to: run(pair.long))
    #expect(distance < 1e-14, "\(pair.short): \(distance)")
  }

  // MARK: Registers, parameters, conditions

  @Test func registersFollowEachOther() throws {
    let circuit = try Circuit(qasm: head2 + "qreg a[2]; creg x1[1]; qreg b[1]; creg y1[2]; x b; measure a -> y1; measure b[0] -> x1[0];")
    #expect(circuit.wires == 3)
    #expect(circuit.operations.map(\.wires) == [[2], [0], [1], [2]])
    #expect(circuit.operations.map(\.name) == ["X", "measure", "measure", "measure"])
    #expect(circuit.bitCount == 3)
  }

  /// x0, x1, … are inputs by their number, all others weights in the order of their declaration.
  @Test func declaredInputsAreInputsAndWeights() throws {
    let circuit = try Circuit(qasm: head3 + """
      input float[64] theta; input float x1; input angle[32] phi; input float x0;
      qubit q;
      rx(2*theta + 1) q; ry(x1/2 - phi) q; rz(x0*x1 + theta*(x0 - 1)) q; U(-theta, +phi, theta - theta) q;
      """)
    #expect(circuit.inputCount == 2 && circuit.weightCount == 2)
    #expect(circuit.operations[0].angles == [AngleSum(Angle(.weight(0), scale: 2, offset: 1))])
    #expect(circuit.operations[1].angles == [AngleSum([.input(1, scale: 0.5), .weight(1, scale: -1)])])
    let weighted = Angle.Slot.weightedInput(weight: 0, input: 0)
    #expect(circuit.operations[2].angles == [AngleSum([Angle(.inputProduct(0, 1)), Angle(.weight(0), scale: -1), Angle(weighted)])])
    #expect(circuit.operations[3].angles == [AngleSum(.weight(0, scale: -1)), AngleSum(.weight(1)), AngleSum(.constant(0))])
  }

  @Test func conditionsCompareRegistersOrBits() throws {
    func conditions(_ text: String) throws -> [[String]] {
      try Circuit(qasm: text).operations.filter { $0.gate != nil }.map { $0.condition.map { "\($0.bit)=\($0.value ? 1 : 0)" } }
    }
    let start2 = head2 + "qreg q[2]; creg c[2]; creg d[1]; measure q -> c; "
    #expect(try conditions(start2 + "if(c==2) x q[0];") == [["0=0", "1=1"]])
    #expect(try conditions(start2 + "if(c==1) x q;") == [["0=1", "1=0"], ["0=1", "1=0"]])
    // Nothing has measured d: it is 0.
    #expect(try conditions(start2 + "if(d==0) x q[0]; if(d==1) y q[0];") == [[]])
    let start3 = head3 + "qubit[2] q; bit[2] c; bit d; c = measure q; d = measure q[0]; "
    #expect(try conditions(start3 + "if (c[1] == 1) { x q[0]; if (!d) h q[1]; }") == [["1=1"], ["1=1", "2=0"]])
    #expect(try conditions(start3 + "if (c == 0b10 && d) x q[0];") == [["0=0", "1=1", "2=1"]])
    #expect(try conditions(start3 + "if (d != true) x q[0]; if (c[0]) if (c[0] == 0) y q[0];") == [["2=0"]])
    #expect(try conditions(start3 + "if (c[0] == false) { ; }") == [])
    let declared = head3 + "qubit q; bit c = measure q; if (c) gphase(pi);"
    #expect(try conditions(declared) == [["0=1"]])
  }

  @Test func namesFromElsewhereMayBeDefinedAgain() throws {
    // Not in the first qelib1.inc, so programs define them.
    let circuit = try Circuit(qasm: head2 + "gate rzz(t) a,b { cx a,b; u1(t) b; cx a,b; } qreg q[2]; rzz(0.5) q[0],q[1];")
    #expect(circuit.gateCount == 3)
    #expect(try Circuit(qasm: "OPENQASM 2.0; gate cx a,b { CX a,b; } qreg q[2]; cx q[0],q[1];").gateCount == 1)
    #expect(try Circuit(qasm: "OPENQASM 3; gate h a { U(pi/2,0,pi) a; gphase(-pi/4); } qubit q; h q;").gateCount == 1)
  }
}
