#!/bin/sh
# usage: unobserved.sh COMPILER
#
# A program that asks for no report, trace or progress has not a line of what tells them in its code.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
command -v nm >/dev/null || { echo "no binutils"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for asked in "" ".trace(trace)"; do
  cat >"$work/program.cpp" <<END
#include <parallel_task/parallel_task.hpp>
void run(std::vector<int> const& v, void (*f)(int), [[maybe_unused]] pt::Trace& trace) {
  pt::parallel_iter(v)$asked.for_each([f](int x) { f(x); });
}
END
  # Not optimised: whatever is called is a function of its own, and a member that is read has its class's name.
  $1 -std=c++20 -O0 -I../../include -c "$work/program.cpp" -o "$work/program.o" || exit 1
  found=$(nm -C "$work/program.o" | grep -cE 'Trace::|Observer::|run_observed|ReportBuilder::|Worker<true>|run_call<true>')
  echo "$1: $found functions of observing in a program that asks for '$asked'"
  if [ -z "$asked" ]; then
    [ "$found" = 0 ] || exit 1
  else
    [ "$found" -gt 10 ] || exit 1  # the judge judges
  fi
done
# What is compiled once for all asks once a call, in WorkerController::run or in run_and_join; and once more where one
# thread runs all of a range whose length nobody knows, which is counted only for those who ask.
asks=$(grep -rE 'settings\.observation (!=|==)' ../../include/parallel_task/controller | grep -c .)
echo "$asks lines ask whether a call is observed"
[ "$asks" = 3 ]
