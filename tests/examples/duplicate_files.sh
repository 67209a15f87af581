#!/bin/sh
. "$(dirname "$0")/check.sh"

mkdir -p tree/a tree/b/c
printf 'same' >tree/a/one
printf 'same' >tree/b/c/two
printf 'same' >tree/three
printf 'Same' >tree/a/other       # of that size
printf 'alone in its size' >tree/a/lone
: >tree/b/empty
: >tree/b/c/also_empty
ln -s three tree/link
cat >expected <<'END'
tree/a/one
tree/b/c/two
tree/three

tree/b/c/also_empty
tree/b/empty

END
"$program" tree >out
same "three of four bytes, two empty ones" expected out

# Larger than the blocks in which files are read; two pairs that differ in their last byte, or in their first block only.
i=0
while [ $i -lt 3 ]; do
  awk -v seed=$i 'BEGIN { print "file", seed % 2; for (n = 0; n < 20000; ++n) print n, n * n % 1009; print "end" }' >tree/b/large$i
  i=$((i + 1))
done
sed 's/end$/enD/' tree/b/large0 >tree/b/last_byte
# Many small ones, in which few contents are often repeated.
awk 'BEGIN { for (i = 0; i < 300; ++i) { name = "tree/a/many" i; print "content", i * i % 67 >name; close(name) } }'
find tree -type f | sort | xargs cksum | awk '
  { key = $1 " " $2; files[key] = files[key] $3 "\n"; if (++count[key] == 1) first[key] = $3 }
  END { for (key in files) if (count[key] > 1) print first[key] "\t" key }' | sort >groups
cut -f 1 groups >expected
"$program" tree >out
awk 'BEGIN { RS = "" } { print $1 }' out >firsts
same "the first of each group, as cksum finds them" expected firsts
grep . out | sort >all
[ "$(uniq -d all | wc -l)" -eq 0 ] || fail "a file is in two groups"
find tree -type f | sort | xargs cksum | awk '{ key = $1 " " $2; count[key]++; of[$3] = key }
  END { for (file in of) if (count[of[file]] > 1) print file }' | sort >expected
same "all files that are in groups" expected all
grep -q 'large2' out || fail "large files are not compared"
if grep -q 'last_byte' out; then fail "files that differ in a byte are called the same"; fi

PARALLEL_TASK_THREADS=1 "$program" tree >alone
same "the list made by one thread" alone out

# Root can read all.
if [ "$(id -u)" != 0 ]; then
  chmod 0 tree/a/one
  status=0
  "$program" tree >out 2>err || status=$?
  [ "$status" = 1 ] && grep -q "can't read tree/a/one" err || fail "an unreadable file: status $status, $(cat err)"
  [ ! -s out ] || fail "an unreadable file, and a list"
fi

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" a b
refuses 1 'nowhere' "$program" nowhere
