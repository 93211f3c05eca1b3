// How long OpenMP's threads spin while they wait for each other, set before anything uses them.

import Glibc

/// Starts the program again with a short spin, unless the environment says how to wait.
///
/// By default libgomp's threads spin for milliseconds at the end of each parallel loop.  Where other
/// programs want the same cores, a spinning thread keeps the one it waits for from running, and
/// short loops take a time slice each: a study was seen to slow down by a factor of ten.  Spinning for
/// about 10 microseconds and then sleeping costs nothing measurable on idle cores.  libgomp reads its
/// settings before main, hence the second start, which takes some milliseconds.
func shortenWaiting() {
  guard getenv("GOMP_SPINCOUNT") == nil, getenv("OMP_WAIT_POLICY") == nil else { return }
  setenv("GOMP_SPINCOUNT", "10000", 1)
  var path = [CChar](repeating: 0, count: Int(PATH_MAX))
  guard readlink("/proc/self/exe", &path, path.count - 1) > 0 else { return }
  // Returns only when it failed, and then the program goes on as it is.
  execv(path, CommandLine.unsafeArgv)
}
