#!/bin/sh
. "$(dirname "$0")/check.sh"

# The same count, made with tr, sort and uniq.
by_hand() {
  find "$1" -type f -exec sh -c 'for file; do cat "$file"; echo; done' all {} + | tr -cs 'A-Za-z\200-\377' '\n' | tr A-Z a-z | sed '/^$/d' | sort | uniq -c |
    sort -k1,1nr -k2,2 | sed 's/^ *//'
}

mkdir -p texts/deep/er
printf 'The cat, the dog; THE END.\n' >texts/a.txt
printf 'no newline at the end: cat' >texts/deep/b
printf 'na\303\257ve Na\303\257ve\n' >texts/deep/er/c
: >texts/empty
cat >expected <<'END'
4 the
2 cat
2 end
2 naïve
1 at
END
"$program" texts 5 >words
same "words of four files" expected words
"$program" texts 1000 >words
by_hand texts >expected
same "all words of four files" expected words

# A file large enough for many pieces, among small ones. Each line ends with a different word, so that the counts would
# show a word that was cut in two.
awk 'BEGIN { for (i = 0; i < 60000; ++i) print "lorem ipsum dolor sit amet", "word" i % 977, substr("abcdefghijklmnop", i % 16) }' |
  tr 0-9 q-z >texts/large
i=0
while [ $i -lt 60 ]; do
  head -n $i texts/large >texts/deep/small$i
  i=$((i + 1))
done
"$program" texts 100000 >words
by_hand texts >expected
same "all words of 64 files" expected words
[ "$(wc -l <words)" -gt 977 ] || fail "too few words to show anything"

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" texts many
refuses 1 'nowhere' "$program" nowhere
# A file that can't be read is named, and the words of the others are counted. Root can read any file.
if [ "$(id -u)" != 0 ]; then
  echo secret >texts/secret
  chmod 0 texts/secret
  status=0
  "$program" texts 100000 >words 2>errors || status=$?
  [ "$status" = 1 ] || fail "an unreadable file made it end with $status"
  grep -q "can't read texts/secret" errors || fail "an unreadable file made it say: $(cat errors)"
  same "the words of the others" expected words
fi
