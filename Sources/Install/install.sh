#!/bin/sh
# Puts what was built where a system expects it, or takes it away again.  `make install` and `make uninstall` call it
# with what they were given in the environment: BUILD, PREFIX, LIBDIR, DESTDIR.
# Usage: Sources/Install/install.sh install|uninstall
set -eu
cd "$(dirname "$0")/../.."
action=$1
: "${BUILD:=build}" "${PREFIX:=/usr/local}" "${LIBDIR:=$PREFIX/lib}" "${DESTDIR:=}"
for path in "$PREFIX" "$LIBDIR"; do
  case $path in /*) ;; *) echo "install: '$path' is not an absolute path" >&2; exit 2 ;; esac
done
# What lies in LIBDIR finds its prefix by a relative path, so that the whole tree can be moved.
case $LIBDIR in
  "$PREFIX"/*) up=$(echo "${LIBDIR#"$PREFIX"/}" | sed 's|[^/][^/]*|..|g') ;;
  *) echo "install: LIBDIR '$LIBDIR' is not below PREFIX '$PREFIX'" >&2; exit 2 ;;
esac
if [ "$action" = install ] && [ ! -x "$BUILD/bin/hqlua" ]; then
  echo "install: nothing is built in '$BUILD' yet; run make build" >&2
  exit 2
fi

# put MODE SOURCE TARGET
put() {
  target=$DESTDIR$3
  if [ "$action" = uninstall ]; then
    rm -f "$target"
    return
  fi
  mkdir -p "$(dirname "$target")"
  # A new file under the old name: programs that run keep the one they have.
  case $2 in
    *.so | *.so.*) strip --strip-unneeded -o "$target.new" "$2" ;;
    */bin/*) strip -o "$target.new" "$2" ;;
    *) cp "$2" "$target.new" ;;
  esac
  chmod "$1" "$target.new"
  mv -f "$target.new" "$target"
}

# fill SOURCE TARGET: a template, with the version and the way from the file's folder to the prefix
fill() {
  filled=$(mktemp)
  sed -e "s|@VERSION@|$VERSION|g" -e "s|@ABI@|$abi|g" -e "s|@PREFIX@|$up/$3|g" -e "s|@LIBDIR@|${LIBDIR#"$PREFIX"/}|g" \
    "$1" >"$filled"
  put 644 "$filled" "$2"
  rm -f "$filled"
}

# link TARGET NAME
link() {
  rm -f "$DESTDIR$2"
  [ "$action" = uninstall ] || ln -s "$1" "$DESTDIR$2"
}

VERSION=$(sed -n 's/^public let libraryVersion = "\(.*\)"$/\1/p' Sources/Tensors/BuildInfo.swift)
abi=${VERSION%%.*}

put 755 "$BUILD/bin/hqlua" "$PREFIX/bin/hqlua"
put 644 "$BUILD/lib/libhqnn.so" "$LIBDIR/libhqnn.so.$VERSION"
link "libhqnn.so.$VERSION" "$LIBDIR/libhqnn.so.$abi"
link "libhqnn.so.$abi" "$LIBDIR/libhqnn.so"
# Builds for newer processors, of which the dynamic linker takes the best one that runs.
for level in x86-64-v3 x86-64-v4; do
  file=$BUILD/lib/glibc-hwcaps/$level/libhqnn.so.$abi
  [ "$action" = install ] && [ ! -e "$file" ] && continue
  put 644 "$file" "$LIBDIR/glibc-hwcaps/$level/libhqnn.so.$abi"
done
put 644 "$BUILD/lib/lua/5.4/hqnn.so" "$LIBDIR/lua/5.4/hqnn.so"
for header in include/*.h include/*.hpp; do
  [ -e "$header" ] && put 644 "$header" "$PREFIX/$header"
done
fill Sources/Install/hqnn.pc.in "$LIBDIR/pkgconfig/hqnn.pc" ..
fill Sources/Install/hqnnConfig.cmake.in "$LIBDIR/cmake/hqnn/hqnnConfig.cmake" ../..
fill Sources/Install/hqnnConfigVersion.cmake.in "$LIBDIR/cmake/hqnn/hqnnConfigVersion.cmake" ../..
# The Lua code is part of hqnn.so; what an editor needs to complete and to explain is not.
find lua/hqnn -name 'meta*.lua' -o -path 'lua/hqnn/meta/*.lua' | sort | while read -r file; do
  put 644 "$file" "$PREFIX/share/lua/5.4/${file#lua/}"
done
for page in docs/man/*.[1-9]; do
  [ -e "$page" ] && put 644 "$page" "$PREFIX/share/man/man${page##*.}/$(basename "$page")"
done
for file in README.md CHANGELOG.md LICENSE; do put 644 "$file" "$PREFIX/share/doc/hqnn/$file"; done
find docs examples -type f ! -path 'docs/man/*' ! -path 'docs/site/*' | sort | while read -r file; do
  case $file in
    docs/*) put 644 "$file" "$PREFIX/share/doc/hqnn/$file" ;;
    *) put 644 "$file" "$PREFIX/share/hqnn/$file" ;;
  esac
done

if [ "$action" = uninstall ]; then
  # Folders of ours that are empty now; those of others stay.
  for folder in "$PREFIX/share/hqnn" "$PREFIX/share/doc/hqnn" "$PREFIX/share/lua/5.4/hqnn" "$LIBDIR/cmake/hqnn" \
    "$LIBDIR/glibc-hwcaps"; do
    [ ! -d "$DESTDIR$folder" ] || find "$DESTDIR$folder" -depth -type d -empty -delete
  done
elif [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null; then
  ldconfig
fi
