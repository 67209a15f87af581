// The model against what C++20 says of it: small programs, and exactly what may come of each.
#include "explore/model/explore.hpp"

namespace {

namespace pt = explore::pt;
using explore::atomic;
constexpr std::memory_order relaxed = std::memory_order_relaxed;
constexpr std::memory_order acquire = std::memory_order_acquire;
constexpr std::memory_order release = std::memory_order_release;
constexpr std::memory_order acq_rel = std::memory_order_acq_rel;
constexpr std::memory_order seq_cst = std::memory_order_seq_cst;

/// Two of the case's threads beside each other.
template <class A, class B>
void beside(A const& a, B const& b) {
  explore::Thread other(b);
  a();
  other.join();
}

// Message passing: 0: the flag was not seen; 1: seen, and the data; 2: seen, and not the data.
void pass_a_message(std::memory_order store, std::memory_order load) {
  atomic<int> data{0};
  atomic<int> flag{0};
  beside(
      [&] {
        data.store(1, relaxed);
        flag.store(1, store);
      },
      [&] {
        if (flag.load(load) == 0) {
          explore::note_outcome(0);
        } else {
          explore::note_outcome(data.load(relaxed) == 1 ? 1 : 2);
        }
      });
}

// Store buffering: the sum of what the two have read of the other's; 0: neither has seen the other.
void buffer_stores(std::memory_order store, std::memory_order load) {
  atomic<int> x{0};
  atomic<int> y{0};
  int a = 0;
  int b = 0;
  beside(
      [&] {
        x.store(1, store);
        a = y.load(load);
      },
      [&] {
        y.store(1, store);
        b = x.load(load);
      });
  explore::note_outcome(static_cast<unsigned>(a + b));
}

// Two readers of two writers: 1: they disagree on which came first.
void read_independent_writes(std::memory_order store, std::memory_order load) {
  atomic<int> x{0};
  atomic<int> y{0};
  int a = 0;
  int b = 0;
  int c = 0;
  int d = 0;
  auto const write_x = [&] { x.store(1, store); };
  auto const write_y = [&] { y.store(1, store); };
  auto const read_x_first = [&] {
    a = x.load(load);
    b = y.load(load);
  };
  explore::Thread first(write_x);
  explore::Thread second(write_y);
  explore::Thread third(read_x_first);
  c = y.load(load);
  d = x.load(load);
  first.join();
  second.join();
  third.join();
  explore::note_outcome(a == 1 && b == 0 && c == 1 && d == 0 ? 1 : 0);
}

}  // namespace

EXPLORE("litmus: a released message is seen whole", .preemptions = 4, .stale = 4, .complete = true, .outcomes = "0 1") {
  pass_a_message(release, acquire);
}
EXPLORE("litmus: a relaxed flag passes no message", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "0 1 2") {
  pass_a_message(relaxed, acquire);
}
EXPLORE("litmus: a flag that is read relaxed passes no message", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "0 1 2") {
  pass_a_message(release, relaxed);
}

EXPLORE("litmus: two seq_cst stores can't both be missed", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "1 2") {
  buffer_stores(seq_cst, seq_cst);
}
EXPLORE("litmus: two released stores can both be missed", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "0 1 2") {
  buffer_stores(release, acquire);
}
EXPLORE("litmus: seq_cst on the stores alone does not help", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "0 1 2") {
  buffer_stores(seq_cst, acquire);
}
EXPLORE("litmus: read-modify-writes that are not seq_cst can both miss the other's", .preemptions = 4, .stale = 4,
        .complete = true, .outcomes = "0 1 2") {
  atomic<int> x{0};
  atomic<int> y{0};
  int a = 0;
  int b = 0;
  beside(
      [&] {
        x.fetch_add(1, acq_rel);
        a = y.load(acquire);
      },
      [&] {
        y.fetch_add(1, acq_rel);
        b = x.load(acquire);
      });
  explore::note_outcome(static_cast<unsigned>(a + b));
}

EXPLORE("litmus: a thread never reads back in one object's history", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "0 1 2 4 5 8") {
  atomic<int> x{0};
  beside(
      [&] {
        x.store(1, relaxed);
        x.store(2, relaxed);
      },
      [&] {
        int const first = x.load(relaxed);
        int const second = x.load(relaxed);
        explore::note_outcome(static_cast<unsigned>(3 * first + second));  // 3: 1 then 0; 6, 7: 2 then less
      });
}

EXPLORE("litmus: a read-modify-write carries a release on", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "0 1") {
  atomic<int> data{0};
  atomic<int> flag{0};
  auto const write = [&] {
    data.store(1, relaxed);
    flag.store(1, release);
  };
  auto const carry = [&] { flag.fetch_add(2, relaxed); };
  explore::Thread writer(write);
  explore::Thread carrier(carry);
  if (flag.load(acquire) != 3) {
    explore::note_outcome(0);
  } else {
    // 3 may also be 2 + 1: then the writer's store came last, and is what was read.
    explore::note_outcome(data.load(relaxed) == 1 ? 1 : 2);
  }
  writer.join();
  carrier.join();
}
EXPLORE("litmus: a store does not carry another thread's release on", .preemptions = 4, .stale = 4, .complete = true,
        .outcomes = "0 1 2") {
  atomic<int> data{0};
  atomic<int> flag{0};
  auto const write = [&] {
    data.store(1, relaxed);
    flag.store(1, release);
  };
  auto const overwrite = [&] {
    if (flag.load(relaxed) == 1) flag.store(2, relaxed);
  };
  explore::Thread writer(write);
  explore::Thread other(overwrite);
  if (flag.load(acquire) != 2) {
    explore::note_outcome(0);
  } else {
    explore::note_outcome(data.load(relaxed) == 1 ? 1 : 2);
  }
  writer.join();
  other.join();
}

EXPLORE("litmus: acquiring readers may disagree on the order of two writers", .preemptions = 3, .stale = 4,
        .executions = 200'000, .complete = true, .outcomes = "0 1") {
  read_independent_writes(release, acquire);
}
EXPLORE("litmus: seq_cst readers agree on the order of two writers", .preemptions = 3, .stale = 4,
        .executions = 200'000, .complete = true, .outcomes = "0") {
  read_independent_writes(seq_cst, seq_cst);
}

EXPLORE("litmus: a futex compares with the newest value", .preemptions = 4, .stale = 4, .complete = true) {
  atomic<std::uint32_t> word{0};
  beside([&] { pt::detail::wait_on(word, 0); },
         [&] {
           word.store(1, relaxed);
           pt::detail::wake_one(word);
         });
}
EXPLORE("litmus: who is never woken is found", .preemptions = 4, .must_fail = "nobody can go on") {
  atomic<std::uint32_t> word{0};
  beside([&] { pt::detail::wait_on(word, 0); }, [&] { word.store(1, relaxed); });
}
EXPLORE("litmus: who spins on a store sees it in the end", .preemptions = 2, .stale = 3, .complete = true) {
  atomic<int> flag{0};
  beside([&] { flag.store(1, relaxed); },
         [&] {
           while (flag.load(relaxed) == 0) pt::detail::relax();
         });
}
EXPLORE("litmus: who spins for ever is found", .rounds = 1, .must_fail = "loops for ever") {
  atomic<int> flag{0};
  while (flag.load(relaxed) == 0) pt::detail::relax();
}

EXPLORE("litmus: two plain writes race", .rounds = 5, .must_fail = "a race") {
  int volatile plain = 0;
  beside([&] { plain = 1; }, [&] { plain = 2; });
}
EXPLORE("litmus: a plain read behind a relaxed flag races", .must_fail = "a race") {
  int data = 0;
  atomic<int> flag{0};
  beside(
      [&] {
        data = 1;
        flag.store(1, relaxed);
      },
      [&] {
        if (flag.load(acquire) == 1) explore::check(data == 1, "the data are seen");
      });
}
EXPLORE("litmus: a plain read behind a released flag does not race", .preemptions = 4, .stale = 4, .complete = true) {
  int data = 0;
  atomic<int> flag{0};
  beside(
      [&] {
        data = 1;
        flag.store(1, release);
      },
      [&] {
        if (flag.load(acquire) == 1) explore::check(data == 1, "the data are seen");
      });
}
EXPLORE("litmus: a lock that acquires and releases protects plain data", .preemptions = 3, .stale = 2,
        .complete = true) {
  int data = 0;
  atomic<int> lock{0};
  auto const add = [&] {
    while (lock.exchange(1, acquire) != 0) pt::detail::relax();
    ++data;
    lock.store(0, release);
  };
  beside(add, add);
  explore::check(data == 2, "both have added");
}
EXPLORE("litmus: a lock that is put back relaxed does not", .must_fail = "a race") {
  int data = 0;
  atomic<int> lock{0};
  auto const add = [&] {
    while (lock.exchange(1, acquire) != 0) pt::detail::relax();
    ++data;
    lock.store(0, relaxed);
  };
  beside(add, add);
}
EXPLORE("litmus: memory that was freed is not touched unseen", .must_fail = "freed") {
  auto* const data = new int(1);
  atomic<int> done{0};
  beside(
      [&] {
        delete data;
        done.store(1, release);
      },
      [&] {
        if (done.load(acquire) == 1) explore::check(*data == 1, "it still holds its value");
      });
}
EXPLORE("litmus: a frame that was left is not touched unseen", .must_fail = "a race") {
  atomic<int*> place{nullptr};
  auto const publish = [&] {
    int volatile local = 1;
    place.store(const_cast<int*>(&local), release);
  };
  auto const look = [&] {
    if (int const* const seen = place.load(acquire); seen != nullptr) explore::check(*seen != 2, "it is not 2");
  };
  explore::Thread other(look);
  explore::call(publish);
  other.join();
}
