#!/bin/sh
# C and C++ clients of the library, built with cc and c++ alone, and what holds of it as a file.
# Usage: Tests/c/run.sh BUILD, the folder with lib/libhqnn.so; the last line counts.
set -u
build=$(cd "${1:-build}" && pwd)
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0
: "${CC:=cc}" "${CXX:=c++}"
LINK="-L$build/lib -Wl,-rpath,$build/lib -lhqnn -lm"
STRICT="-Wall -Wextra -Wpedantic -Werror -O1 -Iinclude"

# result NAME STATUS [FILE]: counts, and shows the file when the status is not 0
result() {
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $1"
    [ -n "${3:-}" ] && sed 's/^/  /' "$3"
  fi
}

# compile NAME COMMAND...: warning-free or a failure
compile() {
  name=$1
  shift
  "$@" >"$work/log" 2>&1
  result "$name compiles" $? "$work/log"
}

# count_run NAME COMMAND...: the program's own counts, from its last line
count_run() {
  name=$1
  shift
  "$@" >"$work/log" 2>&1
  status=$?
  line=$(tail -n 1 "$work/log")
  case "$line" in
    *" passed, "*" failed")
      passed=$((passed + ${line%% *}))
      bad=${line#* passed, }
      bad=${bad%% *}
      failed=$((failed + bad))
      [ "$bad" -eq 0 ] || sed "s/^/  /" "$work/log"
      [ "$bad" -gt 0 ] || [ "$status" -eq 0 ] || result "$name ends well" "$status" "$work/log" ;;
    *) result "$name runs to its end (status $status)" 1 "$work/log" ;;
  esac
}

# needs PROGRAM NAME: whether it is there
needs() {
  command -v "$1" >/dev/null && return 0
  skipped=$((skipped + 1))
  echo "skipped: $2: $1 is not installed"
  return 1
}

# ---- the header: what it declares is what the library exports, and what the walks call ----
grep -oE '\bhqnn_[a-z0-9_]+ *\(' include/hqnn.h | tr -d ' (' | sort -u >"$work/declared"
nm -D --defined-only "$build/lib/libhqnn.so" | awk '$2 ~ /[B-Z]/ { sub(/@.*/, "", $3); print $3 }' |
  sort -u >"$work/exported"
diff "$work/declared" "$work/exported" >"$work/log"
result "exports exactly what the header declares (< declared, > exported)" $? "$work/log"
grep -ohE '\bhqnn_[a-z0-9_]+\(' Tests/c/abi_*.c | tr -d '(' | sort -u >"$work/walked"
comm -23 "$work/declared" "$work/walked" >"$work/log"
[ ! -s "$work/log" ]
result "the walks call every function" $? "$work/log"
Tests/c/abi/names.sh include/hqnn.h >"$work/log" 2>&1
result "names and order in the header" $? "$work/log"
if needs abidiff "programs that are compiled run with this library"; then
  Tests/c/abi/check.sh include >"$work/log" 2>&1
  result "programs that are compiled run with this library" $? "$work/log"
  grep '^note:' "$work/log"
fi
readelf -d "$build/lib/libhqnn.so" | grep -q 'SONAME.*\[libhqnn\.so\.0\]'
result "the library is libhqnn.so.0" $?
ldd "$build/lib/libhqnn.so" | grep -iE 'swift|foundation|not found' >"$work/log"
[ ! -s "$work/log" ]
result "a program needs nothing of Swift" $? "$work/log"

# ---- programs ----
for standard in c99 c11 c17; do
  # shellcheck disable=SC2086
  compile "hqnn.h as $standard" $CC -std=$standard $STRICT -fsyntax-only -x c include/hqnn.h
done
for standard in c++11 c++17; do
  # shellcheck disable=SC2086
  compile "header.cpp as $standard" $CXX -std=$standard $STRICT Tests/c/header.cpp -o "$work/header" $LINK
done
count_run header.cpp "$work/header"

# shellcheck disable=SC2086
compile "hqnn.hpp as c++17" $CXX -std=c++17 $STRICT Tests/c/wrapper.cpp -o "$work/wrapper" $LINK
count_run wrapper.cpp "$work/wrapper"

for source in Tests/c/abi_*.c Tests/c/errors.c Tests/c/leaks.c; do
  program=$(basename "$source" .c)
  # shellcheck disable=SC2086
  compile "$program.c" $CC -std=c99 -D_POSIX_C_SOURCE=200809L $STRICT -ITests/c "$source" \
    -o "$work/$program" $LINK -lpthread
  count_run "$program.c" env -u HQNN_DATA "$work/$program"
done

# ---- memory: nothing of ours is lost, nothing is read that was not written ----
if needs valgrind "leaks.c under valgrind"; then
  # Valgrind cannot read the debugging information of Swift, which the names of functions do not need.
  mkdir "$work/plain"
  strip --strip-debug -o "$work/plain/libhqnn.so.0" "$build/lib/libhqnn.so"
  LD_LIBRARY_PATH="$work/plain" valgrind -q --sigill-diagnostics=yes --leak-check=full --show-leak-kinds=definite,indirect \
    --errors-for-leak-kinds=definite,indirect --error-exitcode=9 --num-callers=30 "$work/leaks" >"$work/log" 2>&1
  status=$?
  # An instruction that valgrind does not know says nothing about the library.
  if grep -qi 'unrecognised instruction' "$work/log"; then
    skipped=$((skipped + 1))
    echo "skipped: leaks.c under valgrind, which does not know this processor's instructions"
  else
    result "leaks.c under valgrind" $status "$work/log"
  fi
fi

# ---- the examples ----
for program in circuit attack_mnist train serve; do
  # shellcheck disable=SC2086
  compile "examples/c/$program.c" $CC -std=c99 $STRICT "examples/c/$program.c" -o "$work/$program" $LINK -lpthread
done
# shellcheck disable=SC2086
compile "examples/c/train.cpp" $CXX -std=c++17 $STRICT examples/c/train.cpp -o "$work/train_cpp" $LINK
"$work/circuit" >"$work/log" 2>&1
result "examples/c/circuit runs" $? "$work/log"
grep -q 'gradient' "$work/log"
result "examples/c/circuit prints gradients" $? "$work/log"
# Small, on the embedded digits.
env -u HQNN_DATA "$work/attack_mnist" nowhere 200 2 >"$work/log" 2>&1
result "examples/c/attack_mnist runs" $? "$work/log"
grep -q 'embedded digits' "$work/log" && grep -q 'accuracy' "$work/log"
result "examples/c/attack_mnist falls back to the embedded digits and says so" $? "$work/log"

"$work/train" 1 "$work/trained" >"$work/log" 2>&1 && grep -q 'accuracy under PGD' "$work/log" && [ -s "$work/trained" ]
result "examples/c/train trains, attacks and saves" $? "$work/log"
"$work/serve" 3 >"$work/log" 2>&1 && grep -q 'after 3 epochs: .* of 360 answers right' "$work/log"
result "examples/c/serve answers while it trains" $? "$work/log"
"$work/train_cpp" 1 >"$work/log" 2>&1 && grep -q '^worst of all' "$work/log"
result "examples/c/train.cpp trains and attacks" $? "$work/log"

echo "c: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
