// What an attack climbs: a value of each row of logits, with its slopes.

import Glibc
import Tensors

/// Outputs of a model for some rows, as Doubles [rows, classes].
package struct Logits {
  package let values: [Double]
  package let classes: Int

  package init(_ values: [Double], classes: Int) { (self.values, self.classes) = (values, classes) }

  init(_ tensor: Tensor) {
    self.init(tensor.doubles, classes: tensor.shape[1])
  }

  package var rows: Int { values.count / max(1, classes) }

  package subscript(row: Int, column: Int) -> Double { values[row * classes + column] }

  /// The class with the largest output, the first of equal ones.
  package func predicted(_ row: Int) -> Int { best(row, except: -1) }

  /// The class with the largest output among the others; with one class alone, that one.
  package func best(_ row: Int, except label: Int) -> Int {
    var best = label == 0 ? min(1, classes - 1) : 0
    for column in 0..<classes where column != label && self[row, column] > self[row, best] { best = column }
    return best
  }

  /// How far the label's output is above the largest other one.
  package func margin(_ row: Int, _ label: Int) -> Double { self[row, label] - self[row, best(row, except: label)] }

  /// The same with one row taken from other outputs.
  func replacing(_ row: Int, with other: Logits, _ from: Int) -> Logits {
    var values = values
    for k in 0..<classes { values[row * classes + k] = other[from, k] }
    return Logits(values, classes: classes)
  }

  /// Some of the rows.
  package func gathered(_ rows: [Int]) -> Logits {
    Logits(rows.flatMap { values[$0 * classes..<($0 + 1) * classes] }, classes: classes)
  }
}

/// A loss of one row of logits.  An attack moves samples so that it grows, whether the goal is to leave a class or to
/// reach one: a targeted loss has its sign turned.
package enum LogitLoss: Equatable, Sendable {
  /// -log softmax(z)[label]; targeted: log softmax(z)[target].
  case crossEntropy
  /// max over others z - z[label], cut off above kappa (Carlini & Wagner 2017); targeted: z[target] - max over others.
  case margin(kappa: Double)
  /// Difference of logits ratio (Croce & Hein 2020): -(z[y] - max other) / (z₁ - z₃), sorted z₁ ≥ z₂ ≥ z₃.
  /// With three classes or fewer z₁ - z₃ is taken with the smallest logit; with two it would be the margin over
  /// itself, so that the plain margin is climbed.
  /// Targeted: -(z[y] - z[t]) / (z₁ - (z₃ + z₄) / 2), which needs the true class `y` too and four classes; with fewer
  /// the denominator is z₁ - z_last.
  case dlr
  /// The targeted DLR toward a class, whether or not the attack aims at one: its label is then the true class.
  case dlrToward(Int)
  /// One output.
  case logit(Int)
  /// The sum of all outputs but one.
  case others(Int)
  /// z[first] - z[second].
  case difference(Int, Int)

  /// The value of a row, and its derivative by each logit, written to `slopes`.
  ///
  ///   label   untargeted: the class to leave; targeted: the class to reach
  ///   truth   the true class, which the targeted DLR looks at
  func evaluate(
    _ z: UnsafePointer<Double>, _ classes: Int, label: Int, truth: Int, isTargeted: Bool,
    _ slopes: UnsafeMutablePointer<Double>
  ) -> Double {
    for k in 0..<classes { slopes[k] = 0 }
    let sign = isTargeted ? -1.0 : 1.0
    func other(than label: Int) -> Int {
      var best = label == 0 ? min(1, classes - 1) : 0
      for k in 0..<classes where k != label && z[k] > z[best] { best = k }
      return best
    }
    switch self {
    case .crossEntropy:
      var largest = z[0]
      for k in 1..<classes { largest = max(largest, z[k]) }
      var sum = 0.0
      for k in 0..<classes {
        let e = exp(z[k] - largest)
        slopes[k] = e
        sum += e
      }
      for k in 0..<classes { slopes[k] *= sign / sum }
      slopes[label] -= sign
      return sign * (log(sum) + largest - z[label])
    case .margin(let kappa):
      let rival = other(than: label)
      let value = sign * (z[rival] - z[label])
      if value >= kappa { return kappa }
      slopes[rival] += sign
      slopes[label] -= sign
      return value
    case .dlr:
      return ratio(z, classes, label: label, truth: truth, isTargeted: isTargeted, slopes, rival: other(than: label))
    case .dlrToward(let target):
      return ratio(z, classes, label: target, truth: truth, isTargeted: true, slopes, rival: target)
    case .logit(let k):
      slopes[k] = 1
      return z[k]
    case .others(let left):
      var sum = 0.0
      for k in 0..<classes where k != left {
        slopes[k] = 1
        sum += z[k]
      }
      return sum
    case .difference(let a, let b):
      slopes[a] += 1
      slopes[b] -= 1
      return z[a] - z[b]
    }
  }

  private func ratio(
    _ z: UnsafePointer<Double>, _ classes: Int, label: Int, truth: Int, isTargeted: Bool,
    _ slopes: UnsafeMutablePointer<Double>, rival: Int
  ) -> Double {
    // The value is numerator / denominator with numerator z[up] - z[down].
    let (up, down) = isTargeted ? (label, truth) : (rival, label)
    let numerator = z[up] - z[down]
    slopes[up] += 1
    slopes[down] -= 1
    guard classes > 2 else { return numerator }
    let order = (0..<classes).sorted { z[$0] > z[$1] || (z[$0] == z[$1] && $0 < $1) }
    // Indices with their shares in the denominator.
    let lower: [(Int, Double)] =
      isTargeted && classes >= 4 ? [(order[2], 0.5), (order[3], 0.5)] : [(order[2], 1)]
    var denominator = z[order[0]] + 1e-12
    for (k, share) in lower { denominator -= share * z[k] }
    for k in 0..<classes { slopes[k] /= denominator }
    let factor = numerator / (denominator * denominator)
    slopes[order[0]] -= factor
    for (k, share) in lower { slopes[k] += share * factor }
    return numerator / denominator
  }
}
