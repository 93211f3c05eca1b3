// How a circuit is run, as JSON and back.

import Tensors

extension RunOptions {
  package var json: JSON {
    [
      "method": .string(method.name), "differentiation": .string(differentiation.name), "step": .number(step),
      "shots": .integer(shots), "seed": .bits(seed), "trajectories": .integer(trajectories),
      "directions": .integer(directions),
    ]
  }

  /// What `json` wrote, checked.
  package init(json: JSON) throws {
    let (methodName, differentiationName) = (try json.string("method"), try json.string("differentiation"))
    guard let method = (0...6).compactMap(RunMethod.init(rawValue:)).first(where: { $0.name == methodName }) else {
      throw EngineError.file("there is no method \"\(methodName)\"")
    }
    let differentiation = (0...4).compactMap(Differentiation.init(rawValue:)).first { $0.name == differentiationName }
    guard let differentiation else { throw EngineError.file("there is no differentiation \"\(differentiationName)\"") }
    self.init(
      method: method, differentiation: differentiation, step: try json.number("step"), shots: try json.integer("shots"),
      seed: try json.bits("seed"), trajectories: try json.integer("trajectories"),
      directions: try json.integer("directions"))
    try check()
  }
}
