#!/bin/sh
# Which lines of the headers do the plain tests run? GCC's gcov counts them. A line counts once, however many translation
# units and instantiations contain it, and is covered if any of them has run it. Inline functions that nobody calls count
# too. Members of templates that nobody instantiates don't: headers/public_names.sh looks for those.
#   sh tests/coverage.sh [LEAST]     fails if fewer than LEAST percent of all lines are covered (95)
# Prints the files that are not fully covered, with the lines that have not run.
set -eu
cd "$(dirname "$0")/.."
least=${1:-95}
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
top=$PWD
build=$top/build/coverage
gcc=${GCC:-g++}
gcov=${GCOV:-$(command -v "gcov-$($gcc -dumpversion)" || echo gcov)}

# Children that tests fork end with _exit, and gcov would lose what they ran: this _exit saves it first.
mkdir -p "$build"
echo 'void __gcov_dump(void); void __real__exit(int); void __wrap__exit(int n) { __gcov_dump(); __real__exit(n); }' |
  $gcc -xc -O0 -c - -o "$build/exit.o"

cmake -S . -B "$build" -D CMAKE_CXX_COMPILER="$gcc" -D CMAKE_BUILD_TYPE=Debug -D CMAKE_CXX_FLAGS_DEBUG= \
  -D CMAKE_CXX_FLAGS="--coverage -fprofile-update=atomic" \
  -D CMAKE_EXE_LINKER_FLAGS="-Wl,--wrap=_exit $build/exit.o" -D PARALLEL_TASK_TESTS=ON -D PARALLEL_TASK_EXAMPLES=OFF \
  -D PARALLEL_TASK_CLANG= # all plain tests are GCC's
cmake --build "$build" --parallel "$jobs" --target tests
find "$build" -name '*.gcda' -delete
"$build/tests/tests"

# Functions of the umbrella header that no test calls are in none of the tests' objects. This object has them, not run.
rm -rf "$build/counts"
mkdir "$build/counts"
echo '#include <parallel_task/parallel_task.hpp>' >"$build/counts/uncalled.cpp"
(cd "$build/counts" && $gcc -std=c++20 -O0 --coverage -fkeep-inline-functions -I../../../include -c uncalled.cpp)

objects=$(find "$build/tests/CMakeFiles/tests.dir" "$build/counts" -name '*.gcno' ! -name 'cmake_pch*')
number=0
for object in $objects; do
  number=$((number + 1))
  mkdir "$build/counts/$number"
  (cd "$build/counts/$number" && "$gcov" --preserve-paths --relative-only --source-prefix "$top" "$object" >/dev/null 2>&1)
done
# Puts the name of the header in front of each line: "<header>:<count>:<line>:<text>".
find "$build/counts" -name '*include#parallel_task#*.gcov' -exec awk '
  FNR == 1 { file = FILENAME; sub(/.*include#parallel_task#/, "", file); sub(/\.gcov$/, "", file); gsub(/#/, "/", file) }
  /^ *[^ :]+: *[1-9][0-9]*:/ { print file ":" $0 }' {} + | awk -F: -v least="$least" '
  {
    file = $1
    count = $2
    gsub(/[ *]/, "", count)
    if (count == "-") next
    line = $3 + 0
    key = file SUBSEP line
    if (!(key in seen)) { seen[key] = 1; lines[file]++; if (line > last[file]) last[file] = line }
    if (count ~ /^[0-9]/ && count != "0" && !(key in ran)) { ran[key] = 1; covered[file]++ }
    text = $0
    sub(/^[^:]*:[^:]*:[^:]*:/, "", text)
    source[key] = text
  }
  END {
    for (file in lines) {
      all += lines[file]
      good += covered[file]
      if (covered[file] == lines[file]) continue
      printf "%6.2f %%  %4d of %4d  %s\n", 100 * covered[file] / lines[file], covered[file], lines[file], file
      for (line = 1; line <= last[file]; ++line) {
        if ((file, line) in seen && !((file, line) in ran)) printf "          %5d  %s\n", line, source[file, line]
      }
    }
    printf "%6.2f %% of %d lines of include/parallel_task\n", 100 * good / all, all
    exit 100 * good / all < least
  }'
