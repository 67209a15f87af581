// What any program of this kind includes: the standard headers that parallel_task needs itself. No work.
#include <atomic>
#include <optional>
#include <span>
#include <stdexcept>
#include <tuple>
#include <vector>

int main() {}
