// Takes back what foreign_macros.hpp defines.
#undef min
#undef max
#undef emit
#undef slots
#undef signals
#undef foreach
#undef small
#undef None
#undef Bool
#undef Status
#undef check
