#!/bin/sh
# usage: frames.sh COMPILER
#
# A backtrace from within a closure has at most four frames of the library's between it and the function that runs the
# pipeline, or the start of a worker; three with threads(1).
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$1 -std=c++20 -O2 -DNDEBUG -I../../include frames.cpp -o "$work/frames" -pthread -ldl || exit 1
"$work/frames"
