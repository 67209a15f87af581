// Runs commands turn by turn, and prints what each took of user time: medians.
//
//   measure ROUNDS FOLDER     the commands are the lines of standard input: a name, a tab, shell words; each writes
//                             FOLDER/NAME, whose size is printed. A command that fails is left out.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

namespace {

struct Command {
  std::string name;
  std::string words;
  std::vector<double> seconds;
  bool fails = false;
};

/// User time of a shell command and all that it waits for; negative if it failed.
double user_seconds_of(std::string const& words) {
  pid_t const child = ::fork();
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", words.c_str(), static_cast<char*>(nullptr));
    std::_Exit(127);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child || status != 0) return -1;
  return static_cast<double>(used.ru_utime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec) * 1e-6;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  int const rounds = std::max(1, std::atoi(argv[1]));
  std::vector<Command> commands;
  for (std::string line; std::getline(std::cin, line);) {
    std::size_t const tab = line.find('\t');
    if (tab != std::string::npos) commands.push_back({line.substr(0, tab), line.substr(tab + 1), {}, false});
  }
  std::mt19937 random(1);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i != commands.size(); ++i) order.push_back(i);
  for (int round = 0; round <= rounds; ++round) {  // the first fills the system's caches, and doesn't count
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t const i : order) {
      Command& command = commands[i];
      if (command.fails) continue;
      double const seconds = user_seconds_of(command.words);
      command.fails = seconds < 0;
      if (round != 0) command.seconds.push_back(seconds);
    }
  }
  std::printf("%-34s %12s %16s\n", "", "user time", "program, stripped");
  for (Command const& command : commands) {
    if (command.fails || command.seconds.empty()) {
      std::printf("%-34s does not compile here\n", command.name.c_str());
      continue;
    }
    struct stat file {};
    std::string const program = std::string(argv[2]) + '/' + command.name;
    double const size = ::stat(program.c_str(), &file) == 0 ? static_cast<double>(file.st_size) : 0;
    std::printf("%-34s %9.0f ms %13.1f kB\n", command.name.c_str(), median(command.seconds) * 1e3, size / 1e3);
  }
}
