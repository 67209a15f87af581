#!/bin/sh
# The tests as other compilers, options and processors build them. By name, or all of them:
#   sh tests/builds.sh [gcc-O3] [clang] [clang-libc++] [no-exceptions] [i686] [aarch64] [armhf]
#   LAYERS="queue worker" sh tests/builds.sh i686       only the tests of those folders
#
# Foreign programs are linked statically and run under qemu-user; what is missing is installed (Debian, Ubuntu). Not
# judged there: times. Warnings are errors. Needs Catch2 2, which is headers only and so fits every processor.
set -eu
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror"
clang=
for version in 16 17 18 19 20 21; do
  if [ -z "$clang" ] && command -v "clang++-$version" >/dev/null; then clang=clang++-$version; fi
done
clang=${clang:-clang++-16}

install() { # packages
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}
need() { # command package…
  command -v "$1" >/dev/null && return
  shift
  install "$@"
}

# build KIND COMPILER RUNNER OPTIONS: tests/ and soak, in build/builds/KIND, each source by itself.
build() {
  kind=$1 compiler=$2 runner=$3 options=$4
  echo "== $kind: $compiler $options"
  folder=$PWD/build/builds/$kind
  mkdir -p "$folder/catch"
  rm -f "$folder"/*.o "$folder"/*.gch
  ln -sfn /usr/include/catch2 "$folder/catch/catch2" # alone: beside it lie the headers of this machine's system
  flags="-std=c++20 $options $warnings -Iinclude -Itests -isystem $folder/catch"
  case $compiler in
    *clang*) before= ;;
    *) # one parse of what all include
      printf '#include "catch.hpp"\n#include <parallel_task/parallel_task.hpp>\n' >"$folder/all.hpp"
      $compiler $flags -xc++-header "$folder/all.hpp" -o "$folder/all.hpp.gch"
      before="-include $folder/all.hpp"
      ;;
  esac
  compile="object=\$(echo \"\${0#tests/}\" | tr / _); exec $compiler $flags"
  echo tests/main.cpp | xargs -n1 sh -c "$compile -c \$0 -o $folder/\$object.o"
  for layer in $layers; do ls "tests/$layer/"*.cpp; done |
    xargs -P "$jobs" -n1 sh -c "$compile $before -c \$0 -o $folder/\$object.o"
  pipelines=$(ls "$folder"/property_*.o 2>/dev/null | grep -v property_pipelines || true)
  random=
  [ -z "$pipelines" ] || random=-DSOAK_RANDOM_PIPELINES
  sh -c "$compile $random -c \$0 -o $folder/\$object.o" tests/soak/main.cpp
  static=
  [ -z "$runner" ] || static=-static
  $compiler $options $static "$folder/soak_main.cpp.o" $pipelines -o "$folder/soak" -ldl -latomic
  $compiler $options $static $(ls "$folder"/*.o | grep -v soak_main) -o "$folder/tests" -ldl -latomic
  PARALLEL_TASK_CASES=${cases:-1000} $runner "$folder/tests" "~[timing]~[.]${beside:-}"
  $runner "$folder/soak" 60 "$(date +%s)000"
}

no_exceptions() {
  mkdir -p build/builds/no-exceptions
  program=build/builds/no-exceptions/program
  for compiler in "${GCC:-g++}" "$clang" "$clang -stdlib=libc++"; do
    for options in -O0 -O3; do
      echo "== no-exceptions: $compiler $options"
      $compiler -std=c++20 $options -fno-exceptions -fno-rtti $warnings -Iinclude tests/headers/everything.cpp \
        -o $program -pthread -ldl
      $program
    done
  done
}

layers=${LAYERS:-platform queue worker controller core source stage terminal pipeline property stress}
for layer in $layers; do
  [ -d "tests/$layer" ] || { echo "no such folder: tests/$layer" && exit 1; }
done

# qemu-user 7.2 itself fails an assertion (qemu_plugin_vcpu_init_hook) where a process with threads forks.
forks='~*fork*'

run() {
  cases= beside=
  case $1 in
    gcc-O3) build gcc-O3 "${GCC:-g++}" "" "-O3 -Wno-maybe-uninitialized" ;;
    clang)
      need "$clang" "$clang"
      build clang "$clang" "" "-O2"
      ;;
    clang-libc++)
      need "$clang" "$clang"
      build clang-libc++ "$clang" "" "-O1 -stdlib=libc++"
      ;;
    no-exceptions) no_exceptions ;;
    i686)
      need i686-linux-gnu-g++ g++-i686-linux-gnu
      build i686 i686-linux-gnu-g++ env "-O1 -msse2 -mfpmath=sse" # the old unit keeps more digits than a double has
      ;;
    aarch64)
      need aarch64-linux-gnu-g++ g++-aarch64-linux-gnu
      need qemu-aarch64 qemu-user
      cases=200 beside=$forks
      build aarch64 aarch64-linux-gnu-g++ qemu-aarch64 "-O1 -Wno-psabi"
      ;;
    armhf)
      need arm-linux-gnueabihf-g++ g++-arm-linux-gnueabihf
      need qemu-arm qemu-user
      cases=200 beside=$forks
      build armhf arm-linux-gnueabihf-g++ qemu-arm "-O1 -Wno-psabi"
      ;;
    *)
      echo "no such build: $1"
      exit 1
      ;;
  esac
}

for kind in ${*:-gcc-O3 clang clang-libc++ no-exceptions i686 aarch64 armhf}; do run "$kind"; done
