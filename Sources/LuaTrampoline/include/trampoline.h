int hqnn_lua_stub(void);
