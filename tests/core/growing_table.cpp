#include <parallel_task/core/growing_table.hpp>

#include "catch.hpp"

#include <vector>

TEST_CASE("what was added to a growing table stays where it is") {
  parallel_task::detail::GrowingTable<std::size_t> table;
  std::vector<std::size_t*> where;
  for (std::size_t i = 0; i != 10'000; ++i) {
    table.add(i * i);
    where.push_back(&table[i]);
  }
  REQUIRE(table.size() == 10'000);
  for (std::size_t i = 0; i != table.size(); ++i) {
    REQUIRE(table[i] == i * i);
    REQUIRE(&table[i] == where[i]);
  }
}
