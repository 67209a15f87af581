#!/bin/sh
. "$(dirname "$0")/check.sh"

"$program" run.svg >report
grep -q '^240 items in .* on [1-4] thread' report || fail "the report says: $(cat report)"
grep -q '<title>240 items in ' run.svg || fail "the picture has no title"
tail -n 1 run.svg | grep -qx '</svg>' || fail "the picture does not end"
[ "$(wc -c <run.svg)" -lt 61440 ] || fail "the picture has $(wc -c <run.svg) bytes"
"$program" run.json >report
grep -q '"ph":"X","name":"claim"' run.json || fail "no claim in the JSON"
[ "$(sed -n 's/.*"name":"claim".*"items":\([0-9]*\).*/\1/p' run.json | awk '{ all += $1 } END { print all }')" = 240 ] ||
  fail "the claims do not hold 240 items"
refuses 2 usage "$program"
refuses 2 usage "$program" run.txt
refuses 1 "can't write" "$program" no/such/folder.svg
