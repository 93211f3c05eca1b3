// hqnn.h, "schedules".  Option checking is in lua/hqnn/schedule.lua.

import CHQNN
import LuaTrampoline

let scheduleFunctions: [Function] = [
  // schedule(kind, options)
  Function("make", "schedule", as: "hq.schedule") { call in
    let kinds = [
      "constant": HQNN_SCHEDULE_CONSTANT, "step": HQNN_SCHEDULE_STEP, "multi_step": HQNN_SCHEDULE_MULTI_STEP,
      "exponential": HQNN_SCHEDULE_EXPONENTIAL, "cosine": HQNN_SCHEDULE_COSINE, "one_cycle": HQNN_SCHEDULE_ONE_CYCLE,
      "plateau": HQNN_SCHEDULE_PLATEAU,
    ]
    var options = hqnn_schedule_options_default()
    guard let kind = kinds[try call.string(1)] else { throw call.unexpected(1, "a kind of schedule") }
    options.kind = kind
    try call.field(2, "per_step", &options.per_step)
    try call.field(2, "every", &options.every)
    try call.field(2, "gamma", &options.gamma)
    try call.field(2, "period", &options.period)
    try call.field(2, "low", &options.low)
    try call.field(2, "restarts", &options.restarts)
    try call.field(2, "stretch", &options.stretch)
    try call.field(2, "rise", &options.rise)
    try call.field(2, "start", &options.start)
    try call.field(2, "end", &options.end)
    try call.field(2, "factor", &options.factor)
    try call.field(2, "patience", &options.patience)
    try call.field(2, "cooldown", &options.cooldown)
    try call.field(2, "min_delta", &options.min_delta)
    try call.field(2, "higher_is_better", &options.higher_is_better)
    try call.field(2, "warmup_steps", &options.warmup_steps)
    try call.field(2, "warmup_start", &options.warmup_start)
    let milestones = try call.integersField(2, "milestones") ?? []
    return try milestones.withUnsafeBufferPointer { milestones in
      options.milestones = milestones.baseAddress
      options.milestone_count = Int64(milestones.count)
      return try call.result(.schedule) { hqnn_schedule_create(&options, $0) }
    }
  },
  Function("schedule", "attach", as: "schedule:attach") { call in
    try check(hqnn_schedule_attach(call.handle(1, .schedule), call.handle(2, .optimizer)))
    return call.itself
  },
  Function("schedule", "step", as: "schedule:step") { call in
    try check(hqnn_schedule_step(call.handle(1, .schedule)))
    return 0
  },
  // epoch(value): the value that a plateau schedule watches
  Function("schedule", "epoch", as: "schedule:epoch") { call in
    let value = try call.optional(2, call.number) ?? .nan
    try check(hqnn_schedule_epoch(call.handle(1, .schedule), value))
    return 0
  },
  Function("schedule", "factor", as: "schedule:factor") { call in
    var factor = 0.0
    try check(hqnn_schedule_factor(call.handle(1, .schedule), &factor))
    call.lua.push(factor)
    return 1
  },
]
