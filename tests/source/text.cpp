#include <parallel_task/source/text.hpp>

#include "parts.hpp"
#include "shuffle.hpp"

#include <cctype>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using Pieces = std::vector<std::string_view>;

Pieces lines_of(std::string_view text) {
  Pieces result;
  while (!text.empty()) {
    std::size_t const end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (end != text.npos && line.ends_with('\r')) line.remove_suffix(1);
    result.push_back(line);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return result;
}
Pieces words_of(std::string_view text) {
  Pieces result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t j = i;
    while (j < text.size() && !std::isspace(static_cast<unsigned char>(text[j]))) ++j;
    if (j != i) result.push_back(text.substr(i, j - i));
    i = j + 1;
  }
  return result;
}
std::vector<std::size_t> places_of(std::string_view text, std::string_view pattern) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; (i = text.find(pattern, i)) != text.npos; i += pattern.size()) result.push_back(i);
  return result;
}
Pieces split_of(std::string_view text, std::string_view pattern) {
  Pieces result;
  std::size_t first = 0;
  for (std::size_t at : places_of(text, pattern)) {
    result.push_back(text.substr(first, at - first));
    first = at + pattern.size();
  }
  result.push_back(text.substr(first));
  return result;
}

/// Texts of few letters, so that patterns are found, overlap and follow each other.
std::vector<std::string> texts() {
  std::vector<std::string> result{"", "a", "\n", "\r\n", "a\n", "a\r", " ", "aaaaaaaaaaaaaaaaaaaaaaa"};
  std::mt19937 random(1);
  for (std::size_t size : {5U, 40U, 40U, 300U, 3000U}) {
    std::string text;
    while (text.size() < size) text += "aaab \n\r"[random() % 7];
    result.push_back(text);
  }
  return result;
}

}  // namespace

TEST_CASE("lines and words are those of a loop") {
  for (std::string const& text : texts()) {
    for_each_schedule([&text] {
      CHECK(pt::lines(text).collect<std::vector>() == lines_of(text));
      CHECK(pt::words(text).collect<std::vector>() == words_of(text));
    });
  }
}

TEST_CASE("split and find_all find what a search from the front finds, also where matches could overlap") {
  for (std::string const& text : texts()) {
    for (std::string const pattern : {"a", "aa", "aaa", "ab", "aab", "abaab", "\n", "b a"}) {
      for_each_schedule([&] {
        CHECK(pt::split(text, pattern).collect<std::vector>() == split_of(text, pattern));
        CHECK(pt::find_all(text, pattern).collect<std::vector>() == places_of(text, pattern));
      });
    }
    for_each_schedule([&] {
      CHECK(pt::split(text, 'a').collect<std::vector>() == split_of(text, "a"));
      CHECK(pt::split(text, [](char c) { return c == 'b'; }).collect<std::vector>() == split_of(text, "b"));
      CHECK(pt::find_all(text, 'b').collect<std::vector>() == places_of(text, "b"));
      CHECK(pt::find_all(text, [](char c) { return c == 'b'; }).collect<std::vector>() == places_of(text, "b"));
    });
  }
}

TEST_CASE("text may be a literal, a view or a string, which is looked at when the run begins") {
  CHECK(pt::lines("a\nb").count() == 2);
  CHECK(pt::words(std::string_view("a b  c").substr(1)).count() == 2);
  char const* const text = "a,b";
  CHECK(pt::split(text, ',').count() == 2);
  std::string changed = "a";
  auto pipe = pt::words(changed);
  changed = "to be or not to be, that is the question, which is no short string";
  CHECK(std::move(pipe).count() == 15);
  CHECK_THROWS_AS((void)pt::split("a", ""), std::invalid_argument);
  CHECK_THROWS_AS((void)pt::find_all("a", std::string()), std::invalid_argument);
}

TEST_CASE("pieces of text, as Rayon's examples have them") {
  CHECK(pt::split("1, 2, buckle, 3, 4, door", ',').count() == 6);
  CHECK(pt::split("", ',').collect<std::vector>() == Pieces{""});
  CHECK(pt::split(",", ',').collect<std::vector>() == Pieces{"", ""});
  CHECK(pt::lines("hello world\nfizbuzz").map([](std::string_view line) { return line.size(); }).sum() == 18);
  CHECK(pt::words("hello world").collect<std::vector>() == Pieces{"hello", "world"});
  CHECK(pt::find_all("1, 2, buckle, 3, 4, door", ", ").count() == 5);
}
