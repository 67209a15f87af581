#!/bin/sh
# Nothing in a header that Microsoft's compiler would read otherwise: characters beyond ASCII, which it takes for those of
# its machine's code page and so loses the ends of lines, and attributes that it does not know (platform/attributes.hpp).
set -u
cd "$(dirname "$0")/../../include" || exit 1
export LC_ALL=C
failed=0
tab=$(printf '\t')
headers=$(find parallel_task ../single_include -name '*.?pp*')
[ "$(echo "$headers" | wc -l)" -gt 200 ] || { echo "only few headers were found"; exit 1; }
grep -n "[^ -~$tab]" $headers && { echo "not ASCII"; failed=1; }
grep -nE '\[\[[^]"]*(gnu::(always_inline|noinline)|no_unique_address)' $headers |
  grep -vE '//.*\[\[|#define PARALLEL_TASK_[A-Z_]+ \[\[' && { echo "an attribute without its macro"; failed=1; }
exit $failed
