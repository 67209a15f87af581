// unzip(), unzip_into(c...): the parts of pairs and tuples, each in a container of its own, in order.
#pragma once

#include <parallel_task/container/gathered.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// How many parts the items of a source have that can be taken apart; otherwise 0.
template <class S>
inline constexpr std::size_t parts_of_items = [] {
  if constexpr (is_product<std::remove_cvref_t<typename S::Item>> && is_product<typename S::Value>) {
    return std::tuple_size_v<typename S::Value>;
  } else {
    return std::size_t{0};
  }
}();
template <std::size_t i, class S>
using PartOf = std::remove_cvref_t<std::tuple_element_t<i, typename S::Value>>;
template <std::size_t i, class S>
using GivenPart = decltype(std::get<i>(std::declval<typename S::Item>()));

/// One list of chunks for each part.
template <class... T>
struct KeptParts {
  std::tuple<Kept<T>...> kept;

  template <class X>
  bool operator()(X&& x) {
    each([&x](auto& part, auto i) { part(std::get<i>(static_cast<X&&>(x))); });
    return true;
  }
  void join(KeptParts&& later) noexcept {
    each([&later](auto& part, auto i) { part.join(std::move(std::get<i>(later.kept))); });
  }
  template <class Archive>
  void carry(Archive& ar) {
    each([&ar](auto& part, auto) { ar(part); });
  }
  /// Moves each to the end of its container.
  template <class Containers>
  void append_to(Containers& containers) {
    each([&containers](auto& part, auto i) { part.template append_to<KeepAll>(std::get<i>(containers)); });
  }

 private:
  template <class F>
  void each(F f) {
    [&]<std::size_t... i>(std::index_sequence<i...>) {
      (f(std::get<i>(kept), std::integral_constant<std::size_t, i>()), ...);
    }(std::index_sequence_for<T...>());
  }
};

template <class S, std::size_t... i>
auto kept_parts(std::index_sequence<i...>) {
  return KeptParts<PartOf<i, S>...>{};
}
template <class S, std::size_t... i>
consteval bool parts_can_be_kept(std::index_sequence<i...>) {
  return (std::constructible_from<PartOf<i, S>, GivenPart<i, S>> && ...);
}

/// A vector of each part: a pair of vectors of two, otherwise a tuple of them.
struct Unzip {
  template <class S>
  static consteval Problem problem() {
    constexpr std::size_t n = parts_of_items<S>;
    if constexpr (n < 2) {
      return Problem::unzip_without_pairs;
    } else {
      return detail::parts_can_be_kept<S>(std::make_index_sequence<n>()) ? Problem::none : Problem::unzip_not_copyable;
    }
  }
  template <class S>
  auto open(S const&) const {
    return detail::kept_parts<S>(std::make_index_sequence<parts_of_items<S>>());
  }
  template <class A, class B>
  auto finish(KeptParts<A, B>&& all) const {
    std::pair<std::vector<A>, std::vector<B>> both;
    all.append_to(both);
    return both;
  }
  template <class... T>
  auto finish(KeptParts<T...>&& all) const {
    std::tuple<std::vector<T>...> result;
    all.append_to(result);
    return result;
  }
};

/// Replaces the contents of the caller's containers, one for each part.
template <class... C>
struct UnzipInto {
  std::tuple<C*...> targets;

  template <class S, std::size_t... i>
  static consteval bool fits(std::index_sequence<i...>) {
    return (appendable<C, HandedOn<PartOf<i, S>>> && ...);
  }
  template <class S>
  static consteval Problem problem() {
    constexpr std::size_t n = parts_of_items<S>;
    if constexpr (n < 2) {
      return Problem::unzip_without_pairs;
    } else if constexpr (n != sizeof...(C)) {
      return Problem::unzip_into_other_number;
    } else if constexpr (!detail::parts_can_be_kept<S>(std::make_index_sequence<n>())) {
      return Problem::unzip_not_copyable;
    } else {
      constexpr bool ok = !(std::is_const_v<C> || ...) && fits<S>(std::make_index_sequence<n>());
      return ok ? Problem::none : Problem::unzip_into_does_not_fit;
    }
  }
  template <class S>
  auto open(S const&) const {
    return detail::kept_parts<S>(std::make_index_sequence<parts_of_items<S>>());
  }
  template <class A>
  void finish(A&& all) const {
    std::apply(
        [&all](C*... c) {
          (detail::make_empty(*c), ...);
          std::tuple<C&...> containers(*c...);
          all.append_to(containers);
        },
        targets);
  }
};

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
