// Layers that stand in several places of a model: written down once, made once.

import Tensors

/// What is known about shared layers while one architecture is written or read, by this thread.
final class SharedLayers {
  private var ids: [ObjectIdentifier: Int] = [:]
  private var written: Set<Int> = []
  private var made: [Int: Layer] = [:]

  private static let current = ThreadValue()

  private static var this: SharedLayers? {
    current.value.map { Unmanaged<SharedLayers>.fromOpaque($0).takeUnretainedValue() }
  }

  /// Runs the body while an architecture is written (of this model) or read (nil).
  static func during<T>(_ model: Layer?, _ body: () throws -> T) rethrows -> T {
    let shared = SharedLayers()
    if let model {
      var counts: [ObjectIdentifier: Int] = [:]
      for layer in model.allLayers {
        for child in layer.children { counts[ObjectIdentifier(child), default: 0] += 1 }
      }
      for layer in model.allLayers where counts[ObjectIdentifier(layer), default: 0] > 1 {
        shared.ids[ObjectIdentifier(layer)] = shared.ids.count
      }
    }
    let before = current.value
    defer { current.value = before }
    current.value = Unmanaged.passUnretained(shared).toOpaque()
    return try withExtendedLifetime(shared) { try body() }
  }

  /// The number of a layer that stands in several places, and whether it is written for the first time.
  static func place(of layer: Layer) -> (id: Int, isFirst: Bool)? {
    guard let this, let id = this.ids[ObjectIdentifier(layer)] else { return nil }
    return (id, this.written.insert(id).inserted)
  }

  /// Remembers a layer that later places refer to.
  static func note(_ layer: Layer, _ id: Int) throws {
    guard let this else { return }
    guard this.made.updateValue(layer, forKey: id) == nil else {
      throw EngineError.file("two layers with the \"id\" \(id)")
    }
  }

  static func layer(_ id: Int) throws -> Layer {
    guard let layer = this?.made[id] else {
      throw EngineError.file("\"shared\" is \(id), but no layer before it has this \"id\"")
    }
    return layer
  }
}
