#!/bin/sh
# usage: compiled.sh COMPILER
#
# The engine as a library, compiled once: files with any flags call it, beside files that bring the engine themselves.
# All have one pool, and the same results, reports and exceptions; whichever of them the linker finds first. And what
# calls the library has nothing of the engine in its own code.
set -eu
compiler=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
if [ "$(uname -s)" != Linux ] || ! command -v nm >/dev/null; then echo "no ELF, or no binutils"; exit 77; fi

include=$here/../../include
flags="-std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror -pthread -I$include"
file() {  # NAME FLAGS...: an object file
  name=$1
  shift
  $compiler $flags -DFLAGS_FILE="$name" "$@" -c "$here/flags.cpp" -o "$name.o"
}
$compiler $flags -O2 -DNDEBUG -fPIC -c "$include/parallel_task/compiled.cpp" -o library.o
ar rcs libstatic.a library.o
$compiler -shared -pthread library.o -o libshared.so -ldl

file no_exceptions -O0 -DNDEBUG -DPARALLEL_TASK_COMPILED -fno-exceptions
file checked -O0 -DPARALLEL_TASK_COMPILED -fvisibility=hidden
file plain -O2 -DNDEBUG
$compiler $flags -O2 -DPARALLEL_TASK_COMPILED -DNDEBUG -c "$here/flags_main.cpp" -o main.o

for library in -lstatic -lshared; do
  $compiler -pthread no_exceptions.o checked.o plain.o main.o -L. $library "-Wl,-rpath,$work" -ldl -o program
  ./program
  $compiler -pthread plain.o main.o checked.o no_exceptions.o -L. $library "-Wl,-rpath,$work" -ldl -o program
  ./program
done

# What is in the library only: its functions, by names that no flag changes.
for name in run_and_join run_observed begin_limit change_options; do
  nm library.o | grep -q " T parallel_task_v[0-9_]*_$name\$" || { echo "the library lacks $name"; exit 1; }
done
engine='Worker<|SoloRun|SharedRun|Probe|ThreadManager|LimitedAccessQueue|Observer|run_thread|Memo::'
# Not optimised: whatever is called is a function of its own.
echo '#include <parallel_task/parallel_task.hpp>
void run(std::vector<int> const& v, void (*f)(int), pt::RunReport& report) {
  pt::thread_limit const two(2);
  pt::parallel_iter(v).report(report).with_context([] { return 1; }, [](int) {}).for_each([f](int x) { f(x); });
}' >user.cpp
for mode in "" -DPARALLEL_TASK_COMPILED; do
  $compiler $flags -O0 $mode -c user.cpp -o user.o
  found=$(nm -C user.o | grep -cE "$engine" || :)
  echo "$found functions of the engine with '$mode'"
  if [ -n "$mode" ]; then [ "$found" = 0 ]; else [ "$found" -gt 50 ]; fi  # the judge judges
done
