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

TEST_CASE("a cleared chunk list begins anew in the chunk it has") {
  ChunkList<Live, 256> list;
  for (int round = 0; round != 3; ++round) {
    for (int i = 0; i != 1000; ++i) list.emplace(i);
    int count = 0;
    list.for_each([&count](Live& item) { count += item.value == count ? 1 : 0; });
    CHECK(count == 1000);
    list.clear();
    CHECK(Live::alive == 0);
    CHECK(list.size() == 0);
  }
}
