// The model's boundary as it looks from a point, straightened: for attacks that walk to it (DeepFool, FAB).
// The loops are in BoundaryKernels.swift.

import Learning
import Tensors

/// For each row a half-space: the goal is reached, to first order, where value + normal · (z - x) > 0.
struct Boundary {
  var normals: Tensor
  var values: [Double]
  /// Outputs at x.
  var logits: Logits

  /// Which boundary is meant.
  enum Choice {
    /// The nearest one: to any class when a class is to be left, to the target's when one is to be reached.  `rivals`
    /// holds for each row the classes that are looked at; nil: all.
    case nearest(rivals: [[Int]]?)
    /// The one between the label and a class, given for each row of the victim.
    case toward([Int])
  }

  /// norm: in which distances to boundaries are compared.
  init(_ victim: Victim, _ x: Tensor, _ rows: [Int], _ choice: Choice, _ norm: ThreatModel.Norm) throws {
    if victim.isTargeted {
      let (gradient, logits, losses) = try victim.gradient(x, rows, .margin(kappa: .infinity))
      (normals, values, self.logits) = (gradient, losses, logits)
      return
    }
    switch choice {
    case .toward(let classes):
      let (gradient, logits, losses) = try victim.gradient(x, rows) { i in .difference(classes[rows[i]], victim.labels[rows[i]]) }
      (normals, values, self.logits) = (gradient, losses, logits)
    case .nearest(.none):
      let (gradients, logits) = try victim.jacobian(x, rows)
      normals = Tensor(uninitialized: x.type, x.shape)
      values = nearestDifferences(gradients, logits, rows.map { victim.labels[$0] }, norm, into: normals)
      self.logits = logits
    case .nearest(.some(let rivals)):
      (normals, values, logits) = (Tensor(x.type, x.shape), [], Logits([], classes: victim.classes))
      var nearest = [Double](repeating: .infinity, count: rows.count)
      for place in 0..<(rivals.first?.count ?? 0) {
        let (gradient, logits, losses) = try victim.gradient(x, rows) { i in
          .difference(rivals[rows[i]][place], victim.labels[rows[i]])
        }
        if place == 0 { (values, self.logits) = (losses, logits) }
        let lengths = dualLengths(gradient, norm)
        for i in rows.indices where lengths[i] > 0 {
          let distance = abs(losses[i]) / lengths[i]
          guard distance < nearest[i] else { continue }
          (nearest[i], values[i]) = (distance, losses[i])
          copyRow(gradient, i, into: normals, i)
        }
      }
    }
  }

  /// The classes with the largest outputs for the clean samples, the label left out: at most `count` for each row.
  static func rivals(_ victim: Victim, _ count: Int) throws -> [[Int]] {
    let logits = try victim.logits(victim.clean, victim.allRows)
    return victim.allRows.map { row in
      let others = (0..<logits.classes).filter { $0 != victim.truths[row] }
      return Array(others.sorted { logits[row, $0] > logits[row, $1] || (logits[row, $0] == logits[row, $1] && $0 < $1) }.prefix(count))
    }
  }
}
