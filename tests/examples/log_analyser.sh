#!/bin/sh
. "$(dirname "$0")/check.sh"

cat >few.log <<'END'
192.0.2.7 - - [17/May/2024:10:05:03 +0000] "GET /fast HTTP/1.1" 200 5120 37
192.0.2.8 - bob [17/May/2024:10:05:04 +0000] "POST /slow HTTP/2" 200 5120 500
192.0.2.7 - - [17/May/2024:10:05:05 +0000] "GET /fails HTTP/1.1" 503 0 1
192.0.2.9 - - [17/May/2024:10:05:06 +0000] "GET /not/here HTTP/1.1" 404 12 499
END
sed -n 2,3p few.log >expected
printf '200: 2\n404: 1\n503: 1\nslow: 1\n' >expected.err
"$program" 500 <few.log >out 2>err
same "what it passes on of four requests" expected out
same "the sums of four requests" expected.err err

# In order, and complete: the same by awk.
"$program" make 20000 >made.log
[ "$(sort -u made.log | wc -l)" -gt 19000 ] || fail "made lines are too much alike to show an order"
awk '$(NF - 2) >= 500 || $NF >= 900' made.log >expected
awk '{ ++of[$(NF - 2)]; slow += $NF >= 900 } END { for (s in of) print s ": " of[s]; print "slow: " slow }' made.log |
  sort >expected.err
"$program" 900 <made.log >out 2>err
same "what it passes on of 20000 requests" expected out
same "the sums of 20000 requests" expected.err err

# Lines that are no requests are counted, whatever their length.
{ cat few.log && echo 'hello' && echo && awk 'BEGIN { while (n++ < 300000) printf "x" }' && echo; } >odd.log
status=0
"$program" 500 <odd.log >out 2>err || status=$?
[ "$status" = 1 ] || fail "lines that are no requests made it end with $status"
grep -qx 'no request: 3' err || fail "it said of 3 lines that are no requests: $(cat err)"
"$program" 500 </dev/null >out 2>err || fail "an empty log made it end with $?"
same "what it says of an empty log" - err <<'END'
slow: 0
END

# A pipe that is closed: it ends, without an error and without a sum, though the input has no end.
yes "$(sed -n 3p few.log)" | { status=0; "$program" 0 2>err || status=$?; echo $status >ended; } | head -n 3 >out
[ "$(cat ended)" = 0 ] || fail "a closed pipe made it end with $(cat ended)"
[ ! -s err ] || fail "a closed pipe made it say: $(cat err)"
[ "$(wc -l <out)" -eq 3 ] || fail "a closed pipe's lines are missing"
"$program" make 1000000000 | head -n 1 >out
if [ -w /dev/full ]; then
  status=0
  "$program" 0 <made.log >/dev/full 2>err || status=$?
  [ "$status" = 1 ] && grep -q 'standard output' err || fail "a full disk made it end with $status, saying: $(cat err)"
fi

# A reader that stops holds it up: what it reads ahead is bounded, by its window and what pipes hold.
: >read
awk '{ print; fflush(); print NR >"read"; fflush("read") }' made.log | "$program" 0 2>err |
  { read -r line; until [ -e go ]; do sleep 0.1; done; echo "$line"; cat; } >out &
before=-1 now=0
while [ "$now" != "$before" ] || [ "$now" = 0 ]; do
  sleep 0.5
  before=$now
  now=$(wc -l <read)
done
touch go
wait
[ "$now" -lt 8000 ] || fail "it read $now of 20000 lines while nobody read what it printed"
same "what it passes on after it was held up" made.log out

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" slow
