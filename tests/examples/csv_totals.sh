#!/bin/sh
. "$(dirname "$0")/check.sh"

by_awk() {
  awk -F, '{ sub(/\./, "", $4); rows[$2]++; quantity[$2] += $3; cents[$2] += $3 * $4 }
    END { for (product in rows) printf "%s %d %d %d\n", product, rows[product], quantity[product], cents[product] }' "$1" |
    sort
}

# A few rows, the last without a newline.
printf '2024-01-02,tea,2,1.05\n2024-01-03,rye bread,1,3.20\n2024-01-03,tea,10,0.99' >few.csv
printf 'rye bread 1 1 320\ntea 2 12 1200\n' >expected
"$program" few.csv >totals
same "totals of three rows" expected totals

# Several pieces; made twice, the same.
"$program" make 4 sales.csv
"$program" make 4 again.csv
cmp sales.csv again.csv || fail "made twice, the file differs"
[ "$(wc -c <sales.csv)" -ge 4194304 ] || fail "of 4 MB it made $(wc -c <sales.csv) bytes"
by_awk sales.csv >expected
"$program" sales.csv >totals
same "totals of the file it made" expected totals
[ "$(wc -l <totals)" -gt 1000 ] || fail "too few products to show anything"

# Rows that end just where a piece of a megabyte does, begin there, or lie across: the first piece shorter by 0 to 2 bytes.
for shorter in 0 1 2; do
  awk -v bytes=$((1048576 - shorter)) 'BEGIN {
    row = "2024-01-02,full,1,1.00\n"
    for (; bytes >= 2 * length(row); bytes -= length(row)) printf "%s", row
    name = sprintf("%*s", bytes - length(row) + 4, "x")
    gsub(/ /, "x", name)
    printf "2024-01-02,%s,1,1.00\n2024-01-02,next,1,1.00\n2024-01-02,last,1,1.00\n", name
  }' >edge.csv
  by_awk edge.csv >expected
  "$program" edge.csv >totals
  same "rows round the end of a piece" expected totals
done

: >empty.csv
"$program" empty.csv >totals
[ ! -s totals ] || fail "an empty file has totals"

# Of several wrong rows the first is named, wherever the work was divided.
sed -e '70000s/,/;/' -e '70001s/$/x/' -e '150000s/P/,/' sales.csv >wrong.csv
refuses 1 "not a row: $(sed -n 70000p wrong.csv)" "$program" wrong.csv
for row in 'no commas' '2024-01-02,tea,2' '2024-01-02,tea,two,1.00' '2024-01-02,tea,2,1' '2024-01-02,tea,2,1.00x' ''; do
  printf '2024-01-02,tea,2,1.05\n%s\n2024-01-02,tea,2,1.05\n' "$row" >wrong.csv
  refuses 1 "not a row: $row" "$program" wrong.csv
done

refuses 2 '^usage:' "$program"
refuses 2 '^usage:' "$program" make much file.csv
refuses 1 "can't read nowhere.csv" "$program" nowhere.csv
refuses 1 "can't write no/where.csv" "$program" make 1 no/where.csv
