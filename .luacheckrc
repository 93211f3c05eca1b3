-- luacheck lua examples Tests/lua
std = "lua54"
max_line_length = 120
files["lua/hqnn/meta.lua"] = { unused = false, max_line_length = false } -- declarations only
files["Tests/lua"] = { std = "+busted", max_line_length = 135 }
