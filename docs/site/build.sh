#!/bin/sh
# The site: docs/site/build.sh BUILD makes BUILD/docs/site from the pages and the reference.  Needs mkdocs.
set -eu
build=$(cd "${1:?usage: build.sh BUILD}" && pwd)
cd "$(dirname "$0")/../.."
out=$build/docs
rm -rf "$out"
mkdir -p "$out/src"
"$build/bin/hqlua" run docs/site/build.lua "$PWD" "$out"
cp docs/site/hqnn.css "$out/src/"
# Colours for code, from the library that MkDocs colours it with.
pygmentize -S default -f html -a .codehilite >"$out/src/code.css"
# Debian's copy of the theme asks for two scripts that the package lacks; without them there is no search.
if [ -e /usr/share/javascript/jquery/jquery.min.js ]; then
  mkdir -p "$out/src/js"
  cp /usr/share/javascript/jquery/jquery.min.js "$out/src/js/jquery-3.6.0.min.js"
  : >"$out/src/js/theme_extra.js"
fi
mkdocs build --quiet --strict --config-file "$out/mkdocs.yml"
echo "$out/site/index.html"
