#!/bin/sh
# Seven mistakes, each planted in a copy of the library: the explorer finds every one, and nothing without them. Five are
# those of the protocol's own model: a blind steal, an early close, a late touch, a lost wake, a read before the join; two
# let in more threads than a call allows.
#   sh tests/explore/planted.sh [compiler]
set -eu
cd "$(dirname "$0")"
compiler=${1:-${CXX:-c++}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
case $($compiler --version) in
  *clang*) instrumented="-fsanitize=thread -mllvm -tsan-instrument-func-entry-exit=0" ;;
  *) instrumented="-fsanitize=thread --param=tsan-instrument-func-entry-exit=0" ;;
esac

for source in model/*.cpp; do
  $compiler -std=c++20 -O2 -c "$source" -o "$work/$(basename "$source" .cpp).o"
done
build() {  # from the headers in $work/include
  mkdir -p "$work/cases"
  for source in schedules/queue.cpp schedules/calls.cpp schedules/pool.cpp schedules/edges.cpp schedules/tasks.cpp; do
    $compiler -std=c++20 -O1 -g1 $instrumented -I "$work/include" -I .. -c "$source" -o "$work/cases/$(basename "$source" .cpp).o"
  done
  $compiler "$work"/*.o "$work"/cases/*.o -pthread -ldl -o "$work/explore"
}

failures=0
rm -rf "$work/include" && cp -r ../../include "$work/include"
build
if "$work/explore" >"$work/log"; then
  echo "the library as it is: nothing found"
else
  cat "$work/log"
  failures=1
fi
for planted in planted/*.sed; do
  name=$(basename "$planted" .sed)
  file=parallel_task/$(sed -n 's/^# file: //p' "$planted")
  places=$(sed -n 's/^# places: //p' "$planted")
  rm -rf "$work/include" && cp -r ../../include "$work/include"
  sed -f "$planted" "../../include/$file" >"$work/include/$file"
  if [ "$(grep -c planted "$work/include/$file")" != "$places" ]; then
    echo "$name: $file is no longer what the change was written for"
    failures=1
    continue
  fi
  build
  if "$work/explore" >"$work/log"; then
    echo "$name: NOT FOUND"
    failures=1
  else
    echo "$name: found"
    grep -A1 '^FAILED' "$work/log" | sed 's/^/    /' | head -4
  fi
done
exit $failures
