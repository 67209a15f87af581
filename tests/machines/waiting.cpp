#include <parallel_task/machines/waiting.hpp>

#include "../catch.hpp"

namespace machines {
namespace {

using parallel_task::detail::nap_after;
using parallel_task::detail::yields_after;

TEST_CASE("who waits looks without a pause at first and then between naps") {
  CHECK(nap_after(0) == 0);
  CHECK(nap_after(149'999) == 0);
  CHECK(nap_after(150'000) > 0);
}

TEST_CASE("others may run before the first nap and not at once") {
  CHECK_FALSE(yields_after(0));
  CHECK_FALSE(yields_after(10'000));
  CHECK(yields_after(100'000));
}

TEST_CASE("a nap prolongs no wait by more than a sixteenth") {
  std::int64_t before = 0;
  for (std::int64_t waited = 150'000; waited < 1'000'000'000; waited += waited / 7) {
    std::int64_t const nap = nap_after(waited);
    CHECK((nap >= before && nap <= waited / 16 && nap <= 200'000));
    before = nap;
  }
  CHECK(before == 200'000);
}

}  // namespace
}  // namespace machines
