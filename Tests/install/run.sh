#!/bin/sh
# Installs what was built into a folder, moves the folder, and uses it from there as C, C++ and Lua programs would.
# Usage: Tests/install/run.sh BUILD; the last line counts.
set -u
build=$(cd "${1:-build}" && pwd)
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
: "${CC:=cc}" "${CXX:=c++}"

# check NAME COMMAND...
check() {
  name=$1
  shift
  if "$@" >"$work/log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $name"
    sed 's/^/  /' "$work/log"
  fi
}
absent() { ! "$@"; }
# fails STATUS WORDS COMMAND...: ends with the status and says the words
fails() {
  status=$1 words=$2
  shift 2
  said=$("$@" 2>&1)
  [ $? -eq "$status" ] && case $said in *"$words"*) return 0 ;; esac
  echo "$said"
  return 1
}
files() { (cd "$1" && find . ! -type d | sort); }

script=Sources/Install/install.sh
version=$("$build/bin/hqlua" version | sed 's/^hqnn \([0-9.]*\);.*/\1/')
export BUILD="$build" PREFIX=/opt/hqnn DESTDIR="$work/root" LIBDIR=/opt/hqnn/lib
mkdir -p "$work/root/opt/hqnn/bin"
echo kept >"$work/root/opt/hqnn/bin/another"

check "installs" $script install
check "again, over itself" $script install
check "nothing half-written is left" absent sh -c "find '$work/root' -name '*.new' | grep ."
mv "$work/root/opt/hqnn" "$work/moved"
moved=$work/moved

# ---- the library as a file ----
check "libhqnn.so leads to libhqnn.so.0 and that to $version" sh -c "
  [ \"\$(readlink '$moved/lib/libhqnn.so')\" = libhqnn.so.0 ] &&
  [ \"\$(readlink '$moved/lib/libhqnn.so.0')\" = libhqnn.so.$version ]"
check "its functions have the version HQNN_0" sh -c \
  "objdump -T '$moved/lib/libhqnn.so' | grep -q ' HQNN_0 .*hqnn_version'"
check "it takes less than 25 MB" sh -c "[ \$(stat -Lc %s '$moved/lib/libhqnn.so') -lt 25000000 ]"

# ---- programs ----
cat >"$work/client.c" <<'C'
#include <hqnn.h>
#include <stdio.h>
int main(void) {
  printf("%s\n", hqnn_version());
  return hqnn_threads_get() < 1;
}
C
cp "$work/client.c" "$work/client.cpp"
export PKG_CONFIG_PATH="$moved/lib/pkgconfig"
check "pkg-config knows the version" sh -c "[ \"\$(pkg-config --modversion hqnn)\" = '$version' ]"
check "a C program through pkg-config, from where it was moved to" sh -c "
  $CC -std=c99 -Wall -Wextra -Wpedantic -Werror '$work/client.c' \$(pkg-config --cflags --libs hqnn) \
    -Wl,-rpath,'$moved/lib' -o '$work/client' && '$work/client' | grep -qx '$version'"
check "a C++ program" sh -c "
  $CXX -std=c++17 -Wall -Wextra -Wpedantic -Werror '$work/client.cpp' \$(pkg-config --cflags --libs hqnn) \
    -Wl,-rpath,'$moved/lib' -o '$work/client' && '$work/client' | grep -qx '$version'"
if command -v cmake >/dev/null; then
  cat >"$work/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(client C CXX)
find_package(hqnn ${WANTED} REQUIRED)
foreach(source client.c client.cpp)
  add_executable(${source}.out ${source})
  target_link_libraries(${source}.out hqnn::hqnn)
endforeach()
CMAKE
  check "both through CMake" sh -c "
    cmake -S '$work' -B '$work/cmake' -DCMAKE_PREFIX_PATH='$moved' -DWANTED=$version && cmake --build '$work/cmake' &&
    '$work/cmake/client.c.out' && '$work/cmake/client.cpp.out'"
  check "the examples in C and C++ through CMake" sh -c "
    cmake -S examples/c -B '$work/examples' -DCMAKE_PREFIX_PATH='$moved' && cmake --build '$work/examples' &&
    cd '$work/examples' && ctest --output-on-failure"
  check "and by pkg-config" sh -c "
    cmake -S examples/c -B '$work/examples2' -DHQNN_WITH_PKG_CONFIG=ON && cmake --build '$work/examples2' --target train_cpp &&
    LD_LIBRARY_PATH='$moved/lib' '$work/examples2/train_cpp' 1"
  check "CMake refuses another major version" absent cmake -S "$work" -B "$work/other" \
    -DCMAKE_PREFIX_PATH="$moved" -DWANTED=9.0
else
  skipped=$((skipped + 4))
fi
check "hqlua runs from there" sh -c "'$moved/bin/hqlua' -e 'print(hq.version)' | grep -qx '$version'"
check "stock Lua loads the module" sh -c "
  LUA_CPATH='$moved/lib/lua/5.4/?.so' lua5.4 -e 'print(require(\"hqnn\").version)' | grep -qx '$version'"
check "the dynamic linker prefers a build for newer processors" sh -c "
  grep -q avx2 /proc/cpuinfo || exit 0
  mkdir -p '$moved/lib/glibc-hwcaps/x86-64-v3' &&
  cp '$moved/lib/libhqnn.so.$version' '$moved/lib/glibc-hwcaps/x86-64-v3/libhqnn.so.0' &&
  LD_DEBUG=libs '$moved/bin/hqlua' version 2>&1 | grep -q 'calling init: .*glibc-hwcaps/x86-64-v3/libhqnn' &&
  rm -r '$moved/lib/glibc-hwcaps'"
for page in docs/man/*.[1-9]; do
  [ -e "$page" ] || continue
  command -v man >/dev/null || { skipped=$((skipped + 1)); continue; }
  check "$page reads well" sh -c "! MANWIDTH=80 man --warnings -l '$page' 2>&1 >/dev/null | grep ."
done

# ---- away again ----
mkdir -p "$work/root/opt" && mv "$moved" "$work/root/opt/hqnn"
check "uninstalls" $script uninstall
check "and leaves what is not ours" sh -c "
  [ \"\$(cd '$work/root' && find . ! -type d)\" = ./opt/hqnn/bin/another ]"

# ---- what is asked wrongly ----
check "a relative PREFIX is refused" fails 2 "'here' is not an absolute path" env PREFIX=here $script install
check "LIBDIR outside PREFIX is refused" fails 2 "is not below PREFIX" env LIBDIR=/elsewhere $script install
check "nothing built is said" fails 2 "nothing is built in '$work/none'" env BUILD="$work/none" $script install

echo "install: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
