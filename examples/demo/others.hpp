// Whether other programs used the machine while the demo measured.
#pragma once

namespace demo {

/// CPU time by the system's account (Linux; elsewhere nothing is known).
class Others {
 public:
  Others() : before_(now()) {}

  /// Cores that other programs have used since this was made, on average; below 0: not known.
  [[nodiscard]] double cores_used() const;

 private:
  struct Account {
    double all = -1;  // seconds of all programs; below 0: not known
    double ours = 0;  // of this one
    double wall = 0;
  };
  static Account now();

  Account before_;
};

}  // namespace demo
