# Read by the scripts beside it: a folder of its own for each, and words for what an example should do.
#   usage of all of them: NAME.sh PROGRAM [HELPER]      by absolute paths
set -eu
[ $# != 0 ] || { echo "not built: a library that it needs is missing"; exit 77; }
name=$(basename "$0" .sh)
program=$1
helper=${2:-}
work=$(mktemp -d "${TMPDIR:-.}/$name.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C

fail() {
  echo "$name: $*"
  exit 1
}

# same WHAT EXPECTED ACTUAL: two files
same() {
  diff "$2" "$3" || fail "$1: not as expected (<), but as printed (>)"
}

# refuses STATUS WORDS COMMAND…: the command ends with this status, says these words on stderr, and nothing on stdout
refuses() {
  wanted=$1 words=$2
  shift 2
  status=0
  "$@" >refused.out 2>refused.err </dev/null || status=$?
  [ "$status" = "$wanted" ] || fail "'$*' ended with $status, not $wanted"
  grep -q -e "$words" refused.err || fail "'$*' did not say '$words', but: $(cat refused.err)"
  [ ! -s refused.out ] || fail "'$*' printed a result"
}
