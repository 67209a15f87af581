// Finds files with the same content.
//
//   c++ -std=c++20 -O2 -I include examples/duplicate_files.cpp -o duplicate_files -pthread
//   ./duplicate_files /usr/share
//
// What to look at: three passes, each over fewer files than the one before. Files whose size is unique are dropped; the
// others are hashed, all in parallel; files with the same hash are compared byte by byte, group by group, so that the
// answer does not depend on the hash. Each result is in the order of its input, whichever thread computed it, so the
// list is the same in every run. Closures may throw: the first exception ends the run and reaches the caller, here when
// a file can't be read.
#include <parallel_task/parallel_task.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using Path = std::filesystem::path;

struct File {
  Path path;
  std::uintmax_t size = 0;
  std::size_t hash = 0;
};

/// Gives f the file's content, a block at a time, until f returns false.
template <class F>
void read_blocks(Path const& path, F f) {
  std::ifstream file(path, std::ios::binary);
  std::string block(std::size_t{1} << 16, '\0');
  do {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    if (file.bad() || !file.is_open()) throw std::runtime_error("can't read " + path.string());
  } while (f(std::string_view(block.data(), static_cast<std::size_t>(file.gcount()))) && file);
}

File hashed(File file) {
  std::string hashes;  // of the blocks
  read_blocks(file.path, [&](std::string_view block) {
    std::size_t const hash = std::hash<std::string_view>()(block);
    hashes.append(reinterpret_cast<char const*>(&hash), sizeof hash);
    return true;
  });
  file.hash = std::hash<std::string>()(hashes);
  return file;
}

bool same_content(Path const& left, Path const& right) {
  std::ifstream other(right, std::ios::binary);
  std::string theirs;
  bool same = true;
  read_blocks(left, [&](std::string_view ours) {
    theirs.resize(ours.size());
    other.read(theirs.data(), static_cast<std::streamsize>(theirs.size()));
    return same = static_cast<std::size_t>(other.gcount()) == ours.size() && theirs == ours;
  });
  return same;
}

using Group = std::vector<Path>;

/// Files of one size and hash, by their content: nearly always one group of all.
std::vector<Group> by_content(Group const& files) {
  std::vector<Group> groups;
  for (Path const& path : files) {
    auto const same =
        std::ranges::find_if(groups, [&](Group const& group) { return same_content(group.front(), path); });
    if (same != groups.end()) {
      same->push_back(path);
    } else {
      groups.push_back({path});
    }
  }
  return groups;
}

/// The files that share their key with another, in the order of their keys.
template <class Key>
std::vector<std::vector<File>> grouped(std::vector<File> files, Key key) {
  std::map<decltype(key(files.front())), std::vector<File>> groups;
  for (File& file : files) groups[key(file)].push_back(std::move(file));
  std::vector<std::vector<File>> shared;
  for (auto& [k, group] : groups) {
    if (group.size() > 1) shared.push_back(std::move(group));
  }
  return shared;
}

std::vector<File> files_below(Path const& directory) {
  std::vector<File> files;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_symlink() && entry.is_regular_file()) files.push_back({entry.path(), entry.file_size()});
  }
  std::ranges::sort(files, {}, &File::path);
  return files;
}

std::vector<Group> duplicates(std::vector<File> files) {
  std::vector<File> candidates;
  for (auto& group : grouped(std::move(files), [](File const& file) { return file.size; })) {
    std::ranges::move(group, std::back_inserter(candidates));
  }
  pt::RunReport report;
  auto const of_a_hash =
      grouped(pt::into_parallel_iter(std::move(candidates)).map(hashed).report(report).collect<std::vector>(),
              [](File const& file) { return std::tuple(file.size, file.hash); });
  std::cerr << "hashed: " << report;

  std::vector<Group> groups = pt::parallel_iter(of_a_hash)
                                  .map([](std::vector<File> const& group) {
                                    Group paths;
                                    for (File const& file : group) paths.push_back(file.path);
                                    return by_content(paths);
                                  })
                                  .flatten()
                                  .filter([](Group const& group) { return group.size() > 1; })
                                  .collect<std::vector>();
  std::ranges::sort(groups);
  return groups;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: duplicate_files DIRECTORY\n";
    return 2;
  }
  for (Group const& group : duplicates(files_below(argv[1]))) {
    for (Path const& path : group) std::cout << path.string() << '\n';
    std::cout << '\n';
  }
  return 0;
} catch (std::exception const& error) {
  std::cerr << "duplicate_files: " << error.what() << '\n';
  return 1;
}
