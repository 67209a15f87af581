#!/bin/sh
# The three programs of examples/ranks: pricing, mandelbrot, word_count, on forked ranks, or alone where they are of MPI.
. "$(dirname "$0")/../check.sh"
pricing=$1 mandelbrot=$2 word_count=$3
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 PARALLEL_TASK_THREADS=1

# The same sum of prices on any number of ranks; each run compares its prices with the plain loop's.
for ranks in 1 2 3; do
  RANKS=$ranks "$pricing" 40 >"prices.$ranks" 2>told || fail "$(cat told)"
  same "prices on $ranks ranks" prices.1 "prices.$ranks"
done
grep -q '^40 options are worth [0-9.]*$' prices.1 || fail "$(cat prices.1)"

# A picture of so many bytes, whose upper half is the mirror image of the lower, less the first row.
for ranks in 1 3; do RANKS=$ranks "$mandelbrot" "set.$ranks" 64 >rows 2>told || fail "$(cat told)"; done
[ "$(cat rows)" = "64 rows" ] || fail "$(cat rows)"
cmp set.1 set.3 || fail "another picture on three ranks"
[ "$(wc -c <set.1)" -eq $((64 * 64 + $(printf 'P5\n64 64\n255\n' | wc -c))) ] || fail "a picture of another size"

mkdir texts texts/deeper
printf 'To be, or not to be' >texts/a
printf 'be quick\n' >texts/deeper/b
: >texts/empty
for ranks in 1 2 3; do RANKS=$ranks "$word_count" texts 2 >"words.$ranks" 2>told || fail "$(cat told)"; done
printf '%8d be\n%8d to\n' 3 2 >expected
for ranks in 1 2 3; do same "words on $ranks ranks" expected "words.$ranks"; done

refuses 2 usage "$pricing" many
refuses 2 usage "$mandelbrot"
refuses 2 usage "$word_count"
