#!/bin/sh
# Does the soak see what it is there for? Each bug is planted in a copy of the headers; the soak must fail, and a hang must
# print the state of the slot. Without the assertions, which see some of them first.
#   sh tests/soak/planted.sh [COMPILER]
set -eu
cd "$(dirname "$0")/../.."
compiler=${1:-c++}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# plant NAME FILE FROM TO WANTED: replaces the one place in FILE that reads FROM (from the line's start, where FROM begins
# with a space); WANTED is what the soak must say.
plant() {
  rm -rf "$work/include"
  cp -r include "$work/include"
  if ! awk -v from="$3" -v to="$4" '
    (at = index($0, from)) == 1 || (at != 0 && from !~ /^ /) {
      ++places
      $0 = substr($0, 1, at - 1) to substr($0, at + length(from))
    }
    { print }
    END { exit places != 1 }' "include/parallel_task/$2" >"$work/include/parallel_task/$2"; then
    echo "$1: not one place in $2 reads: $3"
    exit 1
  fi
  $compiler -std=c++20 -O0 -w -DNDEBUG "-I$work/include" -Itests tests/soak/main.cpp -o "$work/soak" -pthread -ldl
  if timeout 300 "$work/soak" 200 1 10 >"$work/said" 2>&1; then
    echo "$1: not seen"
    exit 1
  fi
  if ! grep -qE -e "$5" "$work/said"; then
    echo "$1: the soak failed, but did not say: $5"
    head -50 "$work/said"
    exit 1
  fi
  echo "$1: $(grep -E -m1 -e "$5" "$work/said")"
}

plant "the last leaver does not wake the caller" worker/call_slot.hpp \
  'if ((word.fetch_and(~waiting, detail::memory_order_relaxed) & waiting) != 0) wake_one(word);' \
  '(void)word.fetch_and(~waiting, detail::memory_order_relaxed);' '^slot [0-9]+: open'
plant "a thief forgets one item" queue/limited_access_queue.hpp \
  'return {middle, block.last};' 'return {middle, block.last - (block.last - middle > 4 ? 1U : 0U)};' 'soak: '
plant "a thread is not counted in its group" worker/thread_groups.hpp \
  'if (used >= table[g].limit.load(detail::memory_order_relaxed)) {' 'if (used > table[g].limit.load(detail::memory_order_relaxed)) {' \
  'more threads than the thread_limit allows'
plant "a place is not given back" worker/thread_runner.hpp \
  '  if (above == CallSlot::no_parent) manager.places.give();' '' 'nobody computes, but somebody is counted'
plant "an exception is dropped" controller/worker.hpp \
  '  call_.ending.note_error(member_, strip_, std::move(error), call_.job.cut);' '(void)error;' 'soak: '
