#!/bin/sh
# usage: alone.sh COMPILER ["inner ones together"]
#
# Every header compiles as the only thing in a file, without a warning; the umbrella also without exceptions and RTTI.
# One file is enough for many: chains.awk says which, and why each is read in it as if it were alone. What they use of the
# standard library is what facilities.sh looks at: here all of it is read once, for all of them.
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

folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
standard=
if [ -z "${2:-}" ]; then
  grep -rhoE '^#include <[a-z_]+>' parallel_task | LC_ALL=C sort -u | while read -r line; do
    header=${line#*<}
    [ -e /usr/include/"${header%>}" ] || printf '#if __has_include(<%s)\n%s\n#endif\n' "$header" "$line"
  done > "$folder/standard.hpp"
  $compiler -std=c++20 $warnings -xc++-header "$folder/standard.hpp" -o "$folder/standard.hpp.gch" &&
    standard="-include $folder/standard.hpp"
fi

failed=0
all=$(find parallel_task -name '*.hpp' ! -name mpi.hpp | LC_ALL=C sort) # tests/ranks/mpi_ranks.cpp reads that one alone
included=$(for header in $all; do
  echo "$header"
  sed -n "s|^#include <\\(parallel_task/[^>]*\\)>.*|$header \\1|p" "$header"
done)
if [ -z "${2:-}" ]; then
  echo "$included" | awk -f ../tests/headers/chains.awk > "$folder/chains" || exit 1
  while read -r chain; do reads "one of $chain" "$chain" $standard; done < "$folder/chains"
else
  firsts=$(for header in $all; do grep -m 1 '^#include' "$header"; done)
  for header in $all; do
    case $header in */*/*) continue ;; esac
    case $firsts in *"<$header>"*) continue ;; esac # read there before anything else
    reads "$header alone" "$header"
  done
fi
[ -z "${2:-}" ] || reads "all, the last first," "$(echo "$all" | LC_ALL=C sort -r)"
reads "the umbrella without exceptions and RTTI" parallel_task/parallel_task.hpp -fno-exceptions -fno-rtti
exit $failed
