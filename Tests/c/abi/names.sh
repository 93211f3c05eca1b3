#!/bin/sh
# The header's conventions: names.sh HEADER; prints what breaks them.
set -eu
header=$1
flat=$(${CC:-cc} -std=c99 -E -P -x c "$header" | tr -s ' \n\t' '   ' | sed 's/; /;\n/g')
functions=$(grep -oE '\bhqnn_[a-z0-9_]+ *\(' "$header" | tr -d ' (' | sort -u)
{
  # hqnn_<noun>_<verb>; whole words that are the library's own business stand alone.
  echo "$functions" | grep -vE '^hqnn_[a-z0-9]+_[a-z0-9_]+$' | grep -vxE 'hqnn_(version|audit)' | sed 's/$/: functions are hqnn_<noun>_<verb>/'
  # Nothing else is defined.
  grep -oE '^#define +[A-Za-z_0-9]+' "$header" | awk '$2 !~ /^HQNN_/ { print $2 ": macros begin with HQNN_" }'
  grep -oE '^} [A-Za-z_0-9]+;|^typedef struct [A-Za-z_0-9]+ [A-Za-z_0-9]+;|^typedef enum [A-Za-z_0-9]+' "$header" |
    awk '{ name = $NF; sub(/;/, "", name); if (name !~ /^hqnn_[a-z0-9_]+$/) print name ": types begin with hqnn_" }'
  grep -oE '^typedef [a-z0-9_ ]+\(\*[a-z0-9_]+\)' "$header" | grep -vE '\(\*hqnn_[a-z0-9_]+_(callback|maker)\)' |
    sed 's/$/: types of functions end in _callback or _maker/'
  awk '/^typedef enum/ { inside = 1 } inside { line = line $0 } /^}|} hqnn/ { if (inside) { gsub(/\/\*[^*]*\*\//, "", line); print line }; inside = 0; line = "" }' "$header" |
    grep -oE '[A-Za-z_0-9]+ *= *[0-9]+' | awk '$1 !~ /^HQNN_/ { print $1 ": values of enumerations begin with HQNN_" }'
  # Every object that can be retained can be released, by the function that follows.
  echo "$functions" | sed -n 's/_retain$//p' | while read -r noun; do
    echo "$flat" | grep -A1 "${noun}_retain(" | grep -q "void ${noun}_release($noun \*" || echo "$noun: release follows retain"
  done
  echo "$functions" | sed -n 's/_release$//p' | while read -r noun; do
    [ "$noun" = hqnn_text ] || echo "$functions" | grep -qx "${noun}_retain" || echo "$noun: can be released and not retained"
  done
  # Structures that callers fill in know their size and have an initializer that says it.
  grep -oE '^typedef struct hqnn_[a-z0-9_]+_options \{' "$header" | awk '{ print $3 }' | while read -r name; do
    grep -A1 "^typedef struct $name {" "$header" | grep -q '^  size_t struct_size;' || echo "$name: begins with struct_size"
    macro=$(echo "$name" | tr 'a-z' 'A-Z')
    grep -A1 "^#define $macro " "$header" | tr -d ' \n\\' | grep -q "^#define$macro{sizeof($name)," || echo "$name: has an initializer $macro"
  done
} | grep . && exit 1
exit 0
