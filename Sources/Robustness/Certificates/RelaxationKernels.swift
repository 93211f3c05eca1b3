// The loops of linear bounds.
// Assumed checked: everything is Double, [samples * count, ...] beside [samples, ...], and bands have the shapes they say.

import Glibc
import Tensors

/// Rows that a thread takes at a time.
private func grain(_ width: Int) -> Int { max(1, (1 << 14) / max(1, width)) }

/// Σ_i w_i x_i + c at its least for low <= x <= high, less what sums of so many terms may be rounded by.
func leastValues(_ weights: Tensor, _ constants: [Double], _ box: Box, count: Int) -> [Double] {
  let width = weights.count / max(1, constants.count)
  let (w, low, high) = (weights.pointer(Double.self), box.low.pointer(Double.self), box.high.pointer(Double.self))
  return Parallel.map(constants.count, grain: grain(width)) { row in
    let (w, low, high) = (w + row * width, low + row / count * width, high + row / count * width)
    var (sum, size) = (0.0, 0.0)
    for i in 0..<width {
      let term = w[i] * (w[i] > 0 ? low[i] : high[i])
      sum += term
      size += abs(term)
    }
    return sum + constants[row] - 1e-12 * (size + abs(constants[row]))
  }
}

/// The same over the part of the box within a distance `radius` in L2 of a centre.
///
/// For every λ >= 0 the least of w · d over the box with |d|² <= radius² is at least Σ_i min (w_i d_i + λ d_i²) - λ radius²;
/// the best λ is found by bisection of the slope, and none is wrong.
func leastValues(
  _ weights: Tensor, _ constants: [Double], _ box: Box, centre: Tensor, radius: Double, count: Int
) -> [Double] {
  let width = weights.count / max(1, constants.count)
  let (w, x) = (weights.pointer(Double.self), centre.pointer(Double.self))
  let (low, high) = (box.low.pointer(Double.self), box.high.pointer(Double.self))
  return Parallel.map(constants.count, grain: 1) { row in
    let (w, place) = (w + row * width, row / count * width)
    let (x, low, high) = (x + place, low + place, high + place)
    var (middle, size, squares) = (constants[row], abs(constants[row]), 0.0)
    for i in 0..<width {
      middle += w[i] * x[i]
      size += abs(w[i]) * max(abs(low[i]), abs(high[i]))
      squares += w[i] * w[i]
    }
    func dual(_ lambda: Double) -> (value: Double, slope: Double) {
      var (value, length) = (0.0, 0.0)
      for i in 0..<width {
        let free = lambda > 0 ? -w[i] / (2 * lambda) : w[i] > 0 ? -Double.infinity : .infinity
        let d = w[i] == 0 ? 0 : min(max(free, low[i] - x[i]), high[i] - x[i])
        value += w[i] * d + lambda * d * d
        length += d * d
      }
      return (value - lambda * radius * radius, length - radius * radius)
    }
    let start = dual(0)
    if start.slope <= 0 || radius == 0 { return middle + start.value - 1e-12 * size }
    // At this λ the unbounded d has just the length of the radius.
    var (p, q) = (0.0, squares.squareRoot() / (2 * radius))
    var best = max(start.value, dual(q).value)
    for _ in 0..<50 {
      let lambda = (p + q) / 2
      let next = dual(lambda)
      best = max(best, next.value)
      if next.slope > 0 { p = lambda } else { q = lambda }
    }
    return middle + best - 1e-12 * size
  }
}

/// Each row's product with one vector.
func products(_ weights: Tensor, _ vector: Tensor) -> [Double] {
  rowProducts(weights, vector.pointer(Double.self), step: 0)
}

/// Each row's product with the row of another.
func rowProducts(_ weights: Tensor, _ others: Tensor) -> [Double] {
  rowProducts(weights, others.pointer(Double.self), step: weights.count / weights.shape[0])
}

private func rowProducts(_ weights: Tensor, _ others: UnsafeMutablePointer<Double>, step: Int) -> [Double] {
  let width = weights.count / weights.shape[0]
  let w = weights.pointer(Double.self)
  return Parallel.map(weights.shape[0], grain: grain(width)) { row in
    let (w, v) = (w + row * width, others + row * step)
    var sum = 0.0
    for i in 0..<width { sum += w[i] * v[i] }
    return sum
  }
}

/// The transposed of taking the mean off every group, which is itself.
func centred(_ weights: Tensor, width: Int) -> Tensor {
  let result = Tensor(uninitialized: .float64, weights.shape)
  let (w, to) = (weights.pointer(Double.self), result.pointer(Double.self))
  Parallel.ranges(weights.count / width, grain: grain(width)) { _, groups in
    for group in groups {
      var sum = 0.0
      for i in group * width..<(group + 1) * width { sum += w[i] }
      let mean = sum / Double(width)
      for i in group * width..<(group + 1) * width { to[i] = w[i] - mean }
    }
  }
  return result
}

/// Where a weight is positive the band's lower side stands for the output, where it is negative the upper one.
func pulled(_ f: Functionals, through band: Band) -> Functionals {
  let rows = f.constants.count
  let (inputs, outputs, terms) = (band.inputs.reduce(1, *), band.outputs.reduce(1, *), band.terms)
  let result = Tensor(uninitialized: .float64, [rows] + band.inputs)
  let (w, to) = (f.weights.pointer(Double.self), result.pointer(Double.self))
  let constants = [Double](unsafeUninitializedCapacity: rows) { sums, filled in
    band.low.withUnsafeBufferPointer { low in
      band.high.withUnsafeBufferPointer { high in
        band.lowSlopes.withUnsafeBufferPointer { lowSlopes in
          band.highSlopes.withUnsafeBufferPointer { highSlopes in
            (band.places ?? []).withUnsafeBufferPointer { places in
              let isIdentity = band.places == nil
              Parallel.ranges(rows, grain: grain(inputs + outputs)) { _, range in
                for row in range {
                  let (w, to, sample) = (w + row * outputs, to + row * inputs, row / f.count * outputs)
                  var sum = f.constants[row]
                  if isIdentity {
                    for o in 0..<outputs {
                      let a = w[o]
                      sum += a * (a > 0 ? low[sample + o] : high[sample + o])
                      to[o] = a * (a > 0 ? lowSlopes[sample + o] : highSlopes[sample + o])
                    }
                  } else {
                    to.update(repeating: 0, count: inputs)
                    for o in 0..<outputs where w[o] != 0 {
                      let a = w[o]
                      sum += a * (a > 0 ? low[sample + o] : high[sample + o])
                      let slopes = a > 0 ? lowSlopes : highSlopes
                      for t in 0..<terms {
                        let place = Int(places[o * terms + t])
                        if place >= 0 { to[place] += a * slopes[(sample + o) * terms + t] }
                      }
                    }
                  }
                  sums[row] = sum
                }
              }
            }
          }
        }
      }
    }
    filled = rows
  }
  return Functionals(result, constants, count: f.count)
}

/// Σ_k a_k y_k = Σ_k a_k (offset_k + slopes_k x) - Σ_e |Σ_k a_k error_ke| at least: what outputs share counts once.
func pulled(_ f: Functionals, through circuits: CircuitForms) -> Functionals {
  let (rows, inputs, outputs) = (f.constants.count, circuits.inputs.reduce(1, *), circuits.outputs.reduce(1, *))
  let result = Tensor(.float64, [rows] + circuits.inputs)
  let (w, to) = (f.weights.pointer(Double.self), result.pointer(Double.self))
  let constants = Parallel.map(rows, grain: 1) { row -> Double in
    let (w, to) = (w + row * outputs, to + row * inputs)
    var sum = f.constants[row]
    for (p, part) in circuits.parts.enumerated() {
      let form = circuits.forms[row / f.count * circuits.parts.count + p]
      let (width, errors) = (part.inputs.count, form.errors.count / part.outputs.count)
      for (k, place) in part.outputs.enumerated() { sum += w[place] * form.offsets[k] }
      for (j, place) in part.inputs.enumerated() where place >= 0 {
        for (k, output) in part.outputs.enumerated() { to[place] += w[output] * form.slopes[k * width + j] }
      }
      for e in 0..<errors {
        var shared = 0.0
        for (k, place) in part.outputs.enumerated() { shared += w[place] * form.errors[k * errors + e] }
        sum -= abs(shared)
      }
    }
    return sum
  }
  return Functionals(result, constants, count: f.count)
}

/// Bands around the largest value of each window, given as places [outputs, terms] of a sample's inputs.
///
/// max x >= x_i for every i; here the one with the highest middle.  With L the largest lower end, max x is at most
/// L + Σ max(0, x_i - L), whose terms lie below chords; where that is no better at the middle than the largest upper end, the
/// latter.  A window whose largest value is decided gives it exactly.
func largestBand(_ box: Box, _ outputs: [Int], _ places: [Int32], terms: Int) -> Band {
  var band = Band(
    inputs: Array(box.shape.dropFirst()), outputs: outputs, terms: terms, places: places, samples: box.shape[0])
  let (inputs, count) = (box.low.count / box.shape[0], outputs.reduce(1, *))
  let (low, high) = (box.low.pointer(Double.self), box.high.pointer(Double.self))
  for sample in 0..<box.shape[0] {
    let (low, high) = (low + sample * inputs, high + sample * inputs)
    for o in 0..<count {
      var (least, most, choice) = (-Double.infinity, -Double.infinity, -1)
      for t in 0..<terms where places[o * terms + t] >= 0 {
        let i = Int(places[o * terms + t])
        least = max(least, low[i])
        most = max(most, high[i])
        if choice < 0 || low[i] + high[i] > { low[$0] + high[$0] }(Int(places[o * terms + choice])) { choice = t }
      }
      let first = (sample * count + o) * terms
      band.lowSlopes[first + choice] = 1
      var (offset, middle) = (least, least)
      for t in 0..<terms where places[o * terms + t] >= 0 {
        let i = Int(places[o * terms + t])
        guard high[i] > least else { continue }
        let slope = (high[i] - least) / (high[i] - low[i])
        band.highSlopes[first + t] = slope
        offset -= slope * low[i]
        middle += slope * (high[i] - low[i]) / 2
      }
      if middle > most {
        for t in 0..<terms { band.highSlopes[first + t] = 0 }
        offset = most
      }
      band.high[sample * count + o] = offset + 1e-12 * max(abs(least), abs(most))
    }
  }
  return band
}
