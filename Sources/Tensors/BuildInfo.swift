// What this build was compiled for.

import COneDNN
import COpenMP

/// "major.minor.patch".
public let libraryVersion = "0.1.0"

/// For instance "x86-64 avx2 fma".
public let instructionSet: String = {
  #if arch(x86_64)
    var names = ["x86-64"]
  #elseif arch(arm64)
    var names = ["aarch64"]
  #else
    var names = ["generic"]
  #endif
  let features = [(HQNN_HAS_AVX512, "avx512"), (HQNN_HAS_AVX2, "avx2"), (HQNN_HAS_FMA, "fma")]
  names += features.filter { $0.0 != 0 }.map { $0.1 }
  return names.joined(separator: " ")
}()

/// For instance "2.6.3".
public let oneDNNVersion: String = {
  let version = dnnl_version().pointee
  return "\(version.major).\(version.minor).\(version.patch)"
}()
