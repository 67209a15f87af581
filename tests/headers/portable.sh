#!/bin/sh
# Nothing in a header that Microsoft's compiler would read otherwise: characters beyond ASCII, which it takes for those of
# its machine's code page and so loses the ends of lines, and attributes that it does not know (platform/attributes.hpp).
# Nor one that it would warn of: what is aligned to lines of the cache stands between that file's two words for it.
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
for header in $(find parallel_task -name '*.hpp' ! -name attributes.hpp); do
  awk '/^PARALLEL_TASK_PADDED_BEGIN$/ { if (inside) wrong = 1; inside = 1 }
       /^PARALLEL_TASK_PADDED_END$/ { if (!inside) wrong = 1; inside = 0 }
       /#pragma warning.*4324/ { wrong = 1 }
       /alignas\(([0-9]+|[a-z_:]*line[a-z_]*)\)/ && !/\/\/.*alignas/ { if (!inside) wrong = 1 }
       END { exit wrong || inside }' "$header" ||
    { echo "$header: what is aligned, and PARALLEL_TASK_PADDED_BEGIN and _END"; failed=1; }
done
exit $failed
