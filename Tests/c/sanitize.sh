#!/bin/sh
# The C and C++ clients with sanitizers, against the library as it was built: what goes wrong where a program and the
# library meet (blocks used after they were given back, leaks, overruns of buffers that the library writes into, data races).
# Usage: Tests/c/sanitize.sh BUILD; the last line counts.
# Or, with SWIFT and FLAGS (of swift build) in the environment: Tests/c/sanitize.sh engine address|thread, which compiles the
# library itself with the sanitizer (about ten minutes) and runs the clients against that.
set -u
engine=
if [ "${1:-}" = engine ]; then
  engine=$2
  cd "$(dirname "$0")/../.." || exit 2
  # shellcheck disable=SC2086  # FLAGS is a list
  env -u CC -u CXX $SWIFT build $FLAGS --scratch-path ".build/$engine-library" --static-swift-stdlib --sanitize "$engine" -Xcc -g --product hqnn || exit 1
  mkdir -p ".build/$engine-library/lib"
  cp ".build/$engine-library/release/libhqnn.so" ".build/$engine-library/lib/libhqnn.so"
  ln -sf libhqnn.so ".build/$engine-library/lib/libhqnn.so.0"
  build=$PWD/.build/$engine-library
  # The compiler of the same toolchain, because library and program share the sanitizer's runtime.
  tools=$(dirname "$(readlink -f "$(command -v "$SWIFT")")")
  CC=$tools/clang CXX=$tools/clang++
else
  build=$(cd "${1:-build}" && pwd)
  cd "$(dirname "$0")/../.." || exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
: "${CC:=cc}" "${CXX:=c++}"
LINK="-L$build/lib -Wl,-rpath,$build/lib -lhqnn -lm -lpthread"
if [ "$engine" = thread ]; then
  # Swift's ThreadSanitizer also watches libdispatch, and so wants it there.
  runtime=$(dirname "$tools")/lib/swift/linux
  LINK="$LINK -L$runtime -Wl,-rpath,$runtime -ldispatch -lBlocksRuntime"
fi
# Swift's runtime keeps what it knows of types until the process ends, and unaligned tables are its own business.
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1

# check NAME SANITIZERS SOURCE
check() {
  compiler="$CC -std=c99 -D_POSIX_C_SOURCE=200809L"
  case $3 in *.cpp) compiler="$CXX -std=c++17" ;; esac
  # shellcheck disable=SC2086
  if $compiler -g -O1 -fno-omit-frame-pointer -Iinclude -ITests/c "-fsanitize=$2" -fno-sanitize-recover=all "$3" \
    -o "$work/program" $LINK >"$work/log" 2>&1 && env -u HQNN_DATA "$work/program" ${4:-} >"$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "$1: clean"
  else
    failed=$((failed + 1))
    echo "$1: failed"
    sed 's/^/  /' "$work/log" | head -n 60
  fi
}

if [ -n "$engine" ]; then
  # libgomp and oneDNN are not compiled with the sanitizers: their threads meet where ThreadSanitizer does not see it.
  if [ "$engine" = thread ]; then
    export OMP_NUM_THREADS=1 TSAN_OPTIONS="suppressions=$work/others.supp"
    printf 'called_from_lib:libgomp.so\ncalled_from_lib:libdnnl.so\n' >"$work/others.supp"
  fi
  for source in Tests/c/abi_*.c Tests/c/errors.c Tests/c/leaks.c; do
    # A process forked from a program with threads is beyond ThreadSanitizer.
    [ "$engine $(basename "$source")" = "thread abi_fork.c" ] && continue
    check "$source, engine with $engine" "$engine" "$source" 1
  done
  check "examples/c/serve.c, engine with $engine" "$engine" examples/c/serve.c 2
  echo "sanitize: $passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
fi

for source in Tests/c/abi_*.c Tests/c/errors.c Tests/c/leaks.c Tests/c/wrapper.cpp examples/c/train.cpp; do
  check "$source, address and undefined" address,undefined "$source" 1
done
# Threads of the program; those of the library's pool meet in libgomp, which this sanitizer does not see into.
TSAN_OPTIONS="suppressions=$PWD/Tests/c/tsan.supp" check "examples/c/serve.c, thread" thread examples/c/serve.c 2

echo "sanitize: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
