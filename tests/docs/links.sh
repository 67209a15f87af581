#!/bin/sh
# Every link of the repository's Markdown files that leads to a file finds it, and its anchor there, as a code host makes
# anchors: from headings. So no link is dead where the files are read as they lie. Links that lead out are not looked at.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find . \( -name build -o -name .git -o -name external \) -prune -o -name '*.md' -print | sed 's|^\./||' | LC_ALL=C sort >"$work/pages"
[ -s "$work/pages" ] || { echo "no Markdown files"; exit 1; }

# "PAGE#anchor" for each heading, and "PAGE<tab>link" for each link outside of code.
xargs awk -v anchors="$work/anchors" -v links="$work/links" '
  FNR == 1 { block = 0; split("", seen) }
  /^ *(```|~~~)/ { block = !block; next }
  block || /^    / { next }
  /^#+ / {
    id = tolower($0)
    sub(/^#+ +/, "", id)
    gsub(/\]\([^)]*\)/, "", id)
    gsub(/[^a-z0-9_ -]/, "", id)
    gsub(/ /, "-", id)
    times = seen[id]++
    print FILENAME "#" id (times ? "-" times : "") >anchors
  }
  {
    line = $0
    gsub(/`[^`]*`/, "x", line)
    while (match(line, /\]\([^() ]+\)/)) {
      print FILENAME "\t" substr(line, RSTART + 2, RLENGTH - 3) >links
      line = substr(line, RSTART + RLENGTH)
    }
    while (match(line, /(src|href)="[^"]+"/)) {
      link = substr(line, RSTART, RLENGTH)
      sub(/^[a-z]+="/, "", link)
      sub(/"$/, "", link)
      print FILENAME "\t" link >links
      line = substr(line, RSTART + RLENGTH)
    }
  }' <"$work/pages"

tab=$(printf '\t')
dead=0 inside=0 outside=0
while IFS="$tab" read -r page link; do
  case $link in
    http://* | https://* | mailto:*) outside=$((outside + 1)); continue ;;
  esac
  inside=$((inside + 1))
  path=${link%%#*} anchor=
  case $link in *'#'*) anchor=${link#*#} ;; esac
  target=$page
  if [ -n "$path" ]; then
    case $page in */*) target=${page%/*}/$path ;; *) target=$path ;; esac
    # a/b/../c is a/c
    while case $target in *[!./]*/../*) true ;; *) false ;; esac; do
      shorter=$(printf '%s\n' "$target" | sed 's|[^/][^/]*/\.\./||')
      [ "$shorter" != "$target" ] || break
      target=$shorter
    done
    [ -e "$target" ] || { echo "$page: no such file: $link"; dead=$((dead + 1)); continue; }
  fi
  if [ -n "$anchor" ]; then
    case $target in
      *.md) grep -qxF "$target#$anchor" "$work/anchors" || { echo "$page: no such heading: $link"; dead=$((dead + 1)); } ;;
    esac
  fi
done <"$work/links"
echo "$(wc -l <"$work/pages") pages, $inside links inside, $outside to elsewhere (not looked at), $dead dead"
[ "$dead" = 0 ] && [ "$inside" -gt 50 ]
