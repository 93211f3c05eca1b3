// Lines typed at a terminal: libedit as the host's Lua wants it.

import CHost
import LuaBinding
import LuaTrampoline

extension hqnn_lua_editor {
  static var libedit: hqnn_lua_editor {
    hqnn_lua_editor(
      start: hqnn_edit_start, read: hqnn_edit_read, remember: hqnn_edit_remember, completer: hqnn_edit_completer,
      finish: hqnn_edit_finish)
  }
}
