#!/bin/sh
# usage: public_names.sh [list]
#
# Every public name is used by some test that runs, and is in the module. Public is what stands in namespace parallel_task outside of detail:
# function objects, types, concepts, enumerators, and public members. It is read off the layout that clang-format gives:
# what belongs to the namespace begins in the first column, what belongs to a class in the third.
set -eu
cd "$(dirname "$0")/../.."

# "<kind> <name> <its class, or -> <header>"; kinds: name, function, value, enumerator
public_names() {
  find include/parallel_task -name '*.hpp' | sort | xargs awk '
    FNR == 1 { hidden = 0; type = "" }
    /^namespace detail/ { hidden = 1; since = FNR }
    /^}  \/\/ namespace detail/ || (/^}$/ && FNR == since + 2) { hidden = 0 }  # short ones end without their name
    hidden || /^ *\/\// || /^#/ { next }
    { sub(/ *\/\/.*/, ""); sub(/PARALLEL_TASK_BY_FLAGS /, "") }

    function told(kind, name) {
      if (name !~ /^[A-Za-z]/ || name ~ /^std::/ || (kind, name, type) in known) return
      known[kind, name, type] = 1
      print kind, name, type == "" ? "-" : type, FILENAME
    }
    /^(class|struct|enum class) / {
      name = $0
      sub(/^(class|struct|enum class) (\[\[[^]]+\]\] |alignas\([0-9]+\) )?/, "", name)
      sub(/[^A-Za-z0-9_:].*/, "", name)
      if (name ~ /:/) next
      if (!/;$/ || /[{]/) told("name", name)
      if (/^enum/ && /}/) {
        list = $0
        gsub(/.*[{]|[}].*| /, "", list)
        type = name
        split(list, each, ",")
        for (i in each) told("enumerator", each[i])
        type = ""
      } else if (!/;$/) {
        type = name
        is_enum = /^enum/
        open = !/^class/
      }
      next
    }
    /^};/ { type = "" }
    type == "" && /^inline constexpr / { name = $0; sub(/(\{| = ).*/, "", name); sub(/.* /, "", name); told("name", name) }
    type == "" && /^(concept|using) / && !/^using namespace/ { told("name", $2) }
    type == "" && /^(\[\[nodiscard\]\] )?(constexpr [a-z:_]+|inline [a-z:_]+|auto) [a-z_]+\(/ { name = $0; sub(/\(.*/, "", name); sub(/.* /, "", name); told("name", name) }
    type == "" { next }
    /^ public:/ { open = 1 }
    /^ (private|protected):/ { open = 0 }
    !open || !/^  [A-Za-z[]/ { next }
    is_enum { name = $1; sub(/,.*/, "", name); told("enumerator", name); next }
    /^  (friend|template|static_assert|using|explicit|requires|struct|enum|class) / || /operator/ { next }
    /^  [^=]*[a-z_]\(/ && !/\(\*/ {
      name = $0
      gsub(/\(min\)/, " min", name)  # out of the reach of macros
      gsub(/\(max\)/, " max", name)
      sub(/\(.*/, "", name)
      sub(/.* /, "", name)
      if (name != type) told("function", name)
      next
    }
    /;$/ && !/= (default|delete);/ {
      name = $0
      sub(/( = .*|\{.*)?;$/, "", name)
      if (name ~ /\(\*/) { sub(/.*\(\*/, "", name); sub(/\).*/, "", name) }
      sub(/.* /, "", name)
      told("value", name)
    }'
}

if [ "${1:-}" = list ]; then
  public_names
  exit
fi

# What tests mention: "::name", ".name", ".name(" and the like, each once.
mentioned=$(find tests -name '*.?pp' ! -path '*/compile_fail/*' | xargs grep -ohE '(::|\.|->)(template )?[A-Za-z_][A-Za-z0-9_]*[(<]?' |
  sed -e 's/template //' -e 's/->/./' -e 's/<$/(/' | sort -u)
public_names | awk -v mentioned="$mentioned" -v exported="$(cat include/parallel_task/parallel_task.cppm)" '
  BEGIN {
    count = split(mentioned, each, "\n")
    for (i = 1; i <= count; ++i) {
      there[each[i]] = 1
      if (sub(/\($/, "", each[i])) there[each[i]] = 1
    }
  }
  {
    ++names
    ranks = $4 ~ /\/(machines\/.*|forked\.hpp|mpi\.hpp)$/  # headers of their own, of which a module includes none
    if ($3 == "-" && !ranks && !index(exported, "\nusing parallel_task::" $2 ";\n")) {
      ++missing
      printf "parallel_task.cppm does not export %s (%s)\n", $2, $4
    }
    want = $1 == "function" ? "." $2 "(" : $1 == "value" ? "." $2 : "::" $2
    if (want in there || ($1 != "name" && ("::" $2) in there)) next
    ++missing
    printf "no test uses the %s %s%s (%s)\n", $1, $3 == "-" ? "" : $3 "::", $2, $4
  }
  END {
    print names " public names, " missing + 0 " of them in no test or not in the module"
    exit missing != 0 || names < 200
  }'
