// Which words are the most frequent in a directory of texts?
//
//   c++ -std=c++20 -O2 -I include examples/word_frequencies.cpp -o word_frequencies -pthread
//   ./word_frequencies /usr/share/doc 20
//   PARALLEL_TASK_THREADS=1 ./word_frequencies /usr/share/doc 20     for comparison: as plain loops
//
// What to look at: two parallel loops, one inside the other. The outer one goes over the files; the inner one over
// pieces of a file, so that one huge file among small ones does not keep all threads but one waiting. A file of one
// piece is a plain loop and costs no more than that. Each thread counts into a map of its own (`fold`), and the maps
// are merged in order (`reduce`), so the files that could not be read are listed in the order of their names. Reading
// waits for the disk now and then; the library detects that, and lets another thread compute in the meantime.
#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

/// Words in lower case, by how often they occur.
using Counts = std::unordered_map<std::string, std::size_t>;

/// ASCII letters, and all bytes of other scripts in UTF-8.
bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

void count_words(Counts& counts, std::string_view text) {
  std::string word;
  while (!text.empty()) {
    auto const first = std::find_if(text.begin(), text.end(), in_word);
    auto const last = std::find_if_not(first, text.end(), in_word);
    word.assign(first, last);
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!word.empty()) ++counts[word];
    text = std::string_view(last, text.end());
  }
}

Counts merged(Counts left, Counts right) {
  if (left.size() < right.size()) std::swap(left, right);
  for (auto const& [word, count] : right) left[word] += count;
  return left;
}

/// Cut between words.
std::vector<std::string_view> pieces(std::string_view text) {
  constexpr std::size_t size = std::size_t{1} << 18;
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    auto const from = text.begin() + static_cast<std::ptrdiff_t>(std::min(size, text.size()));
    auto const end = std::find_if_not(from, text.end(), in_word);
    pieces.emplace_back(text.begin(), end);
    text = std::string_view(end, text.end());
  }
  return pieces;
}

struct Found {
  Counts counts;
  std::size_t bytes = 0;
  std::vector<std::filesystem::path> unreadable;
};

void read(Found& found, std::filesystem::path const& path) {
  std::error_code failed;
  std::uintmax_t const size = std::filesystem::file_size(path, failed);
  std::string text(failed ? 0 : size, '\0');
  if (failed || !std::ifstream(path, std::ios::binary).read(text.data(), static_cast<std::streamsize>(text.size()))) {
    found.unreadable.push_back(path);
    return;
  }
  found.bytes += text.size();
  std::vector<std::string_view> const parts = pieces(text);
  found.counts = merged(std::move(found.counts),
                        pt::parallel_iter(parts).fold([] { return Counts(); }, count_words).reduce(Counts(), merged));
}

Found joined(Found left, Found right) {
  left.counts = merged(std::move(left.counts), std::move(right.counts));
  left.bytes += right.bytes;
  std::ranges::move(right.unreadable, std::back_inserter(left.unreadable));
  return left;
}

std::vector<std::filesystem::path> files_below(std::filesystem::path const& directory) {
  std::vector<std::filesystem::path> files;
  for (auto const& entry :
       std::filesystem::recursive_directory_iterator(directory,
                                                     std::filesystem::directory_options::skip_permission_denied)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

int run(std::filesystem::path const& directory, std::size_t most) {
  std::vector<std::filesystem::path> const files = files_below(directory);
  auto const start = std::chrono::steady_clock::now();
  Found const found = pt::parallel_iter(files).fold([] { return Found(); }, read).reduce(Found(), joined);
  std::chrono::duration<double> const seconds = std::chrono::steady_clock::now() - start;

  std::vector<std::pair<std::string, std::size_t>> words(found.counts.begin(), found.counts.end());
  std::ranges::sort(words, [](auto const& a, auto const& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;  // hash maps have no order to rely on
  });
  for (std::size_t i = 0; i != std::min(most, words.size()); ++i) {
    std::cout << words[i].second << ' ' << words[i].first << '\n';
  }
  double const megabytes = static_cast<double>(found.bytes) / 1e6;
  std::cerr << files.size() << " files, " << megabytes << " MB, " << megabytes / seconds.count() << " MB/s\n";
  for (auto const& path : found.unreadable) std::cerr << "word_frequencies: can't read " << path.string() << '\n';
  return found.unreadable.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2 && argc != 3) throw std::invalid_argument("a directory, a number of words");
  return run(argv[1], argc == 3 ? std::stoul(argv[2]) : 10);
} catch (std::invalid_argument const&) {
  std::cerr << "usage: word_frequencies DIRECTORY [WORDS]\n";
  return 2;
} catch (std::exception const& error) {
  std::cerr << "word_frequencies: " << error.what() << '\n';
  return 1;
}
