#!/bin/sh
# All tests, suite by suite.  `make test` calls it with the folder of what was built, and with SWIFT
# and FLAGS (of swift build) in the environment.  Counts per suite, then one line over all.
set -u
cd "$(dirname "$0")/.." || exit 2
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
counts=$work/counts # lines "suite passed failed skipped"
: >"$counts"

echo "== Swift"
# shellcheck disable=SC2086  # FLAGS is a list
if env -u CC -u CXX $SWIFT build $FLAGS --build-tests >"$work/build.log" 2>&1; then
  # HQNNTests is a client of the library that was built.
  LD_LIBRARY_PATH="$build/lib" env -u CC -u CXX $SWIFT test $FLAGS --skip-build --xunit-output "$work/swift.xml" >"$work/swift.log" 2>&1
  status=$?
  # Failures and what was skipped, with their reasons; the rest is in the counts.
  grep -E '✘|➜|rror:|atal' "$work/swift.log"
  # One <testcase> per test, its class name beginning with the module.
  cat "$work"/swift*.xml 2>/dev/null | awk '
    function close_case() { if (suite == "") return
      if (failed) bad[suite]++; else if (skipped) left[suite]++; else good[suite]++; seen[suite] = 1; suite = "" }
    /<testcase / { close_case(); match($0, /classname="[^".]*/); suite = substr($0, RSTART + 11, RLENGTH - 11); failed = skipped = 0 }
    /<failure/ { failed = 1 }
    /<skipped/ { skipped = 1 }
    END { close_case(); for (s in seen) print s, good[s] + 0, bad[s] + 0, left[s] + 0 }' | sort >>"$counts"
  # A crash leaves no failed test behind.
  if [ "$status" -ne 0 ] && ! awk '$3 > 0 { found = 1 } END { exit !found }' "$counts"; then
    tail -n 30 "$work/swift.log"
    echo "Swift 0 1 0" >>"$counts"
  fi
else
  grep -E 'error:' "$work/build.log" || tail -n 30 "$work/build.log"
  echo "Swift 0 1 0" >>"$counts"
fi

# The others end in a line "name: N passed, N failed" or "…, N skipped".
for suite in lua c install fuzz docs lint; do
  echo "== $suite"
  script=run
  [ "$suite" = fuzz ] && script=replay # fuzzing itself is `make fuzz`
  "Tests/$suite/$script.sh" "$build" 2>&1 | tee "$work/$suite.log"
  line=$(grep -E "^$suite: [0-9]+ passed, [0-9]+ failed" "$work/$suite.log" | tail -n 1)
  if [ -n "$line" ]; then
    echo "$line" | awk -v suite="$suite" '{ print suite, $2 + 0, $4 + 0, $6 + 0 }' >>"$counts"
  else
    echo "$suite 0 1 0" >>"$counts"
  fi
done

echo
awk '{ printf "%-16s %4d passed, %d failed, %d skipped\n", $1, $2, $3, $4 }' "$counts"
awk '{ p += $2; f += $3; s += $4 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' "$counts"
