// A report as JSON, and as rows of tables.

import Tensors

extension RobustnessReport {
  /// Everything but the flags of single samples.
  public var json: JSON {
    [
      "samples": .integer(count), "classes": .integer(classes), "transfer": .bool(isTransfer),
      "clean_accuracy": .number(clean.accuracy), "clean_lower": .number(clean.lower), "clean_upper": .number(clean.upper),
      "clean_class_accuracy": .array(clean.classAccuracy.map(JSON.number)),
      "eps": .array(eps.map(JSON.number)),
      "attacks": .array(attacks.map { attack in
        let own = cells.filter { $0.attack == attack.name }
        let threat = attack.plan.threat
        return [
          "name": .string(attack.name), "options": attack.plan.description, "norm": .string(threat.norm.name),
          "knowledge": .string("\(attack.plan.knowledge)"), "minimal": .bool(attack.plan.isMinimal),
          "area": .number(area(own)), "rows": .array(own.map(\.json)),
        ]
      }),
      "worst": .array(worst.map(\.json)), "worst_area": .number(area(worst)),
      "notes": .array(notes.map(JSON.string)),
    ]
  }

  /// Column names of `rows`.
  public static let columns = [
    "attack", "eps", "accuracy", "lower", "upper", "asr", "attacked", "broken", "unfinished", "mean_distance",
    "median_distance", "queries", "gradients", "seconds_per_sample", "mse", "cosine",
  ]

  /// One row for each attack and radius, then the worst of all where there are several attacks.
  public var rows: [(name: String, numbers: [Double])] {
    (cells + (attacks.count > 1 ? worst : [])).map { ($0.attack, $0.numbers) }
  }
}

extension RobustnessReport.Cell {
  /// The columns after the attack's name.
  var numbers: [Double] {
    [
      eps, accuracy, lower, upper, successRate, Double(attacked), Double(broken), Double(unfinished), meanDistance,
      medianDistance, queries, gradients, secondsPerSample, meanSquaredError, cosineSimilarity,
    ]
  }

  var json: JSON {
    let names = RobustnessReport.columns.dropFirst()
    let members = zip(names, numbers).map { JSON.Member($0, .number($1)) }
    return .object(members + [JSON.Member("class_accuracy", .array(classAccuracy.map(JSON.number)))])
  }
}
