#include <parallel_task/machines/watchdog.hpp>

#include "../catch.hpp"

namespace machines {
namespace {

TEST_CASE("a watchdog looks while it is on and not before or after") {
  std::mutex mutex;
  std::condition_variable looked;
  bool on = false;
  int looks = 0;
  parallel_task::detail::Watchdog dog(mutex);
  auto const is_on = [&] { return on; };
  auto const look = [&] {
    ++looks;
    looked.notify_one();
    return looks % 2 == 0;
  };
  {
    std::unique_lock lock(mutex);
    dog.wake(is_on, look);
  }
  {
    std::unique_lock lock(mutex);
    CHECK(looks == 0);
    on = true;
    dog.wake(is_on, look);
    looked.wait(lock, [&] { return looks >= 3; });
    on = false;
    looks = 0;
  }
  dog.stop();
  CHECK(looks == 0);
  dog.stop();  // a second time it does nothing
}

}  // namespace
}  // namespace machines
