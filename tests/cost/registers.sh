#!/bin/sh
# usage: registers.sh COMPILER
#
# Compiled for AVX-512, this library empties the vector registers before it calls a user's loop (platform/
# vector_registers.hpp says why), and does so for nobody else.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

emptied() {  # how often the program does, compiled with the options
  $1 -std=c++20 -O2 -DNDEBUG -I../../include "$2" -S -o - twelve.cpp | grep -c vzeroall
}
$1 -std=c++20 -O2 -mavx512f -I../../include -fsyntax-only twelve.cpp || exit 1
with=$(emptied "$1" -mavx512f)
without=$(emptied "$1" -mavx2)
echo "$1: empties the registers at $with places for AVX-512, at $without for AVX2"
[ "$with" -ge 4 ] && [ "$without" -eq 0 ]
