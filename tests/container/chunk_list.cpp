#include <parallel_task/container/chunk_list.hpp>

#include "terminal/every.hpp"

using every::Live;
using parallel_task::detail::ChunkList;

TEST_CASE("joined chunk lists drain in order and leave nothing alive") {
  for (int n : {0, 1, 100, 5000}) {
    for (int m : {0, 1, 100, 200000}) {
      ChunkList<Live> a;
      ChunkList<Live> b;
      for (int i = 0; i != n; ++i) a.emplace(i);
      for (int i = 0; i != m; ++i) b.emplace(n + i);
      a.join(std::move(b));
      CHECK(a.size() == static_cast<std::size_t>(n + m));
      a.emplace(n + m);
      int next = 0;
      bool in_order = true;
      a.drain([&](Live* item, Live* last) {
        for (; item != last; ++item, ++next) in_order = in_order && item->value == next;
      });
      CHECK(in_order);
      CHECK(next == n + m + 1);
      CHECK(Live::alive == 0);
      a.emplace(1);
      CHECK(a.size() == 1);
    }
  }
  CHECK(Live::alive == 0);
}

TEST_CASE("a cleared chunk list begins anew, in the chunk it has or in none") {
  ChunkList<Live, 256> list;
  for (int const size : {1000, 3, 100, 100000, 100, 3, 1000}) {
    for (int i = 0; i != size; ++i) list.emplace(i);
    int count = 0;
    list.for_each([&count](Live& item) { count += item.value == count ? 1 : 0; });
    CHECK(count == size);
    list.clear();
    CHECK(Live::alive == 0);
    CHECK(list.empty());
    CHECK(list.size() == 0);
    list.clear();
  }
}

TEST_CASE("a chunk list that begins anew does so where it was, unless that was large") {
  ChunkList<Live, 256> list;
  auto const fill = [&list](int size) {
    for (int i = 0; i != size; ++i) list.emplace(i);
    Live const* first = nullptr;
    list.for_each([&first](Live& item) { first = first == nullptr ? &item : first; });
    return first;
  };
  Live const* const small = fill(3);
  list.clear();
  CHECK(fill(3) == small);
  list.clear();
  CHECK(Live::alive == 0);
}

TEST_CASE("a chunk list that expects items puts them side by side, as far as one chunk goes") {
  ChunkList<Live, 256> list;
  auto const pieces = [&list](int size) {
    for (int i = 0; i != size; ++i) list.emplace(i);
    int count = 0;
    Live const* before = nullptr;
    bool in_order = true;
    int next = 0;
    list.for_each([&](Live& item) {
      in_order = in_order && item.value == next++;
      if (before == nullptr || &item != before + 1) ++count;
      before = &item;
    });
    CHECK(in_order);
    CHECK(next == size);
    list.clear();
    return count;
  };
  CHECK(pieces(1000) == 2);
  for (int const size : {1000, 3, 5000, 100}) {
    list.expect(static_cast<std::size_t>(size));
    CHECK(pieces(size) == 1);
  }
  list.expect(1'000'000);
  CHECK(pieces(100'000) > 1);
  list.expect(0);
  CHECK(list.empty());
  CHECK(Live::alive == 0);
}
