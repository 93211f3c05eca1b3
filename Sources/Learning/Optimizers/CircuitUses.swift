// What circuits a tensor of weights was used by since its gradient was last cleared, for optimisers that look at the
// circuit and not at the gradient alone.

import Circuits
import Quantum
import Tensors

/// Runs of circuits with one tensor of weights, noted by the operation that runs them while records are kept.
final class CircuitUses {
  struct Use {
    let runner: CircuitRunner
    /// [batch, inputs], or images with the geometry of their patches; nil for a circuit without inputs.
    let inputs: Tensor?
    let patches: PatchGeometry?
  }
  private(set) var uses: [Use] = []
  /// The circuits seen at any time, each once.
  private(set) var circuits: [CircuitRunner] = []

  func note(_ runner: CircuitRunner, _ inputs: Tensor?, _ patches: PatchGeometry? = nil) {
    if !circuits.contains(where: { $0 === runner }) { circuits.append(runner) }
    if Recording.isOn { uses.append(Use(runner: runner, inputs: inputs, patches: patches)) }
  }

  func forget() { uses.removeAll(keepingCapacity: true) }
}

extension CircuitUses.Use {
  /// The circuit's inputs as rows: at most `limit` of them, evenly spaced; nil for a circuit without inputs.
  func rows(limit: Int) -> Tensor? {
    guard let inputs else { return nil }
    let width = runner.circuit.inputCount
    let count = inputs.shape[0] * (patches?.patches ?? 1)
    let kept = min(count, limit)
    let result = Tensor(uninitialized: inputs.type, [kept, width])
    for row in 0..<kept {
      let source = row * count / kept
      for column in 0..<width {
        result[row * width + column] =
          inputs[patches.map { $0.index(patch: source, value: column) } ?? source * width + column]
      }
    }
    return result
  }
}
