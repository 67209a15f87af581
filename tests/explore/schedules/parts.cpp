// Parts in which one thread finds what another has left, each by itself: the values of threads.
#include "items.hpp"

#include <cstdint>

namespace {

using explore::check;
namespace pt = explore::pt;

}  // namespace

EXPLORE("a value a thread: two whose values are on one list find each their own", .complete = true) {
  pt::per_thread<int> values;
  auto const use = [&](std::uint32_t thread) {
    pt::detail::this_thread.thread = thread;  // as if it were the library's: of 64 lists it is told its own by that
    values.local() += static_cast<int>(thread);
    values.local() += 100;
  };
  explore::Thread other([&] { use(1); });
  use(65);
  other.join();
  check(values.size() == 2, "a value for each");
  for (int const value : values) check(value == 101 || value == 165, "nobody has touched another's");
  check(values.combine([](int a, int b) { return a + b; }) == 266, "and both are there");
  values.clear();
  check(values.size() == 0, "none is left");
}
