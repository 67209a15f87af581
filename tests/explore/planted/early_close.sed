# file: controller/shared_run.hpp
# places: 2
# The caller closes its call while somebody is in it.
s|^\( *\)std::uint32_t alone = CallSlot::open;|\1std::uint32_t alone = slot.word.load(detail::memory_order_relaxed);  // planted|
s|^      if ((slot.word.load(detail::memory_order_relaxed) \& CallSlot::count) == 0) {|      {  // planted|
