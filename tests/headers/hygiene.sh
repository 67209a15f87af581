#!/bin/sh
# usage: hygiene.sh COMPILER
#
# A program that defines other people's macros before it includes the library builds and runs, with and without
# exceptions and RTTI.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

program=$(mktemp)
trap 'rm -f "$program"' EXIT
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror"
for options in "-O1" "-O1 -fno-exceptions -fno-rtti"; do
  # $1 is the compiler with its options, too: split on purpose
  $1 -std=c++20 $options $warnings -I../../include hygiene.cpp -o "$program" -pthread -ldl && "$program" ||
    { echo "$1 $options: failed"; exit 1; }
done
