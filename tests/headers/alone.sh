#!/bin/sh
# usage: alone.sh COMPILER ["inner ones together"]
#
# Every header compiles as the only thing in a file, without a warning; the umbrella also without exceptions and RTTI. One
# that another includes before anything else is read there as if it were alone, and need not be read again.
#
# What a header forgets to include is missing whatever the compiler. So one of them reads each header alone; with another
# word on the command line only those that users include are read alone, and the others in one file, from the last to the
# first.
set -u
cd "$(dirname "$0")/../../include" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror"
compiler=$1  # with its options: split on purpose
reads() {  # WHAT HEADERS OPTIONS...
  what=$1 headers=$2
  shift 2
  printf '#include <%s>\n' $headers | $compiler -std=c++20 -fsyntax-only -I. $warnings "$@" -xc++ - ||
    { echo "$what does not compile"; failed=1; }
}

failed=0
all=$(find parallel_task -name '*.hpp' | LC_ALL=C sort)
firsts=$(for header in $all; do grep -m 1 '^#include' "$header"; done)
for header in $all; do
  case $firsts in *"<$header>"*) continue ;; esac
  case ${2:+together}$header in together*/*/*) continue ;; esac
  reads "$header alone" "$header"
done
[ -z "${2:-}" ] || reads "all, the last first," "$(echo "$all" | LC_ALL=C sort -r)"
reads "the umbrella without exceptions and RTTI" parallel_task/parallel_task.hpp -fno-exceptions -fno-rtti
exit $failed
