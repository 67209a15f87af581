#!/bin/sh
# What takes too long for every change: all of run.sh, then the long rounds ([.long]; PARALLEL_TASK_LONG=1 makes the
# others longer), then a newcomer's machine that has a compiler, CMake, make and nothing else.
set -eu
cd "$(dirname "$0")/.."

cmake --preset tests -D PARALLEL_TASK_SANITIZE_EVERYTHING=ON
sh tests/run.sh
runner=
command -v setarch >/dev/null && runner="setarch -R"
for binary in tests tests_tsan tests_asan faults faults_tsan; do
  echo "== $binary, long rounds"
  PARALLEL_TASK_LONG=1 $runner "build/tests/tests/$binary" "[.long],[long]"
done
echo "== schedules: further, with each order weakened, and with planted mistakes"
PARALLEL_TASK_LONG=1 build/tests/tests/explore_schedules
sh tests/explore/weaken.sh
sh tests/explore/planted.sh
sh tests/bare_chroot.sh
