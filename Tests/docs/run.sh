#!/bin/sh
# Runs the code of README.md and docs/, and checks names and links in all pages: run.sh BUILD [page ...]
# Rules and directives are told at the top of pages.lua.  The last line counts.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "${1:?usage: run.sh BUILD [page ...]}" && pwd) || exit 2
shift
cd "$here/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LUA_PATH="$here/?.lua;;"
"$build/bin/hqlua" run "$here/run.lua" "$PWD" "$build" "$work" "$@"
