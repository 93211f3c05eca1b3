// hqnn.h, "schedules".  A handle is a Schedule.

import CHQNN
import Learning
import Tensors

private func schedule(_ pointer: OpaquePointer?) throws -> Schedule {
  try borrow(pointer, "schedule", as: Schedule.self)
}

@c @implementation
public func hqnn_schedule_create(
  _ given: UnsafePointer<hqnn_schedule_options>?, _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> hqnn_status {
  status {
    let out = try place(out)
    let given = try options(given, defaults: scheduleDefaults)
    out.pointee = handle(
      try Schedule(
        rule(given), unit: given.per_step != 0 ? .step : .epoch,
        warmup: (Int(given.warmup_steps), given.warmup_start)))
  }
}

private func rule(_ given: hqnn_schedule_options) throws -> Schedule.Rule {
  switch given.kind {
  case HQNN_SCHEDULE_CONSTANT: return .constant
  case HQNN_SCHEDULE_STEP: return .step(every: Int(given.every), gamma: given.gamma)
  case HQNN_SCHEDULE_MULTI_STEP:
    return .multiStep(
      milestones: try array(given.milestones, given.milestone_count, "milestones").map(Int.init), gamma: given.gamma)
  case HQNN_SCHEDULE_EXPONENTIAL: return .exponential(gamma: given.gamma)
  case HQNN_SCHEDULE_COSINE:
    return .cosine(period: Int(given.period), low: given.low, restarts: given.restarts != 0, stretch: given.stretch)
  case HQNN_SCHEDULE_ONE_CYCLE:
    return .oneCycle(total: Int(given.period), rise: given.rise, start: given.start, end: given.end)
  case HQNN_SCHEDULE_PLATEAU:
    return .plateau(
      factor: given.factor, patience: Int(given.patience), minDelta: given.min_delta, cooldown: Int(given.cooldown),
      low: given.low, isHigherBetter: given.higher_is_better != 0)
  default:
    throw EngineError.value(
      "kind is \(given.kind.rawValue); it must be HQNN_SCHEDULE_CONSTANT ... HQNN_SCHEDULE_PLATEAU")
  }
}

private let scheduleDefaults = hqnn_schedule_options(
  struct_size: MemoryLayout<hqnn_schedule_options>.size, kind: HQNN_SCHEDULE_CONSTANT, per_step: 0, every: 10, gamma: 0.1,
  milestones: nil, milestone_count: 0, period: 100, low: 0, restarts: 0, stretch: 1, rise: 0.3, start: 25, end: 1e4,
  factor: 0.1, patience: 10, cooldown: 0, min_delta: 1e-4, higher_is_better: 0, warmup_steps: 0, warmup_start: 0)

@c @implementation
public func hqnn_schedule_retain(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try retain(pointer, "schedule", as: Schedule.self) }
}

@c @implementation
public func hqnn_schedule_release(_ pointer: OpaquePointer?) { release(pointer, as: Schedule.self) }

@c @implementation
public func hqnn_schedule_attach(_ pointer: OpaquePointer?, _ attached: OpaquePointer?) -> hqnn_status {
  status { try schedule(pointer).attach(try optimizer(attached)) }
}

@c @implementation
public func hqnn_schedule_step(_ pointer: OpaquePointer?) -> hqnn_status {
  status { try schedule(pointer).step() }
}

@c @implementation
public func hqnn_schedule_epoch(_ pointer: OpaquePointer?, _ value: Double) -> hqnn_status {
  status { try schedule(pointer).epoch(value) }
}

@c @implementation
public func hqnn_schedule_factor(_ pointer: OpaquePointer?, _ out: UnsafeMutablePointer<Double>?) -> hqnn_status {
  status {
    let out = try place(out)
    out.pointee = try schedule(pointer).factor
  }
}
