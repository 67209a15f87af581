#!/bin/sh
. "$(dirname "$0")/check.sh"

# The exact price as awk finds it, by another way: the mean payoff over the normal density, summed up finely. What the
# program says must agree with it, the simulated ones within four of the standard errors that it gives.
"$program" 300000 >prices
awk 'BEGIN {
    steps = 40000; width = 16 / steps
    for (i = 0; i < steps; ++i) {
      z = -8 + (i + 0.5) * width
      payoff = 100 * exp((0.03 - 0.25 ^ 2 / 2) * 1.5 + 0.25 * sqrt(1.5) * z) - 105
      if (payoff > 0) sum += payoff * exp(-z * z / 2) / sqrt(2 * 3.14159265358979) * width
    }
    exact = exp(-0.03 * 1.5) * sum
  }
  /Black/ { if ($NF - exact > 1e-4 || exact - $NF > 1e-4) { print "exact:", exact; wrong = 1 } }
  /Monte/ {
    ++simulated
    off = ($5 - exact) / $7
    if (off > 4 || off < -4) { print off, "standard errors off"; wrong = 1 }
    if ($7 < 0.03 || $7 > 0.05) { print "300000 paths of a payoff that deviates by some 20: not", $7; wrong = 1 }
    if (bits != "" && $8 != bits) { print "other bits:", $8; wrong = 1 }
    bits = $8
  }
  END { exit wrong || simulated != 3 }' prices || fail "$(cat prices)"

# The same in every run, and where nothing is shared.
for threads in 1 2 2; do
  PARALLEL_TASK_THREADS=$threads "$program" 300000 >again
  same "another run" prices again
done

refuses 2 '^usage:' "$program" 10
refuses 2 '^usage:' "$program" many
refuses 2 '^usage:' "$program" -4
refuses 2 '^usage:' "$program" 1000 2
