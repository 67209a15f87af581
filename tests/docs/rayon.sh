#!/bin/sh
# docs/from-rayon.md has a row for every method of Rayon's traits and every function of its that makes an iterator or
# runs something: the names are in rayon_names.txt, and where Rayon's source is installed (Debian's package), are its.
set -u
cd "$(dirname "$0")/../.." || exit 1
list=tests/docs/rayon_names.txt
rayon=
for found in /usr/share/cargo/registry/rayon-1*/src; do [ -d "$found" ] && rayon=$found; done

methods() {
  awk '/^pub trait /{on = 1} on && /^    fn /{sub(/^    fn /, ""); sub(/[<(:].*/, ""); print} /^}/{on = 0}' "$@"
}
in_source() {
  methods "$rayon/iter/mod.rs" "$rayon/slice/mod.rs" "$rayon/str.rs"
  sed -n 's/^pub fn \([a-z_]*\).*/\1/p' "$rayon"/iter/*.rs
  grep 'pub use rayon_core::' "$rayon/lib.rs" | sed 's/.*rayon_core:://' | tr -cs 'A-Za-z_' '\n' | grep '^[a-z]'
}
if [ -n "$rayon" ] && ! in_source | LC_ALL=C sort -u | cmp -s - "$list"; then
  echo "$list is not what $rayon says:"
  in_source | LC_ALL=C sort -u | diff "$list" -
  exit 1
fi
[ "$(wc -l <"$list")" -gt 120 ] || { echo "few names are in $list"; exit 1; }

missing=$(while read -r name; do
  grep -qE "(^|[^a-z_])$name([^a-z_]|\$)" docs/from-rayon.md || echo "$name"
done <"$list")
[ -z "$missing" ] && exit 0
echo "docs/from-rayon.md has no row for:" $missing
exit 1
