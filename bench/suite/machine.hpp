// The machine while it is measured: whether this process is at rest, whether others compute, and those that are meant
// to.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

namespace suite {

/// Seconds of CPU that this process has used, all its threads together.
double process_cpu_seconds();

/// Waits until this process uses next to no CPU: for `least`, a second at most.
void come_to_rest(std::chrono::milliseconds least);

/// A process that computes beside this one, for as long as this object lives.
class AnotherProcess {
 public:
  AnotherProcess();
  AnotherProcess(AnotherProcess const&) = delete;
  AnotherProcess& operator=(AnotherProcess const&) = delete;
  ~AnotherProcess();
  [[nodiscard]] int id() const { return child_; }

 private:
  int child_ = 0;
};
using Others = std::vector<std::unique_ptr<AnotherProcess>>;

/// Waits until nobody but `others` computes: they use a core each, the rest less than a twentieth of one over 200 ms.
/// False after `patience` of noise.
bool machine_is_quiet(Others const& others, std::chrono::seconds patience);

/// What processes other than the known ones use of the machine, since it was made.
class Strangers {
 public:
  explicit Strangers(std::vector<int> known);
  /// They used a twentieth of a core or more, as far as the system says.
  [[nodiscard]] bool disturb() const;

 private:
  [[nodiscard]] double seconds() const;
  std::vector<int> known_;
  std::chrono::steady_clock::time_point begin_;
  double before_;
};

}  // namespace suite
