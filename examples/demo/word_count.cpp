// How often each word occurs in the licence texts of this system. Every worker counts into a map of its own (`fold`),
// the maps are merged in order (`reduce`).
#include "stories.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <unordered_map>
#include <vector>

namespace demo {

namespace {

constexpr std::size_t enough = 16'000'000;  // bytes

void append_file(std::string& text, std::filesystem::path const& path) {
  std::error_code ignored;
  if (text.size() >= enough || !std::filesystem::is_regular_file(path, ignored)) return;
  std::ifstream file(path, std::ios::binary);
  text.append(std::istreambuf_iterator<char>(file), {});
}

/// Debian keeps them in two places, Fedora and Arch in one.
std::string licence_texts() {
  std::string text;
  std::error_code ignored;
  for (char const* folder : {"/usr/share/common-licenses", "/usr/share/licenses"})
    for (auto const& entry : std::filesystem::recursive_directory_iterator(folder, ignored))
      append_file(text, entry.path());
  for (auto const& entry : std::filesystem::directory_iterator("/usr/share/doc", ignored))
    append_file(text, entry.path() / "copyright");
  return text;
}

/// Where a system has none: words of two syllables, the early ones often.
std::string made_text() {
  constexpr std::string_view syllables[] = {"pa", "ral", "lel", "task", "it", "er", "ate", "que", "ue", "work"};
  std::string text;
  for (std::uint64_t i = 0; text.size() < 4'000'000; ++i) {
    std::uint64_t const a = random_at(2 * i) % 10;
    std::uint64_t const b = random_at(2 * i + 1) % (a + 1);
    text.append(syllables[a]).append(syllables[b]).append(i % 12 == 11 ? "\n" : " ");
  }
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::size_t const end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

using Counts = std::unordered_map<std::string_view, std::size_t>;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void count_words(Counts& counts, std::string_view line) {
  while (!line.empty()) {
    auto const begin = std::find_if(line.begin(), line.end(), is_letter);
    auto const end = std::find_if_not(begin, line.end(), is_letter);
    if (begin != end) ++counts[std::string_view(begin, end)];
    line = std::string_view(end, line.end());
  }
}

Counts merged(Counts left, Counts const& right) {
  for (auto const& [word, count] : right) left[word] += count;
  return left;
}

}  // namespace

void word_count(Table& table) {
  std::string text = licence_texts();
  bool const real = text.size() >= 100'000;
  if (!real) text = made_text();
  std::vector<std::string_view> const lines = lines_of(text);

  table.compare(
      real ? "words of the licence texts, lines" : "words of a made text, lines", lines.size(), nothing,
      [&](Nothing) {
        Counts counts;
        for (std::string_view const line : lines) count_words(counts, line);
        return counts;
      },
      [&](Nothing, pt::RunReport& report) {
        return pt::parallel_iter(lines)
            .fold([] { return Counts(); }, count_words)
            .report(report)
            .reduce(Counts(), merged);
      });
}

}  // namespace demo
