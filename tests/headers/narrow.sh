#!/bin/sh
# usage: narrow.sh COMPILER
#
# A program that uses every operation once, read where std::size_t has 32 bits: a count that is cut there is an error.
# Nothing is built, so this machine's own headers will do, with the one besides that a system of 64 bits lacks. (To
# build and run the tests there takes another compiler: tests/builds.sh.)
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
mkdir "$stubs/gnu"
: >"$stubs/gnu/stubs-32.h"
folders=$(echo | $1 -E -v -xc++ - 2>&1 >/dev/null | sed -n '/^#include </,/^End of/s/^ /-isystem /p')
read="$1 -m32 -std=c++20 -fsyntax-only -nostdinc -nostdinc++ -isystem $stubs $folders"

# the compiler comes with its options: split on purpose
printf '#include <vector>\nstatic_assert(sizeof(std::size_t) == 4);\n' | $read -xc++ - ||
  { echo "$1 does not read for 32 bits here"; exit 77; }
$read -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror -fno-exceptions -fno-rtti \
  -I../../include everything.cpp
