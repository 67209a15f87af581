#!/bin/sh
# usage: reference.sh [--check]
#
# Writes docs/reference, a page a subject, from the docstrings of the headers, so that they can be read where the
# repository can. With --check it changes nothing and says what is not current. Needs sh and awk. (The site has its
# reference from Doxygen, with the same pages and anchors.)
set -eu
cd "$(dirname "$0")/.."

include=include/parallel_task
new=$(mktemp -d)
trap 'rm -rf "$new"' EXIT

# page NAME TITLE WORDS HEADER…: a page, and its part of the overview
page() {
  name=$1 title=$2 words=$3
  shift 3
  printf '# %s\n\n%s\n' "$title" "$words" >"$new/$name.md"
  printf '\n## %s\n\n%s\n\n' "$title" "$words" >>"$new/index.md"
  : >"$new/overview"
  for header in "$@"; do
    awk -v header="parallel_task/$header" -v page="$name" -v overview="$new/overview" -f docs/reference.awk \
      "$include/$header" >>"$new/$name.md"
  done
  # A name may have several overloads, one of them often in another header: one link for all.
  awk -F '\t' '!seen[$1]++ { printf "%s[`%s`](%s)", (n++ ? ", " : ""), $1, $2 } END { print "" }' "$new/overview" >>"$new/index.md"
  rm "$new/overview"
}

printf '# Reference\n\n%s\n' "Everything public, from the headers' docstrings, whose examples are compiled and tested. \`namespace pt = parallel_task\`; one include,
\`<parallel_task/parallel_task.hpp>\`, brings all of it but the algorithms, which are in
\`<parallel_task/algorithm.hpp>\`." >"$new/index.md"

page begin "Where pipelines begin" "The names that turn a range, a container or a stream into a pipeline." \
  pipeline/parallel_iter.hpp pipeline/pieces.hpp pipeline/growing.hpp source/growing.hpp
page pipeline "Pipeline" "Stages, settings and terminals, as methods. All of them consume the pipeline." \
  pipeline/pipeline.hpp
page pipes "The piped spelling" "The same operations as objects, for \`range | pt::parallel_iter | pt::map(f) | pt::sum()\`.
Each does what the [method](pipeline.md) of that name does." pipeline/pipe.hpp pipeline/step.hpp
claimed="pipeline/parallel_iter.hpp pipeline/pieces.hpp pipeline/growing.hpp source/growing.hpp pipeline/pipeline.hpp pipeline/pipe.hpp pipeline/step.hpp"
headers="pipeline/with.hpp $(cd "$include" && echo algorithm/*.hpp)"
page algorithms "Algorithms on ranges" "What [the page of algorithms](../algorithms.md) tells of all of them, one by one." $headers
claimed="$claimed $headers"
headers=$(cd "$include" && echo container/*.hpp terminal/*.hpp)
page results "Results and containers" "What results are collected into, and what closures may return." $headers
claimed="$claimed $headers"
page errors "Stops" "What a run throws if it is stopped before its end." controller/cancelled.hpp
headers="controller/run_report.hpp controller/trace.hpp controller/progress.hpp"
page reports "Reports" "What a run reports about itself." $headers
page tasks "Tasks" "In a header of their own, \`<parallel_task/structure.hpp>\`." structure/join.hpp structure/scope.hpp core/per_thread.hpp
page background "In the background, and the host's threads" "In headers of their own, \`<parallel_task/async.hpp>\` and \`<parallel_task/executor.hpp>\`." pipeline/async.hpp controller/hosted.hpp
page process "The process's threads" "Options, limits and the end of the pool." worker/options.hpp worker/process.hpp state_dump.hpp
page strategies "Stealing strategies" "Which queue a worker steals from when it has run out." policy/prioritize_thread.hpp
claimed="$claimed pipeline/async.hpp controller/hosted.hpp structure/join.hpp structure/scope.hpp core/per_thread.hpp controller/cancelled.hpp $headers worker/options.hpp worker/process.hpp state_dump.hpp policy/prioritize_thread.hpp"
rest=$(cd "$include" && find . -name '*.hpp' | sed 's|^\./||' | LC_ALL=C sort | while read -r header; do
  case " $claimed " in *" $header "*) ;; *) echo "$header" ;; esac
done)
page engine "The engine" "Concepts for your own sources, stages and terminals, and the parts below them. Programs that only
iterate need none of this." $rest

status=0
if [ "${1:-}" = --check ]; then
  diff -ru docs/reference "$new" | sed -n '1,40p' >"$new.diff" || true
  if [ -s "$new.diff" ]; then
    cat "$new.diff"
    echo "docs/reference is not what the headers say: run docs/reference.sh"
    status=1
  fi
  rm "$new.diff"
else
  mkdir -p docs/reference
  rm -f docs/reference/*.md
  cp "$new"/*.md docs/reference/
fi
entries=$(cat "$new"/*.md | grep -c '^##* `')
echo "$entries names have a docstring"
# What awk did not understand has a heading that is not a name, or no heading.
strange=$(grep -h '^##* `' "$new"/*.md | grep -vE '^##* `([A-Za-z_][A-Za-z_0-9]*( bool)?|operator[^`]*)`$' || true)
[ -z "$strange" ] || { echo "no names: $strange"; status=1; }
for name in $(sed -n '/define PARALLEL_TASK_OPERATIONS/,/^$/p' "$include/core/operations.hpp" | grep -o 'each([a-z_]*)' | sed 's/each(//; s/)//' | grep -v '^each$'); do
  grep -q "^### \`$name\`\$" "$new/pipeline.md" || { echo "$name is missing in the reference"; status=1; }
done
[ "$entries" -gt 100 ] || status=1
exit $status
