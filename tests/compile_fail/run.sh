#!/bin/sh
# usage: run.sh COMPILER FILE HEADER
#
# FILE must not compile, and its author must be told why in one sentence: the fragment in its first line,
# `// expect: …`, stands in the first line that says `error:`; there is one such line, and at most 12 lines in all.
# HEADER is what precompile.sh was given.
set -u
cd "$(dirname "$0")/.." || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

expected=$(sed -n '1s|^// expect: *||p' "$2")
[ -n "$expected" ] || { echo "$2: the first line must be '// expect: …'"; exit 1; }

# $1 is the compiler with its options: split on purpose
if said=$(LC_ALL=C $1 -std=c++20 -fsyntax-only -I../include -include "$3" -fno-diagnostics-color "$2" 2>&1); then
  echo "$2 compiles"
  exit 1
fi

# awk rather than grep: a sentence may hold an ellipsis, and grep takes that for binary data in the C locale.
printf '%s\n' "$said" | EXPECTED=$expected awk '
  / error: / { errors++; if (errors == 1 && !index($0, ENVIRON["EXPECTED"])) problem = "the first error says something else" }
  END {
    if (errors != 1) problem = errors + 0 " lines say error:"
    if (NR > 12) problem = NR " lines in all"
    if (problem) { print problem "; expected: " ENVIRON["EXPECTED"]; exit 1 }
  }' || { printf '%s\n' "$said"; exit 1; }
