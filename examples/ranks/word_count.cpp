// The most frequent words of many files, counted on several ranks.
//
//   c++ -std=c++20 -O2 -I include examples/ranks/word_count.cpp -o word_count -pthread    forked processes, no MPI
//   RANKS=4 ./word_count /usr/share/doc 20
//   mpicxx -std=c++20 -O2 -DEXAMPLE_WITH_MPI -I include examples/ranks/word_count.cpp -o word_count -pthread
//   mpirun -n 4 ./word_count /usr/share/doc 20
//
// What to look at: the list of files is made by rank 0 and broadcast, since ranks must run over the same items, and
// folders may change meanwhile. Each rank opens the files that it is dealt; only the counts of words travel, joined on
// each rank before. A file that can't be opened throws, and then it is thrown on all ranks.
#include "world.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

std::vector<std::string> files_in(std::string const& folder) {
  std::vector<std::string> files;
  namespace fs = std::filesystem;
  for (fs::directory_entry const& entry :
       fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> words_of(std::string const& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("can't open " + file);
  std::string const text{std::istreambuf_iterator<char>(in), {}};
  std::vector<std::string> words;
  std::string word;
  for (char const c : text + " ") {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

void run(pt::world& w, std::string const& folder, std::size_t most) {
  std::vector<std::string> files;
  if (w.is_root()) files = files_in(folder);
  w.broadcast(files);
  std::optional<std::vector<std::pair<std::string, std::size_t>>> top;
  double const ms = milliseconds([&] {
    auto const counts =
        pt::parallel_iter(files).on(w.at_root()).flat_map(words_of).count_by([](std::string const& word) {
          return word;
        });
    if (!counts) return;
    top.emplace(counts->begin(), counts->end());
    std::stable_sort(top->begin(), top->end(), [](auto const& a, auto const& b) { return a.second > b.second; });
  });
  if (!top) return;  // not rank 0
  for (std::size_t i = 0; i != std::min(most, top->size()); ++i) {
    std::printf("%8zu %s\n", (*top)[i].second, (*top)[i].first.c_str());
  }
  std::fprintf(stderr, "%zu files, %zu words; %d ranks of %u threads: %.1f ms\n", files.size(), top->size(), w.size(),
               w.threads(), ms);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2 || argc > 3) throw std::invalid_argument("folder");
  std::size_t const most = argc > 2 ? std::stoul(argv[2]) : 10;
  World w(argc, argv);
  run(w, argv[1], most);
  return 0;
} catch (std::invalid_argument const&) {
  std::fprintf(stderr, "usage: word_count FOLDER [WORDS]\n");
  return 2;
} catch (std::exception const& error) {
  std::fprintf(stderr, "word_count: %s\n", error.what());
  return 1;
}
