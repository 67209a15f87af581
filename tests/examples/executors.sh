#!/bin/sh
. "$(dirname "$0")/check.sh"

# Every host finds the primes that are known, and only the library's own run uses its threads.
"$program" 100000 >said.txt || fail "it ended with $?: $(cat said.txt)"
grep -q '^std::thread  ' said.txt || fail "no run on threads of its own: $(cat said.txt)"
! grep -v ' 9592 primes below 100000, ' said.txt || fail "another number of primes"
! grep -v '^the library ' said.txt | grep -v ', 0 items on threads of the library$' || fail "the library's threads came"

refuses 2 '^usage:' "$program" 0
refuses 2 '^usage:' "$program" 1 2
