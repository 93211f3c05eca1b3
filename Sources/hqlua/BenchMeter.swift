// Timing as the peers' scripts do it, and the JSON lines they print.

import CHQNN
import Glibc

/// One measurement's times, in seconds.
struct Timing {
  let first: Double
  let reps: Int
  let median: Double
  let minimum: Double
  let otherCPU: Double
}

struct Meter {
  let quick: Bool

  /// The first call apart, then warm-up, then at least 5 repetitions and up to 200 within two seconds.
  func time(_ body: () throws -> Void) throws -> Timing {
    let start = now()
    try body()
    let first = now() - start
    let warm = now()
    while !quick, first < 0.1, now() - warm < 0.7 { try body() }
    var best: Timing?
    for _ in 0..<(quick ? 1 : 3) {
      let timing = try series(first, body)
      if timing.otherCPU < best?.otherCPU ?? .infinity { best = timing }
      if timing.otherCPU <= 0.15 { break }
    }
    return best!
  }

  /// One run, as a single repetition.
  func once(_ body: () throws -> Void) rethrows -> Timing {
    // The clock last: reading /proc/stat is not part of what is timed.
    let (busy, own, begin) = (busySeconds(), processSeconds(), now())
    try body()
    let elapsed = now() - begin
    let other = max(0, (busySeconds() - busy - (processSeconds() - own)) / elapsed)
    return Timing(first: elapsed, reps: 1, median: elapsed, minimum: elapsed, otherCPU: other)
  }

  private func series(_ first: Double, _ body: () throws -> Void) throws -> Timing {
    var times: [Double] = []
    let (begin, busy, own) = (now(), busySeconds(), processSeconds())
    let (least, most, budget) = quick ? (2, 2, 0) : (5, 200, 2.0)
    while times.count < least || (now() - begin < budget && times.count < most) {
      let start = now()
      try body()
      times.append(now() - start)
    }
    let elapsed = now() - begin
    let other = elapsed > 0.2 ? max(0, (busySeconds() - busy - (processSeconds() - own)) / elapsed) : 0
    times.sort()
    let middle = times.count / 2
    let median = times.count % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2
    return Timing(first: first, reps: times.count, median: median, minimum: times[0], otherCPU: other)
  }

  /// Prints a line; `items` are done per repetition.
  func report(
    _ work: String, _ params: [(String, String)], _ timing: Timing, items: Double, unit: String,
    check: Double?, checks: [(String, Double)] = []
  ) {
    var fields = [
      ("work", quoted(work)), ("peer", quoted("hqnn")), ("params", object(params)),
      ("reps", "\(timing.reps)"), ("median_s", "\(timing.median)"), ("min_s", "\(timing.minimum)"),
      ("rate", "\(items / timing.median)"), ("rate_unit", quoted(unit)),
      ("check", check.map { "\($0)" } ?? "null"),
    ]
    if !checks.isEmpty { fields.append(("checks", object(checks.map { ($0.0, "\($0.1)") }))) }
    fields += [
      ("compile_s", "\(max(0, timing.first - timing.median))"), ("threads", "\(hqnn_threads_get())"),
      ("other_cpu", "\((timing.otherCPU * 1000).rounded() / 1000)"),
      ("build", quoted(String(cString: hqnn_build_info()))),
    ]
    print(object(fields))
    fflush(stdout)
  }
}

func quoted(_ text: String) -> String { "\"\(text)\"" }

private func object(_ fields: [(String, String)]) -> String {
  "{" + fields.map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
}

private func now() -> Double { seconds(CLOCK_MONOTONIC) }

/// CPU seconds of this process.
private func processSeconds() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

private func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// CPU seconds used on the whole machine so far: the first line of /proc/stat without idle and wait.
private func busySeconds() -> Double {
  guard let file = fopen("/proc/stat", "r") else { return 0 }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 512)
  guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
  let numbers = String(cString: line).split(separator: " ").dropFirst().compactMap { Double($0) }
  guard numbers.count >= 8 else { return 0 }
  let busy = numbers[0] + numbers[1] + numbers[2] + numbers[5] + numbers[6] + numbers[7]
  return busy / Double(sysconf(Int32(_SC_CLK_TCK)))
}
