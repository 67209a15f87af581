#!/bin/sh
# usage: size.sh COMPILER
#
# Twelve pipelines add at most 25 kB of text to a program, and no symbol is longer than 400 characters. Calls that differ
# in nothing but their closures add at most 1000 bytes each: all else is shared.
set -u
cd "$(dirname "$0")" || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }
command -v size >/dev/null && command -v nm >/dev/null || { echo "no binutils"; exit 77; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '#include <parallel_task/parallel_task.hpp>\nusing Doubles = std::vector<double>;\n' >"$work/eighteen.cpp"
for n in 1 2 3 4 5 6; do
  cat <<END
double sum_$n(Doubles const& v) {
  return pt::parallel_iter(v).map([](double x) { return x + $n; }).reduce(0.0, [](double a, double b) { return a + b; });
}
void change_$n(Doubles& v) { pt::parallel_iter(v).for_each([](double& x) { x = x * 2 + $n; }); }
Doubles above_$n(Doubles const& v) {
  return pt::parallel_iter(v).map([](double x) { return x / $n; }).filter([](double x) { return x > $n; }).collect<std::vector>();
}
END
done >>"$work/eighteen.cpp"
for part in ./twelve ./engine "$work/eighteen"; do
  $1 -std=c++20 -O2 -DNDEBUG -I../../include -c "$part.cpp" -o "$work/${part##*/}.o" || exit 1
done

# All sections of code, those of templates and inline functions too; not the tables for unwinding.
text() { size -A "$1" | awk '$1 ~ /^\.text/ { sum += $2 } END { print sum + 0 }'; }
added=$(($(text "$work/twelve.o") - $(text "$work/engine.o")))
longest=$(nm "$work/twelve.o" | awk '{ if (length($NF) > most) most = length($NF) } END { print most + 0 }')

echo "$1: twelve pipelines add $added bytes to the $(text "$work/engine.o") of the engine; longest symbol: $longest characters"
each=$((($(text "$work/eighteen.o") - $(text "$work/engine.o")) / 18))
echo "$1: one more call of another type adds $each bytes"
[ "$each" -gt 0 ] && [ "$each" -le 1000 ] && [ "$added" -le 25000 ] && [ "$longest" -le 400 ]
