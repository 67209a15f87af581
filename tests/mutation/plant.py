"""Plants mistakes in C++ source, all at once: each is chosen at run time by its number, in the environment variable MUTANT.

    plant.planted(text, first) -> (text with mistakes, [Mistake])

A comparison is flipped or moved by one, && and || are exchanged, a part of a condition is left out, a number is one
more, plus is minus, a statement is left out. What the compiler evaluates itself is as it was: constants, static_assert.
"""
import collections
import re

Mistake = collections.namedtuple("Mistake", "number line what where")

# Read once; not instrumented, so that the explorer does not take it for memory of the library's. Into the file that
# MUTANT_REACHED names, a byte for each number, goes what was come to; by a mapping, which outlives fork and abort.
MOST = 1 << 17
HEADER = """#pragma once
#include <cstdlib>
#include <fcntl.h>
#include <sys/mman.h>
#include <type_traits>
#include <unistd.h>
namespace mutation {
inline unsigned char* map_reached() noexcept {
  char const* const name = std::getenv("MUTANT_REACHED");
  if (name == nullptr) return nullptr;
  int const file = ::open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (::ftruncate(file, MOST) != 0) std::abort();
  void* const where = ::mmap(nullptr, MOST, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return static_cast<unsigned char*>(where);
}
#if defined(__GNUC__)
__attribute__((no_sanitize("thread"), noinline))
#endif
inline bool chosen(int number) noexcept {
  static int const wanted = std::getenv("MUTANT") == nullptr ? -1 : std::atoi(std::getenv("MUTANT"));
  static unsigned char* const reached = map_reached();
  if (reached != nullptr) reached[number] = 1;
  return number == wanted;
}
constexpr bool is(int number) noexcept { return !std::is_constant_evaluated() && chosen(number); }
}  // namespace mutation
""".replace("MOST", str(MOST))

SWAPS = {
    "<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "&": ["|"], "|": ["&"],
}
OPERATOR = re.compile(r"(?<= )(<=|>=|==|!=|&&|\|\||<|>|\+|-|\*|/|&|\|)(?= )")
NUMBER = re.compile(r"(?<![\w.'])(\d+)(U?)(?![\w.'])")
CONDITION = re.compile(r"\b(?:if|while) \(")
VALUE = re.compile(r"(?:\breturn |(?<![=<>!+*/&|-]) = |[+*/|&-]= )")
CALL = re.compile(r"^ +(?:\+\+|--)?(?:[\w.:\[\]]|->|\(\*?\w*\))+(?:\(.*\)|\+\+|--| [-+*/|&]?= .*)?;$", re.S)
NOT_A_STATEMENT = re.compile(
    r"^ *(?:return|using|typedef|static|friend|template|throw|case|delete|goto|else|if|for|while|do|extern|struct|class"
    r"|enum|public|private|constexpr|inline|auto|explicit|virtual|static_assert|PARALLEL_TASK_\w+)\b")


def masked(text):
    """The text with comments, strings and preprocessor lines as blanks, of the same length."""
    blank = lambda found: re.sub(r"[^\n]", " ", found.group())
    text = re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"", blank, text, flags=re.S)
    return re.sub(r"^#(?:[^\n]*\\\n)*[^\n]*", blank, text, flags=re.M)


def end_of(code, at, closing):
    """Where the bracket closes that is open at `at`, or the statement ends."""
    depth = 0
    while at < len(code):
        c = code[at]
        if depth == 0 and c in closing:
            return at
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth < 0:
                return at
        at += 1
    return at


def parts(code, begin, end, operator):
    """The operands of a chain of && or ||, as pairs; empty if there is no chain at the top."""
    cuts, depth = [], 0
    for at in range(begin, end):
        if code[at] in "([{":
            depth += 1
        elif code[at] in ")]}":
            depth -= 1
        elif depth == 0 and code.startswith(operator, at):
            cuts.append(at)
        elif depth == 0 and code[at] == "?":
            return []
    if not cuts:
        return []
    starts = [begin] + [cut + len(operator) for cut in cuts]
    return list(zip(starts, cuts + [end]))


def variants(text, code, begin, end, is_condition):
    """What could stand in place of the expression: pairs of text and of what was done."""
    expression = text[begin:end]
    found = []
    if is_condition:
        found += [("true", "always"), ("false", "never")]
        for operator in ("&&", "||"):
            chain = parts(code, begin, end, operator)
            for number, (first, last) in enumerate(chain):
                rest = [text[a:b].strip() for i, (a, b) in enumerate(chain) if i != number]
                found.append((f" {operator} ".join(rest), "without " + " ".join(text[first:last].split())))
    for match in OPERATOR.finditer(code, begin, end):
        for other in SWAPS[match.group()]:
            changed = text[begin:match.start()] + other + text[match.end():end]
            found.append((changed, f"{match.group()} is {other}"))
    for match in NUMBER.finditer(code, begin, end):
        other = int(match.group(1)) + 1
        changed = text[begin:match.start()] + str(other) + match.group(2) + text[match.end():end]
        found.append((changed, f"{match.group(1)} is {other}"))
    for match in re.finditer(r"!(?=[\w(])", code[begin:end]):
        found.append((expression[:match.start()] + expression[match.end():], "without !"))
    return found


def expressions(code):
    """Begin, end and whether it is a condition, of all that is computed; none lies in another."""
    found = []
    for match in CONDITION.finditer(code):
        found.append((match.end(), end_of(code, match.end(), ")"), True))
    for match in VALUE.finditer(code):
        line = code[code.rfind("\n", 0, match.start()) + 1:match.start()]
        if not line.startswith("  ") or re.search(r"\b(constexpr|constinit|template|using|operator|typename|requires|enum)\b|[&]&? \w+$", line):
            continue
        if match.group() == " = " and re.search(r"\((?!.*\))", line):  # a default argument, or a for
            continue
        found.append((match.end(), end_of(code, match.end(), ";"), False))
    found.sort()
    kept, last = [], 0
    for begin, end, is_condition in found:
        inside = code[begin:end]
        if begin < last or not inside.strip() or re.search(r"[{;]|\[[&=\]]", inside):
            continue
        if is_condition and re.search(r"\w [&*]?\w+ = ", inside):  # declares something
            continue
        if not is_condition and re.fullmatch(r"\s*[\w.:']*\s*", inside):  # nothing is computed, or = default
            continue
        kept.append((begin, end, is_condition))
        last = end
    return kept


def statements(code):
    """Begin and end of what can be left out."""
    found = []
    for match in re.finditer(r"^ {2,}[^\s].*$", code, flags=re.M):
        before = code[:match.start()].rstrip()
        if not before or before[-1] not in "{};:)":
            continue
        end = end_of(code, match.start(), ";") + 1
        statement = code[match.start():end]
        if "{" in statement or statement.endswith("= default;") or NOT_A_STATEMENT.match(statement):
            continue
        if re.fullmatch(r" +(break|continue);", statement) or CALL.match(statement):
            if re.match(r" +[\w:]+ [\w:]+", statement) and " = " not in statement:
                continue
            found.append((match.start() + len(match.group()) - len(match.group().lstrip()), end))
    return found


def functions(code):
    """Begin, end and name of each function, in order."""
    found, opened = [], []  # of each open brace: where the function began, or None
    last = 0
    for at in (match.start() for match in re.finditer(r"[;{}]", code)):
        if code[at] == "{":
            head = code[last:at]
            name = re.search(r"(?<![\w.])(?!(?:alignas|requires|decltype|noexcept|if|for|while|switch|catch)\b)(~?\w+|operator\S+?)\s*\(", head)
            inside = any(begin is not None for begin, _ in opened)
            is_scope = inside or name is None or re.search(r"\b(namespace|class|struct|union)\b[^(]*$", head)
            opened.append((None, "") if is_scope else (last, name.group(1)))
        elif code[at] == "}" and opened:
            begin, name = opened.pop()
            if begin is not None:
                found.append((begin, at, name))
        last = at + 1
    return sorted(found)


def planted(text, first, wanted=lambda line: True):
    """All mistakes that are known for this text; `wanted(line)`: whether the line may have some."""
    code = masked(text)
    for match in re.finditer(r"^.*\b(static_assert|PARALLEL_TASK_INVARIANT|requires)\b", code, flags=re.M):
        end = end_of(code, match.start(), ";{")
        code = code[:match.start()] + re.sub(r"[^\n]", " ", code[match.start():end]) + code[end:]
    line_of = lambda at: text.count("\n", 0, at) + 1
    all_functions, times = functions(code), collections.Counter()

    def note(begin, what):
        where = next((name for first, last, name in all_functions if first <= begin < last), "")
        times[where, what] += 1
        if times[where, what] > 1:
            where += f"#{times[where, what]}"  # the second of the kind in this function
        mistakes.append(Mistake(number, line_of(begin), what, where))

    edits, mistakes, number = [], [], first
    for begin, end, is_condition in expressions(code):
        line = line_of(begin)
        if "//" in text[begin:end]:
            continue
        result = "bool(" + text[begin:end] + ")" if is_condition else "(" + text[begin:end] + ")"
        for changed, what in variants(text, code, begin, end, is_condition):
            if wanted(line):
                changed = " ".join(changed.split())  # lines keep their numbers
                changed = f"bool({changed})" if is_condition else f"({changed})"
                result = f"(mutation::is({number}) ? {changed} : {result})"
                note(begin, f"{what}: {' '.join(text[begin:end].split())}")
                number += 1
        if result.startswith("(mutation"):
            edits.append((begin, end, result))
    for begin, end in statements(code):
        line = line_of(begin)
        if wanted(line):
            edits.append((begin, begin, f"{{ if (!mutation::is({number})) "))
            edits.append((end, end, " }"))
            note(begin, f"without {' '.join(text[begin:end].split())}")
            number += 1
    for begin, end, changed in sorted(edits, key=lambda e: (e[0], e[1]), reverse=True):
        text = text[:begin] + changed + text[end:]
    return text.replace("#pragma once\n", "#pragma once\n#include <parallel_task/mutation.hpp>\n", 1), mistakes
