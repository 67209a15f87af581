#!/bin/sh
# usage: flags.sh COMPILER
#
# One program of files with different flags: without exceptions, with checks, for newer processors. Each runs its own
# code, all on one pool. Linked so that the linker would keep the wrong function of any two with one name.
set -eu
compiler=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
if [ "$(uname -s)" != Linux ] || ! command -v objdump >/dev/null; then echo "no ELF, or no binutils"; exit 77; fi

# Not optimised: whatever is called is a function of its own, of which the linker may keep the wrong one.
flags="-std=c++20 -O0 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror -pthread -I$here/../../include"
file() {  # NAME FLAGS...: an object file
  name=$1
  shift
  $compiler $flags -DFLAGS_FILE="$name" "$@" -c "$here/flags.cpp" -o "$name.o"
}
file no_exceptions -DNDEBUG -fno-exceptions
file checked
file plain -DNDEBUG
wide=
if [ "$(uname -m)" = x86_64 ]; then
  file wide -DNDEBUG -march=x86-64-v4
  wide=-DFLAGS_WIDE
fi
$compiler $flags -DNDEBUG $wide -c "$here/flags_main.cpp" -o main.o

# What the linker finds first it keeps.
$compiler -pthread no_exceptions.o ${wide:+wide.o} checked.o plain.o main.o -o program
./program
$compiler -pthread plain.o main.o checked.o ${wide:+wide.o} no_exceptions.o -o program
./program

[ -n "$wide" ] || exit 0
# The library's functions that hold an instruction of AVX or of later extensions, by the namespace that they are in.
$compiler -pthread no_exceptions.o wide.o checked.o plain.o main.o -o program
objdump -d --no-show-raw-insn program | awk '
  /^[0-9a-f]+ <.*>:$/ { name = $2; library = name ~ /^<_ZN?K?N?K?13parallel_task/; wide = name ~ /_v4/; next }
  library && ($2 ~ /^v[a-z]/ || $0 ~ /%[xyz]mm(1[6-9]|2[0-9]|3[01])|%[yz]mm/ || $2 ~ /^(andn|bextr|bls[ir]|bzhi|lzcnt|movbe|mulx|pdep|pext|popcnt|rorx|sarx|sh[lr]x)[lq]?$/) { new[name] = wide; seen[name] = $2; next }
  END {
    for (name in new) {
      if (new[name]) ++there
      else { ++wrong; print "others would run what is for newer processors only:", seen[name], "in", name }
    }
    print there + 0 " functions for newer processors, " wrong + 0 " of them under a name of others"
    exit wrong != 0 || there < 8
  }'
