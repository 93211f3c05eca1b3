// Schedules against their formulas.

import Glibc
import Learning
import Tensors
import Testing

@Suite struct ScheduleTests {
  /// Rates after 0, 1, ... steps and epochs, `perEpoch` steps each.
  private func rates(_ schedule: Schedule, _ count: Int, perEpoch: Int = 1, lr: Double = 2, values: [Double] = []) throws
    -> [Double]
  {
    let optimizer = try SGD(lr: lr)
    try schedule.attach(optimizer)
    var result = [optimizer.lr]
    for t in 1...count {
      try schedule.step()
      if t % perEpoch == 0 { try schedule.epoch(t <= values.count ? values[t - 1] : nil) }
      result.append(optimizer.lr)
    }
    return result
  }

  private func close(_ a: [Double], _ b: [Double]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
  }

  @Test func factorsAreThoseOfTheFormulas() throws {
    #expect(
      try close(rates(Schedule(.step(every: 2, gamma: 0.5), unit: .step), 5), [2, 2, 1, 1, 0.5, 0.5]))
    #expect(try close(rates(Schedule(.step(every: 1, gamma: 0.5)), 6, perEpoch: 3), [2, 2, 2, 1, 1, 1, 0.5]))
    #expect(
      try close(rates(Schedule(.multiStep(milestones: [1, 3], gamma: 0.1)), 4), [2, 0.2, 0.2, 0.02, 0.02]))
    #expect(try close(rates(Schedule(.exponential(gamma: 0.5)), 3), [2, 1, 0.5, 0.25]))
    // Half a cosine down to the floor.
    let down: [Double] = [0, 1, 2, 3, 4, 4, 4].map { t in 2 * (0.2 + 0.4 * (1 + cos(Double.pi * t / 4))) }
    #expect(try close(rates(Schedule(.cosine(period: 4, low: 0.2, restarts: false, stretch: 1), unit: .step), 6), down))
    // Restarts after 2, then after 4 more.
    let places: [Double] = [0, 0.5, 0, 0.25, 0.5, 0.75, 0, 0.125]
    let again: [Double] = places.map { share in 1 + cos(Double.pi * share) }
    #expect(try close(rates(Schedule(.cosine(period: 2, low: 0, restarts: true, stretch: 2), unit: .step), 7), again))
  }

  @Test func oneCycleRisesToTheBaseRateAndFalls() throws {
    let all = try rates(Schedule(.oneCycle(total: 11, rise: 0.4545454545454545, start: 10, end: 100), unit: .step), 12)
    #expect(abs(all[0] - 0.2) < 1e-12)
    #expect(abs(all[5] - 2) < 1e-9)
    #expect(abs(all[10] - 2.0 / 1000) < 1e-9 && all[11] == all[10])
    #expect(zip(all.prefix(5), all.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(all[5..<10], all[6...]).allSatisfy { $0 > $1 })
  }

  @Test func aWarmupComesFirst() throws {
    #expect(
      try close(
        rates(Schedule(.step(every: 2, gamma: 0.5), unit: .step, warmup: (4, 0)), 8),
        [0.25, 0.5, 0.75, 1, 1, 1, 0.5, 0.5, 0.25].map { 2 * $0 }))
    #expect(
      try close(
        rates(Schedule(.exponential(gamma: 0.5), warmup: (2, 0.5)), 6, perEpoch: 3),
        [0.75, 1, 1, 0.5, 0.5, 0.5, 0.25].map { 2 * $0 }))
    #expect(try close(rates(Schedule(.constant, warmup: (2, 0)), 3), [1, 2, 2, 2]))
  }

  @Test func aPlateauLowersTheRate() throws {
    let schedule = try Schedule(
      .plateau(factor: 0.5, patience: 1, minDelta: 0.1, cooldown: 1, low: 0.3, isHigherBetter: false))
    // Better; not enough; not enough: lower; rest; waiting; waiting: lower, to the floor.
    #expect(
      try close(
        rates(schedule, 7, values: [1, 0.95, 0.93, 0.92, 0.91, 0.91, 0.5]), [2, 2, 2, 1, 1, 1, 0.6, 0.6]))
    let upwards = try Schedule(
      .plateau(factor: 0.5, patience: 0, minDelta: 0, cooldown: 0, low: 0, isHigherBetter: true))
    #expect(try close(rates(upwards, 3, values: [0.1, 0.2, 0.2]), [2, 2, 2, 1]))
    #expect(message(.value) { try upwards.epoch() }.contains("needs the watched value"))
  }

  @Test func groupsFollow() throws {
    let sgd = try SGD(lr: 1)
    try sgd.addGroup(ParameterGroup(.classical, lr: 0.5))
    let x = Variable(Tensor([0.0], [1]), requiresGradient: true)
    try sgd.add(x)
    try Schedule(.exponential(gamma: 0.5), unit: .step, warmup: (1, 0.2)).attach(sgd)
    try x.sum().backward()
    try sgd.step()
    #expect(abs(x.value[0] + 0.5) < 1e-15)
  }

  @Test func mistakesAreNamed() throws {
    #expect(message(.value) { _ = try Schedule(.step(every: 0, gamma: 1)) } == "every is 0; it must be 1 or more")
    #expect(message(.value) { _ = try Schedule(.exponential(gamma: 0)) } == "gamma is 0.0; it must be in (0, 1]")
    #expect(
      message(.value) { _ = try Schedule(.multiStep(milestones: [3, 2], gamma: 1)) }
        == "milestones are [3, 2]; they must be 1 or more and grow")
    #expect(message(.state) { try Schedule(.constant).step() }.hasPrefix("the schedule has no optimiser"))
  }
}
