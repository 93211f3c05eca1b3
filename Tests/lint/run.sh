#!/bin/sh
# What can be said of the sources without running them.  Usage: Tests/lint/run.sh; the last line counts.
# A program that is not installed is a skipped check.
set -u
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0
: "${CC:=cc}" "${CXX:=c++}" "${SWIFT:=swift}"

# result NAME STATUS: counts, and shows the log when the status is not 0
result() {
  if [ "$2" -eq 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "failed: $1"
    head -n 40 "$work/log" | sed 's/^/  /'
  fi
}

# clean NAME: what the log holds is what is wrong
clean() {
  [ ! -s "$work/log" ]
  result "$1" $?
}

# needs PROGRAM NAME: whether it is there
needs() {
  command -v "$1" >/dev/null && return 0
  skipped=$((skipped + 1))
  echo "skipped: $2: $1 is not installed"
  return 1
}

# ---- Swift ----
# Layout is ours: tables of literals stand as tables.  So of the formatter's findings only its rules count.
if $SWIFT format --version >/dev/null 2>&1; then
  $SWIFT format lint --configuration .swift-format --recursive --parallel Sources Tests Package.swift 2>&1 |
    grep -vE '\[(Indentation|AddLines|RemoveLine|Spacing|SpacingCharacter|TrailingComma|LineLength|EndOfLineComment)\]' >"$work/log"
  clean "swift format lint"
else
  needs swift-format "swift format lint"
fi
find Sources Tests -name '*.swift' >"$work/swift"
# Sentences may be long, code may not; what stands between """ is drawn there.
xargs awk '
  FNR == 1 { inside = 0 }
  { code = $0
    if (gsub(/"""/, "&", code) % 2) inside = !inside
    if (inside) next
    gsub(/"([^"\\]|\\.)*"/, "\"\"", code)
    if (length(code) > 160) print FILENAME ":" FNR ": " length(code) " characters without its texts, at most 160" }
' <"$work/swift" >"$work/log"
clean "lines of Swift"
xargs awk 'FNR == 1 && !/^\/\// { print FILENAME ": the first line says what the file is for" }
  FNR == 1 { lines[FILENAME] = 0 } { lines[FILENAME]++ }
  END { for (f in lines) if (lines[f] > 600) print f ": " lines[f] " lines, at most 600" }' <"$work/swift" >"$work/log"
clean "files of Swift begin with a comment and have at most 600 lines"
# Foundation would make a C program depend on it.
grep -nE '^ *(@testable )?import Foundation' -r Sources --include='*.swift' >"$work/log"
clean "no Foundation in Sources"
grep -ln '^import CLua' -r Sources --include='*.swift' | grep -v 'LuaState.swift' >"$work/log"
clean "only LuaState.swift imports CLua"

# ---- the header ----
for standard in c99 c11 c17; do
  $CC -std=$standard -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c include/hqnn.h >"$work/log" 2>&1
  result "hqnn.h as $standard" $?
done
for standard in c++11 c++17; do
  $CXX -std=$standard -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ include/hqnn.h >"$work/log" 2>&1
  result "hqnn.h as $standard" $?
done
awk 'length > 120 { print FILENAME ":" FNR ": " length " characters, at most 120" }' include/*.h* >"$work/log"
clean "lines of the header"
# A group of functions without a blank line between them has a comment, or is the continuation of one that has.
awk 'BEGIN { RS = "" } /(^|\n)[a-z_0-9 ]+\*?hqnn_[a-z_0-9]+\(/ && !/\/\*/ { print }' include/hqnn.h >"$work/log"
clean "every function of the header is explained"

# ---- everything ----
git ls-files 2>/dev/null | grep -E '\.(swift|h|hpp|c|cpp|lua|sh|md)$|^Makefile$' >"$work/all"
[ -s "$work/all" ] || find . -path ./.build -prune -o -path ./build -prune -o -type f \
  \( -name '*.swift' -o -name '*.h' -o -name '*.hpp' -o -name '*.c' -o -name '*.cpp' -o -name '*.lua' -o -name '*.sh' \
  -o -name '*.md' \) -print >"$work/all"
grep -vE '^(./)?Makefile$|CDigits' "$work/all" | xargs grep -nE "$(printf '\t')" >"$work/log"
clean "no tabs"
grep -vE 'DrawingTests.swift' "$work/all" | xargs grep -nE '[ ]+$' >"$work/log"
clean "no blanks at the end of a line"
xargs grep -nE '\b(TODO|FIXME|XXX)\b' <"$work/all" | grep -v '^Tests/lint/' >"$work/log"
clean "nothing is left for later"

# ---- Lua and shell ----
if needs luacheck "luacheck"; then
  luacheck -q --no-color lua examples Tests docs >"$work/log" 2>&1
  result "luacheck" $?
fi
if needs shellcheck "shellcheck"; then
  find . -path ./.build -prune -o -path ./build -prune -o -name '*.sh' -print >"$work/scripts"
  xargs shellcheck --severity=warning .ci/run <"$work/scripts" >"$work/log" 2>&1
  result "shellcheck" $?
fi

echo "lint: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
