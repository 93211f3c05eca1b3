#!/bin/sh
# Fuzzes every reader and sequences of calls with libFuzzer and AddressSanitizer, in both the C side and Swift.
# `make fuzz` calls it; SECONDS_EACH (60) is the time per target, TARGETS a list of some.  New inputs that reach more
# code are added to Tests/fuzz/corpus, which the ordinary tests replay; an input that crashes stays in .build/fuzz.
set -eu
cd "$(dirname "$0")/../.."
: "${SWIFT:=swift}" "${SECONDS_EACH:=60}" "${KEEP:=40}"
: "${TARGETS:=idx cifar numpy csv png model qasm circuit_json attack checkpoint calls}"
clang=$(dirname "$(readlink -f "$(command -v "$SWIFT")")")/clang
[ -x "$clang" ] || clang=clang
out=.build/fuzz
mkdir -p $out

# shellcheck disable=SC2086  # FLAGS is a list
env -u CC -u CXX $SWIFT build $FLAGS --scratch-path .build/fuzz-library --static-swift-stdlib --sanitize address -Xcc -g \
  -Xswiftc -sanitize=address,fuzzer -Xswiftc -parse-as-library --product hqnn
libraries=$(realpath .build/fuzz-library/release)
cp "$libraries/libhqnn.so" "$libraries/libhqnn.so.0"

# The runtime's own allocations at start-up are none of ours; an allocation of more than 2 GB is a finding.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=0:detect_odr_violation=0
export OMP_NUM_THREADS=1
shared=/dev/shm
[ -w $shared ] || shared=${TMPDIR:-/tmp}
FUZZ_FOLDER=$(mktemp -d $shared/hqnn-fuzz-XXXXXX)
export FUZZ_FOLDER
trap 'rm -rf "$FUZZ_FOLDER"' EXIT
failed=0
for target in $TARGETS; do
  source=Tests/fuzz/readers.c
  [ "$target" = calls ] && source=Tests/fuzz/calls.c
  "$clang" -g -O1 -fsanitize=fuzzer,address -DREADER="$target" -Iinclude "$source" -o "$out/$target" \
    -L"$libraries" -Wl,-rpath,"$libraries" -lhqnn -lm 2>"$out/$target.link" || { cat "$out/$target.link"; exit 1; }
  mkdir -p "$out/corpus-$target" "Tests/fuzz/corpus/$target"
  echo "== $target"
  dictionary=
  [ -e "Tests/fuzz/$target.dict" ] && dictionary="-dict=Tests/fuzz/$target.dict"
  # shellcheck disable=SC2086
  if ! "$out/$target" -max_total_time="$SECONDS_EACH" -timeout=20 -rss_limit_mb=4096 -malloc_limit_mb=2048 -max_len=4096 \
    -print_final_stats=1 -artifact_prefix="$out/$target-" $dictionary "$out/corpus-$target" "Tests/fuzz/corpus/$target" \
    >"$out/$target.log" 2>&1; then
    failed=$((failed + 1))
    grep -E 'ERROR|SUMMARY|Test unit written|status [0-9]' "$out/$target.log" || tail -n 20 "$out/$target.log"
  fi
  grep -E '^stat::(number_of_executed_units|average_exec|new_units)|DONE' "$out/$target.log" | tail -n 4 || true
  # The smallest inputs that together reach what all of them reach; the first of them are kept.
  rm -rf "$out/merged"
  mkdir "$out/merged"
  "$out/$target" -merge=1 -max_len=4096 "$out/merged" "Tests/fuzz/corpus/$target" "$out/corpus-$target" >/dev/null 2>&1 || true
  (cd "$out/merged" && find . -type f -size -3k -printf '%s %P\n' | sort -n | head -n "$KEEP" | cut -d' ' -f2) |
    while read -r file; do cp "$out/merged/$file" "Tests/fuzz/corpus/$target/"; done
done
echo "fuzz: $failed of $(echo "$TARGETS" | wc -w) targets found something"
[ "$failed" -eq 0 ]
