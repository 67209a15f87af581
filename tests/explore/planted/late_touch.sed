# file: worker/thread_runner.hpp
# places: 1
# A helper looks at the call's frame once more after it has left.
/^  slot\.leave();/{
c\
  OpenCall* const late = slot.call.load(detail::memory_order_relaxed);  // planted\
  slot.leave();\
  if (late->enter == nullptr) return false;
}
