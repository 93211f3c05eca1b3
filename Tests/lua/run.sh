#!/bin/sh
# Runs the Lua specs in stock lua5.4 against a build: run.sh BUILD_DIR [spec ...]
# BUILD_DIR has bin/hqlua, lib/libhqnn.so and lib/lua/5.4/hqnn.so.  The last line counts.
set -u
here=$(cd "$(dirname "$0")" && pwd)
HQNN_ROOT=$(cd "$here/../.." && pwd)
HQNN_BUILD=$(cd "${1:?usage: run.sh BUILD_DIR [spec ...]}" && pwd) || exit 2
shift
export HQNN_ROOT HQNN_BUILD
export LUA_CPATH="$HQNN_BUILD/lib/lua/5.4/?.so;;"
export LUA_PATH="$here/?.lua;;"
# Short waits of OpenMP threads, as hqlua sets them itself: long ones starve other programs.
export GOMP_SPINCOUNT="${GOMP_SPINCOUNT:-10000}"

busted=$(command -v busted) || { echo "lua: busted is not installed (Debian: lua-busted)"; exit 2; }
[ $# -gt 0 ] || set -- "$here"/*_spec.lua

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# count NAME COMMAND...: runs it, adds up busted's summary, shows the output unless all passed.
count() {
  name=$1
  shift
  "$@" >"$log" 2>&1
  status=$?
  summary=$(grep -aE '^[0-9]+ success' "$log" | tail -n 1)
  if [ -z "$summary" ]; then
    echo "lua: $name did not run (status $status)"
    cat "$log"
    failed=$((failed + 1))
    return
  fi
  # "12 successes / 1 failure / 0 errors / 0 pending : 0.1 seconds"
  # shellcheck disable=SC2046  # four words
  set -- $(echo "$summary" | grep -oE '[0-9]+ (success|failure|error|pending)' | cut -d' ' -f1)
  passed=$((passed + $1)) failed=$((failed + $2 + $3)) skipped=$((skipped + $4))
  if [ "$status" -ne 0 ] || [ "$4" -ne 0 ]; then cat "$log"; else echo "lua: $name: $summary"; fi
}

for spec in "$@"; do
  count "$(basename "$spec" .lua)" lua5.4 "$busted" --output=plainTerminal "$spec"
done
# Again with a collector that runs at every chance, so that objects die as early as they can.
for spec in "$@"; do
  case $spec in
  *tensor_spec.lua | *circuit_spec.lua | *building_spec.lua | *layer_spec.lua | *data_spec.lua | *table_spec.lua \
    | *lifetime_spec.lua)
    count "$(basename "$spec" .lua), eager collector" \
      lua5.4 "$busted" --output=plainTerminal --helper="$here/eager.lua" "$spec" ;;
  esac
done

echo "lua: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
