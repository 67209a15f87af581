#!/bin/sh
# usage: language.sh COMPILER
#
# What is not C++20 gets one error that says what to do, from each header that users include; and so does a compiler or
# standard library that does not have all of it.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

failed=0
# $1 is the compiler with its options: split on purpose
one_error() {  # FRAGMENT HEADER OPTIONS...
  fragment=$1 header=$2
  shift 2
  said=$(printf '#include "%s"\n' "$header" | LC_ALL=C $compiler "$@" -fsyntax-only -I include -xc++ - 2>&1)
  errors=$(printf '%s\n' "$said" | grep -c 'error: ')
  [ "$errors" -eq 1 ] && printf '%s\n' "$said" | grep -q "error: .*parallel_task.*$fragment" && return
  echo "$compiler $*, $header: $errors errors"
  printf '%s\n' "$said" | head -n 12
  failed=1
}

compiler=$1
for header in parallel_task/parallel_task.hpp parallel_task/structure.hpp parallel_task/trace_writer.hpp \
  parallel_task/async.hpp parallel_task/executor.hpp parallel_task/state_dump.hpp \
  single_include/parallel_task/parallel_task.hpp; do
  for standard in c++11 c++14 c++17 gnu++17; do
    one_error 'compile with -std=c++20' "$header" -std=$standard
    one_error 'compile with -std=c++20' "$header" -std=$standard -DPARALLEL_TASK_EVERYTHING
  done
  # what an older one lacks, taken away from this one
  printf '#include <version>\n#undef __cpp_lib_ranges\n' >"${TMPDIR:-/tmp}/older.$$.hpp"
  one_error 'and ranges too' "$header" -std=c++20 -include "${TMPDIR:-/tmp}/older.$$.hpp"
  rm -f "${TMPDIR:-/tmp}/older.$$.hpp"
done
exit $failed
