// What a program that iterates in parallel would include anyway.
#include <atomic>
#include <memory>
#include <optional>
#include <ranges>
#include <thread>
#include <tuple>
#include <vector>
