// Time per adversarial example, for each kind of attack with its usual options.

import CHQNN

/// Kinds in the order of their threat: gradients, scores, decisions.  What is missing in a build is left out.
private let kinds = [
  "fgsm", "bim", "pgd", "mim", "nim", "dim", "apgd", "cw", "deepfool", "ead", "jsma", "fab", "square", "nes", "spsa", "zoo",
  "boundary", "hopskipjump", "noise", "standard",
]

/// Radii by norm, of about one strength.
private let radii: [(norm: String, eps: Double)] = [("linf", 0.05), ("l2", 1), ("l1", 10), ("l0", 40)]

/// On the network of W4 (a quanvolution of 4 wires and a dense layer, 64 images of 28x28, labels that are its own answers):
/// whole attacks, judged; `accuracy` is what each leaves at
/// the radius of its norm.
func benchAttacks(_ meter: Meter) throws {
  let count = meter.quick ? 4 : 64
  let model = try patchClassifier(HQNN_FLOAT32)
  let images = try BenchTensor(HQNN_FLOAT32, [count, 1, 28, 28], uniforms(0, count * 784))
  let logits = try BenchTensor(made { hqnn_layer_infer(model.handle, images.handle, $0) }).values()
  let labels = (0..<count).map { row in
    Int64((0..<10).max { logits[row * 10 + $0] < logits[row * 10 + $1] } ?? 0)
  }
  let data = try made { hqnn_dataset_create(images.handle, labels, Int64(count), 10, $0) }
  defer { hqnn_dataset_release(data) }
  for kind in kinds {
    var attack: OpaquePointer?
    guard hqnn_attack_create(kind, "{}", &attack) == HQNN_OK else { continue }
    defer { hqnn_attack_release(attack) }
    var text: UnsafeMutablePointer<CChar>?
    try check(hqnn_attack_describe(attack, &text))
    let options = text.map { String(cString: $0) } ?? ""
    hqnn_text_release(text)
    let eps = [radii.first { options.contains("\"norm\":\"\($0.norm)\"") }?.eps ?? 1]
    var accuracy = 0.0
    func evaluate() throws {
      try kind.withCString { name in
        var (attacks, names): ([OpaquePointer?], [UnsafePointer<CChar>?]) = ([attack], [name])
        let report = try made {
          hqnn_robustness_evaluate(model.handle, nil, data, &attacks, &names, 1, eps, 1, nil, nil, $0)
        }
        defer { hqnn_report_release(report) }
        try check(hqnn_report_accuracy(report, name, eps[0], &accuracy))
      }
    }
    // Attacks by many queries take seconds; once is enough for them.
    var timing = try meter.once { try evaluate() }
    if timing.median < 0.5 { timing = try meter.time(evaluate) }
    meter.report(
      "attacks", [("attack", quoted(kind)), ("images", "\(count)"), ("dtype", quoted("float32"))], timing,
      items: Double(count), unit: "images/s", check: accuracy,
      checks: [("accuracy", accuracy), ("seconds_per_image", timing.median / Double(count))])
  }
}
