// Reads a web server's log from a pipe, passes on the requests that failed or were slow, and sums up at the end.
//
//   c++ -std=c++20 -O2 -I include examples/log_analyser.cpp -o log_analyser -pthread
//   ./log_analyser make 1000000 | ./log_analyser 900             a log of a million lines; slow is 900 ms and more
//   ./log_analyser make 1000000 | ./log_analyser 900 | head -3   ends when head does
//
// What to look at: `par_bridge` reads the lines on one thread at a time, all threads parse them, and `for_each_ordered`
// prints in the log's order while reading goes on. Its closure is called by one thread at a time, so the totals need no
// lock. At most 1000 lines are in memory, however long the log and however slow its reader. Lines are read a few at a
// time: when the log pauses, the last of them may wait until it goes on.
#include <parallel_task/parallel_task.hpp>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace {

/// What par_bridge asks for: next(), which gives a value until there is none.
struct Lines {
  std::istream& input;
  std::optional<std::string> next() {
    std::string line;
    if (!std::getline(input, line)) return std::nullopt;
    return line;
  }
};

struct Request {
  std::string line;
  int status = 0;  // 0: the line is no request
  int milliseconds = 0;
};

/// 192.0.2.7 - - [17/May/2024:10:05:03 +0000] "GET /a/path HTTP/1.1" 200 5120 37
Request parsed(std::string line) {
  static std::regex const format(
      R"re(\S+ \S+ \S+ \[[^\]]+\] "[A-Z]+ \S+ HTTP/[0-9.]+" ([0-9]{3}) [0-9]+ ([0-9]{1,7}))re");
  Request request;
  constexpr std::size_t longest = 2000;  // std::regex_match calls itself for each character
  if (std::smatch parts; line.size() <= longest && std::regex_match(line, parts, format)) {
    request.status = std::stoi(parts[1]);
    request.milliseconds = std::stoi(parts[2]);
  }
  request.line = std::move(line);
  return request;
}

void print(std::string_view line) {
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  // Flushed, so that the reader sees it now, and checked, since the reader may have gone. errno belongs to this thread.
  if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "standard output");
}

int analyse(int slow) {
  std::map<int, std::size_t> by_status;
  std::size_t slow_ones = 0;
  pt::par_bridge(Lines{std::cin})
      .map(parsed)
      .for_each_ordered(
          [&](Request const& request) {
            ++by_status[request.status];
            bool const is_slow = request.milliseconds >= slow;
            if (is_slow) ++slow_ones;
            if (is_slow || request.status >= 500) print(request.line);
          },
          1000);
  for (auto const& [status, count] : by_status) {
    std::cerr << (status == 0 ? "no request" : std::to_string(status)) << ": " << count << '\n';
  }
  std::cerr << "slow: " << slow_ones << '\n';
  return by_status.contains(0) ? 1 : 0;
}

std::string made_line(std::uint64_t i) {
  std::uint64_t const x = (i + 1) * 0x9e3779b97f4a7c15;
  unsigned const r = static_cast<unsigned>((x ^ (x >> 29)) * 0xbf58476d1ce4e5b9 >> 33);
  constexpr int statuses[] = {200, 200, 200, 200, 200, 200, 301, 304, 404, 500};
  char line[160];
  std::snprintf(line, sizeof line,
                R"(192.0.2.%u - - [17/May/2024:10:%02u:%02u +0000] "GET /item/%u HTTP/1.1" %d %u %u)", r % 250,
                r / 4 % 60, r / 8 % 60, r % 10'007, statuses[r / 64 % 10], r / 16 % 9000, r / 32 % 1000);
  return line;
}

}  // namespace

int main(int argc, char** argv) try {
  // A closed pipe is an error of the write, not the end of the process.
#if defined(SIGPIPE)
  std::signal(SIGPIPE, SIG_IGN);
#endif
  std::ios::sync_with_stdio(false);
  if (argc == 2) return analyse(std::stoi(argv[1]));
  if (argc != 3 || std::string_view(argv[1]) != "make") throw std::invalid_argument("a time, or make and a number");
  pt::indices(std::stoull(argv[2])).map(made_line).for_each_ordered(print);
  return 0;
} catch (std::invalid_argument const&) {
  std::cerr << "usage: log_analyser MILLISECONDS <LOG | log_analyser make LINES\n";
  return 2;
} catch (std::system_error const& error) {
  if (error.code() == std::errc::broken_pipe) return 0;  // the reader has seen enough
  std::cerr << "log_analyser: " << error.what() << '\n';
  return 1;
} catch (std::exception const& error) {
  std::cerr << "log_analyser: " << error.what() << '\n';
  return 1;
}
