# file: controller/sharing.hpp
# places: 2
# The caller closes its call while somebody is in it.
s|^\( *\)std::uint32_t alone = CallSlot::open;|\1std::uint32_t alone = slot_->word.load(std::memory_order_relaxed);  // planted|
s|^      if ((slot_->word.load(std::memory_order_relaxed) & CallSlot::count) == 0) {|      {  // planted|
