// join_with(separator): texts in one, with a separator between them.
#pragma once

#include <parallel_task/core/concepts.hpp>
#include <parallel_task/core/problem.hpp>
#include <parallel_task/platform/pointers.hpp>
#include <parallel_task/platform/string.hpp>

#include <concepts>
#include <string_view>
#include <utility>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

template <class X>
concept text = std::convertible_to<X, std::string_view>;
/// A text, or a single character.
template <class X>
concept text_or_char = text<X> || std::same_as<std::remove_cvref_t<X>, char>;

/// The items, one after the other, with the separator between any two. The string is a parameter, so that this header
/// does without <string>, which whoever uses one has included.
template <class Separator, class String = std::string>
struct JoinWith {
  Separator separator;

  template <class X>
  static void append(String& all, X const& x) {
    if constexpr (std::same_as<X, char>) {
      all.push_back(x);
    } else {
      all.append(std::string_view(x));
    }
  }
  struct Accumulator {
    Separator const* separator;
    String all;
    bool any = false;

    template <class X>
    bool operator()(X&& x) {
      if (std::exchange(any, true)) append(all, *separator);
      append(all, x);
      return true;
    }
    void join(Accumulator&& later) {
      if (!later.any) return;
      if (!any) {
        all = std::move(later.all);
        any = true;
      } else {
        append(all, *separator);
        all.append(later.all);
      }
    }
    template <class Archive>
    void carry(Archive& ar) {
      ar(all, any);
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (!text_or_char<Separator const&>) {
      return Problem::separator_without_text;
    } else {
      return text_or_char<std::remove_reference_t<typename S::Item> const&> ? Problem::none
                                                                            : Problem::join_without_text;
    }
  }
  template <class S>
  Accumulator open(S const&) const {
    return {std::addressof(separator), {}};
  }
  String finish(Accumulator&& all) const { return std::move(all.all); }
};

template <class Separator>
JoinWith(Separator) -> JoinWith<Separator>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
