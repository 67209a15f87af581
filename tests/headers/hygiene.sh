#!/bin/sh
# usage: hygiene.sh COMPILER
#
# Programs that define other people's macros before they include the library build and run: one as most are, and one
# without exceptions and RTTI that uses every operation once. And one that has a namespace pt of its own.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

program=$(mktemp)
trap 'rm -f "$program"' EXIT
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror"
for source in "hygiene.cpp -O1" "everything.cpp -O0 -fno-exceptions -fno-rtti" "short_name.cpp -O0"; do
  # the compiler comes with its options, and so do the sources: split on purpose
  $1 -std=c++20 $warnings -I../../include $source -o "$program" -pthread -ldl && "$program" ||
    { echo "$1 $source: failed"; exit 1; }
done
