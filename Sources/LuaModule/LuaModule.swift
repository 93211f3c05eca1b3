// The Lua module as a shared library of its own: everything is in LuaBinding.
// hqlua links LuaBinding directly; this target exists so that `require "hqnn"` works in stock Lua.

@_exported import LuaBinding
