// Do several records say the same?
#include "result.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace suite {

namespace {

/// "set, row" → peer → this library's time divided by its.
using Ratios = std::map<std::string, std::map<std::string, Estimate>>;

bool read(std::string const& file, Ratios& ratios) {
  Record record;
  if (!read_json(file, record)) return false;
  for (Set const& set : record.sets) {
    std::string const where = set.computing == 0 ? "quiet, " : "beside " + std::to_string(set.computing) + ", ";
    for (Result const& result : set.rows) {
      for (std::size_t i = 0; i != result.peers.size(); ++i) {
        if (result.given_up[i]) continue;  // a limit, not a measurement
        ratios[where + result.row][result.peers[i]] = result.ratio[i];
      }
    }
  }
  return true;
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
