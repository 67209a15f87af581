#!/bin/sh
# Every operation is in every list that it belongs to, and every sentence that a wrong program gets has a program that gets
# it. Each line that this prints names an operation and the place where it is missing: whoever adds one works them off.
# CONTRIBUTING.md tells the steps.
set -u
cd "$(dirname "$0")/../.." || exit 1
LC_ALL=C
export LC_ALL
library=include/parallel_task
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
missing=0
lacks() {
  echo "$*"
  missing=$((missing + 1))
}

# ---- the lists -------------------------------------------------------------------------------------------------------
# "stages map", "terminals sum", …: the methods of a pipeline, by the headings that they stand under
awk '
  /^  \/\/ --- [a-z]+/ { kind = $3; sub(/[^a-z].*/, "", kind) }
  kind != "" && /^  (\[\[nodiscard\]\] )?auto ?\(?[a-z_]+\)?\(/ {
    name = $0
    sub(/^ *(\[\[nodiscard\]\] )?auto ?\(?/, "", name)
    sub(/[^a-z_].*/, "", name)
    if (!seen[name]++) print kind, name
  }' $library/pipeline/pipeline.hpp >"$work/methods"
# The names in the macros of operations.hpp, and the objects and functions of pipe.hpp.
awk '
  /^#define PARALLEL_TASK_(TYPED_)?OPERATIONS/ { inside = 1 }
  inside { line = $0; while (match(line, /each\([a-z_]+\)/)) { print substr(line, RSTART + 5, RLENGTH - 6); line = substr(line, RSTART + RLENGTH) } }
  inside && !/\\$/ { inside = 0 }' $library/core/operations.hpp | grep -vx each | sort -u >"$work/macro"
sed -nE -e 's/^inline constexpr detail::.* ([a-z_]+)\{\};$/\1/p' -e 's/^constexpr auto ([a-z_]+)\(.*/\1/p' \
  $library/pipeline/pipe.hpp | grep -vx end_of | sort -u >"$work/objects"

of_kind() { grep -E "^($1) " "$work/methods" | sed 's/.* //'; }
in_list() { grep -qxF "$1" "$work/$2"; }
used_in() { name=$1; shift; grep -qE "(\.|::|template )$name\)?[(<]" "$@"; }
[ "$(of_kind 'stages|settings|terminals|both' | wc -l)" -gt 50 ] && [ "$(wc -l <"$work/macro")" -gt 50 ] &&
  [ "$(wc -l <"$work/objects")" -gt 50 ] || { echo "the lists can't be read: their layout is another"; exit 1; }

for name in $(of_kind 'stages|settings|terminals|both'); do
  case $name in
    collect | to | try_collect) ;; # their type must be told, so they stand beside the macros
    *) in_list "$name" macro || lacks "$name: not in PARALLEL_TASK_OPERATIONS ($library/core/operations.hpp)" ;;
  esac
  [ "$name" = then ] || # what a pipe does
    in_list "$name" objects || lacks "$name: no piped object ($library/pipeline/pipe.hpp)"
done
for name in $(cat "$work/macro" "$work/objects" | sort -u); do
  of_kind 'stages|settings|terminals|both' | grep -qxF "$name" || lacks "$name: no method ($library/pipeline/pipeline.hpp)"
done

# ---- tests and pages -------------------------------------------------------------------------------------------------
for name in $(of_kind 'stages|settings|terminals|both'); do
  used_in "$name" tests/headers/everything.cpp || lacks "$name: not in tests/headers/everything.cpp"
  grep -qF "## \`$name\`" docs/reference/pipeline.md || lacks "$name: not in the reference (sh docs/reference.sh)"
  [ "$name" = then ] || grep -qF "\`$name\`" CHANGELOG.md || grep -qE "\`$name[,\`]|[\`, ]$name\`" CHANGELOG.md ||
    lacks "$name: not in CHANGELOG.md"
done
for name in $(of_kind stages); do
  used_in "$name" tests/core/contract.cpp || lacks "$name: not in tests/core/contract.cpp"
done
for name in $(of_kind 'stages|terminals'); do
  used_in "$name" tests/property/*.cpp || lacks "$name: in no random pipeline (tests/property)"
  used_in "$name" tests/faults/*.cpp || lacks "$name: in no scenario of tests/faults"
done

# Each header has a test of its name.
for header in $library/source/*.hpp $library/stage/*.hpp $library/terminal/*.hpp; do
  test=tests/${header#"$library/"}
  case $test in
    */feeds.hpp) continue ;;             # tests/source/bridged.cpp
    */holder.hpp) continue ;;            # tests/source/make_source.cpp, owns_items.cpp
    */call_settings.hpp) continue ;;     # tests/stage/settings.cpp
    */stage/needs_index.hpp) continue ;; # tests/compile_fail/stages.cpp
    */champion.hpp | */order.hpp) continue ;;        # tests/terminal/min_max.cpp
    */join_groups.hpp) continue ;;                   # tests/terminal/groups.cpp
    */waiting_item.hpp | */windowed.hpp) continue ;; # tests/terminal/for_each_ordered.cpp
  esac
  [ -e "${test%.hpp}.cpp" ] || lacks "${header#"$library/"}: no test ${test%.hpp}.cpp"
done
# Each test runs shuffled, too: through for_each_schedule, by itself or by what it includes.
for test in tests/source/*.cpp tests/stage/*.cpp tests/terminal/*.cpp; do
  case $test in
    */trail.cpp | */conveyor.cpp) continue ;; # run nothing
  esac
  grep -qE '"(stage/stages|stages|terminal/every|every|shuffle)\.hpp"' "$test" || lacks "$test: does not run shuffled (tests/shuffle.hpp)"
done

# ---- sentences -------------------------------------------------------------------------------------------------------
# "FILE<tab>name or line<tab>sentence" for each static_assert.
for header in $library/core/apply.hpp $library/pipeline/*.hpp; do
  awk -v file="$header" '
    { all = all $0 "\n" }
    END {
      while (at = index(all, "static_assert(")) {
        all = substr(all, at + 14)
        end = index(all, "\");")
        said = substr(all, 1, end)
        problem = "-"
        if (match(said, /Problem::[a-z_]+/)) problem = substr(said, RSTART + 9, RLENGTH - 9)
        sentence = ""
        for (n = split(said, part, "\""); n > 0; --n) if (n % 2 == 0) sentence = part[n] sentence
        if (index(sentence, "parallel_task: ") == 1) print file "\t" problem "\t" sentence
        all = substr(all, end)
      }
    }' "$header"
done >"$work/sentences"
sed -nE 's|^ *// expect[^:]*: ||p' tests/compile_fail/*.cpp >"$work/expected"
awk '/^enum class Problem/ { inside = 1; next } inside && /^  [a-z_]+,?$/ { sub(/,/, ""); print $1 }' \
  $library/core/problem.hpp | grep -vx -e none -e reported >"$work/problems"
for problem in $(cat "$work/problems"); do
  cut -f 2 "$work/sentences" | grep -qxF "$problem" || lacks "Problem::$problem: no sentence ($library/core/apply.hpp)"
done
awk -F '\t' '
  NR == FNR { if (!($0 in seen)) fragment[++fragments] = $0; seen[$0]; next }
  { file[++count] = $1; problem[count] = $2; sentence[count] = $3 }
  END {
    for (f = 1; f <= fragments; ++f) {
      found = 0  # the shortest of them, which may be a part of all others
      for (s = 1; s <= count; ++s) if (index(sentence[s], fragment[f])) {
        if (!found || length(sentence[s]) < length(sentence[found])) found = s
      }
      if (!found) continue
      for (s = 1; s <= count; ++s) if (index(sentence[s], fragment[f]) && !index(sentence[s], sentence[found])) break
      if (s > count) told[found] = 1
    }
    for (s = 1; s <= count; ++s) {
      if (!told[s]) printf "%s, %s: no program in tests/compile_fail expects a part of this alone: %s\n", file[s], problem[s], sentence[s]
    }
  }' "$work/expected" "$work/sentences" >"$work/untold"
cat "$work/untold"
missing=$((missing + $(wc -l <"$work/untold")))

echo "$(wc -l <"$work/methods") operations, $(wc -l <"$work/sentences") sentences, $missing places where one is missing"
[ "$missing" = 0 ] && [ "$(wc -l <"$work/sentences")" -gt 200 ]
