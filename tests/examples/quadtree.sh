#!/bin/sh
. "$(dirname "$0")/check.sh"

"$program" spheres.pgm 256 2>said.txt || fail "$(cat said.txt)"
[ "$(head -n 1 spheres.pgm)" = P2 ] || fail "no picture of greys"
[ "$(tail -n +4 spheres.pgm | wc -w)" = 65536 ] || fail "not 256 x 256 pixels"

# Spheres in front of nothing: black in the corner, something in the middle third, and many shades.
[ "$(sed -n 4p spheres.pgm | cut -d ' ' -f 1)" = 0 ] || fail "the corner is not black"
tail -n +4 spheres.pgm | tr ' ' '\n' | sort -n | uniq -c >shades.txt
[ "$(wc -l <shades.txt)" -ge 60 ] || fail "only $(wc -l <shades.txt) shades"
black=$(awk '$2 == 0 { print $1 }' shades.txt)
[ "$black" -gt 6000 ] && [ "$black" -lt 60000 ] || fail "$black pixels are black"

# A pixel alone is traced, too.
"$program" one.pgm 1 2>said.txt || fail "$(cat said.txt)"
[ "$(tail -n +4 one.pgm | wc -w)" = 1 ] || fail "not one pixel"

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" a.pgm 100
refuses 1 'no/where.pgm' "$program" no/where.pgm 8
