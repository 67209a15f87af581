#!/bin/sh
# A user's program under sanitizers, without suppressions: no report. sanitized.sh COMPILER [RUNNER of ThreadSanitizer...]
set -eu
compiler=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

build() {
  $compiler -std=c++20 -g1 "$@" -pthread -I"$here/../../include" "$here/typical.cpp" -o typical
}
silent() {  # COMMAND...: ends well and says nothing
  "$@" >said 2>&1 && [ ! -s said ] && return
  echo "FAILED: $*"
  cat said
  exit 1
}

build -O1 -fsanitize=thread
silent "$@" ./typical
silent "$@" ./typical shutdown

build -O0 -fsanitize=address,undefined -fno-sanitize-recover=all
export ASAN_OPTIONS=detect_leaks=1
silent ./typical
silent ./typical shutdown
if ./typical leak >said 2>&1 || ! grep -q 'LeakSanitizer' said; then
  echo "FAILED: a leak is not found"
  cat said
  exit 1
fi
