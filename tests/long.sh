#!/bin/sh
# What takes too long for every change: all of run.sh, with every test under every sanitizer (GCC's, where that is the
# compiler; run.sh has Clang's); the long rounds (tests tagged [long], longer by PARALLEL_TASK_LONG=1, and [.long], which
# run here alone); the soak, in rounds nobody has seen before; the lines that the tests run; other compilers,
# processors and systems; a newcomer's machine that has a compiler, CMake, make and nothing else; and the site of docs/.
set -eu
cd "$(dirname "$0")/.."

PARALLEL_TASK_SANITIZE_EVERYTHING=ON sh tests/run.sh
runner=
if setarch -R true 2>/dev/null; then runner="setarch -R"; fi
for binary in tests tests_tsan tests_asan faults faults_tsan; do
  echo "== $binary, long rounds"
  PARALLEL_TASK_LONG=1 $runner "build/tests/tests/$binary" "[long]"
done
echo "== what a stream of 10^8 items leaves in memory"
PARALLEL_TASK_LONG=1 build/tests/tests/allocations
echo "== messages between ranks of more than 2^31 bytes: forked, and over each MPI"
PARALLEL_TASK_LONG=1 PARALLEL_TASK_THREADS=1 build/tests/tests/forked_ranks 2 'beyond 2^31'
for kind in openmpi mpich; do
  program=build/tests/tests/ranks_over_$kind
  [ -x "$program" ] || continue
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 \
    OMPI_MCA_hwloc_base_binding_policy=none PARALLEL_TASK_LONG=1 PARALLEL_TASK_THREADS=1 \
    "mpirun.$kind" -n 2 "$program" 'beyond 2^31'
done
echo "== schedules: further, with each order weakened, and with planted mistakes"
PARALLEL_TASK_LONG=1 build/tests/tests/explore_schedules
sh tests/explore/weaken.sh
sh tests/explore/planted.sh
echo "== mistakes in the logic: one in ten, and others each day"
python3 tests/mutation/run.py --every 10 --from $(($(date +%j | sed 's/^0*//') % 10))
for binary in soak soak_tsan soak_asan; do
  seed=$(date +%s)000
  echo "== $binary, from seed $seed on"
  $runner "build/tests/tests/$binary" "${SOAK_SECONDS:-480}" "$seed"
done
sh tests/soak/planted.sh
sh tests/coverage.sh
sh tests/builds.sh
sh tests/bare_chroot.sh
sh tests/ports.sh
sh docs/build.sh
