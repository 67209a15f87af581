#include <parallel_task/terminal/try_for_each.hpp>

#include "every.hpp"

#include <memory>
#include <string>

using namespace every;

namespace {

/// As std::expected<T, E> of C++23.
template <class T, class E>
class Expected {
 public:
  using value_type = T;
  Expected() = default;
  explicit Expected(T) {}
  static Expected error_of(E e) {
    Expected result;
    result.error_ = std::move(e);
    return result;
  }
  [[nodiscard]] bool has_value() const { return !error_; }
  [[nodiscard]] E const& error() const { return *error_; }

 private:
  std::optional<E> error_;
};
template <class E>
class Expected<void, E> {
 public:
  using value_type = void;
  Expected() = default;
  explicit Expected(E e) : error_(std::move(e)) {}
  [[nodiscard]] bool has_value() const { return !error_; }
  [[nodiscard]] E const& error() const { return *error_; }

 private:
  std::optional<E> error_;
};

}  // namespace

TEST_CASE("try_for_each succeeds on all items and on none") {
  source_and_size([](auto make, std::vector<int> const& expected) {
    std::atomic<std::size_t> seen{0};
    CHECK(run(make(), detail::TryForEach{[&seen](int) {
                ++seen;
                return true;
              }}));
    CHECK(seen >= expected.size());  // behind a take_while, closures may have run on more
  });
}

TEST_CASE("try_for_each returns the failure that is first by order") {
  kind_and_size([](auto make, std::vector<int> const& expected) {
    auto fails = [](int x) { return x % 5 == 2; };
    std::optional<int> wanted;
    for (int x : expected) {
      if (fails(x)) {
        wanted = x;
        break;
      }
    }
    CHECK(run(make(), detail::TryForEach{[&fails](int x) { return !fails(x); }}) == !wanted);

    auto const r =
        run(make(), detail::TryForEach{[&fails](int x) {
              return fails(x) ? Expected<void, std::string>(std::to_string(x)) : Expected<void, std::string>();
            }});
    REQUIRE(r.has_value() == !wanted);
    if (wanted) CHECK(r.error() == std::to_string(*wanted));

    auto const s = run(make(), detail::TryForEach{[&fails](int x) {
                         return fails(x) ? Expected<int, std::unique_ptr<int>>::error_of(std::make_unique<int>(x))
                                         : Expected<int, std::unique_ptr<int>>(x);
                       }});
    REQUIRE(s.has_value() == !wanted);
    if (wanted) CHECK(*s.error() == *wanted);

    auto const o =
        run(make(), detail::TryForEach{[&fails](int x) { return fails(x) ? std::nullopt : std::optional(x); }});
    CHECK(o.has_value() == !wanted);
  });
}

TEST_CASE("try_for_each hands on what a closure throws, and leaves no item alive") {
  throwing_position<Bare>([](auto source) {
    run(std::move(source), detail::TryForEach{[](Bare const&) { return true; }});
  });
}
