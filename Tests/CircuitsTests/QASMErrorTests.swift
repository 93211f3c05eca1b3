// OpenQASM that is wrong or not supported: the exact message, its line and column; and that nothing crashes.

import Circuits
import Foundation
import Tensors
import Testing

private let head2 = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n"
private let head3 = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n"

@Suite struct QASMErrorTests {
  static let whole: [(String, String)] = [
    ("", "1:1: expected 'OPENQASM 2.0;' or 'OPENQASM 3.0;' at the start, got the end of the text"),
    ("qreg q[2];", "1:1: expected 'OPENQASM 2.0;' or 'OPENQASM 3.0;' at the start, got 'qreg'"),
    ("OPENQASM 4.0;", "1:10: OpenQASM 4.0 is not supported; 2.0 and 3.0 are"),
    ("OPENQASM two;", "1:10: expected the version, 2.0 or 3.0, got 'two'"),
    ("OPENQASM 2.0", "1:13: expected ';' after the version, got the end of the text"),
    ("OPENQASM 2.0; include \"mine.inc\";", "1:23: \"mine.inc\" is not known; \"qelib1.inc\" is, other files are not read"),
    ("OPENQASM 2.0; include \"qelib1.inc;", "1:23: a quoted text without its closing \""),
    ("OPENQASM 2.0;\nqreg q[1];\nh q[0];", "3:1: unknown gate 'h': include \"qelib1.inc\" declares it"),
    ("OPENQASM 2.0; creg c[1];", "1:1: the program declares no qubits"),
    ("OPENQASM 2.0; gate x a { U(pi,0,pi) a; }\ninclude \"qelib1.inc\";", "2:9: \"qelib1.inc\" has a gate 'x', which is declared already, in line 1"),
  ]
  static let two: [(String, String)] = [
    ("qreg q[0];", "3:8: a register has 1 element or more"),
    ("qreg q[1000000000000];", "3:8: 1000000000000 qubits: a program has at most 30"),
    ("qreg q[99999999999999999999];", "3:8: 99999999999999999999 qubits: a program has at most 30"),
    ("qreg q[20];\nqreg r[11];", "4:8: 11 more qubits beside 20: a program has at most 30"),
    ("creg c[70000];", "3:8: 70000 classical bits: a program has at most 65536"),
    ("qreg q[2];\nqreg q[1];", "4:6: 'q' is declared already, in line 3"),
    ("qreg h[2];", "3:6: 'h' is a gate of qelib1.inc; choose another name"),
    ("qreg if[2];", "3:6: 'if' is a word of OpenQASM and cannot name a register"),
    ("qreg q[2];\nx q[2];", "4:5: q[2] is not in q[0]..q[1]"),
    ("qreg q[2];\nx q[i];", "4:5: expected the number of an element, such as q[0] (slices and computed indices are not supported), got 'i'"),
    ("qreg wire[2];\nx wires[0];", "4:3: 'wires' is not declared (did you mean 'wire'?)"),
    ("qreg q[2];\nx p[0];", "4:3: expected a qubit, got 'p', which is a gate"),
    ("qreg q[2]; creg c[2];\nx c[0];", "4:3: expected a qubit, got 'c', which is a classical register"),
    ("qreg q[2];\ncx q[1],q[1];", "4:9: 'cx' acts twice on q[1]; its qubits must differ"),
    ("qreg q[2]; qreg r[3];\ncx q,r;", "4:6: r has 3 elements and q has 2; registers of one statement must be of one size"),
    ("qreg q[2];\ncx q[0];", "4:1: 'cx' acts on 2 qubits, got 1"),
    ("qreg q[2];\nrx q[0];", "4:4: 'rx' takes 1 angle, got 0"),
    ("qreg q[2];\nrx(1,2) q[0];", "4:3: 'rx' takes 1 angle, got 2"),
    ("qreg q[2];\nh q[0]", "4:7: expected ';' after the gate, got the end of the text"),
    ("qreg q[2];\nhadamard q[0];", "4:1: unknown gate 'hadamard'"),
    ("qreg q[2];\ncswp q[0],q[1];", "4:1: unknown gate 'cswp' (did you mean 'cswap'?)"),
    ("qreg q[2];\nqubit r;", "4:1: 'qubit' belongs to OpenQASM 3; this program says 2.0"),
    ("qreg q[1];\nrx(1/0) q[0];", "4:5: division by zero"),
    ("qreg q[1];\nrx(ln(0)) q[0];", "4:4: ln(0.0) is not a finite number"),
    ("qreg q[1];\nrx(sqrt(-1)) q[0];", "4:4: sqrt(-1.0) is not a finite number"),
    ("qreg q[1];\nrx(10^400) q[0];", "4:6: the value is not a finite number"),
    ("qreg q[1];\nrx(1e400) q[0];", "4:4: the number '1e400' is too large"),
    ("qreg q[1];\nrx(2pi) q[0];", "4:4: '2pi' is not a number; products need a *, durations are not supported"),
    ("qreg q[1];\nrx(theta) q[0];", "4:4: unknown name 'theta' in an expression"),
    ("qreg q[1];\nrx((1) q[0];", "4:8: expected ')' after the angles, got 'q'"),
    ("qreg q[1];\nrx(2**3) q[0];", "4:5: expected ')' after the angles, got '**'"),
    ("gate g a { g a; }\nqreg q[1];", "3:12: unknown gate 'g'"),
    ("gate g(t) a { rx(1/t) a; }\nqreg q[1];\ng(0) q[0];", "3:19: division by zero (in gate 'g', applied in line 5)"),
    ("gate g a,a { }", "3:10: 'a' is named twice"),
    ("gate g a { x b; }", "3:14: expected a qubit of the gate, got 'b'"),
    ("gate g a,b { cx a,a; }", "3:19: 'a' is named twice; the qubits of a gate must differ"),
    ("gate g a { x a[0]; }", "3:15: the qubits of a gate have no elements"),
    ("gate g a { measure a -> c; }", "3:12: 'measure' is not allowed inside a gate"),
    ("gate g a { x a;", "3:16: expected '}' to close the gate's body, got the end of the text"),
    ("opaque magic(a) p;\nqreg q[1];\nmagic(1) q[0];", "5:1: gate 'magic' is opaque: it has no definition to apply"),
    ("qreg q[1]; creg c[1];\nif(c==2) x q[0];", "4:7: 2 does not fit into the 1 bit of c"),
    ("qreg q[1]; creg c[1];\nif(c[0]==1) x q[0];", "4:4: OpenQASM 2 compares whole registers only, not c[0]"),
    ("qreg q[1]; creg c[1];\nif(c==1) measure q -> c;", "4:10: measure after if is not supported: conditions apply to gates"),
    ("qreg q[1]; creg c[1];\nif(c>0) x q[0];", "4:5: expected '==' (other comparisons are not supported), got '>'"),
    ("qreg q[2]; creg c[1];\nmeasure q -> c;", "4:14: q has 2 qubits and c 1 bit"),
    ("qreg q[2]; creg c[1];\nmeasure q[0];", "4:13: expected '->' and a classical bit, got ';'"),
    ("qreg q[2];\nbarrier q,q[0];", "4:11: q[0] is named twice"),
    ("qreg q[1];\n/* no end", "4:1: a comment without its closing */"),
    ("qreg q[1]; é;", "3:12: unknown gate 'é'"),
    ("/* ü */ qreg q[1] ?", "3:19: '?' has no meaning here"),
    ("qreg q[1]; \u{1}`", "3:13: '`' has no meaning here"),
  ]
  static let three: [(String, String)] = [
    ("qubit q;\nfor int i in [0:3] { x q; }", "4:1: 'for' is not supported; statements may be qubit, bit, qreg, creg, input float or angle, include, gate, calls of gates (with ctrl, negctrl, inv, pow), gphase, measure, reset, barrier and if"),
    ("qubit q;\npow(0.5) @ x q;", "4:5: the power must be a whole number, got 0.5"),
    ("qubit q;\npow @ x q;", "4:5: expected '(' and the power, got '@'"),
    ("qubit[2] q;\nctrl(0) @ x q[0];", "4:6: 0 controls: the number must be in 1..30"),
    ("qubit[2] q;\nctrl @ x q[0];", "4:8: 'x' acts on 1 qubit and 1 control, got 1"),
    ("qubit q;\ninv x q;", "4:5: expected '@' after inv, got 'x'"),
    ("qubit q;\npow(1000000000) @ x q;", "4:19: this stands for 1000000000 gates; a circuit has at most 1048576"),
    ("qubit q;\npow(2**40) @ x q;", "4:5: the power 1099511627776 is too large"),
    ("x $0;", "3:3: hardware qubits ($0) are not supported; declare a register"),
    ("#pragma x", "3:1: pragmas are not supported"),
    ("qubit q; bit c;\nc = 1;", "4:5: expected 'measure' (classical arithmetic is not supported), got '1'"),
    ("qubit q;\nmeasure q;", "4:10: expected '->' and a classical bit (or bit = measure qubit), got ';'"),
    ("qubit q; bit c; c = measure q;\nif (c) { x q; } else { y q; }", "4:17: else is not supported; write a second if"),
    ("qubit q; bit c; c = measure q;\nif (c) { reset q; }", "4:10: reset after if is not supported: conditions apply to gates"),
    ("qubit q; bit[2] c;\nif (c != 1) x q;", "4:5: != is supported for single bits only"),
    ("qubit q; bit c;\nif (c) { x q;", "4:14: expected '}' to close the block, got the end of the text"),
    ("qubit[2] q;\nx q[0:1];", "4:6: expected ']' after the element's number, got ':'"),
    ("qubit q;\nx q[0];", "4:4: 'q' is a single one and has no elements"),
    ("input int n;", "3:7: expected 'float' or 'angle' after input (other types are not supported), got 'int'"),
    ("input float a; input float b; qubit q;\nrx(a*b) q;", "4:5: this product of parameters is not supported: weight times input and input times input are"),
    ("input float a; qubit q;\nrx(sin(a)) q;", "4:4: sin of a parameter is not supported: angles are sums of numbers times parameters"),
    ("input float a; qubit q;\nrx(1/a) q;", "4:5: division by a parameter is not supported"),
    ("input float a; qubit q;\npow(a) @ x q;", "4:5: the power must be a whole number"),
    ("input float a;\ngate g q { rx(a) q; }", "4:15: unknown name 'a' in an expression"),
    ("const float a = 1;", "3:1: 'const' is not supported; statements may be qubit, bit, qreg, creg, input float or angle, include, gate, calls of gates (with ctrl, negctrl, inv, pow), gphase, measure, reset, barrier and if"),
    ("qubit q;\ndelay[100ns] q;", "4:1: 'delay' is not supported; statements may be qubit, bit, qreg, creg, input float or angle, include, gate, calls of gates (with ctrl, negctrl, inv, pow), gphase, measure, reset, barrier and if"),
  ]

  @Test func mistakesAreNamedWithLineAndColumn() {
    let all = Self.whole + Self.two.map { (head2 + $0.0, $0.1) } + Self.three.map { (head3 + $0.0, $0.1) }
    for (text, message) in all {
      #expect(failure(text) == "file.qasm:" + message, "\(text)")
    }
  }

  @Test func definitionsThatExplodeAreRefusedWithTheirSize() {
    var text = head2 + "gate g0 a { x a; x a; }\n"
    for i in 1..<40 { text += "gate g\(i) a { g\(i - 1) a; g\(i - 1) a; }\n" }
    #expect(failure(text + "qreg q[1];\ng39 q[0];") == "file.qasm:44:1: this stands for 1099511627776 gates; a circuit has at most 1048576")
    for i in 40..<100 { text += "gate g\(i) a { g\(i - 1) a; g\(i - 1) a; }\n" }
    #expect(failure(text + "qreg q[1];\ng99 q[0];") == "file.qasm:104:1: this stands for more than 9223372036854775807 gates; a circuit has at most 1048576")
    // Nothing to do, but as often.
    let empty = text.replacingOccurrences(of: "{ x a; x a; }", with: "{ }")
    #expect(failure(empty + "qreg q[1];\ng39 q[0];")?.hasSuffix("this stands for 549755813888 gates; a circuit has at most 1048576") == true)
    var deep = head2 + "gate g0 a { x a; }\n"
    for i in 1..<1000 { deep += "gate g\(i) a { g\(i - 1) a; }\n" }
    #expect(failure(deep) == "file.qasm:258:6: 'g255' is defined by gates more than 256 deep")
  }

  @Test func nestingIsBounded() {
    let (open, close) = (String(repeating: "(", count: 100_000), String(repeating: ")", count: 100_000))
    #expect(failure(head2 + "qreg q[1];\nrx(\(open)1\(close)) q[0];") == "file.qasm:4:54: nested more than 100 levels deep")
    #expect(failure(head2 + "qreg q[1];\nrx(\(String(repeating: "-", count: 100_000))1) q[0];")?.hasSuffix("nested more than 100 levels deep") == true)
    #expect(failure(head3 + "qubit q; bit c;" + String(repeating: "if (c) {", count: 100_000))?.hasSuffix("nested more than 100 levels deep") == true)
    // Length is no depth.
    let sum = Array(repeating: "1", count: 200_000).joined(separator: "+")
    #expect(failure(head2 + "qreg q[1];\nrx(\(sum)) q[0];") == nil)
    #expect(failure(head2 + "gate g(t) a { rx(\(sum)*t) a; }\nqreg q[1]; g(1) q[0];") == nil)
  }

  /// Good programs with bytes changed, pieces moved and ends cut off: an error with a place, or a circuit.
  @Test(arguments: 0..<4) func mutatedProgramsNeverCrash(part: Int) throws {
    var stream = RandomStream(seed: 500 + UInt64(part), purpose: .circuit)
    var seeds = try (0..<8).flatMap { seed -> [String] in
      let circuit = try RandomCircuits.circuit(seed: UInt64(seed), isParametric: true)
      let (inputs, weights) = (Array(repeating: 0.5, count: circuit.inputCount), Array(repeating: 0.5, count: circuit.weightCount))
      return [try circuit.qasm(version: 2, inputs: inputs, weights: weights), try circuit.qasm(version: 3)]
    }
    seeds += Self.two.map { head2 + $0.0 } + Self.three.map { head3 + $0.0 }
    let words = ["if", "(", ")", "{", "}", "[", "]", ";", "ctrl @ ", "inv @ ", "pow(3) @ ", "gate ", "measure ", "99999999999999999999", "-", "/0", "\"", "/*", "π", "\u{FFFD}", "q", "c", "==", "1e308*1e308"]
    var circuits = 0
    for _ in 0..<1000 {
      var bytes = Array(seeds[stream.below(seeds.count)].utf8)
      for _ in 0...stream.below(4) where !bytes.isEmpty {
        let place = stream.below(bytes.count)
        switch stream.below(5) {
        case 0: bytes[place] = UInt8(stream.below(256))
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: words[stream.below(words.count)].utf8, at: place)
        case 3: bytes.removeLast(min(bytes.count, stream.below(40)))
        default:
          let end = min(bytes.count, place + stream.below(60))
          bytes.insert(contentsOf: bytes[place..<end], at: stream.below(bytes.count))
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      if let message = failure(text) { #expect(message.hasPrefix("file.qasm:"), "\(message)\n\(text)") } else { circuits += 1 }
    }
    #expect(circuits > 0)
  }

  @Test func randomBytesNeverCrash() {
    var stream = RandomStream(seed: 9, purpose: .circuit)
    for round in 0..<2000 {
      let bytes = (0..<stream.below(80)).map { _ in round % 2 == 0 ? UInt8(stream.below(256)) : UInt8(32 + stream.below(95)) }
      let text = (round % 3 == 0 ? "" : round % 3 == 1 ? head2 : head3) + String(decoding: bytes, as: UTF8.self)
      if let message = failure(text) { #expect(message.hasPrefix("file.qasm:"), "\(message)") }
    }
  }

  private func failure(_ text: String) -> String? {
    do {
      _ = try Circuit(qasm: text, name: "file.qasm")
      return nil
    } catch { return (error as? EngineError)?.message ?? "\(error)" }
  }
}
