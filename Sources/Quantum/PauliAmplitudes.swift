// Start states that are no product: from amplitudes to Pauli coefficients and the gradient back, by
// Walsh-Hadamard transforms, n 4^n operations.

import Circuits
import Tensors

struct PauliAmplitudes<V: Lanes> {
  typealias Vector = UnsafeMutablePointer<V>

  private let preparation: LanePreparation
  private let wires: Int
  /// ψ and Λψ of 2^wires amplitudes, then 2^wires numbers, then 1 / norm.
  private let psi: Vector

  private var states: Int { 1 << wires }

  init(_ program: PauliProgram, _ memory: Vector) {
    preparation = LanePreparation(program.start)
    wires = program.wires
    psi = memory
  }

  /// r[P] = ⟨ψ|P|ψ⟩.  P = i^y X^x Z^z (y letters Y), so for each x these are sums Σ_i conj(ψ_{i^x}) ψ_i (-1)^{i·z}.
  func load(_ inputs: UnsafePointer<V>?, into r: Vector, _ scratch: Vector) {
    switch preparation {
    case .product: break
    case .amplitudes(let amplitudes):
      if let inputs { amplitudes.load(inputs, stride: 1, psi, states, scratch) }
    case .state(let state):
      for i in 0..<2 * states { psi[i] = i < state.count ? V.all(state[i]) : V.zeros }
    }
    psi[5 * states] = scratch[0]
    let sums = psi + 4 * states
    for x in 0..<states {
      let place = spread(x) << 1
      for odd in [false, true] where x != 0 || !odd {
        for i in 0..<states {
          let j = i ^ x
          sums[i] =
            odd
            ? V.mulSub(psi[2 * j + 1], psi[2 * i], psi[2 * j] * psi[2 * i + 1])
            : V.mulAdd(psi[2 * j], psi[2 * i], psi[2 * j + 1] * psi[2 * i + 1])
        }
        transform(sums)
        for z in 0..<states where ((x & z).nonzeroBitCount & 1 == 1) == odd {
          // Even y: i^y is a sign; odd y: i^y times the imaginary part.
          let y = (x & z).nonzeroBitCount
          let isMinus = odd ? y & 3 == 1 : y & 3 == 2
          r[place | spread(z)] = isMinus ? -sums[z] : sums[z]
        }
      }
    }
  }

  /// d/d inputs from λ: Λψ with Λ = Σ λ[P] P, then the gradient of the encoding.
  func addGradient(_ lambda: Vector, _ gradient: UnsafeMutablePointer<V>, _ scratch: Vector) {
    guard case .amplitudes(let amplitudes) = preparation else { return }
    let (product, sums) = (psi + 2 * states, psi + 4 * states)
    for i in 0..<2 * states { product[i] = V.zeros }
    for x in 0..<states {
      let place = spread(x) << 1
      for odd in [false, true] where x != 0 || !odd {
        for z in 0..<states {
          let y = (x & z).nonzeroBitCount
          let value = lambda[place | spread(z)]
          sums[z] = (y & 1 == 1) != odd ? V.zeros : y & 2 == 0 ? value : -value
        }
        transform(sums)
        for i in 0..<states {
          let j = i ^ x
          let (re, im) = (psi[2 * i], psi[2 * i + 1])
          // P|i⟩ = i^y (-1)^{i·z} |i^x⟩
          if odd {
            product[2 * j] = V.mulSub(sums[i], im, product[2 * j])
            product[2 * j + 1] = V.mulAdd(sums[i], re, product[2 * j + 1])
          } else {
            product[2 * j] = V.mulAdd(sums[i], re, product[2 * j])
            product[2 * j + 1] = V.mulAdd(sums[i], im, product[2 * j + 1])
          }
        }
      }
    }
    scratch[0] = psi[5 * states]
    amplitudes.addGradient(psi, product, scratch, gradient, 1)
  }

  /// a[z] ← Σ_i a[i] (-1)^{i·z}
  private func transform(_ a: Vector) {
    var half = 1
    while half < states {
      for high in stride(from: 0, to: states, by: 2 * half) {
        for i in high..<high + half {
          let (p, q) = (a[i], a[i + half])
          a[i] = p + q
          a[i + half] = p - q
        }
      }
      half *= 2
    }
  }
}
