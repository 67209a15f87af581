#!/bin/sh
# usage: readme.sh COMPILER
#
# Every C++ example of the README compiles and runs, each as a block of one program.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
  echo '#include "readme_prelude.hpp"'
  echo 'int main() {'
  awk '/^```cpp/ { inside = 1; print "{"; print "#line " NR + 1 " \"README.md\""; next }
       /^```/ && inside { inside = 0; print "}"; next }
       inside' ../../README.md
  echo '}'
} >"$work/readme.cpp"
# $1 is the compiler with its options: split on purpose
$1 -std=c++20 -O1 -I../../include -I. "$work/readme.cpp" -o "$work/readme" -pthread -ldl && "$work/readme"
