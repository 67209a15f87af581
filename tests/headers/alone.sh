#!/bin/sh
# usage: alone.sh COMPILER
#
# Every header compiles as the only thing in a file, without a warning, with and without exceptions and RTTI. One that
# another includes before anything else is read there as if it were alone, and need not be read again.
set -u
cd "$(dirname "$0")/../../include" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror"
failed=0
headers=$(find parallel_task -name '*.hpp' | sort)
firsts=$(for header in $headers; do grep -m 1 '^#include' "$header"; done)
for header in $headers; do
  case $firsts in *"<$header>"*) continue ;; esac
  # $1 is the compiler with its options: split on purpose
  printf '#include <%s>\n' "$header" | $1 -std=c++20 -fsyntax-only -I. $warnings -xc++ - || { echo "$header does not compile alone"; failed=1; }
done
printf '#include <parallel_task/parallel_task.hpp>\n' |
  $1 -std=c++20 -fsyntax-only -I. $warnings -fno-exceptions -fno-rtti -xc++ - || { echo "without exceptions and RTTI: no"; failed=1; }
exit $failed
