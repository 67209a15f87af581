# Which headers are read in one file so that each is read as if it were alone. Reads lines "HEADER INCLUDED"; prints a
# line of headers for each file.
#
# A header is read as if alone if all that has been read before is what it includes itself, by whatever way: it then
# sees no more than it would see in a file of its own. So a file reads a chain of headers, each of which includes the one
# before. What is read on the way and fulfils the condition need not be read again.
{
  if (!($1 in known)) { known[$1]; headers[++count] = $1 }
  if (NF > 1) included[$1, ++includes[$1]] = $2
}
END {
  for (i = 1; i <= count; ++i) gather(headers[i])
  for (;;) {
    last = largest("")
    if (last == "") exit
    chain = last
    for (next_one = last; (next_one = largest(next_one)) != "";) chain = next_one " " chain
    print chain
    split("", seen); split("", behind); read_before = 0
    n = split(chain, parts, " ")
    for (i = 1; i <= n; ++i) read_one(parts[i])
    if (!(last in checked)) { print "not read alone: " last > "/dev/stderr"; exit 1 }
  }
}

# All that a header includes: reaches[header, other], and how many they are.
function gather(header,   i, j, other) {
  if (header in size) return
  size[header] = 0
  for (i = 1; i <= includes[header]; ++i) {
    other = included[header, i]
    if (!(other in known)) continue
    gather(other)
    reach(header, other)
    for (j = 1; j <= count; ++j) if ((other, headers[j]) in reaches) reach(header, headers[j])
  }
}
function reach(header, other) {
  if ((header, other) in reaches) return
  reaches[header, other]
  ++size[header]
}

# Of the headers that still have to be read, the one that includes most; of those that `above` includes, if it is given.
function largest(above,   i, found) {
  found = ""
  for (i = 1; i <= count; ++i) {
    if (headers[i] in checked || (above != "" && !((above, headers[i]) in reaches))) continue
    if (found == "" || size[headers[i]] > size[found]) found = headers[i]
  }
  return found
}

# What the compiler does, and whether the header is read as if it were alone.
function read_one(header,   i, as_if_alone) {
  if (header in seen || !(header in known)) return
  seen[header]
  as_if_alone = 1
  for (i = 1; i <= read_before && as_if_alone; ++i) as_if_alone = (header, behind[i]) in reaches
  if (as_if_alone) checked[header]
  for (i = 1; i <= includes[header]; ++i) read_one(included[header, i])
  behind[++read_before] = header
}
