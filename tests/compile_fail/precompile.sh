#!/bin/sh
# usage: precompile.sh COMPILER HEADER
#
# Makes HEADER.gch, the library as run.sh's programs include it, so that each of them need not read it again.
set -u
cd "$(dirname "$0")/.." || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
mkdir -p "$(dirname "$2")"
# $1 is the compiler with its options: split on purpose; -w, since compilers warn of `#pragma once` in what they are given
$1 -std=c++20 -w -I../include -xc++-header ../include/parallel_task/parallel_task.hpp -o "$2.gch"
