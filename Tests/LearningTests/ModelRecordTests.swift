// Models as records and back: the same outputs, the same sharing, the same training state.

import Circuits
import Foundation
import Learning
import Quantum
import Tensors
import Testing

@Suite struct ModelRecordTests {
  private func run(_ shots: Int) -> RunOptions {
    shots == 0 ? RunOptions() : RunOptions(differentiation: .parameterShift, shots: shots, seed: 5)
  }

  /// Convolution, quanvolution, dense, circuit, dense; one dense layer stands in two places.
  private func model(shots: Int = 0) throws -> Layer {
    let shared = try DenseLayer(units: 4)
    var options = convolution(filters: 1)
    options.kernelWidth = 2
    return try SequentialLayer([
      try Conv2DLayer(options), FunctionLayer(.tanh),
      try QuanvolutionLayer(try patchCircuit(inputs: 4), run: run(shots)), FlattenLayer(),
      try DenseLayer(units: 4, bias: false), shared, FunctionLayer(.sigmoid), try SequentialLayer([shared]),
      try QuantumLayer(try patchCircuit(inputs: 4), options: run(shots)), try DenseLayer(units: 2),
    ])
  }

  private func input(_ type: ElementType = .float32) -> Tensor {
    var stream = RandomStream(seed: 3, purpose: .tensor)
    return .uniform(type, [5, 1, 5, 5], low: 0, high: 1, from: &stream)
  }

  private func again(_ model: Layer) throws -> Layer {
    let record = try model.record()
    let description = try JSON(text: record.description.text)
    return try Layer.restored(
      ModelRecord(description: description, tensors: record.tensors.map { NamedTensor(name: $0.name, tensor: $0.tensor.copy()) }))
  }

  @Test(arguments: [ElementType.float32, .float64])
  func outputsAreTheSameBits(_ type: ElementType) throws {
    let model = try model()
    try model.build(type, shape: [1, 1, 5, 5], seed: 11)
    let other = try again(model)
    #expect(try other.infer(input(type)).doubles == model.infer(input(type)).doubles)
    #expect(other.parameters.map(\.name) == model.parameters.map(\.name))
    #expect(try other.record().description == model.record().description)
    #expect(try other.describe() == model.describe())
  }

  @Test func shotsGoOnWhereTheyStood() throws {
    let model = try model(shots: 50)
    try model.build(.float32, shape: [1, 1, 5, 5], seed: 11)
    for _ in 0..<3 { _ = try model.infer(input()) }
    let other = try again(model)
    for _ in 0..<2 { #expect(try other.infer(input()).doubles == model.infer(input()).doubles) }
  }

  @Test func sharedLayersStayShared() throws {
    let model = try model()
    try model.build(.float32, shape: [1, 1, 5, 5], seed: 11)
    let other = try again(model) as! SequentialLayer
    #expect(other.layers[5] === (other.layers[7] as! SequentialLayer).layers[0])
    #expect(try model.architecture.text.contains("\"shared\":0"))
    // Outside of an architecture each place says it all.
    #expect(try !model.specification.text.contains("shared"))
  }

  @Test func frozenStaysFrozen() throws {
    let model = try model() as! SequentialLayer
    model.layers[0].setTrainable(false)
    try model.build(.float32, shape: [1, 1, 5, 5], seed: 11)
    try model.layers[4].parameters[0].variable.setRequiresGradient(false)
    let other = try again(model)
    #expect(other.parameters.map(\.variable.requiresGradient) == model.parameters.map(\.variable.requiresGradient))
    #expect(other.parameters.filter { !$0.variable.requiresGradient }.map(\.name) == ["0.weights", "0.bias", "4.weights"])
    // A layer thawed inside a frozen container is not frozen again.
    let inner = try DenseLayer(units: 2)
    let outer = try SequentialLayer([inner, try DenseLayer(units: 3)])
    outer.setTrainable(false)
    inner.setTrainable(true)
    try outer.build(.float64, shape: [1, 2], seed: 1)
    #expect(try again(outer).parameters.map(\.variable.requiresGradient) == [true, true, false, false])
  }

  @Test func aCopyIsAModelOfItsOwn() throws {
    let model = try model()
    #expect(try !model.copy().isBuilt)
    try model.build(.float32, shape: [1, 1, 5, 5], seed: 11)
    let copy = try model.copy()
    let before = try model.infer(input()).doubles
    #expect(try copy.infer(input()).doubles == before)
    copy.parameters[0].variable.value.fill(0)
    #expect(try model.infer(input()).doubles == before)
    #expect(try copy.infer(input()).doubles != before)
  }

  @Test func weightsAreTakenByName() throws {
    let model = try SequentialLayer([try DenseLayer(units: 3), try DenseLayer(units: 2, bias: false)])
    #expect(message(.state) { try model.load([], strict: true) }.hasPrefix("the model is not built"))
    try model.build(.float32, shape: [1, 2], seed: 1)
    let (w0, b0, w1) = (Tensor([1, 2, 3, 4, 5, 6] as [Float], [3, 2]), Tensor([1, 2, 3] as [Float], [3]), Tensor([0, 1, 2, 3, 4, 0.5], [2, 3]))
    let all = [NamedTensor(name: "0.weights", tensor: w0), NamedTensor(name: "0.bias", tensor: b0), NamedTensor(name: "1.weights", tensor: w1)]
    #expect(try model.load(all, strict: true) == 3)
    #expect(model.parameters[2].variable.value.doubles == [0, 1, 2, 3, 4, 0.5])
    #expect(
      message(.shape) { try model.load(Array(all[..<2]), strict: true) } == "tensor \"1.weights\" {2, 3} of the model is missing")
    #expect(
      message(.shape) { try model.load(all + [NamedTensor(name: "2.bias", tensor: b0)], strict: true) }
        == "tensor \"2.bias\" {3} is none of the model's")
    #expect(
      message(.shape) { try model.load([NamedTensor(name: "0.bias", tensor: w0)], strict: false) }
        == "tensor \"0.bias\" is {3, 2}, the model's is {3}")
    #expect(
      message(.shape) { try model.load([NamedTensor(name: "x", tensor: w0)], strict: false) }
        == "none of the 1 tensors has a name of the model's, such as \"0.weights\"")
    #expect(
      message(.shape) { try model.load([NamedTensor(name: "0.bias", tensor: Tensor([1, 0.1, 2], [3]))], strict: false) }
        == "tensor \"0.bias\" has float64 values that float32 cannot hold; the model is float32")
    #expect(try model.load([NamedTensor(name: "0.bias", tensor: Tensor([9, 8, 7] as [Float], [3]))], strict: false) == 1)
    #expect(model.parameters[1].variable.value.doubles == [9, 8, 7])
    #expect(model.parameters[0].variable.value.doubles == [1, 2, 3, 4, 5, 6])
  }

  @Test func anUnbuiltModelHasNoRecord() throws {
    #expect(message(.state) { _ = try model().record() }.hasPrefix("the model is not built, so it has no weights to save"))
  }

  @Test func aDescriptionMakesNothingLargerThanItsTensors() throws {
    let model = try DenseLayer(units: 4)
    try model.build(.float32, shape: [1, 3], seed: 1)
    let record = try model.record()
    let text = record.description.text
    for (old, new, expected) in [
      ("\"units\":4", "\"units\":400000000", "it needs a tensor {400000000, 3}, more values than there are"),
      ("\"input_shape\":[3]", "\"input_shape\":[30]", "it needs a tensor {4, 30}, more values than there are"),
      ("\"format\":1", "\"format\":2", "the model is of format 2; this library reads format 1"),
      ("\"frozen\":[]", "\"frozen\":[\"x\"]", "\"frozen\" names \"x\", which is no parameter of the model"),
      ("\"kind\":\"dense\"", "\"shared\":0", "\"shared\" is 0, but no layer before it has this \"id\""),
      ("\"kind\":\"dense\"", "\"kind\":\"dance\"", "there is no layer of kind \"dance\" in this version"),
      ("float32", "float16", "\"element_type\" is \"float16\"; it must be \"float32\" or \"float64\""),
    ] {
      let changed = try JSON(text: text.replacingFirst(old, new))
      do {
        _ = try Layer.restored(ModelRecord(description: changed, tensors: record.tensors))
        Issue.record("\(new) is taken")
      } catch let error as EngineError { #expect(error.message == expected) }
    }
  }
}

extension String {
  fileprivate func replacingFirst(_ old: String, _ new: String) -> String {
    guard let range = self.range(of: old) else { return self }
    return replacingCharacters(in: range, with: new)
  }
}
