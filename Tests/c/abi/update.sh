#!/bin/sh
# Stores the present interface as the one that later headers are compared with.  Incompatible changes need a new number
# first: HQNN_ABI_VERSION and the SONAME.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/dump.sh" "$here/../../../include" "$work" >"$work/hqnn.abi"
mv "$work/hqnn.abi" "$here/hqnn.abi"
