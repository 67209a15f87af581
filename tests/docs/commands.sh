#!/bin/sh
# usage: commands.sh TESTS
#
# Each test that a command of docs/reliability.md names is there: TESTS is the binary of the commands.
set -u
cd "$(dirname "$0")/../.." || exit 1
names=$(mktemp)
trap 'rm -f "$names"' EXIT
sed 's/|/\n/g' docs/reliability.md | grep -oE '(\$t|tests_asan) "[^"]+"' | sed 's/^[^"]*"//; s/"$//' | tr ',' '\n' >"$names"
[ "$(wc -l <"$names")" -gt 20 ] || { echo "docs/reliability.md: its commands are not read any more"; exit 1; }
failed=0
while read -r name; do
  "$1" --list-tests "$name" | grep -qE '^[1-9][0-9]* matching test case' || { echo "no test is called $name"; failed=1; }
done <"$names"
exit $failed
