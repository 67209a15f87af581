// What any program of this kind includes: the standard headers that parallel_task needs itself. No work.
#include <atomic>
#include <optional>
#include <ranges>
#include <tuple>
#include <vector>

int main() {}
