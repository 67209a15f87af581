#!/bin/sh
# usage: run.sh COMPILER FILE HEADER
#
# FILE is full of mistakes, and the compiler must report each in one sentence. A line `// expect: …` starts a mistake,
# which ends before the next such line. In it the compiler must find exactly one error (for `// expect a warning: …`, one
# warning): its first line contains the text after the colon, and the whole message has at most 12 lines. HEADER is the
# header that precompile.sh has made.
#
# Mistakes share a file because reading the library takes most of the time. Each needs closures or types of its own: a
# compiler does not report an error again in a template that it has already instantiated.
set -u
cd "$(dirname "$0")/.." || exit 1
[ -n "$1" ] && command -v "${1%% *}" >/dev/null || { echo "no such compiler: '$1'"; exit 77; }

grep -q '^ *// expect' "$2" || { echo "$2: no line '// expect: …'"; exit 1; }
case $($1 --version) in *clang*) limit=-ferror-limit=0 ;; *) limit=-fmax-errors=0 ;; esac

# $1 is the compiler with its options: split on purpose
if said=$(LC_ALL=C $1 -std=c++20 -fsyntax-only $limit -I../include -include "$3" -fno-diagnostics-color "$2" 2>&1); then
  echo "$2 compiles"
  exit 1
fi

# An error belongs to the line of FILE that it is in, or else to the last line of FILE that its notes name. GCC prints
# these notes before the error ("required from here"), Clang after it ("requested here"). awk rather than grep: a sentence
# may contain an ellipsis, which grep takes for binary data in the C locale.
printf '%s\n' "$said" | awk -v file="$2" '
  function place(line) {  # the line number in FILE that `line` begins with, or 0
    if (index(line, file ":") != 1) return 0
    line = substr(line, length(file) + 2)
    return line + 0
  }
  function settle(  mistake) {  # all that was read since the last call is about one error
    if (said == "") return
    if (own) where = own
    for (mistake = count; mistake && begins[mistake] > where;) --mistake
    if (!mistake) complain("an error belongs to no mistake:\n" said)
    else if (++found[mistake] > 1) complain("mistake " mistake " has another error:\n" said)
    else if (!index(first, expected[mistake])) complain("expected: " expected[mistake] "\n" said)
    else if (first !~ kind[mistake]) complain("expected " kind[mistake] " " expected[mistake] "\n" said)
    else if (lines > 12) complain(lines " lines:\n" said)
  }
  function complain(what) { print what; failed = 1 }
  function begin() { said = first = ""; lines = where = own = 0 }

  FILENAME == file {
    if (/^ *\/\/ expect/) {
      begins[++count] = FNR
      kind[count] = / expect a warning: / ? " warning: " : " error: "
      sub(/^[^:]*: */, "")
      expected[count] = $0
    }
    next
  }
  /^In file included from|^ +from .*[:,]$|^[0-9]+ (error|warning)s?.* generated|^cc1plus: / { next }
  / (error|warning): / && first != "" { settle(); begin() }
  !/^ / && /: (In|At) / && first != "" { settle(); begin() }
  {
    said = said $0 "\n"
    ++lines
    if (/ (error|warning): /) {
      first = $0
      own = place($0)
    } else if (/required from|requested here/ && place($0)) {
      where = place($0)
    }
  }
  END {
    settle()
    for (m = 1; m <= count; ++m) if (!found[m]) complain(file ":" begins[m] ": no error; expected: " expected[m])
    if (!failed) print count " mistakes, each told in a sentence"
    exit failed
  }' "$2" -
