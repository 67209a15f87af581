// Accounts in a hash map, each brought up to date in place: the map is neither copied nor turned into an array first.
#include "stories.hpp"

#include <unordered_map>

namespace demo {

namespace {

using Accounts = std::unordered_map<std::uint64_t, double>;

Accounts open_accounts() {
  Accounts accounts;
  accounts.reserve(500'000);
  for (std::uint64_t i = 0; i != 500'000; ++i) accounts.emplace(random_at(i), static_cast<double>(i % 10'000));
  return accounts;
}

/// A year of daily interest at a rate that depends on the number.
void add_interest(std::uint64_t number, double& balance) {
  double const rate = 1.0 + static_cast<double>(number % 7) * 1e-5;
  for (int day = 0; day != 365; ++day) balance *= rate;
}

}  // namespace

void hash_map(Table& table) {
  Accounts const accounts = open_accounts();
  table.compare(
      "a hash map, updated in place", accounts.size(), [&] { return accounts; },
      [](Accounts mine) {
        for (auto& [number, balance] : mine) add_interest(number, balance);
        return mine;
      },
      [](Accounts mine, pt::RunReport& report) {
        pt::parallel_iter(mine).report(report).for_each(add_interest);
        return mine;
      });
}

}  // namespace demo
