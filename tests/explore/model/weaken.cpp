// Every memory order of the library that is stronger than relaxed, made weaker: does a case notice?
//
// The headers are read for the words memory_order_…, and each is matched with the site that a case came to. Then the
// order is weakened, one step and one place at a time, and the cases that come there run until one fails. What no case
// notices must be listed in harmless.txt, with the reason.
#include "driver.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace explore {

namespace {

struct Token {
  std::string file;  // below the include folder
  std::string text;  // the line, trimmed
  std::string operation;
  std::uint32_t line = 0;
  std::uint32_t first_line = 0;  // of the call
  std::uint32_t last_line = 0;
  unsigned part = 0;  // its place among the call's orders
  std::memory_order order = std::memory_order_relaxed;
};

struct Harmless {
  std::string file;
  std::string text;
  std::string order;  // what it is weakened to, or *
  bool used = false;
};

[[nodiscard]] bool order_called(std::string const& name, std::memory_order& order) {
  for (std::memory_order each : {std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_release,
                                 std::memory_order_acq_rel, std::memory_order_seq_cst}) {
    if (name != name_of(each)) continue;
    order = each;
    return true;
  }
  return false;
}

[[nodiscard]] std::string trimmed(std::string const& text) {
  std::size_t const first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

[[nodiscard]] bool in_comment(std::string const& text, std::size_t at) {
  std::size_t const line = text.rfind('\n', at) + 1;
  std::size_t const comment = text.find("//", line);
  return comment != std::string::npos && comment < at;
}

[[nodiscard]] std::uint32_t line_of(std::string const& text, std::size_t at) {
  std::uint32_t line = 1;
  for (std::size_t i = 0; i != at; ++i) line += text[i] == '\n' ? 1U : 0U;
  return line;
}

/// The call that the word at `at` is an argument of: where its parentheses begin and end.
void find_call(std::string const& text, std::size_t at, std::size_t& begin, std::size_t& end) {
  int depth = 0;
  begin = at;
  while (begin != 0 && (text[--begin] != '(' || depth != 0)) {
    if (in_comment(text, begin)) continue;
    if (text[begin] == ')') ++depth;
    if (text[begin] == '(') --depth;
  }
  depth = 1;
  for (end = begin + 1; end < text.size() && depth != 0; ++end) {
    if (in_comment(text, end)) continue;
    if (text[end] == '(') ++depth;
    if (text[end] == ')') --depth;
  }
}

void read_header(std::filesystem::path const& path, std::string const& name, std::vector<Token>& tokens) {
  std::ifstream stream(path);
  std::stringstream whole;
  whole << stream.rdbuf();
  std::string const text = whole.str();
  constexpr char word[] = "memory_order_";
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    if (in_comment(text, at)) continue;
    std::size_t const name_at = at + sizeof word - 1;
    std::size_t const name_end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", name_at);
    Token token;
    if (!order_called(text.substr(name_at, name_end - name_at), token.order)) continue;
    if (token.order == std::memory_order_relaxed) continue;
    std::size_t begin = 0;
    std::size_t end = 0;
    find_call(text, at, begin, end);
    std::size_t const operation = text.find_last_not_of("abcdefghijklmnopqrstuvwxyz_", begin - 1) + 1;
    token.file = name;
    token.operation = text.substr(operation, begin - operation);
    token.line = line_of(text, at);
    token.first_line = line_of(text, begin);
    token.last_line = line_of(text, end - 1);
    for (std::size_t other = text.find(word, begin); other < at; other = text.find(word, other + 1)) ++token.part;
    std::size_t const line_begin = text.rfind('\n', at) + 1;
    token.text = trimmed(text.substr(line_begin, text.find('\n', at) - line_begin));
    tokens.push_back(token);
  }
}

[[nodiscard]] std::vector<Token> read_headers(char const* include) {
  std::vector<std::filesystem::path> paths;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(include)) {
    if (entry.path().extension() == ".hpp") paths.push_back(entry.path());
  }
  std::vector<std::string> names;
  for (auto const& path : paths) names.push_back(path.lexically_relative(include).string());
  std::vector<Token> tokens;
  // In the order of their names, so that tables of different days compare.
  for (;;) {
    std::size_t first = names.size();
    for (std::size_t i = 0; i != names.size(); ++i) {
      if (!names[i].empty() && (first == names.size() || names[i] < names[first])) first = i;
    }
    if (first == names.size()) break;
    read_header(paths[first], names[first], tokens);
    names[first].clear();
  }
  return tokens;
}

/// "file | line | weakened to, or * | reason"; # begins a comment.
[[nodiscard]] std::vector<Harmless> read_harmless(char const* path) {
  std::vector<Harmless> all;
  std::ifstream stream(path);
  for (std::string line; std::getline(stream, line);) {
    if (trimmed(line).empty() || trimmed(line)[0] == '#') continue;
    std::vector<std::string> parts;
    std::size_t at = 0;
    for (std::size_t bar = line.find(" | "); bar != std::string::npos; bar = line.find(" | ", at)) {
      parts.push_back(trimmed(line.substr(at, bar - at)));
      at = bar + 3;
    }
    if (parts.size() != 3 || trimmed(line.substr(at)).empty()) {
      std::printf("harmless.txt: not \"file | line | order | reason\": %s\n", line.c_str());
      std::exit(2);
    }
    all.push_back({parts[0], parts[1], parts[2]});
  }
  return all;
}

[[nodiscard]] std::vector<std::memory_order> weaker(Token const& token) {
  bool const reads = token.operation == "load" || token.part == 1;
  bool const writes = token.operation == "store";
  switch (token.order) {
    case std::memory_order_seq_cst:
      return {reads    ? std::memory_order_acquire
              : writes ? std::memory_order_release
                       : std::memory_order_acq_rel,
              std::memory_order_relaxed};
    case std::memory_order_acq_rel:
      return {std::memory_order_acquire, std::memory_order_release};
    default:
      return {std::memory_order_relaxed};
  }
}

[[nodiscard]] bool is_at(Site const& site, Token const& token) {
  std::size_t const size = std::strlen(site.file);
  return site.line >= token.first_line && site.line <= token.last_line && size >= token.file.size() &&
         token.file == site.file + (size - token.file.size()) && token.operation == site.operation;
}

/// Which cases come to which site: sites by number, cases by their place.
[[nodiscard]] std::vector<std::vector<Case const*>> find_visitors() {
  std::vector<std::vector<Case const*>> visitors;
  for (Case const* each = first_case(); each != nullptr; each = each->next) {
    if (each->plan.must_fail != nullptr || std::strncmp(each->name, "litmus", 6) == 0) continue;
    for (Site* site : sites()) site->hits[0] = site->hits[1] = 0;
    Plan plan = each->plan;
    plan.executions = 1'000;
    plan.rounds = 1'000;
    Result const result = explore_case(*each, plan);
    if (result.failed) {
      std::printf("FAILED: %s\n  %s\n", each->name, result.text);
      std::exit(1);
    }
    visitors.resize(sites().size());
    for (Site const* site : sites()) {
      if (site->hits[0] + site->hits[1] != 0) visitors[site->number].push_back(each);
    }
  }
  return visitors;
}

/// The first case to fail, and after how many executions; null if none does.
[[nodiscard]] Case const* find_killer(std::vector<Case const*> const& cases, bool listed, Result& result) {
  // All a little, then all for long: most are found at once. Few can be run for longer. Of what is listed
  // as harmless only a little: the reason must do.
  for (std::uint32_t effort : {1U, 5U, 50U}) {
    if ((effort == 50 && cases.size() > 8) || (effort != 1 && listed)) break;
    for (Case const* each : cases) {
      Plan plan = each->plan;
      plan.executions = 1'000 * effort;
      plan.rounds = 500 * effort;
      plan.stale = plan.stale == 0 ? 0 : effort == 1 ? 1 : 2;
      result = explore_case(*each, plan);
      if (result.failed) return each;
    }
  }
  return nullptr;
}

}  // namespace

int weaken_all(char const* include, char const* harmless) {
  std::vector<Token> const tokens = read_headers(include);
  std::vector<Harmless> listed = read_harmless(harmless);
  auto const is_listed = [&](Token const& token, char const* order) {
    for (Harmless const& each : listed) {
      if (each.file == token.file && each.text == token.text && (each.order == "*" || each.order == order)) return true;
    }
    return false;
  };
  auto const find_listed = [&](Token const& token, char const* order) {
    bool found = false;
    for (Harmless& each : listed) {
      if (each.file != token.file || each.text != token.text || (each.order != "*" && each.order != order)) continue;
      each.used = true;
      found = true;
    }
    return found;
  };
  std::vector<std::vector<Case const*>> const visitors = find_visitors();
  unsigned killed = 0;
  unsigned harmless_count = 0;
  unsigned survived = 0;
  unsigned not_reached = 0;
  for (Token const& token : tokens) {
    Site* site = nullptr;
    for (Site* each : sites()) {
      if (is_at(*each, token)) site = each;
    }
    if (site == nullptr || site->number >= visitors.size() || visitors[site->number].empty()) {
      bool const known = find_listed(token, "*");
      std::printf("%s:%u: %s %s: NOT REACHED%s\n", token.file.c_str(), token.line, token.operation.c_str(),
                  name_of(token.order), known ? ", listed" : "");
      ++(known ? harmless_count : not_reached);
      continue;
    }
    for (std::memory_order order : weaker(token)) {
      site->weakened[token.part] = true;
      site->used[token.part] = order;
      Result result;
      Case const* const killer = find_killer(visitors[site->number], is_listed(token, name_of(order)), result);
      site->weakened[token.part] = false;
      std::printf("%s:%u: %s%s %s → %s: ", token.file.c_str(), token.line, token.operation.c_str(),
                  token.part == 0 ? "" : " (failure)", name_of(token.order), name_of(order));
      if (killer != nullptr) {
        ++killed;
        std::printf("killed by \"%s\" after %llu\n    %.200s\n", killer->name,
                    static_cast<unsigned long long>(result.exhaustive + result.random), result.text);
      } else if (find_listed(token, name_of(order))) {
        ++harmless_count;
        std::printf("harmless, listed\n");
      } else {
        ++survived;
        std::printf("SURVIVES\n    %s\n", token.text.c_str());
      }
    }
  }
  unsigned stale = 0;
  for (Harmless const& each : listed) {
    if (each.used) continue;
    ++stale;
    std::printf("harmless.txt lists what is killed, or no longer there: %s | %s | %s\n", each.file.c_str(),
                each.text.c_str(), each.order.c_str());
  }
  std::printf("%zu orders stronger than relaxed; weakened: %u killed, %u harmless, %u survive; %u not reached\n",
              tokens.size(), killed, harmless_count, survived, not_reached);
  return survived + not_reached + stale == 0 ? 0 : 1;
}

}  // namespace explore
