#!/bin/sh
# usage: commands.sh TESTS
#
# Each test that a command of docs/reliability.md names is there: TESTS is the binary of the commands, or TESTS_clang where
# they say so and there is one.
set -u
cd "$(dirname "$0")/../.." || exit 1
names=$(mktemp)
trap 'rm -f "$names"' EXIT
commands() {  # of the binaries
  sed 's/|/\n/g' docs/reliability.md | grep -oE "($1) \"[^\"]+\"" | sed 's/^[^"]*"//; s/"$//' | tr ',' '\n'
}
commands '\$t|tests_asan' | sed "s|^|$1\t|" >"$names"
[ "$(wc -l <"$names")" -gt 20 ] || { echo "docs/reliability.md: its commands are not read any more"; exit 1; }
failed=0
clang=$1
[ ! -x "$1_clang" ] || clang=$1_clang
commands tests_clang | sed "s|^|$clang\t|" >>"$names"
while IFS='	' read -r tests name; do
  "$tests" --list-tests "$name" | grep -qE '^[1-9][0-9]* matching test case' || { echo "no test is called $name"; failed=1; }
done <"$names"
exit $failed
