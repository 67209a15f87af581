#!/bin/sh
# docs/from-rayon.md has a row for every method of Rayon's traits and every function of its that makes an iterator or
# runs something, as far as Rayon's own source, from Debian's package, tells. Without that it is skipped.
set -u
cd "$(dirname "$0")/../.." || exit 1
rayon=
for found in /usr/share/cargo/registry/rayon-1*/src; do [ -d "$found" ] && rayon=$found; done
[ -n "$rayon" ] || { echo "no sources of Rayon"; exit 77; }

methods() {
  awk '/^pub trait /{on = 1} on && /^    fn /{sub(/^    fn /, ""); sub(/[<(:].*/, ""); print} /^}/{on = 0}' "$@"
}
names=$(
  methods "$rayon/iter/mod.rs" "$rayon/slice/mod.rs" "$rayon/str.rs"
  sed -n 's/^pub fn \([a-z_]*\).*/\1/p' "$rayon"/iter/*.rs
  grep 'pub use rayon_core::' "$rayon/lib.rs" | sed 's/.*rayon_core:://' | tr -cs 'A-Za-z_' '\n' | grep '^[a-z]'
)
[ "$(echo "$names" | wc -l)" -gt 120 ] || { echo "few names were found in $rayon"; exit 1; }

missing=$(for name in $names not_a_method; do  # the last, so that the judge judges
  grep -qE "(^|[^a-z_])$name([^a-z_]|\$)" docs/from-rayon.md || echo "$name"
done)
[ "$missing" = not_a_method ] && exit 0
echo "docs/from-rayon.md has no row for:" $missing
exit 1
