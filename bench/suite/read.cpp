// Reads a record again, as far as pictures and comparisons need it.
#include "result.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>

namespace suite {

namespace {

/// What stands in quotes after `key`, looked for from `at`, which goes after it; the end of the text if it is absent.
std::string word_after(std::string const& text, std::string const& key, std::size_t& at) {
  std::size_t const found = text.find(key, at);
  if (found == std::string::npos) return at = text.size(), "";
  std::size_t const begin = found + key.size();
  std::string word;
  for (at = begin; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
    word += text[at];
  }
  return word;
}

double number_after(std::string const& text, std::string const& key, std::size_t& at) {
  std::size_t const found = text.find(key, at);
  if (found == std::string::npos) return at = text.size(), 0;
  at = found + key.size();
  return std::strtod(text.c_str() + at, nullptr);
}

/// What follows "rows" in the name of a set: nothing, "_beside_a_computing_process", "_beside_2_computing_processes".
int computing_of(std::string const& name) {
  std::string const beside = "_beside_";
  if (name.rfind(beside, 0) != 0) return 0;
  return std::max(1, std::atoi(name.c_str() + beside.size()));
}

}  // namespace

/// Reads what write_json wrote: a row's name, and a line for each contender, of which the ratio is kept.
bool read_json(std::string const& file, Record& record) {
  std::ifstream in(file);
  if (!in) return false;
  std::string const beginning = "  \"rows";
  for (std::string line; std::getline(in, line);) {
    std::size_t at = 0;
    if (line.rfind(beginning, 0) == 0 && line.back() == '[') {
      record.sets.push_back({computing_of(line.substr(beginning.size())), 0});
    }
    if (line.find("\"memory\"") != std::string::npos) break;
    if (record.sets.empty()) continue;
    std::vector<Result>& results = record.sets.back().rows;
    if (line.find("{\"name\": ") != std::string::npos) {
      results.push_back({});
      results.back().row = word_after(line, "{\"name\": \"", at);
    }
    at = 0;
    if (results.empty() || line.find("{\"peer\": ") == std::string::npos) continue;
    std::string const peer = word_after(line, "{\"peer\": \"", at);
    std::size_t ratio = line.find("\"ours_by_it\"", at);
    if (ratio == std::string::npos) continue;
    Estimate e;
    e.median = number_after(line, "\"median\": ", ratio);
    e.low = number_after(line, "\"low\": ", ratio);
    e.high = number_after(line, "\"high\": ", ratio);
    results.back().peers.push_back(peer);
    results.back().ratio.push_back(e);
    std::size_t minima = 0;
    double const least = number_after(line, "\"minima_ours_by_it\": ", minima);
    if (least > 0) results.back().minima.push_back(least);
    results.back().given_up.push_back(line.find("\"given_up\": true") != std::string::npos);
  }
  std::erase_if(record.sets, [](Set const& set) { return set.rows.empty(); });
  return !record.sets.empty();
}

}  // namespace suite
