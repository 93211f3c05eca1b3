-- `luarocks make lua/hqnn-0.1.0-1.rockspec` in the project's folder builds hqnn and installs its Lua module.
rockspec_format = "3.0"
package = "hqnn"
version = "0.1.0-1"
source = { url = "git+file://." }
description = {
  summary = "Hybrid quantum-classical neural networks, trained and attacked from Lua",
  detailed = "Quantum circuits as layers of neural networks: exact simulation and differentiation, training, adversarial "
    .. "attacks, defences and certificates.  Needs Swift 6.3, oneDNN, zlib and libpng to build.",
  license = "Apache-2.0",
}
dependencies = { "lua >= 5.4, < 5.5" }
build = {
  type = "make",
  build_target = "build",
  install_target = "install-rock",
  install_variables = { ROCK_LIBDIR = "$(LIBDIR)" },
}
