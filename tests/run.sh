#!/bin/sh
# Installs what the tests need and this machine lacks, builds them, runs them all. Words on the command line go to ctest:
#   sh tests/run.sh -L plain    only what has that label: plain, tsan, asan, faults, explore, process, headers, compile_fail,
#                               cost, consumers, packaging, examples, docs
set -eu
cd "$(dirname "$0")/.."

has() { command -v "$1" >/dev/null 2>&1; }
includes() { printf '#include <%s>\nint main() {}\n' "$1" | c++ -fsyntax-only -xc++ - 2>/dev/null; }
clang() {
  for version in 16 17 18 19 20 21; do
    if has "clang++-$version"; then echo "clang++-$version" && return; fi
  done
  if has clang++ && [ "$(clang++ -dumpversion | cut -d. -f1)" -ge 16 ]; then echo clang++; fi
}
has_libcxx() { printf '#include <version>\nint main() {}\n' | "$(clang)" -stdlib=libc++ -xc++ - -o /dev/null 2>/dev/null; }
has_sanitizers() { echo 'int main() {}' | "$(clang)" -fsanitize=thread -xc++ - -o /dev/null 2>/dev/null; }

# What is missing, by what it is for.
missing=
has c++ || missing="$missing compiler"
has cmake || missing="$missing cmake"
has make || has ninja || missing="$missing make"
includes catch2/catch.hpp || includes catch2/catch_all.hpp || missing="$missing catch2"
[ -n "$(clang)" ] || missing="$missing clang"
[ -n "$(clang)" ] && has_libcxx || missing="$missing libcxx"
[ -n "$(clang)" ] && has_sanitizers || missing="$missing compiler-rt"
has valgrind || missing="$missing valgrind"
has pkg-config || has pkgconf || missing="$missing pkgconf"
has git || missing="$missing git"
if has apt-get; then # which has both side by side, by these names
  has mpicxx.openmpi && has mpirun.openmpi || missing="$missing openmpi"
  has mpicxx.mpich && has mpirun.mpich || missing="$missing mpich"
fi
has meson || missing="$missing meson"
includes png.h || missing="$missing png"
has clang-format-16 || { has clang-format && clang-format --version | grep -q 'version 16'; } || missing="$missing clang-format"

install_with_apt() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  version=$(clang | sed -n 's/.*-//p')
  for each in 16 17 18 19 20 21; do
    if [ -z "$version" ] && apt-cache show "clang-$each" >/dev/null 2>&1; then version=$each; fi
  done
  packages=
  for what in $missing; do
    case $what in
      compiler) packages="$packages g++" ;;
      clang) packages="$packages clang-$version" ;;
      libcxx) packages="$packages libc++-$version-dev libc++abi-$version-dev" ;;
      compiler-rt) packages="$packages libclang-rt-$version-dev" ;;
      clang-format) if apt-cache show clang-format-16 >/dev/null 2>&1; then packages="$packages clang-format-16"; fi ;;
      png) packages="$packages libpng-dev" ;;
      openmpi) packages="$packages libopenmpi-dev openmpi-bin" ;;
      mpich) packages="$packages libmpich-dev mpich" ;;
      *) packages="$packages $what" ;;
    esac
  done
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $packages
}

install_with() {  # the names of: compiler clang libcxx catch2 png, then the command
  compiler=$1 clang=$2 libcxx=$3 catch2=$4 png=$5
  shift 5
  packages=
  for what in $missing; do
    case $what in
      compiler) packages="$packages $compiler" ;;
      clang) packages="$packages $clang" ;;
      libcxx) packages="$packages $libcxx" ;;
      catch2) packages="$packages $catch2" ;;
      png) packages="$packages $png" ;;
      clang-format) ;; # another version, if any
      *) packages="$packages $what" ;;
    esac
  done
  "$@" $packages
}

install_missing() {
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  if has apt-get; then
    install_with_apt
  elif has dnf; then
    install_with gcc-c++ clang libcxx-devel catch-devel libpng-devel $as_root dnf install -y
  elif has pacman; then
    install_with gcc clang libc++ catch2 libpng $as_root pacman -S --noconfirm --needed
  elif has apk; then
    install_with g++ clang libc++-dev catch2 libpng-dev $as_root apk add
  elif has brew; then
    install_with gcc llvm llvm catch2 libpng brew install
  else
    false
  fi
}

if [ -n "$missing" ]; then
  echo "missing:$missing"
  install_missing || echo "could not install all of it: Catch2 is fetched by CMake, tests without their tool are skipped"
fi

jobs=${JOBS:-$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)}
export CMAKE_BUILD_PARALLEL_LEVEL="$jobs" # of the build inside the build, too: tests/sanitized.cmake
cmake --preset tests -D PARALLEL_TASK_CLANG="$(clang)" \
  -D PARALLEL_TASK_SANITIZE_EVERYTHING="${PARALLEL_TASK_SANITIZE_EVERYTHING:-OFF}"
cmake --build --preset tests --parallel "$jobs"
log=$PWD/build/tests/ctest.log
status=0
ctest --preset tests --parallel "$jobs" --output-log "$log" "$@" || status=$?

if [ -n "${CI:-}" ] && grep -Eq '\*\*\*(Skipped|Not Run)' "$log"; then
  echo "a skipped test is a failure here"
  status=1
fi
exit $status
