#!/bin/sh
# usage: cut.sh [--check]
#
# Every C++ block of README.md and docs/*.md is cut from tests/docs, where it is compiled and its results are asserted.
# There a snippet is between `// cut: NAME` and `// end`; in a page, `<!-- cut: NAME -->` is above its block.
# This script writes the snippets into the pages. With --check it changes nothing and says what differs; it also finds
# C++ blocks without a name, and snippets that no page shows.
#
# Docstrings: each example in those of include/ (code indented by four more blanks that calls something of pt::) must be
# in tests/docs too, line breaks and remarks aside.
#
# Tables: below `<!-- rows: compiled -->` all code in the second column must be in tests/docs too, line breaks aside.
set -eu
cd "$(dirname "$0")/.."

status=0
new=$(mktemp)
trap 'rm -f "$new"' EXIT
for page in README.md docs/*.md; do
  awk -v page="$page" '
    function wrong(text) { print page ":" FNR ": " text >"/dev/stderr"; failed = 1 }
    function squeezed(text) { gsub(/[ \t]/, "", text); return text }

    FILENAME != page {  # the snippets
      if (match($0, /^ *\/\/ cut: [a-z]/)) {
        indent = RSTART + index($0, "/") - 1
        name = substr($0, RLENGTH)
        if (name in snippet) wrong("two snippets have the name " name)
        snippet[name] = ""
        inside = 1
      } else if ($0 ~ /^ *\/\/ end$/) {
        inside = 0
      } else if (inside) {
        snippet[name] = snippet[name] substr($0, indent) "\n"
      }
      line = $0
      sub(/\/\/.*/, "", line)
      compiled = compiled squeezed(line)
      next
    }

    /^<!-- cut: .* -->$/ {
      wanted = $3
      if (!(wanted in snippet)) wrong("there is no snippet " wanted)
      print
      next
    }
    /^ *(```|~~~)/ && !block {
      block = 1
      cpp = $0 ~ /^ *```(cpp|c\+\+|cxx|cc|c)$/
      if ($0 !~ /^ *```[a-z]/) wrong("a block that does not say its language")
      if (cpp && wanted == "") wrong("a C++ block that is cut from no test")
      print
      if (cpp && wanted != "") printf "%s", snippet[wanted]
      next
    }
    /^ *```$/ && block {
      block = cpp = 0
      wanted = ""
      print
      next
    }
    block && cpp && wanted != "" { next }
    { if (wanted != "" && !block) { wrong("no block below the name " wanted); wanted = "" } }

    /^<!-- rows: compiled -->$/ { rows = 1 }
    /^#/ { rows = 0 }
    rows && /^\| / && !block {
      line = $0
      gsub(/\\\|/, "\001", line)
      split(line, column, "|")
      count = split(column[3], part, "`")
      for (i = 2; i <= count; i += 2) {
        code = part[i]
        gsub("\001", "|", code)
        if (index(compiled, squeezed(code)) == 0) wrong("no test has: " code)
        else ++checked
      }
    }
    { print }
    END { exit failed }
  ' $(find tests/docs -name '*.[ch]pp' | sort) "$page" >"$new" || { status=1; continue; }
  if cmp -s "$new" "$page"; then continue; fi
  if [ "${1:-}" = --check ]; then
    diff -u "$page" "$new" | sed -n '1,20p' || true
    echo "$page is not what the tests have: run docs/cut.sh"
    status=1
  else
    cp "$new" "$page"
  fi
done

# One line for each block of code in a docstring: "<file>:<line> <the code without blanks and remarks>".
examples=$(find include -name '*.hpp' | LC_ALL=C sort | xargs awk '
  function end() { if (code ~ /pt::/) print place " " code; code = "" }
  /^ *\/\/\/     / {
    line = $0
    sub(/^ *\/\/\/ */, "", line)
    sub(/  *\/\/ .*/, "", line)
    gsub(/[ \t]/, "", line)
    if (code == "") place = FILENAME ":" FNR
    code = code line
    next
  }
  !/^ *\/\/\/$/ { end() }
  END { end() }')
compiled=$(find tests/docs -name '*.[ch]pp' | xargs sed 's|//.*||' | tr -d ' \t\n')
echo "$examples" | while read -r place code; do
  case $compiled in
    *"$code"*) ;;
    *) echo "$place: no test has this example: $code" ;;
  esac
done >"$new"
if [ -s "$new" ]; then cat "$new"; status=1; fi

for name in $(sed -n 's/^ *\/\/ cut: //p' $(find tests/docs -name '*.[ch]pp')); do
  grep -qx "<!-- cut: $name -->" README.md docs/*.md || { echo "no page shows the snippet $name"; status=1; }
done
blocks=$(cat README.md docs/*.md | grep -c '^<!-- cut: ')
rows=$(awk '/^<!-- rows/ { rows = 1 } /^#/ { rows = 0 } rows && /^\| .* \| .*`.* \| / && !/^\| .* \| \| /' docs/*.md | wc -l)
[ "$blocks" -gt 0 ] || status=1
echo "$blocks code blocks, $(echo "$examples" | wc -l) examples in docstrings and $rows rows of tables are those of tests/docs"
exit $status
