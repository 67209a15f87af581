#!/bin/sh
# usage: facilities.sh [FILE...]
#
# Each header includes what it uses of the standard library, itself or by another header of this library. What the
# standard headers include of each other, other libraries' do not: a header that compiles here may not compile with
# Microsoft's. facilities.txt says which header has what; a name that it does not know is an error. And each has what
# names the namespace of its code.
set -u
cd "$(dirname "$0")/../../include" || exit 1
[ $# -gt 0 ] || set -- $(find parallel_task -name '*.hpp' | LC_ALL=C sort)

LC_ALL=C awk '
  FILENAME ~ /facilities.txt$/ {
    if ($0 ~ /^#/ || NF < 2) next
    for (i = 2; i <= NF; ++i) has[$i] = has[$i] " " $1
    next
  }
  FNR == 1 { files[++count] = FILENAME; comment = 0 }
  /^ *# *include/ {
    name = $0
    sub(/^[^<"]*[<"]/, "", name); sub(/[>"].*$/, "", name)
    if (name ~ /^parallel_task\//) own[FILENAME] = own[FILENAME] " " name
    includes[FILENAME] = includes[FILENAME] " " (name ~ /^parallel_task\// ? name : "<" name ">")
    next
  }
  {
    line = $0
    gsub(/"([^"\\]|\\.)*"/, "", line)
    sub(/\/\/.*$/, "", line)
    if (line ~ /^ *# *(if|elif)/) next
    if (line ~ /PARALLEL_TASK_(CODE|VALUES)/ && !(FILENAME in codes)) codes[FILENAME] = FNR
    while (match(line, /std::[a-z_]+[a-z_0-9]*(::[a-z_]+[a-z_0-9]*)?/)) {
      name = substr(line, RSTART + 5, RLENGTH - 5)
      line = substr(line, RSTART + RLENGTH)
      if (!(FILENAME SUBSEP name in uses)) { uses[FILENAME, name] = FNR; used[FILENAME] = used[FILENAME] " " name }
    }
  }
  # All that a header includes, by others of this library too.
  function reach(file,   n, i, parts) {
    if (file in seen) return
    seen[file] = 1
    n = split(includes[file], parts, " ")
    for (i = 1; i <= n; ++i) { reached[parts[i]] = 1; if (parts[i] !~ /^</) reach(parts[i]) }
  }
  function first_of(name) { sub(/::.*/, "", name); return name }
  END {
    for (f = 1; f <= count; ++f) {
      file = files[f]
      if (file !~ /\.hpp$/) continue
      split("", seen); split("", reached)
      reach(file)
      if (file in codes && !("parallel_task/platform/code.hpp" in reached) && file !~ /platform\/(code|instructions)\.hpp$/) {
        printf "include/%s:%d: its namespace has a name without parallel_task/platform/code.hpp\n", file, codes[file]
        failed = 1
      }
      n = split(used[file], names, " ")
      for (i = 1; i <= n; ++i) {
        name = names[i]
        key = name in has ? name : first_of(name)
        if (!(key in has)) {
          printf "include/%s:%d: std::%s is not in tests/headers/facilities.txt\n", file, uses[file, name], name
          failed = 1
          continue
        }
        m = split(has[key], providers, " "); found = 0
        for (j = 1; j <= m; ++j) if (providers[j] in reached || providers[j] == file) found = 1
        if (!found) {
          printf "include/%s:%d: std::%s without%s\n", file, uses[file, name], name, has[key]
          failed = 1
        }
      }
    }
    exit failed
  }' ../tests/headers/facilities.txt "$@"
