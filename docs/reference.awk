# Docstrings of a header as Markdown. Variables: header, page, overview (a file that gets a line for each name).
#
# What is read: `///` lines above a declaration of the namespace or of a class in it, `///<` after a member or value,
# and `// --- title ---` lines. What `namespace detail` has, and what is private, is left out. It relies on the layout
# that clang-format gives: declarations of the namespace stand in column 1, members in column 3.

function escaped(text,   part, count, i, result) {  # outside of `code`, so that <int> is no tag
  count = split(text, part, "`")
  for (i = 1; i <= count; ++i) {
    if (i % 2 == 1) gsub(/</, "\\&lt;", part[i])
    result = result (i > 1 ? "`" : "") part[i]
  }
  return result
}
function anchor(name) {  # as code hosts make it from a heading
  name = tolower(name)
  gsub(/[^a-z0-9_ -]/, "", name)
  gsub(/ /, "-", name)
  return name
}
# An example is code indented by four blanks, below an empty line or above all else.
function add_doc(line) {
  sub(/^ *\/\/\/ ?/, "", line)
  if (doc == "") in_example = 0
  if (line ~ /^    / && !in_example && doc ~ /(^|\n\n)$/) {
    doc = doc "```cpp\n"
    in_example = 1
  } else if (in_example && line !~ /^    /) {
    doc = doc "```\n"
    in_example = 0
  }
  if (in_example) sub(/^    /, "", line)
  doc = doc (in_example || line ~ /^    / ? line : escaped(line)) "\n"
}
function end_doc() {
  if (in_example) doc = doc "```\n"
  in_example = 0
}
function heading(name, level,   id) {
  id = anchor(name)
  if (name != last_name) {
    if (id in used) id = id "-" used[id]++
    else used[id] = 1
    printf "\n%s `%s`\n", level, name
    print name "\t" page ".md#" id >>overview
    last_name = name
  }
}
function depth_of(text,   i, c, depth) {
  for (i = 1; i <= length(text); ++i) {
    c = substr(text, i, 1)
    if (c == "(") ++depth
    if (c == ")") --depth
  }
  return depth + 0
}
# The declaration without what defines it: up to the first { or ; outside of parentheses.
function declaration(text,   i, c, depth) {
  for (i = 1; i <= length(text); ++i) {
    c = substr(text, i, 1)
    if (c == "(") ++depth
    if (c == ")") --depth
    if (depth == 0 && (c == "{" || c == ";")) break
    if (depth == 0 && c == ":" && substr(text, i - 1, 3) == " : ") break
  }
  text = substr(text, 1, i - 1)
  sub(/[ \n]+$/, "", text)
  sub(/ &&$/, "", text)
  gsub(/\[\[nodiscard(\("[^"]*"\))?\]\] ?/, "", text)
  gsub(/PARALLEL_TASK_[A-Z_]+ /, "", text)
  sub(/ = default$/, "", text)
  return text
}
function after_parentheses(text,   i, c, depth) {
  for (i = index(text, "("); i <= length(text); ++i) {
    c = substr(text, i, 1)
    if (c == "(") ++depth
    if (c == ")" && --depth == 0) break
  }
  text = substr(text, i + 1)
  sub(/^ +/, "", text)
  return text
}
# The name that a declaration gives.
function name_of(text,   words, count, head) {
  head = text
  gsub(/\n */, " ", head)
  sub(/ requires .*/, "", head)
  while (match(head, /^template <[^<>]*(<[^<>]*(<[^<>]*>)?[^<>]*>)?[^<>]*> */)) head = substr(head, RLENGTH + 1)
  if (head ~ /^requires *\(/) head = after_parentheses(head)
  sub(/\(min\)/, " min", head)  # in parentheses for the sake of macros
  sub(/\(max\)/, " max", head)
  if (head ~ /operator bool/) return "operator bool"
  if (match(head, /operator *[^a-zA-Z0-9_ (]+/)) return substr(head, RSTART, RLENGTH)
  if (head ~ /^(class|struct|concept|using|enum class|enum) /) {
    sub(/^enum class |^enum |^class |^struct |^concept |^using /, "", head)
    sub(/^alignas\([^)]*\) /, "", head)
    sub(/[ :=<].*/, "", head)
    return head
  }
  sub(/ = .*/, "", head)
  sub(/\(.*/, "", head)
  count = split(head, words, /[ *&]+/)
  return words[count]
}
function emit(level,   code, name, kind) {
  code = kept ? text : declaration(text)
  name = name_of(declaration(text))
  kind = declaration(text)
  if (name ~ /^(PARALLEL_TASK|~|operator\|)/ || name ~ /::/ || name == "") return 0
  heading(name, level)
  if (kind !~ /inline constexpr detail::/) {  # a function object: its docstring says how it is called
    gsub(/\n  /, "\n", code)
    print "\n```cpp"
    print code
    print "```"
  }
  end_doc()
  printf "\n%s", doc
  return 1
}
function end_table() {
  if (in_table) print ""
  in_table = 0
}
function table_row(name, words) {
  if (!in_table) printf "\n| member | meaning |\n|---|---|\n"
  in_table = 1
  gsub(/PARALLEL_TASK_[A-Z_]+ /, "", name)
  gsub(/\|/, "\\|", name)
  printf "| `%s` | %s |\n", name, escaped(words)
}

/^namespace detail(::[a-z_]+)? *[{]/ { hidden = FNR }
/^[}]  \/\/ namespace detail/ { hidden = 0; doc = ""; next }
/^[}]$/ && FNR == hidden + 2 { hidden = 0; doc = ""; next }  # a line alone has no comment at its end
hidden { next }

/^ *\/\/ --- [^-]/ {
  title = $0
  sub(/^ *\/\/ --- /, "", title)
  sub(/ -+$/, "", title)
  if (class != "" && class != "-") section = "\n## " toupper(substr(title, 1, 1)) substr(title, 2)
  next
}

# --- the end of a class, and its parts
/^[}]/ { end_table(); class = ""; private = 0; doc = ""; next }
class != "" && /^ (private|protected):/ { private = 1; next }
class != "" && /^ public:/ { private = 0; next }
class == "-" || private { next }

# --- members and values with words behind them
class != "" && /^  [^ ].*\/\/\/< / && !collecting {
  words = $0
  sub(/.*\/\/\/< /, "", words)
  code = $0
  sub(/ *\/\/\/< .*/, "", code)
  sub(/^ +/, "", code)
  sub(/[,;]$/, "", code)
  table_row(code, words)
  doc = ""
  next
}

/^(  )?\/\/\// && !collecting { end_table(); add_doc($0); next }

# --- declarations
!collecting && doc != "" && /^(  )?[a-zA-Z\[~]/ {
  collecting = 1
  text = ""
  member = /^  /
}
collecting {
  line = $0
  sub(/ *\/\/ .*/, "", line)
  text = text (text == "" ? "" : "\n") line
  is_concept = text ~ /(^|\n) *concept /
  if (is_concept && line !~ /;$/) next
  if (!is_concept && (line !~ /[{;]/ || depth_of(declaration(text)) != 0)) next
  collecting = 0
  sub(/^  /, "", text)
  kept = is_concept
  if (section != "") { print section; section = "" }
  if (member) {
    emit("###")
    if (text !~ /[;}]$/) skipping = 1
  } else {
    emitted = emit("##")
    if (text ~ /(^|\n)(enum )?(class|struct) / && line !~ /;$/ && line !~ /[}]$/) class = name_of(declaration(text))
    if (text ~ /(^|\n)enum /) class = "enum"
    if (emitted) printf "\n<sub>`%s`</sub>\n", header
  }
  doc = ""
  next
}

# --- a class without a docstring, whose members are nobody's business
/^(template|class|struct|enum)/ { if ($0 ~ /(class|struct|enum).*\{$/ && $0 !~ /;$/) class = "-"; doc = "" }
/^[a-z]/ { doc = "" }
