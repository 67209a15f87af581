// Do several records say the same?
#include "result.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace suite {

namespace {

/// "set, row" → peer → this library's time by its.
using Ratios = std::map<std::string, std::map<std::string, Estimate>>;

/// What stands in quotes behind `key`, looked for from `at`, which goes behind it; the end of the text if it is absent.
std::string word_behind(std::string const& text, std::string const& key, std::size_t& at) {
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

double number_behind(std::string const& text, std::string const& key, std::size_t& at) {
  std::size_t const found = text.find(key, at);
  if (found == std::string::npos) return at = text.size(), 0;
  at = found + key.size();
  return std::strtod(text.c_str() + at, nullptr);
}

/// Reads what write_json wrote: a row's name, and a line for each contender.
bool read(std::string const& file, Ratios& ratios) {
  std::ifstream in(file);
  if (!in) return false;
  std::string set = "quiet";
  std::string row;
  for (std::string line; std::getline(in, line);) {
    std::size_t at = 0;
    if (line.find("\"rows_beside_a_computing_process\"") != std::string::npos) set = "busy";
    if (line.find("\"memory\"") != std::string::npos) break;
    if (line.find("{\"name\": ") != std::string::npos) row = set + ", " + word_behind(line, "{\"name\": \"", at);
    at = 0;
    if (line.find("{\"peer\": ") == std::string::npos) continue;
    std::string const peer = word_behind(line, "{\"peer\": \"", at);
    std::size_t ratio = line.find("\"ours_by_it\"", at);
    if (ratio == std::string::npos) continue;
    Estimate e;
    e.median = number_behind(line, "\"median\": ", ratio);
    e.low = number_behind(line, "\"low\": ", ratio);
    e.high = number_behind(line, "\"high\": ", ratio);
    ratios[row][peer] = e;
  }
  return !ratios.empty();
}

}  // namespace

int print_agreement(std::vector<std::string> const& files) {
  std::vector<Ratios> records(files.size());
  for (std::size_t i = 0; i != files.size(); ++i) {
    if (read(files[i], records[i])) continue;
    std::fprintf(stderr, "%s holds no rows\n", files[i].c_str());
    return 2;
  }
  int pairs = 0;
  int apart = 0;
  int absent = 0;
  for (auto const& [row, peers] : records[0]) {
    double noise = 0;
    for (Ratios const& record : records) {
      auto const found = record.find(row);
      if (found == record.end()) continue;
      auto const twice = found->second.find(again);
      if (twice == found->second.end()) continue;
      noise = std::max({noise, std::abs(std::log(twice->second.low)), std::abs(std::log(twice->second.high))});
    }
    for (auto const& [peer, first] : peers) {
      if (peer == ours) continue;
      Estimate lowest = first;
      Estimate highest = first;
      bool everywhere = true;
      double low = first.low;
      double high = first.high;
      for (Ratios const& record : records) {
        auto const found = record.find(row);
        everywhere = everywhere && found != record.end() && found->second.count(peer) != 0;
        if (!everywhere) break;
        Estimate const& e = found->second.at(peer);
        low = std::max(low, e.low);
        high = std::min(high, e.high);
        if (e.median < lowest.median) lowest = e;
        if (e.median > highest.median) highest = e;
      }
      if (!everywhere) {
        ++absent;
        continue;
      }
      ++pairs;
      if (low <= high || std::log(highest.median / lowest.median) <= noise) continue;
      ++apart;
      std::printf("  %-66s %-16s %.3f [%.3f, %.3f] and %.3f [%.3f, %.3f]; noise of the row %.3f\n", row.c_str(),
                  peer.c_str(), lowest.median, lowest.low, lowest.high, highest.median, highest.low, highest.high,
                  std::exp(noise));
    }
  }
  std::printf("%d ratios in %zu records: %d agree, %d do not (above); %d are not in all of them\n", pairs, files.size(),
              pairs - apart, apart, absent);
  return pairs == 0 ? 2 : 20 * apart > pairs ? 1 : 0;
}

}  // namespace suite
