-- luacheck lua examples Tests docs
std = "lua54"
max_line_length = 120
files["lua/hqnn/meta"] = { unused = false, max_line_length = false } -- declarations only
files["Tests/docs"] = { max_line_length = 135 }
files["docs/site"] = { max_line_length = 145 }
files["Tests/lua"] = { std = "+busted", max_line_length = 135 }
-- These change Lua's own functions.
for _, name in ipairs { "brief", "check", "paths", "sandbox" } do
  files["lua/hqnn/" .. name .. ".lua"] = { ignore = { "121", "122", "142" } }
end
