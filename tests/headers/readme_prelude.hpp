// What the README's examples take for granted. Each of them becomes a block of one program (readme.sh).
#pragma once

#include <parallel_task/parallel_task.hpp>

#include <chrono>
#include <cmath>
#include <optional>
#include <ranges>
#include <sstream>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

inline std::vector<double> numbers(1'000, 2.25);
inline std::vector<int> integers(1'000, 3);
inline std::vector<int (*)()> jobs(1'000, [] { return 7; });
inline std::vector<std::string> names(1'000, "a long name, longer than those that need no memory");
inline std::vector<std::string> words(100, "word ");
inline std::vector<double> temperatures{21.5, 19.0, 23.25};
inline std::vector<int> squares(1'000);
inline std::unordered_map<std::string, double> accounts{{"me", 100.0}, {"you", 200.0}, {"the bank", 1e9}};
inline std::istringstream input("one two three");
inline std::ostringstream output;

inline bool is_long(std::string const& name) { return name.size() > 20; }
inline std::string translate(std::string const& word) { return "<" + word + ">"; }
inline double slow(int i) { return std::sqrt(i); }
inline void consume(double) {}
