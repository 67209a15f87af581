#!/bin/sh
. "$(dirname "$0")/check.sh"

# In a pipe or a file: lines that go up, the last of them 100 %, and nothing that moves the cursor.
"$program" 0.5 >lines
grep -vqx '[0-9]*0 %' lines && fail "not lines of per cents: $(cat lines)"
sort -n -u lines >sorted
same "lines in a file" sorted lines
[ "$(tail -n 1 lines)" = "100 %" ] || fail "it ends with $(tail -n 1 lines)"

# As on a terminal: one line, written over and over.
"$program" 0.5 always >bar
[ "$(wc -l <bar)" = 1 ] || fail "the bar has $(wc -l <bar) lines"
tr '\r' '\n' <bar | sed '1d' >bars
grep -Evq '^\[#* *\] +[0-9]+ %' bars && fail "not a bar: $(cat bars)"
tail -n 1 bars | grep -q '^\[########################################\] 100 % *$' || fail "it ends with $(tail -n 1 bars)"
refuses 2 usage "$program" -1
refuses 2 usage "$program" 1 maybe
