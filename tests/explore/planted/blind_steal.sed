# file: queue/limited_access_queue.hpp
# places: 1
# A thief takes its half without looking whether the worker has claimed meanwhile.
/compare_exchange_weak(seen, LimitedAccessQueue::pack({block.first, middle})/{
N
c\
        word.store(LimitedAccessQueue::pack({block.first, middle}), detail::memory_order_release);  // planted\
        {
}
