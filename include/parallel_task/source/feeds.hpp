// What a bridged source pulls from: input ranges, objects with next(), and the nodes of sets and maps.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>  // for std::addressof; see platform/owner.hpp

namespace parallel_task {
inline namespace v0_1 {
namespace detail {

/// Something with `next()` that gives an optional value, empty at the end.
template <class G>
concept generator_like = requires(G& g) {
  { static_cast<bool>(g.next()) };
  { *g.next() };
};

/// An object that lives elsewhere, or that the pipeline holds.
template <class T>
struct Place {
  T object;
  [[nodiscard]] T& get() { return object; }
};
template <class T>
struct Place<T&> {
  T* object;
  explicit Place(T& t) : object(std::addressof(t)) {}
  [[nodiscard]] T& get() { return *object; }
};

/// Reads exactly as many items as it is asked for, and none before.
template <class R>
class RangeFeed {
  using Range = std::remove_reference_t<R>;
  using Iterator = std::ranges::iterator_t<Range>;

 public:
  using Value = std::ranges::range_value_t<Range>;

  explicit RangeFeed(Place<R> range) : range_(std::move(range)) {}

  std::optional<Value> next() {
    if (it_) {
      ++*it_;
    } else {
      it_.emplace(std::ranges::begin(range_.get()));
    }
    if (*it_ == std::ranges::end(range_.get())) return std::nullopt;
    if constexpr (std::constructible_from<Value, std::ranges::range_reference_t<Range>>) {
      return std::optional<Value>(std::in_place, **it_);
    } else {
      return std::optional<Value>(std::in_place, std::ranges::iter_move(*it_));
    }
  }

 private:
  Place<R> range_;
  std::optional<Iterator> it_;
};

template <class G>
class GeneratorFeed {
 public:
  using Value = std::remove_cvref_t<decltype(*std::declval<std::remove_reference_t<G>&>().next())>;

  explicit GeneratorFeed(Place<G> generator) : generator_(std::move(generator)) {}

  std::optional<Value> next() {
    auto&& got = generator_.get().next();
    if (!static_cast<bool>(got)) return std::nullopt;
    return std::optional<Value>(std::in_place, *static_cast<decltype(got)&&>(got));
  }

 private:
  Place<G> generator_;
};

/// A container of nodes, such as std::map and std::unordered_set, which alone lets its keys be moved out.
template <class C>
concept node_container = requires(C& c) {
  typename C::node_type;
  c.extract(c.begin());
};

/// Takes the nodes of a set or map out, in order.
template <node_container C>
class NodeFeed {
  template <class Container>
  struct value_of {
    using type = typename Container::value_type;
  };
  template <class Container>
    requires requires { typename Container::mapped_type; }
  struct value_of<Container> {
    using type = std::pair<typename Container::key_type, typename Container::mapped_type>;
  };

 public:
  using Value = typename value_of<C>::type;

  explicit NodeFeed(C container) : container_(std::move(container)) {}

  [[nodiscard]] std::size_t size() const { return container_.size(); }
  std::optional<Value> next() {
    if (container_.begin() == container_.end()) return std::nullopt;
    auto node = container_.extract(container_.begin());
    if constexpr (requires { node.mapped(); }) {
      return std::optional<Value>(std::in_place, std::move(node.key()), std::move(node.mapped()));
    } else {
      return std::optional<Value>(std::in_place, std::move(node.value()));
    }
  }

 private:
  C container_;
};

}  // namespace detail
}  // namespace v0_1
}  // namespace parallel_task
