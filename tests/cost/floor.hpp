// What a program that iterates in parallel would include anyway.
#include <atomic>
#include <optional>
#include <ranges>
#include <tuple>
#include <vector>
