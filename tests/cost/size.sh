#!/bin/sh
# usage: size.sh COMPILER
#
# Twelve pipelines add at most 25 kB of text to a program, and no symbol is longer than 400 characters.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
command -v size >/dev/null && command -v nm >/dev/null || { echo "no binutils"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for part in twelve engine; do
  $1 -std=c++20 -O2 -DNDEBUG -I../../include -c $part.cpp -o "$work/$part.o" || exit 1
done

# All sections of code, those of templates and inline functions too; not the tables for unwinding.
text() { size -A "$1" | awk '$1 ~ /^\.text/ { sum += $2 } END { print sum + 0 }'; }
added=$(($(text "$work/twelve.o") - $(text "$work/engine.o")))
longest=$(nm "$work/twelve.o" | awk '{ if (length($NF) > most) most = length($NF) } END { print most + 0 }')

echo "$1: twelve pipelines add $added bytes to the $(text "$work/engine.o") of the engine; longest symbol: $longest characters"
[ "$added" -le 25000 ] && [ "$longest" -le 400 ]
