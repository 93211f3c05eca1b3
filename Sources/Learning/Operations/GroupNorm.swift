// Layer and group normalisation.  Formulas are beside the kernels.

import Tensors

struct GroupNorm: Operation {
  let x: Variable
  let gamma, beta: Variable?
  let form: GroupForm
  let mean, inverse: [Double]

  var operands: [Variable] { [x, gamma, beta].compactMap { $0 } }

  static func apply(_ x: Variable, gamma: Variable?, beta: Variable?, _ form: GroupForm, eps: Double) -> Variable {
    let y = Tensor(uninitialized: x.type, x.shape)
    let (mean, inverse) = normalizeRows(form, x.value, gamma: gamma?.value, beta: beta?.value, eps: eps, into: y)
    return .result(y, of: GroupNorm(x: x, gamma: gamma, beta: beta, form: form, mean: mean, inverse: inverse))
  }

  func backward(_ gradient: Tensor) {
    if x.requiresGradient {
      x.accumulate {
        normalizeRowsBackward(
          form, gradient, x.value, gamma: gamma?.value, mean: mean, inverse: inverse, into: $0, adding: $1)
      }
    }
    guard gamma?.requiresGradient == true || beta?.requiresGradient == true else { return }
    let sums = normalizeRowsParameters(form, gradient, x.value, mean: mean, inverse: inverse)
    for (parameter, sum) in [(gamma, sums.gamma), (beta, sums.beta)] {
      guard let parameter, parameter.requiresGradient else { continue }
      parameter.accumulate { into, adding in
        for i in sum.indices { into[i] = (adding ? into[i] : 0) + sum[i] }
      }
    }
  }
}
