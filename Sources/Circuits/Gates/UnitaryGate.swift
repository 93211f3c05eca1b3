// A gate given by its matrix.

import Tensors

/// A constant unitary on one to three wires, the first wire the most significant bit.
public struct UnitaryGate: Gate {
  public static let maximumWires = 3
  /// What |U†U - 1| may be in its largest entry.
  public static let tolerance = 1e-8

  public let form: GateForm
  public let matrix: ComplexMatrix

  /// Throws when the matrix is not unitary or not on 1 to 3 wires.
  public init(_ matrix: ComplexMatrix) throws { try self.init(matrix, tolerance: Self.tolerance) }

  /// A reader allows for more: of a matrix that just passed, the adjoint may be off by the matrix's dimension more.
  init(_ matrix: ComplexMatrix, tolerance: Double) throws {
    guard let wires = (1...Self.maximumWires).first(where: { 1 << $0 == matrix.dimension }) else {
      throw EngineError.shape(
        "a unitary of \(matrix.dimension) rows; it must have 2, 4 or 8, for 1, 2 or 3 wires")
    }
    if let bad = (matrix.re + matrix.im).first(where: { !$0.isFinite }) {
      throw EngineError.value("an entry of the unitary is \(bad); entries must be finite")
    }
    let error = (matrix.adjoint * matrix).distance(to: .identity(matrix.dimension))
    guard error <= tolerance else {
      throw EngineError.value(
        "the matrix is not unitary: the largest entry of |U†U - 1| is \(error), it may be \(tolerance)")
    }
    self.init(checked: matrix, wires: wires)
  }

  private init(checked matrix: ComplexMatrix, wires: Int) {
    self.matrix = matrix
    form = GateForm("Unitary", wires: wires, angles: 0, Array(repeating: "U", count: wires))
  }

  public var adjoint: UnitaryGate { UnitaryGate(checked: matrix.adjoint, wires: wireCount) }

  public func lower(wires: [Wire], angles: [Angle]) -> [Instruction] {
    if wires.count == 1 {
      let (re, im) = (matrix.re, matrix.im)
      return [
        .matrix(ControlledMatrix(wires[0], re: SIMD4(re[0], re[1], re[2], re[3]), im: SIMD4(im[0], im[1], im[2], im[3])))
      ]
    }
    return [.unitary(ControlledUnitary(bits: wires.map(\.bit), matrix))]
  }
}
