#!/bin/sh
# Other systems, processors and compilers, as far as Linux can tell: sh tests/ports.sh [JOB...], by default all of them.
#   mingw      Windows: GCC for x86-64; the README's program, the demo, the soak and the tests of the engine's layers, under
#              Wine; PORTS_TESTS="stage/zip ..." names others
#   gcc-11     GCC 11 and libstdc++ 11: the README's program, one of all headers, the soak
#   clang-19, clang-22    the same, each with its own libc++ and with libstdc++
#   musl       x86-64 without glibc, by Clang and libc++ of a cross compiler: the same
#   s390x, riscv64, ppc64le    the README's program and the soak, emulated. They show byte order, alignment and word sizes;
#              memory orders are those of this machine
#   macos      arm64 and x86-64: compiles without a warning and links; by a cross compiler of the npm registry
#   wasi       WebAssembly without threads: the README's program, in Node; by the same compiler
#   emscripten WebAssembly with and without threads: the README's program and one of all headers, in Node
#   browser    the page of docs/browser.md, in Chromium
#   bazel      another build system: a program of two files
# Installs what is missing, on Debian, as root or with sudo. A job whose tools can't be had says so and is skipped.
# SOAK_SECONDS: 40.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=${PORTS_FOLDER:-$root/build/ports}
mkdir -p "$work"
[ $# -gt 0 ] || set -- mingw gcc-11 clang-19 clang-22 musl s390x riscv64 ppc64le macos wasi emscripten browser bazel
seconds=${SOAK_SECONDS:-40}
warnings="-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion"
. tests/ports/tools.sh

# The README's first program that is whole, and what it must print.
awk '/^```cpp/ { text = ""; inside = 1; next }
     /^```/ { if (inside && text ~ /int main/) { printf "%s", text; exit } inside = 0; next }
     inside { text = text $0 "\n" }' README.md > "$work/readme.cpp"
expect_result() {
  "$@" | tr -d '\r' > "$work/printed"
  cat "$work/printed"
  grep -q '^78498 primes' "$work/printed" || { echo "wrong result"; exit 1; }
}
# Somebody else has run a hundredth of the items at least: in one of three turns, since the machine may be busy.
expect_help() {
  for turn in 1 2 3; do
    expect_result "$@"
    awk '/^ *thread /, 0 { items = substr($0, 9, 13); gsub(/ /, "", items) }
         /^ *[0-9]+  / && items + 0 > 10000 { help = 1 } END { exit !help }' "$work/printed" && return
  done
  echo "nobody helped"
  exit 1
}

# programs NAME COMPILER RUNNER: the README's program, one that uses all headers, and the soak.
programs() {
  $2 -std=c++20 -O2 $warnings -Iinclude "$work/readme.cpp" -o "$work/readme.$1"
  expect_result $3 "$work/readme.$1"
  $2 -std=c++20 -O1 -fno-exceptions -fno-rtti $warnings -Iinclude tests/headers/everything.cpp -o "$work/everything.$1"
  $3 "$work/everything.$1"
  $2 -std=c++20 -O1 $warnings -Iinclude -Itests tests/soak/main.cpp -o "$work/soak.$1"
  $3 "$work/soak.$1" "$seconds"
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
  $compile -O2 examples/demo/*.cpp -o "$work/demo.exe" -lsynchronization
  wine "$work/demo.exe"
  $compile -O1 -Itests tests/soak/main.cpp -o "$work/soak.exe" -lsynchronization
  wine "$work/soak.exe" "$seconds"
  # Catch2 alone: beside it lie the headers of this machine's system.
  [ -d /usr/include/catch2 ] || install catch2 || skip "there is no Catch2 here"
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

job_gcc_11() {
  need g++-11 g++-11
  programs gcc-11 "g++-11 -Werror -pthread" env
}

# The packages of two versions of libc++ exclude each other, and not each has a shared library: it is unpacked beside the
# system, and linked statically by a linker's script that stands for it.
clang_with_libcxx() {
  need "clang++-$1" "clang-$1"
  programs "clang-$1" "clang++-$1 -Werror -pthread" env
  unpacked=$work/libc++-$1
  if [ ! -d "$unpacked" ]; then
    rm -rf "$unpacked.part"
    mkdir -p "$unpacked.part"
    (cd "$unpacked.part" && apt-get -q download "libc++-$1-dev" "libc++abi-$1-dev" &&
      for archive in ./*.deb; do dpkg -x "$archive" .; done) || skip "libc++-$1 can't be downloaded"
    mv "$unpacked.part" "$unpacked"
  fi
  library=$unpacked/usr/lib/llvm-$1
  mkdir -p "$unpacked/link"
  echo "INPUT($library/lib/libc++.a $library/lib/libc++abi.a)" > "$unpacked/link/libc++.so"
  programs "clang-$1-libc++" "clang++-$1 -Werror -pthread -stdlib=libc++ -nostdinc++ -isystem $library/include/c++/v1 \
-L$unpacked/link" env
}
job_clang_19() { clang_with_libcxx 19; }
job_clang_22() { clang_with_libcxx 22; }

job_musl() {
  programs musl "zig c++ -target x86_64-linux-musl -Werror" env
}

# emulated PROCESSOR COMPILER PACKAGE. Not -Werror: linked statically, a warning speaks of dlopen.
emulated() {
  need "$2" "$3"
  need "qemu-$1" qemu-user
  programs "$1" "$2 -static -pthread" "qemu-$1"
}
job_s390x() { emulated s390x s390x-linux-gnu-g++ g++-s390x-linux-gnu; }
job_riscv64() { emulated riscv64 riscv64-linux-gnu-g++ g++-riscv64-linux-gnu; }
job_ppc64le() { emulated ppc64le powerpc64le-linux-gnu-g++ g++-powerpc64le-linux-gnu; }

job_macos() {
  for target in aarch64-macos x86_64-macos; do
    zig c++ -target "$target" -std=c++20 -O1 $warnings -Werror -Iinclude "$work/readme.cpp" -o "$work/readme.$target"
    echo "$target links"
  done
}

job_wasi() {
  need node nodejs
  zig version
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

job_emscripten() {
  need node nodejs
  # Node 18 and later have a fetch that can't read files, which Emscripten 3.1.6 takes for a browser's.
  node="node --no-experimental-fetch"
  build_emscripten() {  # NAME SOURCE OPTIONS [LINKER'S OPTIONS]
    name=$1 source=$2 flags=$3
    shift 3
    emscripten "-O1 $warnings -Werror -Iinclude $flags" "$source" "$work/$name.js" -sEXIT_RUNTIME=1 \
      -sINITIAL_MEMORY=134217728 "$@"
  }
  build_emscripten readme_alone "$work/readme.cpp" ""
  expect_result $node "$work/readme_alone.js"
  grep -q 'only one thread is allowed' "$work/printed"
  build_emscripten everything_alone tests/headers/everything.cpp -fno-rtti
  $node "$work/everything_alone.js"
  # As a program that may block, and on a thread of its own as in a page.
  build_emscripten readme_main "$work/readme.cpp" -pthread -sPTHREAD_POOL_SIZE=8
  expect_help $node "$work/readme_main.js"
  build_emscripten readme_proxied "$work/readme.cpp" -pthread -sPTHREAD_POOL_SIZE=8 -sPROXY_TO_PTHREAD
  expect_help $node "$work/readme_proxied.js"
  build_emscripten everything tests/headers/everything.cpp "-pthread -fno-rtti" -sPTHREAD_POOL_SIZE=8 -sPROXY_TO_PTHREAD
  $node "$work/everything.js"
}

job_browser() { sh docs/browser.sh --test; }

job_bazel() {
  need bazel bazel-bootstrap
  need cmake cmake
  cmake -D KIND=bazel -D LIBRARY="$root" -D WORK="$work/bazel" -P tests/consumers/run.cmake
}

PORTS_TESTS=${PORTS_TESTS:-"platform/clock platform/cores platform/object_file queue/limited_access_queue worker/thread_starter \
worker/thread_runner worker/thread_manager worker/wakeups worker/places worker/thread_groups controller/stealing \
controller/worker_controller controller/solo_run controller/ending stress/nesting stress/stopping"}
skipped=0 failed=0
for job in "$@"; do
  echo "== $job"
  set +e
  (set -e && "job_$(echo "$job" | tr - _)")
  status=$?
  set -e
  case $status in
    0) ;;
    77) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) && echo "== $job FAILED" ;;
  esac
done
echo "$(($# - skipped - failed)) passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
