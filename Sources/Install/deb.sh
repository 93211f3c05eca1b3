#!/bin/sh
# A Debian package from what was built.  `make deb` calls it: Sources/Install/deb.sh BUILD OUT
# The package needs no Swift: its runtime is part of the files.
set -eu
cd "$(dirname "$0")/../.."
BUILD=$1 out=$2
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
version=$(sed -n 's/^public let libraryVersion = "\(.*\)"$/\1/p' Sources/Tensors/BuildInfo.swift)
architecture=$(dpkg --print-architecture)
triplet=$(gcc -print-multiarch)

BUILD=$BUILD PREFIX=/usr LIBDIR=/usr/lib/$triplet DESTDIR=$root Sources/Install/install.sh install
mv "$root/usr/share/doc/hqnn/LICENSE" "$root/usr/share/doc/hqnn/copyright"
find "$root/usr/share/man" -type f -exec gzip -9n {} + 2>/dev/null || true

# The packages of the shared libraries that ours name, at least as new as the ones they were linked to.
packages() {
  find "$root" -type f \( -name '*.so*' -o -path '*/bin/*' \) -exec objdump -p {} + | awk '$1 == "NEEDED" { print $2 }' |
    sort -u | grep -v '^libhqnn' | while read -r library; do
      path=$(ldconfig -p | awk -v name="$library" '$1 == name { print $NF; exit }')
      dpkg -S "$(realpath "$path")" 2>/dev/null || dpkg -S "$path" 2>/dev/null || dpkg -S "/lib/$triplet/$library"
    done | cut -d: -f1 | sort -u | while read -r package; do
      # Without Debian's own revision, so that a rebuilt package of the same software will do.
      dpkg-query -W -f='${Version}' "$package" | sed "s/-[^-]*$//; s/.*/$package (>= &)/"
      echo
    done | grep . | paste -sd, | sed 's/,/, /g'
}

size=$(du -sk "$root/usr" | cut -f1)
mkdir "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<CONTROL
Package: hqnn
Version: $version
Architecture: $architecture
Maintainer: the hqnn developers <hqnn@localhost>
Section: science
Priority: optional
Installed-Size: $size
Depends: $(packages), gnuplot-nox
Recommends: curl
Suggests: lua5.4
Description: hybrid quantum-classical neural networks
 An embeddable engine: quantum circuits as layers of neural networks, exact simulation and
 differentiation, training, adversarial attacks, defences and certificates.
 .
 The library libhqnn.so with its C header, the program hqlua that runs studies written in Lua, and a
 module for stock lua5.4.
CONTROL
# dpkg calls ldconfig by itself when this is asked for.
echo 'activate-noawait ldconfig' >"$root/DEBIAN/triggers"
(cd "$root" && find usr -type f -exec md5sum {} + | sort -k 2) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +

mkdir -p "$out"
file=$out/hqnn_${version}_$architecture.deb
dpkg-deb --root-owner-group --build -Zxz -z6 "$root" "$file.new" >/dev/null
mv -f "$file.new" "$file"
echo "$file"
