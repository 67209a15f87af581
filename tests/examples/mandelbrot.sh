#!/bin/sh
. "$(dirname "$0")/check.sh"

# The same picture as awk computes it.
awk -v width=80 -v re=-0.65 -v im=0 -v span=3.2 '
  function wave(t, shift) { return int(127.5 + 127.5 * cos(0.25 * t + shift)) }
  function pixel(re, im,    n, x, y, square, next_x, t) {
    x = y = 0
    for (n = 0; n < 1000; ++n) {
      square = x * x + y * y
      if (square > 256) {
        t = n - log(log(square) / log(2)) / log(2)
        return wave(t, 3.0) " " wave(t, 3.6) " " wave(t, 4.4)
      }
      next_x = x * x - y * y + re
      y = 2 * x * y + im
      x = next_x
    }
    return "0 0 0"
  }
  BEGIN {
    height = int(width * 3 / 4)
    print width, height
    for (row = 0; row < height; ++row)
      for (column = 0; column < width; ++column)
        print pixel(re + span / width * (column - width / 2), im - span / width * (row - height / 2))
  }' >reference.txt
"$program" set.png 80
different=$("$helper" set.png reference.txt)
echo "$different of 4800 pixels differ from what awk computes"
[ "$different" -le 24 ] || fail "that is more than rounding explains"

# Another part: black in the middle of the circle to the left of the heart, and no wider than it was asked for.
"$program" part.png 48 -1 0 0.1
"$helper" part.png >part.txt
[ "$(grep -c '^0 0 0$' part.txt)" = 1728 ] || fail "the circle is not black"
[ "$(head -n 1 part.txt)" = "48 36" ] || fail "the picture has $(head -n 1 part.txt) pixels"

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" a.png wide
refuses 2 '^usage:' "$program" a.png -80
refuses 2 '^usage:' "$program" a.png 80 1
refuses 1 'no/where.png' "$program" no/where.png 80
