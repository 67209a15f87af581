#!/bin/sh
# Every source is as clang-format 16 would have it, with the project's .clang-format. Other versions break lines elsewhere.
#   sh tests/format.sh          what differs
#   sh tests/format.sh --mend   rewrites it
set -eu
cd "$(dirname "$0")/.."
for formatter in clang-format-16 clang-format; do
  if command -v "$formatter" >/dev/null 2>&1 && "$formatter" --version | grep -q 'version 16\.'; then break; fi
  formatter=
done
[ -n "$formatter" ] || { echo "no clang-format 16 here"; exit 77; }

# single_include/ is generated from what is formatted.
files=$(find include tests bench examples -name '*.hpp' -o -name '*.cpp' -o -name '*.cppm')
if [ "${1:-}" = --mend ]; then
  echo "$files" | xargs "$formatter" -i
else
  echo "$files" | xargs -P 2 -n 40 "$formatter" --dry-run --Werror || { echo "sh tests/format.sh --mend formats it"; exit 1; }
fi
