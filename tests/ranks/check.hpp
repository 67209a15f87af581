// Checks that run on all ranks of a world, whichever: their registration, and what they are written with.
#pragma once

#include <parallel_task/machines/world.hpp>
#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <typeinfo>
#include <vector>

namespace ranks {

namespace pt = parallel_task;

inline void must_hold(bool holds, char const* what, int line) {
  if (!holds) throw std::runtime_error(std::to_string(line) + ": " + what);
}
#define MUST(...) ranks::must_hold(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __LINE__)

template <class E, class F>
std::string thrown_by(F f, int line) {
  try {
    f();
  } catch (E const& e) {
    must_hold(typeid(e) == typeid(E), "it is exactly of this type", line);
    return e.what();
  }
  throw std::runtime_error(std::to_string(line) + ": nothing was thrown");
}
#define MUST_THROW(E, ...) ranks::thrown_by<E>([&] { __VA_ARGS__; }, __LINE__)

struct Check {
  char const* name;
  void (*run)(pt::world&);
};
/// Those that end a rank come last, whatever file they are in.
inline std::vector<Check>& checks(bool deadly) {
  static std::vector<Check> all[2];
  return all[deadly ? 1 : 0];
}
struct Registered {
  Registered(char const* name, void (*run)(pt::world&), bool deadly) { checks(deadly).push_back({name, run}); }
};
#define RANKS_CHECK_NAMED(id, text, deadly)                   \
  void id(pt::world& w);                                      \
  ranks::Registered const registered_##id(text, &id, deadly); \
  void id([[maybe_unused]] pt::world& w)
#define RANKS_CHECK_LINE(line, text, deadly) RANKS_CHECK_NAMED(check_##line, text, deadly)
#define RANKS_CHECK_AT(line, text, deadly) RANKS_CHECK_LINE(line, text, deadly)
#define RANKS_CHECK(text) RANKS_CHECK_AT(__LINE__, text, false)
#define RANKS_DEADLY_CHECK(text) RANKS_CHECK_AT(__LINE__, text, true)

/// Whether ranks may be killed: in a world of forked processes.
inline bool may_die = false;

inline std::vector<int> numbers(int n) {
  std::vector<int> v(static_cast<std::size_t>(n));
  for (int i = 0; i != n; ++i) v[static_cast<std::size_t>(i)] = (i * 7919 + 13) % 10007;
  return v;
}
inline auto const twice = [](int const& x) { return 2 * x; };
inline auto const odd = [](int const& x) { return x % 2 != 0; };

/// Uneven, so that chunks end in any order.
inline int slow(int x) {
  if (x % 97 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
  return x;
}

}  // namespace ranks

/// Runs the checks whose names contain `only`, or all, and returns how many have failed on any rank.
int run_checks(parallel_task::world& w, bool may_die, char const* only);
