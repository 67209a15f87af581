#include <parallel_task/controller/cancelled.hpp>

#include "catch.hpp"

#include <string>

namespace pt = parallel_task;

TEST_CASE("a cancelled run says by whom") {
  pt::cancelled const late(pt::StopReason::deadline);
  pt::cancelled const stopped(pt::StopReason::stop_requested);
  CHECK(late.reason() == pt::StopReason::deadline);
  CHECK(stopped.reason() == pt::StopReason::stop_requested);
  std::exception const& by_base = late;
  CHECK(std::string(by_base.what()).find("deadline") != std::string::npos);
  CHECK(std::string(stopped.what()).find("stop token") != std::string::npos);
}
