// Pieces of text, each found by the thread in whose block of bytes it begins: lines, words, split, find_all.
#pragma once

#include <parallel_task/core/closure.hpp>
#include <parallel_task/platform/errors.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/ranges.hpp>
#include <parallel_task/source/found_pieces.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// What is read as text. A string literal is one, without the zero at its end.
template <class T>
concept text_like = std::convertible_to<T, std::string_view>;

/// Text that may be looked at when the run begins.
struct HeldText {
  using Range = std::string_view;
  std::string_view text;
  [[nodiscard]] std::string_view& get() { return text; }
};
/// A string of the caller's, which may change before that.
template <class T>
struct BorrowedText {
  using Range = std::string_view;
  T* string;
  std::string_view text{};
  [[nodiscard]] std::string_view& get() { return text = *string; }
};

template <class R>
auto text_holder(R&& text) {
  using T = std::remove_reference_t<R>;
  if constexpr (std::is_lvalue_reference_v<R> && std::is_class_v<std::remove_cv_t<T>>) {
    return BorrowedText<T>{std::addressof(text)};
  } else {
    return HeldText{std::string_view(std::forward<R>(text))};
  }
}

// --- patterns: what separates, by its place: `find(text, i, limit)` is the first match that begins at i or behind it and
//     ends before or at `limit`, else npos; `resume` says where to begin looking to find the matches from i on
//     -----------

struct CharPattern {
  char c;
  [[nodiscard]] static constexpr std::size_t size() noexcept { return 1; }
  [[nodiscard]] std::size_t find(std::string_view text, std::size_t i, std::size_t limit) const noexcept {
    return text.substr(0, limit).find(c, i);
  }
  [[nodiscard]] static std::size_t resume(std::string_view, std::size_t i) noexcept { return i; }
};

template <class P>
struct TestPattern {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P test;
  [[nodiscard]] static constexpr std::size_t size() noexcept { return 1; }
  [[nodiscard]] std::size_t find(std::string_view text, std::size_t i, std::size_t limit) const {
    std::size_t const at = detail::find_item(test, text.data(), i, limit);
    return at < limit ? at : std::string_view::npos;
  }
  [[nodiscard]] static std::size_t resume(std::string_view, std::size_t i) noexcept { return i; }
};

/// Matches do not overlap, and are those that a search from the front finds. Where one occurrence of the pattern can
/// begin inside another one, as of "aa", the first of a row of such has to be known: so `resume` goes back to it.
struct TextPattern {
  std::vector<char> letters;
  bool overlaps = false;

  explicit TextPattern(std::string_view text) : letters(text.begin(), text.end()) {
    if (text.empty()) {
      detail::throw_invalid_argument("parallel_task: split and find_all: the pattern is empty");
    }
    for (std::size_t n = 1; n != text.size(); ++n) {
      if (text.starts_with(text.substr(n))) overlaps = true;
    }
  }
  [[nodiscard]] std::string_view pattern() const noexcept { return {letters.data(), letters.size()}; }
  [[nodiscard]] std::size_t size() const noexcept { return letters.size(); }
  [[nodiscard]] std::size_t find(std::string_view text, std::size_t i, std::size_t limit) const noexcept {
    // memchr for the first character, as a library's own find may compare one by one.
    std::string_view const part = text.substr(0, limit);
    std::string_view const wanted = pattern();
    for (;;) {
      i = part.find(wanted.front(), i);
      if (i == std::string_view::npos || part.size() - i < wanted.size()) return std::string_view::npos;
      if (part.substr(i, wanted.size()) == wanted) return i;
      ++i;
    }
  }
  /// The place behind the last match that begins before i, or one from which no such match can be missed.
  [[nodiscard]] std::size_t resume(std::string_view text, std::size_t i) const noexcept {
    if (!overlaps) return i;
    std::size_t first = i;  // of a row of occurrences that overlap, the last of which may reach beyond i
    for (std::size_t at = i; at != 0 && first - at < size();) {
      if (text.substr(--at).starts_with(pattern())) first = at;
    }
    std::size_t const reach = detail::plus(i, size() - 1);
    while (first < i) {
      std::size_t const at = find(text, first, reach < text.size() ? reach : text.size());
      if (at >= i) break;
      first = at + size();
    }
    return first > i ? first : i;
  }
};

template <class P>
auto pattern_of(P pattern) {
  if constexpr (std::same_as<P, char>) {
    return CharPattern{pattern};
  } else if constexpr (text_like<P>) {
    return TextPattern(static_cast<std::string_view>(pattern));
  } else {
    return TestPattern<P>{std::move(pattern)};
  }
}

// --- finders (found_pieces.hpp) ---------------------------------------------------------------------------------------

struct GivesText {
  template <class>
  using Item = std::string_view;
  static constexpr bool next_begins = true;
  using Iterator = std::string_view::iterator;

  [[nodiscard]] static std::string_view all(Iterator begin, std::size_t size) noexcept {
    return {size != 0 ? std::to_address(begin) : "", size};
  }
  template <class, class Next>
  static bool give(Iterator begin, std::size_t first, std::size_t last, Next& next) {
    return next(all(begin, last).substr(first));
  }
};

struct FindLines : GivesText {
  [[nodiscard]] static std::size_t positions(std::size_t size) noexcept { return size; }
  [[nodiscard]] static std::size_t seek(Iterator begin, std::size_t i, std::size_t limit, std::size_t size) {
    if (i == 0) return 0;
    std::size_t const end = all(begin, size).substr(0, limit - 1).find('\n', i - 1);
    return end == std::string_view::npos ? limit : end + 1;
  }
  [[nodiscard]] static PieceEnd piece(Iterator begin, std::size_t i, std::size_t size) {
    std::size_t const end = all(begin, size).find('\n', i);
    return end == std::string_view::npos ? PieceEnd{size, size} : PieceEnd{end + 1, end + 1};
  }
  template <class, class Next>
  static bool give(Iterator begin, std::size_t first, std::size_t last, Next& next) {
    std::string_view line = all(begin, last).substr(first);
    if (line.ends_with('\n')) {
      line.remove_suffix(1);
      if (line.ends_with('\r')) line.remove_suffix(1);
    }
    return next(std::move(line));
  }
};

/// Eight characters at once: the top bit of each byte that is white space. Which byte is which depends on the machine;
/// all that is used is the first one of a little-endian word.
[[nodiscard]] constexpr std::uint64_t spaces_among(std::uint64_t word) noexcept {
  constexpr std::uint64_t each = 0x0101010101010101U;
  constexpr std::uint64_t top = each * 0x80U;
  std::uint64_t const low = word & ~top;  // so that no sum below carries into the next byte
  std::uint64_t const blank = ~((low ^ (each * ' ')) + each * 0x7FU);
  std::uint64_t const from_tab = low + each * (0x80U - '\t');
  std::uint64_t const above_return = low + each * (0x80U - '\r' - 1U);
  return (blank | (from_tab & ~above_return)) & ~word & top;
}

struct FindWords : GivesText {
  static constexpr bool next_begins = false;
  [[nodiscard]] static constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
  /// The first white space from i on, or the size. By eights, since where a word ends no branch can be foretold.
  [[nodiscard]] static std::size_t find_space(std::string_view text, std::size_t i) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
      for (; text.size() - i >= 8; i += 8) {
        std::uint64_t word;
        std::memcpy(&word, text.data() + i, sizeof word);
        std::uint64_t const spaces = spaces_among(word);
        if (spaces != 0) return i + static_cast<std::size_t>(std::countr_zero(spaces)) / 8;
      }
    }
    while (i != text.size() && !is_space(text[i])) ++i;
    return i;
  }
  [[nodiscard]] static std::size_t positions(std::size_t size) noexcept { return size; }
  [[nodiscard]] static std::size_t seek(Iterator begin, std::size_t i, std::size_t limit, std::size_t size) {
    std::string_view const text = all(begin, size);
    if (i != 0 && !is_space(text[i - 1])) i = find_space(text, i);  // the rest of a word that began before
    return i < limit ? go_on(begin, i, limit, size) : i;
  }
  [[nodiscard]] static std::size_t go_on(Iterator begin, std::size_t i, std::size_t limit, std::size_t size) {
    std::string_view const text = all(begin, size);
    while (i != limit && is_space(text[i])) ++i;
    return i;
  }
  [[nodiscard]] static PieceEnd piece(Iterator begin, std::size_t i, std::size_t size) {
    std::size_t const last = find_space(all(begin, size), i);
    return {last, last};
  }
};

/// A piece begins at the front and behind each match, also at the end.
template <class Pattern>
struct SplitText : GivesText {
  Pattern pattern;
  explicit SplitText(Pattern p) : pattern(std::move(p)) {}
  [[nodiscard]] static std::size_t positions(std::size_t size) noexcept { return detail::plus(size, 1); }
  [[nodiscard]] std::size_t seek(Iterator begin, std::size_t i, std::size_t limit, std::size_t size) const {
    if (i == 0) return 0;
    std::string_view const text = all(begin, size);
    std::size_t const from = i < pattern.size() ? 0 : pattern.resume(text, i - pattern.size());
    std::size_t const match = pattern.find(text, from, limit - 1);
    return match == std::string_view::npos ? limit : match + pattern.size();
  }
  [[nodiscard]] PieceEnd piece(Iterator begin, std::size_t i, std::size_t size) const {
    std::size_t const match = pattern.find(all(begin, size), i, size);
    return match == std::string_view::npos ? PieceEnd{size, size + 1} : PieceEnd{match, match + pattern.size()};
  }
};

/// The places of the matches themselves.
template <class Pattern>
struct FindAll : GivesText {
  template <class>
  using Item = std::size_t;
  static constexpr bool next_begins = false;
  Pattern pattern;
  explicit FindAll(Pattern p) : pattern(std::move(p)) {}
  [[nodiscard]] static std::size_t positions(std::size_t size) noexcept { return size; }
  [[nodiscard]] std::size_t seek(Iterator begin, std::size_t i, std::size_t limit, std::size_t size) const {
    return go_on(begin, pattern.resume(all(begin, size), i), limit, size);
  }
  /// A match that begins before `limit` may end behind it.
  [[nodiscard]] std::size_t go_on(Iterator begin, std::size_t i, std::size_t limit, std::size_t size) const {
    std::size_t const reach = detail::plus(limit, pattern.size() - 1);
    std::size_t const match = pattern.find(all(begin, size), i, reach < size ? reach : size);
    return match < limit ? match : i < limit ? limit : i;
  }
  [[nodiscard]] PieceEnd piece(Iterator, std::size_t i, std::size_t) const { return {i, i + pattern.size()}; }
  template <class, class Next>
  static bool give(Iterator, std::size_t first, std::size_t, Next& next) {
    return next(std::size_t{first});
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
