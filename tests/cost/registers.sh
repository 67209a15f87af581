#!/bin/sh
# usage: registers.sh COMPILER
#
# Compiled for AVX-512, this library empties the vector registers before it calls a user's loop (platform/
# vector_registers.hpp says why), and does so for nobody else.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
emptied() {  # how often the program does, compiled with the options
  # shellcheck disable=SC2086  # the compiler comes with its options
  $1 -std=c++20 $2 -DNDEBUG -I../../include -S -o "$work/twelve.s" twelve.cpp && grep -c vzeroall "$work/twelve.s"
}
with=$(emptied "$1" "-O2 -mavx512f")
without=$(emptied "$1" "-O0 -mavx2")  # what is not written is nowhere, optimised or not
echo "$1: empties the registers at $with places for AVX-512, at $without for AVX2"
[ "$with" -ge 4 ] && [ "$without" -eq 0 ]
