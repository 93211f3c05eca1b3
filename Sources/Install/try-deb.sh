#!/bin/sh
# Installs a package into an empty Debian 12 and uses it there as people would: no Swift, no source tree.
# Usage, as root: Sources/Install/try-deb.sh FILE.deb [FOLDER]; a folder that is there already is used again.
set -eu
deb=$(realpath "$1")
root=${2:-$(mktemp -d)}
name=$(basename "$deb")
passed=0 failed=0

# The packages come from where this machine has its own.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' | head -n 1)
if [ ! -x "$root/bin/sh" ]; then
  debootstrap --variant=minbase bookworm "$root" "${mirror:-http://deb.debian.org/debian}"
fi
mount --bind /proc "$root/proc" 2>/dev/null && trap 'umount "$root/proc"' EXIT
cp "$deb" "$root/tmp/"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
cp -r /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/apt.conf.d "$root/etc/apt/" 2>/dev/null || true

inside() { chroot "$root" /usr/bin/env -i PATH=/usr/bin:/usr/sbin:/bin:/sbin HOME=/root LC_ALL=C "$@"; }

# check NAME COMMAND...
check() {
  name=$1
  shift
  if "$@" >"$root/tmp/log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $name"
    sed 's/^/  /' "$root/tmp/log"
  fi
}

# says WORDS COMMAND...: runs it and looks for words in what it prints
says() {
  words=$1
  shift
  "$@" >"$root/tmp/said" 2>&1 || { cat "$root/tmp/said"; return 1; }
  cat "$root/tmp/said"
  grep -qF -e "$words" "$root/tmp/said"
}

inside apt-get update -q >/dev/null
check "the package and what it needs are installed" \
  inside env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "/tmp/$name"
check "there is no Swift" sh -c "! ls '$root'/usr/bin/swift* '$root'/usr/lib/swift* 2>/dev/null"
check "hqlua version" says hqnn inside hqlua version
check "hqlua runs the quickstart" inside sh -c 'cd /tmp && hqlua run /usr/share/hqnn/examples/quickstart.lua'

check "a C compiler, lua5.4 and cmake for the rest" inside env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qy --no-install-recommends gcc g++ libc6-dev pkg-config lua5.4 cmake make
check "stock Lua loads the module" \
  says 'hqnn' inside lua5.4 -e 'local hq = require "hqnn"; print("hqnn", hq.version)'
cat >"$root/tmp/client.c" <<'C'
#include <hqnn.h>
#include <stdio.h>
int main(void) {
  hqnn_tensor *eye = NULL;
  int64_t count = 0;
  if (hqnn_tensor_eye(HQNN_FLOAT64, 3, 3, &eye) || hqnn_tensor_count(eye, &count)) return 1;
  hqnn_tensor_release(eye);
  printf("%s, %d elements\n", hqnn_build_info(), (int)count);
  return count != 9;
}
C
check "a C program through pkg-config" inside sh -c \
  'cd /tmp && cc -std=c99 -Wall -Werror client.c $(pkg-config --cflags --libs hqnn) -o client'
check "runs" says '9 elements' inside /tmp/client
cp "$root/tmp/client.c" "$root/tmp/client.cpp"
check "a C++ program through pkg-config" inside sh -c \
  'cd /tmp && c++ -std=c++17 -Wall -Werror client.cpp $(pkg-config --cflags --libs hqnn) -o client++'
check "runs" says '9 elements' inside /tmp/client++
mkdir -p "$root/tmp/project"
cp "$root/tmp/client.c" "$root/tmp/client.cpp" "$root/tmp/project/"
cat >"$root/tmp/project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(client C CXX)
find_package(hqnn 0.1 REQUIRED)
add_executable(client client.c)
add_executable(client++ client.cpp)
target_link_libraries(client hqnn::hqnn)
target_link_libraries(client++ hqnn::hqnn)
CMAKE
check "both through CMake" inside sh -c 'cd /tmp/project && cmake -B out . && cmake --build out'
check "run" says '9 elements' inside sh -c '/tmp/project/out/client && /tmp/project/out/client++'
if [ -d "$root/usr/share/hqnn/examples/c" ] && [ -e "$root/usr/share/hqnn/examples/c/CMakeLists.txt" ]; then
  check "the example project through CMake" inside sh -c \
    'cmake -S /usr/share/hqnn/examples/c -B /tmp/examples && cmake --build /tmp/examples'
fi

# Which build the dynamic linker takes, on this processor and when newer ones are hidden from it.
loader=$(cd "$root" && ls lib64/ld-linux-x86-64.so.2 2>/dev/null || true)
if [ -n "$loader" ]; then
  check "the baseline when no other is allowed" says 'x86-64;' \
    inside GOMP_SPINCOUNT=10000 "/$loader" --glibc-hwcaps-mask none /usr/bin/hqlua version
  if grep -q avx2 /proc/cpuinfo && ! grep -q avx512f /proc/cpuinfo; then
    check "the build for AVX2 on this processor" says 'avx2' inside hqlua version
  fi
fi
check "it can be removed" inside dpkg -r hqnn
check "and leaves nothing behind" sh -c "! find '$root/usr' -name '*hqnn*' -o -name 'hqlua*' | grep ."

echo "deb: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
