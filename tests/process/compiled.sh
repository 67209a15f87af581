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
file plain -O0 -DNDEBUG
$compiler $flags -O0 -DPARALLEL_TASK_COMPILED -DNDEBUG -c "$here/flags_main.cpp" -o main.o

for library in -lstatic -lshared; do
  $compiler -pthread no_exceptions.o checked.o plain.o main.o -L. $library "-Wl,-rpath,$work" -ldl -o program
  ./program
  $compiler -pthread plain.o main.o checked.o no_exceptions.o -L. $library "-Wl,-rpath,$work" -ldl -o program
  ./program
done

# What is in the library only: its functions, by names that no flag changes.
for name in run_and_join run_observed begin_limit change_options throw_mistake; do
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

# The exceptions of <stdexcept> are the library's to throw.
echo '#include <parallel_task/parallel_task.hpp>
#include <cstring>
#include <stdexcept>
int main() {
  std::vector<int> const v(5);
  try {
    (void)pt::parallel_iter(v).stride(0).count();
  } catch (std::invalid_argument const& error) {
    return std::strstr(error.what(), "stride(n)") != nullptr ? 0 : 1;
  }
  return 1;
}' >mistaken.cpp
$compiler $flags -O0 -DPARALLEL_TASK_COMPILED mistaken.cpp -o mistaken -L. -lshared "-Wl,-rpath,$work" -ldl
./mistaken

# A file spares its compiler what it can do without, in either mode: libstdc++ has <string> in each of these. What there
# is instead of <atomic> is laid out alike: a Trace is handed to the library.
for mode in '' -DPARALLEL_TASK_COMPILED; do
  $compiler $flags $mode -M user.cpp | tr ' ' '\n' >read
  for header in atomic stdexcept string system_error; do
    if grep -q "/c++/[0-9.]*/$header\$" read; then echo "<$header> is included with '$mode'" && exit 1; fi
  done
  grep -q '/c++/.*/vector$' read
  grep -q 'platform/atomic.hpp$' read
done
echo '#include <parallel_task/platform/atomic.hpp>
#include <atomic>
#include <cstdint>
using namespace parallel_task::detail;
template <class T>
constexpr bool alike = sizeof(atomic<T>) == sizeof(std::atomic<T>) && alignof(atomic<T>) == alignof(std::atomic<T>);
static_assert(alike<bool> && alike<unsigned> && alike<std::size_t> && alike<std::uint64_t> && alike<void*>);
static_assert(alike<float>);
int main() {
  atomic<unsigned> word{3};
  unsigned seen = 4;
  bool const no = word.compare_exchange_strong(seen, 5, memory_order_acq_rel, memory_order_acquire);
  bool const yes = word.compare_exchange_strong(seen, 5, memory_order_acq_rel, memory_order_acquire);
  bool const right = !no && seen == 3 && yes && word.fetch_add(2, memory_order_relaxed) == 5 &&
                     word.fetch_sub(1, memory_order_release) == 7 && word.exchange(9, memory_order_seq_cst) == 6 &&
                     word.load(memory_order_acquire) == 9;
  word.store(1, memory_order_release);
  bool const bits = word.fetch_or(6, memory_order_relaxed) == 1 && word.fetch_and(5, memory_order_release) == 7;
  atomic<float> rate{0.5F};
  rate.store(2 * rate.load(memory_order_relaxed), memory_order_relaxed);
  return right && bits && word.load(memory_order_relaxed) == 5 && rate.load(memory_order_relaxed) == 1 ? 0 : 1;
}' >atomics.cpp
$compiler $flags -O0 -DPARALLEL_TASK_COMPILED atomics.cpp -o atomics
./atomics
