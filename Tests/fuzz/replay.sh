#!/bin/sh
# The inputs that fuzzing kept, and those that once did harm, on the library as it is.
# Usage: Tests/fuzz/replay.sh BUILD; the last line counts inputs.
set -u
build=$(cd "${1:-build}" && pwd)
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/inputs"
export FUZZ_FOLDER="$work/inputs"
passed=0 failed=0
: "${CC:=cc}"
for folder in Tests/fuzz/corpus/*/; do
  target=$(basename "$folder")
  source=Tests/fuzz/readers.c
  [ "$target" = calls ] && source=Tests/fuzz/calls.c
  if ! $CC -std=c99 -D_DEFAULT_SOURCE -Wall -Wextra -Wpedantic -Werror -O1 -Iinclude -DREADER="$target" "$source" \
    Tests/fuzz/replay.c -o "$work/$target" -L"$build/lib" -Wl,-rpath,"$build/lib" -lhqnn -lm >"$work/log" 2>&1; then
    failed=$((failed + 1))
    echo "failed: $target compiles"
    sed 's/^/  /' "$work/log"
    continue
  fi
  count=$(find "$folder" -type f | wc -l)
  if OMP_NUM_THREADS=1 timeout 120 "$work/$target" "$folder"* >"$work/log" 2>"$work/errors"; then
    passed=$((passed + count))
  else
    failed=$((failed + 1))
    passed=$((passed + $(wc -l <"$work/log") - 1))
    echo "failed: $(tail -n 1 "$work/log")"
    sed 's/^/  /' "$work/errors"
  fi
done
echo "fuzz: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
