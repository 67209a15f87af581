#!/bin/sh
. "$(dirname "$0")/check.sh"

"$program" marbles.png 120 9
"$helper" marbles.png >marbles.txt
[ "$(head -n 1 marbles.txt)" = "120 75" ] || fail "the picture has $(head -n 1 marbles.txt) pixels"

# Where the marbles are, by perspective, their own colour is the strongest; the sky is what its formula says.
awk 'NR > 1 { red[NR - 2] = $1; green[NR - 2] = $2; blue[NR - 2] = $3 }
  function at(x, y, z,    scale) {
    scale = -1.2 / (z - 7.5)
    return int((x * scale + 0.5) * 120) + 120 * int((0.2 - (y - 1.9) * scale) * 120)
  }
  function check(what, right) { if (!right) { print what; wrong = 1 } }
  function near(a, b) { return a - b < 3 && b - a < 3 }
  END {
    i = at(-2.1, 0.7, 0.6); check("the red marble", red[i] > green[i] + 60 && red[i] > blue[i] + 60)
    i = at(1.9, 0.6, 0.9);  check("the blue marble", blue[i] > red[i] + 60 && blue[i] > green[i] + 30)
    i = at(0.6, 0.35, 2.0); check("the green marble", green[i] > red[i] + 60 && green[i] > blue[i] + 40)
    i = at(-0.9, 0.3, 1.9); check("the yellow marble", red[i] > blue[i] + 40 && green[i] > blue[i] + 30)
    i = at(4.5, 0, -3.5); j = at(-1.66, 0, 0.075) # white both, the other in the shadow of the red marble
    check("the shadow", red[i] > red[j] + 50)
    up = 0.2 / sqrt(0.2 ^ 2 + 1.2 ^ 2)
    check("the sky", near(red[60], 255 * sqrt(0.9 - 0.65 * up)) && near(green[60], 255 * sqrt(0.95 - 0.45 * up)))
    exit wrong
  }' marbles.txt || fail "something is not where it should be"

# Random numbers go by pixel and ray: the picture is the same on one thread.
PARALLEL_TASK_THREADS=1 "$program" alone.png 120 9
"$helper" alone.png >alone.txt
same "the picture made by one thread" alone.txt marbles.txt

# Ctrl-C: no picture, and a status that says so. Sent when the program has said that it listens.
touch stopped.err
"$program" never.png 1000 20000 2>stopped.err &
trap 'kill -KILL $! 2>/dev/null || true; rm -rf "$work"' EXIT
until grep -q 'Ctrl-C stops it' stopped.err; do
  kill -0 $! || fail "it ended before it was stopped"
  sleep 0.1
done
kill -INT $!
status=0
wait $! || status=$?
[ "$status" = 130 ] || fail "Ctrl-C made it end with $status"
grep -q 'no picture was written' stopped.err || fail "Ctrl-C made it say: $(cat stopped.err)"
[ ! -e never.png ] || fail "half a picture was written"

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" a.png wide
refuses 2 '^usage:' "$program" a.png -80
refuses 1 'no/where.png' "$program" no/where.png 20
