#!/bin/sh
. "$(dirname "$0")/check.sh"

# A glider moves by one cell to the right and one down in four generations, and round the board in 32.
cat >start <<'END'
.#......
..#.....
###.....
........
........
........
........
........
END
cat >moved <<'END'
........
..#.....
...#....
.###....
........
........
........
........
END
for step in 0:start 4:moved 32:start 36:moved; do
  "$program" glider "${step%:*}" 8 8 >board
  same "glider after ${step%:*} generations" "${step#*:}" board
done

# From a file, with a comment, a size, a run across lines and white space.
printf '#C a glider\nx = 3, y = 3, rule = B3/S23\nbo\nb$2bo$\r\n3\no!\nnot read' >glider.rle
"$program" glider.rle 4 8 8 >board
same "glider from a file" moved board

printf '2o3$2o!' >apart.rle
"$program" apart.rle 0 3 4 >board
printf '##.\n...\n...\n##.\n' >expected
same "rows skipped" expected board

# The gun has 36 cells, a period of 30, and has sent off one glider of 5 after each.
"$program" gun 0 80 60 | tr -dc '#' | wc -c | tr -d ' ' >cells
"$program" gun 30 80 60 | tr -dc '#' | wc -c | tr -d ' ' >>cells
"$program" gun 60 80 60 | tr -dc '#' | wc -c | tr -d ' ' >>cells
printf '36\n41\n46\n' >expected
same "cells of the gun" expected cells

# Large enough to be shared: the program compares it with the plain loop. The picture: a header, then a byte for each cell.
"$program" gun 60 400 300 picture.pgm
head -n 3 picture.pgm >header
printf 'P5\n400 300\n1\n' >expected
same "the picture's header" expected header
tail -c 120000 picture.pgm | tr -dc '\001' | wc -c | tr -d ' ' >cells
[ "$(cat cells)" = 46 ] || fail "the picture shows $(cat cells) cells, not 46"
[ "$(wc -c <picture.pgm)" -eq $((120000 + $(wc -c <header))) ] || fail "the picture has $(wc -c <picture.pgm) bytes"

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" glider 1 8
refuses 1 'not a number: 4x' "$program" glider 4x
refuses 1 'not a number: -1' "$program" glider -1
refuses 1 'no cells' "$program" glider 1 0 8
refuses 1 "can't read nowhere.rle" "$program" nowhere.rle 1
echo 'hello' >bad.rle
refuses 1 "it has a 'h'" "$program" bad.rle 1
refuses 1 "can't write no/where.pgm" "$program" glider 1 8 8 no/where.pgm
