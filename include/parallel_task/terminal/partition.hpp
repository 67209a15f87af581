// partition(p), unzip(): two containers, both in order.
#pragma once

#include <parallel_task/core/call.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/terminal/container.hpp>

#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Two chunk lists and the containers that are made of them.
template <class A, class B>
struct TwoKept {
  ChunkList<A> first;
  ChunkList<B> second;

  void join(TwoKept& later) noexcept {
    first.join(std::move(later.first));
    second.join(std::move(later.second));
  }
  template <class C, class D>
  std::pair<C, D> result() {
    std::pair<C, D> both;
    detail::append_chunks<KeepAll>(both.first, first);
    detail::append_chunks<KeepAll>(both.second, second);
    return both;
  }
};

/// Items that satisfy `predicate` and those that don't, as a pair of containers. `C` void: std::vector of the values.
template <class P, class C = void>
struct Partition {
  [[no_unique_address]] P predicate;

  template <class S>
  using Container = std::conditional_t<std::is_void_v<C>, std::vector<typename S::Value>, C>;

  template <class T, class Result>
  struct Accumulator {
    P const* predicate;
    TwoKept<T, T> kept;

    template <class X>
    bool operator()(X&& x) {
      if (static_cast<bool>(detail::call(*predicate, detail::look(x)))) {
        kept.first.emplace(static_cast<X&&>(x));
      } else {
        kept.second.emplace(static_cast<X&&>(x));
      }
      return true;
    }
    void join(Accumulator&& later) noexcept { kept.join(later.kept); }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::predicate_problem<P, typename S::Item>() != Problem::none) {
      return detail::predicate_problem<P, typename S::Item>();
    } else {
      using T = stored_t<Container<S>, S>;
      constexpr bool ok = std::constructible_from<T, typename S::Item> && std::default_initializable<Container<S>> &&
                          appendable<Container<S>, T&&>;
      return ok ? Problem::none : Problem::partition_does_not_fit;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<stored_t<Container<S>, S>, Container<S>>{&predicate, {}};
  }
  template <class T, class Result>
  std::pair<Result, Result> finish(Accumulator<T, Result>&& all) const {
    return all.kept.template result<Result, Result>();
  }
};

/// Pairs taken apart: a vector of the first parts and a vector of the second.
struct Unzip {
  template <class S>
  static constexpr bool two_parts = [] {
    if constexpr (is_product<std::remove_cvref_t<typename S::Item>> && is_product<typename S::Value>) {
      return std::tuple_size_v<typename S::Value> == 2;
    } else {
      return false;
    }
  }();
  template <std::size_t I, class S>
  using Part = std::remove_cvref_t<std::tuple_element_t<I, typename S::Value>>;

  template <class A, class B>
  struct Accumulator {
    TwoKept<A, B> kept;

    template <class X>
    bool operator()(X&& x) {
      kept.first.emplace(std::get<0>(static_cast<X&&>(x)));
      kept.second.emplace(std::get<1>(static_cast<X&&>(x)));
      return true;
    }
    void join(Accumulator&& later) noexcept { kept.join(later.kept); }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (!two_parts<S>) {
      return Problem::unzip_without_pairs;
    } else {
      using Item = typename S::Item;
      constexpr bool ok = std::constructible_from<Part<0, S>, decltype(std::get<0>(std::declval<Item>()))> &&
                          std::constructible_from<Part<1, S>, decltype(std::get<1>(std::declval<Item>()))>;
      return ok ? Problem::none : Problem::unzip_not_copyable;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<Part<0, S>, Part<1, S>>{};
  }
  template <class A, class B>
  std::pair<std::vector<A>, std::vector<B>> finish(Accumulator<A, B>&& all) const {
    return all.kept.template result<std::vector<A>, std::vector<B>>();
  }
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
