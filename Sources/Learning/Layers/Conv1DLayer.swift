// One-dimensional convolution, of sequences.

import Tensors

/// [batch, channels, length] to [batch, filters, positions]: a two-dimensional convolution of images of one row.
/// Parameters: weights [filters, channels / groups, kernel], bias [filters].
public final class Conv1DLayer: Layer, SpecifiedLayer {
  public struct Options {
    public var filters = 1   // output channels, 1 or more
    public var kernel = 3    // 1 or more
    public var stride = 1    // 1 or more
    public var padding = 0   // zeros on both sides, 0 or more
    public var dilation = 1  // 1 or more
    public var groups = 1    // divides channels and filters
    public var paddingSame = false
    public var bias = true
    public init() {}
  }

  public let options: Options
  /// The same with one row; it checks what is given.
  private let image: Conv2DLayer

  public init(_ options: Options) throws {
    var image = Conv2DLayer.Options()
    image.filters = options.filters
    (image.kernelHeight, image.kernelWidth) = (1, options.kernel)
    (image.strideWidth, image.dilationWidth, image.groups) = (options.stride, options.dilation, options.groups)
    (image.paddingWidth, image.paddingSame, image.bias) = (options.padding, options.paddingSame, options.bias)
    self.image = try Conv2DLayer(image)
    var options = options
    (options.padding, options.paddingSame) = (self.image.options.paddingWidth, false)
    self.options = options
    super.init()
  }

  static let kindName = "conv1d"
  package override var specification: JSON {
    get throws {
      specified(
        Self.kindName,
        [
          ("filters", .integer(options.filters)), ("kernel", .integer(options.kernel)),
          ("stride", .integer(options.stride)), ("padding", .integer(options.padding)),
          ("dilation", .integer(options.dilation)), ("groups", .integer(options.groups)), ("bias", .bool(options.bias)),
        ])
    }
  }

  convenience init(specification: JSON) throws {
    var options = Options()
    options.filters = try specification.integer("filters")
    options.kernel = try specification.integer("kernel")
    options.stride = try specification.integer("stride")
    options.padding = try specification.integer("padding")
    options.dilation = try specification.integer("dilation")
    options.groups = try specification.integer("groups")
    options.bias = try specification.bool("bias")
    try self.init(options)
  }

  override var kind: String { Self.kindName }
  override var detail: String {
    var text = "\(options.filters) filters of \(options.kernel)"
    if options.stride != 1 { text += ", stride \(options.stride)" }
    if options.padding != 0 { text += ", padding \(options.padding)" }
    if options.dilation != 1 { text += ", dilation \(options.dilation)" }
    if options.groups != 1 { text += ", \(options.groups) groups" }
    return text
  }

  override func inferShape(_ input: [Int]) throws -> [Int] {
    try checkSequence(input)
    let output = try image.inferShape([input[0], 1, input[1]])
    return [output[0], output[2]]
  }

  override func parameterPlans(_ input: [Int]) -> [ParameterPlan] {
    image.parameterPlans([input[0], 1, input[1]]).map { plan in
      let shape = plan.shape.count == 4 ? [plan.shape[0], plan.shape[1], plan.shape[3]] : plan.shape
      return ParameterPlan(plan.name, shape, plan.initializer, fanIn: plan.fanIn, fanOut: plan.fanOut)
    }
  }

  override func multiplyAdds(_ input: [Int]) -> Int { image.multiplyAdds([input[0], 1, input[1]]) }

  override func apply(_ x: Variable) throws -> Variable {
    let (batch, channels, length) = (x.shape[0], x.shape[1], x.shape[2])
    let weights = ownParameters[0].variable
    let y = Convolution.apply(
      image.form(batch: batch, [channels, 1, length]), try x.reshaped([batch, channels, 1, length]),
      weights: try weights.reshaped([weights.shape[0], weights.shape[1], 1, weights.shape[2]]),
      bias: options.bias ? ownParameters[1].variable : nil)
    return try y.reshaped([batch] + (outputShape ?? []))
  }
}
