-- luacheck lua examples Tests/lua
std = "lua54"
max_line_length = 120
files["Tests/lua"] = { std = "+busted" }
