#include "trampoline.h"
int hqnn_lua_stub(void){return 1;}
