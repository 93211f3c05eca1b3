// hqnn.h, "layers of one's own": C functions as a layer's build and forward.

import CHQNN
import Learning
import Tensors

/// What C gave, released with the last closure that holds it.
private final class Context: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer?
  private let release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?

  init(_ pointer: UnsafeMutableRawPointer?, _ release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?) {
    (self.pointer, self.release) = (pointer, release)
  }

  deinit { release?(pointer) }

  /// Calls a C function that answers with a status; its failure carries the sentence it left.
  func call(_ what: String, _ body: (UnsafeMutableRawPointer?) -> Int32) throws {
    LastError.set("")
    let code = body(pointer)
    guard code != 0 else { return }
    let sentence = String(cString: LastError.get)
    throw EngineError(
      UInt32(exactly: code).flatMap(EngineError.Kind.init) ?? .cancelled,
      "its \(what) function failed" + (sentence.isEmpty ? " with \(code)" : ": \(sentence)"))
  }
}

/// What a build callback is given: the plan, and the output's shape that it says.
final class PlanHandle {
  let plan: LayerPlan
  var output: [Int]?
  init(_ plan: LayerPlan) { self.plan = plan }
}

@c @implementation
public func hqnn_layer_custom(
  _ given: UnsafePointer<hqnn_custom_layer>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    guard given != nil else { throw EngineError.null("functions is NULL") }
    let given = try options(given, defaults: hqnn_custom_layer())
    guard let build = given.build, let forward = given.forward else {
      throw EngineError.null("a function of the layer is NULL; it needs build and forward")
    }
    let name = try text(given.name, "name")
    let layers = try array(given.layers, given.layer_count, "layers")
    let names = try array(given.layer_names, given.layer_count, "layer names")
    let inner = try layers.indices.map { i in
      NamedLayer(try text(names[i], "the name of layer \(i)"), try layer(layers[i], "layer \(i)"))
    }
    // From here on the context belongs to the layer; before, a failure leaves it with the caller.
    let held = Holder()
    let made = try CustomLayer(
      name, layers: inner,
      LayerFunctions(
        build: { plan, input in
          guard let context = held.context else { throw EngineError.state("the layer is not ready") }
          let plan = PlanHandle(plan)
          try withExtendedLifetime(plan) {
            let shape = input.map(Int64.init)
            try context.call("build") {
              build($0, OpaquePointer(Unmanaged.passUnretained(plan).toOpaque()), Int64(shape.count), shape)
            }
          }
          guard let output = plan.output else {
            throw EngineError.state("its build function did not say the output's shape")
          }
          return output
        },
        forward: { layer, x in
          guard let context = held.context else { throw EngineError.state("the layer is not ready") }
          var result: OpaquePointer?
          let (handle, input) = (Unmanaged.passUnretained(layer as Layer), Unmanaged.passUnretained(x))
          try context.call("forward") {
            forward($0, OpaquePointer(handle.toOpaque()), OpaquePointer(input.toOpaque()), &result)
          }
          guard let result else { throw EngineError.state("its forward function gave no result") }
          // The reference that the callback gave is ours now.
          return Unmanaged<Variable>.fromOpaque(UnsafeRawPointer(result)).takeRetainedValue()
        }))
    held.context = Context(given.context, given.release)
    out.pointee = handle(made as Layer)
  }
}

private func plan(_ pointer: OpaquePointer?) throws -> PlanHandle { try borrow(pointer, "plan", as: PlanHandle.self) }

@c @implementation
public func hqnn_layer_plan_parameter(
  _ pointer: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ rank: Int64, _ dimensions: UnsafePointer<Int64>?,
  _ given: UnsafePointer<hqnn_initializer>?
) -> hqnn_status {
  status {
    var chosen: Initializer?
    if let given { chosen = try initializer(options(given, defaults: initializerDefaults)) }
    let (name, dimensions) = (try text(name, "name"), try shape(rank, dimensions))
    try plan(pointer).plan.parameter(name, dimensions, chosen)
  }
}

@c @implementation
public func hqnn_layer_plan_layer(
  _ pointer: OpaquePointer?, _ index: Int64, _ rank: Int64, _ dimensions: UnsafePointer<Int64>?,
  _ out: UnsafeMutablePointer<Int64>?, _ capacity: Int64, _ outRank: UnsafeMutablePointer<Int64>?
) -> hqnn_status {
  status {
    let outRank = try place(outRank, "out_rank")
    let output = try plan(pointer).plan.layer(Int(index), try shape(rank, dimensions))
    try write(output, to: out, capacity, "dimensions")
    outRank.pointee = Int64(output.count)
  }
}

@c @implementation
public func hqnn_layer_plan_output(
  _ pointer: OpaquePointer?, _ rank: Int64, _ dimensions: UnsafePointer<Int64>?
) -> hqnn_status {
  status { try plan(pointer).output = try shape(rank, dimensions) }
}

@c @implementation
public func hqnn_layer_set_recipe(
  _ pointer: OpaquePointer?, _ name: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?
) -> hqnn_status {
  status {
    guard let layer = try layer(pointer) as? CustomLayer else {
      throw EngineError.state("only layers of one's own have a recipe; this one is made by the library")
    }
    layer.recipe = Recipe(try text(name, "name"), try JSON(text: try text(options, "options")))
  }
}

@c @implementation
public func hqnn_layer_register(
  _ name: UnsafePointer<CChar>?, _ maker: hqnn_layer_maker?, _ context: UnsafeMutableRawPointer?,
  _ release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
) -> hqnn_status {
  status {
    let name = try text(name, "name")
    guard let maker else { throw EngineError.null("maker is NULL") }
    // A name that is refused leaves the context with the caller.
    let held = Holder()
    try CustomLayers.register(name) { options in
      guard let context = held.context else { throw EngineError.state("the maker is not ready") }
      var result: OpaquePointer?
      try context.call("making") { pointer in options.text.withCString { maker(pointer, $0, &result) } }
      guard let result else { throw EngineError.state("the maker of '\(name)' gave no layer") }
      return Unmanaged<Layer>.fromOpaque(UnsafeRawPointer(result)).takeRetainedValue()
    }
    held.context = Context(context, release)
  }
}

/// A place that is filled once what it belongs to has been made.
private final class Holder: @unchecked Sendable {
  var context: Context?
}
