#!/bin/sh
# Writes what hqnn.h promises in binary (functions, structures, enumerations) as text: dump.sh HEADER_FOLDER WORK_FOLDER >dump
#
# The library is written in Swift and has no debugging information about C types.  So every declaration is given an empty
# body, compiled by the C compiler, and described by libabigail's abidw.  The dump names no file and no folder of a machine.
set -eu
include=$1
work=$2
${CC:-cc} -std=c99 -E -P -I"$include" -x c "$include/hqnn.h" |
  awk 'BEGIN { RS = ";"; print "#include <hqnn.h>" }
       { gsub(/[ \n\t]+/, " "); sub(/^ /, "") }
       /^(hqnn_status|void|int|int64_t|const char \*) ?hqnn_[a-z0-9_]+\(/ { print $0 " { for (;;) {} }" }' >"$work/abi.c"
(cd "$work" && ${CC:-cc} -std=c99 -w -g -O0 -shared -fPIC -I"$include" -Wl,-soname,libhqnn.so.0 abi.c -o abi.so)
abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --no-architecture --type-id-style hash \
  "$work/abi.so"
