#!/bin/sh
# usage: run.sh COMPILER FILE
#
# FILE must not compile, and its author must be told why in one sentence: the fragment in its first line,
# `// expect: …`, stands in the first line that says `error:`; there is one such line, and at most 12 lines in all.
set -u
cd "$(dirname "$0")/.." || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

expected=$(sed -n '1s|^// expect: *||p' "$2")
[ -n "$expected" ] || { echo "$2: the first line must be '// expect: …'"; exit 1; }

# $1 is the compiler with its options: split on purpose
if said=$(LC_ALL=C $1 -std=c++20 -fsyntax-only -I../include -fno-diagnostics-color "$2" 2>&1); then
  echo "$2 compiles"
  exit 1
fi

complain() {
  printf '%s\n%s\nexpected: %s\n' "$1" "$said" "$expected"
  exit 1
}
printf '%s\n' "$said" | grep 'error:' | head -n 1 | grep -qF -- "$expected" || complain "the first error says something else"
[ "$(printf '%s\n' "$said" | grep -c 'error:')" = 1 ] || complain "more than one error"
[ "$(printf '%s\n' "$said" | wc -l)" -le 12 ] || complain "more than 12 lines"
