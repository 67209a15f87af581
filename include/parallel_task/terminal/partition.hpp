// partition(p), partition_map(f): two containers, both in order.
#pragma once

#include <parallel_task/container/gathered.hpp>
#include <parallel_task/core/closure.hpp>
#include <parallel_task/core/concepts.hpp>
#include <parallel_task/platform/pointers.hpp>

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallel_task {
inline namespace PARALLEL_TASK_CODE {
namespace detail {

/// The items that are kept for two containers, and how the containers are made of them.
template <class A, class B>
struct TwoKept {
  A first;
  B second;

  void join(TwoKept& later) {
    first.join(std::move(later.first));
    second.join(std::move(later.second));
  }
  template <class Archive>
  void carry(Archive& ar) {
    ar(first, second);
  }
  template <class C, class D>
  std::pair<C, D> result() {
    std::pair<C, D> both;
    first.template append_to<KeepAll>(both.first);
    second.template append_to<KeepAll>(both.second);
    return both;
  }
};

/// The items that satisfy `predicate` and those that don't, as a pair of containers. If `C` is void, std::vector of the
/// values.
template <class P, class C = void>
struct Partition {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS P predicate;

  template <class S>
  using Container = std::conditional_t<std::is_void_v<C>, std::vector<typename S::Value>, C>;

  template <class T, class Result>
  struct Accumulator {
    P const* predicate;
    TwoKept<GatheredFor<Result, T>, GatheredFor<Result, T>> kept;

    template <class X>
    bool operator()(X&& x) {
      if (static_cast<bool>(detail::call(*predicate, detail::look(x)))) {
        kept.first(static_cast<X&&>(x));
      } else {
        kept.second(static_cast<X&&>(x));
      }
      return true;
    }
    void join(Accumulator&& later) { kept.join(later.kept); }
    template <class Archive>
    void carry(Archive& ar) {
      ar(kept);
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::predicate_problem<P, typename S::Item>() != Problem::none) {
      return detail::predicate_problem<P, typename S::Item>();
    } else {
      using T = StoredFor<Container<S>, S>;
      constexpr bool ok = std::constructible_from<T, typename S::Item> && std::default_initializable<Container<S>> &&
                          appendable<Container<S>, HandedOn<T>>;
      return ok ? Problem::none : Problem::partition_does_not_fit;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<StoredFor<Container<S>, S>, Container<S>>{std::addressof(predicate), {}};
  }
  template <class T, class Result>
  std::pair<Result, Result> finish(Accumulator<T, Result>&& all) const {
    return all.kept.template result<Result, Result>();
  }
};

/// What `f` returns of an item: a value of one of two types, told apart by its index. std::variant, by its members.
template <class R>
inline constexpr bool is_either = false;
template <template <class...> class Variant, class A, class B>
inline constexpr bool is_either<Variant<A, B>> = requires(Variant<A, B> const& either) {
  { either.index() } -> std::convertible_to<std::size_t>;
};
template <class R>
struct Either;
template <template <class...> class Variant, class A, class B>
struct Either<Variant<A, B>> {
  using First = A;
  using Second = B;
};

/// The values of `f(item)` in two vectors, both in order: those of the first type, and those of the second.
template <class F>
struct PartitionMap {
  PARALLEL_TASK_NO_UNIQUE_ADDRESS F f;

  template <class R>
  struct Accumulator {
    F const* f;
    TwoKept<Kept<typename Either<R>::First>, Kept<typename Either<R>::Second>> kept;

    template <class X>
    bool operator()(X&& x) {
      R either = detail::call(*f, static_cast<X&&>(x));
      if (either.index() == 0) {
        kept.first(get<0>(std::move(either)));
      } else {
        kept.second(get<1>(std::move(either)));
      }
      return true;
    }
    void join(Accumulator&& later) { kept.join(later.kept); }
    template <class Archive>
    void carry(Archive& ar) {
      ar(kept);
    }
  };

  template <class S>
  static consteval Problem problem() {
    if constexpr (detail::closure_problem<F, typename S::Item>() != Problem::none) {
      return detail::closure_problem<F, typename S::Item>();
    } else {
      return is_either<std::remove_cvref_t<call_t<F, typename S::Item>>> ? Problem::none
                                                                         : Problem::partition_map_without_variant;
    }
  }
  template <class S>
  auto open(S const&) const {
    return Accumulator<std::remove_cvref_t<call_t<F, typename S::Item>>>{std::addressof(f), {}};
  }
  template <class R>
  auto finish(Accumulator<R>&& all) const {
    return all.kept.template result<std::vector<typename Either<R>::First>, std::vector<typename Either<R>::Second>>();
  }
};

template <class F>
PartitionMap(F) -> PartitionMap<F>;

}  // namespace detail
}  // namespace PARALLEL_TASK_CODE
}  // namespace parallel_task
