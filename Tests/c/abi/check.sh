#!/bin/sh
# Whether programs compiled with the stored interface run with this header's library: check.sh HEADER_FOLDER
#
# Allowed are new functions, new values of enumerations and new fields at the end of structures.  Prints a report and
# fails otherwise; says so where there are additions that are not stored yet.
set -u
here=$(cd "$(dirname "$0")" && pwd)
include=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/dump.sh" "$include" "$work" >"$work/hqnn.abi" || exit 1
abidiff --no-added-syms --suppressions "$here/growth.suppr" "$here/hqnn.abi" "$work/hqnn.abi" || {
  echo "the interface is no longer compatible with Tests/c/abi/hqnn.abi"
  exit 1
}
# abidiff takes other names of fields and other values of enumerations for harmless.
awk -f "$here/places.awk" "$here/hqnn.abi" | sort >"$work/before"
awk -f "$here/places.awk" "$work/hqnn.abi" | sort >"$work/after"
comm -23 "$work/before" "$work/after" | grep . && {
  echo "the interface no longer has this, as Tests/c/abi/hqnn.abi does"
  exit 1
}
cmp -s "$here/hqnn.abi" "$work/hqnn.abi" || echo "note: the interface has grown; run Tests/c/abi/update.sh"
exit 0
