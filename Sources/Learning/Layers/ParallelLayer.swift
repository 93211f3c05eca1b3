// Branches side by side on the same input.

import Tensors

/// How outputs of branches become one.  Raw values are those of `hqnn_combine`.
public enum Combine: UInt32, CaseIterable, Sendable {
  /// Along the first axis of a sample: features or channels.
  case concat = 0
  case add, mean, multiply

  public var name: String { "\(self)" }
}

/// Every branch gets the input; their outputs are concatenated, added, averaged or multiplied.
public final class ParallelLayer: ContainerLayer, SpecifiedLayer {
  public let branches: [NamedLayer]
  public let combine: Combine

  /// Two branches or more.
  public init(_ branches: [NamedLayer], combine: Combine = .concat) throws {
    guard branches.count >= 2 else {
      throw EngineError.value("a parallel needs two branches or more, got \(branches.count)")
    }
    try checkNames(branches, of: "branch", "branches")
    (self.branches, self.combine) = (branches, combine)
    super.init()
  }

  static let kindName = "parallel"
  package override var specification: JSON {
    get throws {
      specified(Self.kindName, [("combine", .string(combine.name)), ("branches", try .layers(branches))])
    }
  }

  convenience init(specification: JSON) throws {
    let name = try specification.string("combine")
    guard let combine = Combine.allCases.first(where: { $0.name == name }) else {
      throw EngineError.file("there is no way \"\(name)\" to combine branches in this version")
    }
    try self.init(specification.layers("branches"), combine: combine)
  }

  override var kind: String { Self.kindName }
  override var detail: String { "\(branches.count) branches, \(combine.name)" }
  override var children: [Layer] { branches.map(\.layer) }
  override func childName(_ index: Int) -> String { branches[index].name }
  override func label(_ index: Int) -> String { "branch \(branches[index].name)" }

  override func flow(_ input: [Int], _ child: (Int, [Int]) throws -> [Int]) throws -> [Int] {
    let shapes = try branches.indices.map { try child($0, input) }
    let isConcat = combine == .concat
    for (branch, shape) in zip(branches, shapes).dropFirst() {
      let fits = isConcat
        ? !shape.isEmpty && shape.count == shapes[0].count && shape.dropFirst() == shapes[0].dropFirst()
        : shape == shapes[0]
      guard fits else {
        throw EngineError.shape(
          "branch \(branches[0].name) gives \(Self.batched(shapes[0])), but branch \(branch.name) gives \(Self.batched(shape)); to \(combine.name), they must agree\(isConcat ? " but for the axis after the batch" : "")"
        )
      }
    }
    guard isConcat else { return shapes[0] }
    return [shapes.reduce(0) { $0 + $1[0] }] + shapes[0].dropFirst()
  }

  override func multiplyAdds(_ input: [Int]) -> Int {
    combine == .multiply ? (branches.count - 1) * (outputShape?.reduce(1, *) ?? 0) : 0
  }

  override func apply(_ x: Variable) throws -> Variable {
    let outputs = try branches.indices.map { try output($0, x) }
    switch combine {
    case .concat: return try Variable.concat(outputs, axis: 1)
    case .add: return try outputs.dropFirst().reduce(outputs[0]) { try $0 + $1 }
    case .mean:
      let sum = try outputs.dropFirst().reduce(outputs[0]) { try $0 + $1 }
      return sum.affine(scale: 1 / Double(outputs.count), offset: 0)
    case .multiply: return try outputs.dropFirst().reduce(outputs[0]) { try $0 * $1 }
    }
  }
}
