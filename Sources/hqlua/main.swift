import LuaBinding
