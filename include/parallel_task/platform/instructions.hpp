// PARALLEL_TASK_INSTRUCTIONS, a name for those that the compiler may choose and not all processors of the kind have;
// not defined where there are none. Levels of x86-64 have names, what is not a whole level has letters. Other
// processors than x86 and Arm have no names yet.
#pragma once

#define PARALLEL_TASK_PASTE_(a, b, c, d, e, f, g, h, i, j, k) a##b##c##d##e##f##g##h##i##j##k
#define PARALLEL_TASK_PASTE(a, b, c, d, e, f, g, h, i, j, k) PARALLEL_TASK_PASTE_(a, b, c, d, e, f, g, h, i, j, k)

// PARALLEL_TASK_IF(macro, letter): the letter if the macro is defined as 1, else nothing.
#define PARALLEL_TASK_IF(macro, letter) PARALLEL_TASK_IF_(macro, letter)
#define PARALLEL_TASK_IF_(value, letter) PARALLEL_TASK_IF__(PARALLEL_TASK_PICK_##value letter, , )
#define PARALLEL_TASK_IF__(...) PARALLEL_TASK_SECOND(__VA_ARGS__)
#define PARALLEL_TASK_SECOND(first, second, ...) second
#define PARALLEL_TASK_PICK_1 ,

#define PARALLEL_TASK_LEVEL
#define PARALLEL_TASK_TO_V2
#define PARALLEL_TASK_TO_V3
#define PARALLEL_TASK_TO_V4
#define PARALLEL_TASK_BEYOND

#if defined(__SSE3__) && defined(__SSSE3__) && defined(__SSE4_1__) && defined(__SSE4_2__) && defined(__POPCNT__)
#undef PARALLEL_TASK_LEVEL
#define PARALLEL_TASK_LEVEL _v2
#define PARALLEL_TASK_HAS_MORE
#if defined(__AVX__) && defined(__AVX2__) && defined(__BMI__) && defined(__BMI2__) && defined(__F16C__) && \
    defined(__FMA__) && defined(__LZCNT__) && defined(__MOVBE__)
#undef PARALLEL_TASK_LEVEL
#define PARALLEL_TASK_LEVEL _v3
#define PARALLEL_TASK_IS_V3
#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512CD__) && defined(__AVX512DQ__) && \
    defined(__AVX512VL__)
#undef PARALLEL_TASK_LEVEL
#define PARALLEL_TASK_LEVEL _v4
#define PARALLEL_TASK_IS_V4
#endif
#endif
#elif defined(__SSE3__) || defined(__POPCNT__) || defined(__i386__)
#undef PARALLEL_TASK_TO_V2
#define PARALLEL_TASK_HAS_MORE
#define PARALLEL_TASK_TO_V2                                                                                           \
  PARALLEL_TASK_PASTE(_, PARALLEL_TASK_IF(__i686__, a), PARALLEL_TASK_IF(__SSE__, b), PARALLEL_TASK_IF(__SSE2__, c),  \
                      PARALLEL_TASK_IF(__SSE3__, d), PARALLEL_TASK_IF(__SSSE3__, e), PARALLEL_TASK_IF(__SSE4_1__, f), \
                      PARALLEL_TASK_IF(__SSE4_2__, g), PARALLEL_TASK_IF(__POPCNT__, h), , )
#endif

#if !defined(PARALLEL_TASK_IS_V3) && \
    (defined(__AVX__) || defined(__BMI__) || defined(__BMI2__) || defined(__LZCNT__) || defined(__MOVBE__))
#undef PARALLEL_TASK_TO_V3
#define PARALLEL_TASK_HAS_MORE
#define PARALLEL_TASK_TO_V3                                                                                         \
  PARALLEL_TASK_PASTE(_, PARALLEL_TASK_IF(__AVX__, i), PARALLEL_TASK_IF(__AVX2__, j), PARALLEL_TASK_IF(__BMI__, k), \
                      PARALLEL_TASK_IF(__BMI2__, l), PARALLEL_TASK_IF(__F16C__, m), PARALLEL_TASK_IF(__FMA__, n),   \
                      PARALLEL_TASK_IF(__LZCNT__, o), PARALLEL_TASK_IF(__MOVBE__, p), , )
#endif
#if !defined(PARALLEL_TASK_IS_V4) && defined(__AVX512F__)
#undef PARALLEL_TASK_TO_V4
#define PARALLEL_TASK_HAS_MORE
#define PARALLEL_TASK_TO_V4                                                                       \
  PARALLEL_TASK_PASTE(_, q, PARALLEL_TASK_IF(__AVX512BW__, r), PARALLEL_TASK_IF(__AVX512CD__, s), \
                      PARALLEL_TASK_IF(__AVX512DQ__, t), PARALLEL_TASK_IF(__AVX512VL__, u), , , , , )
#endif

#if defined(__AVXVNNI__) || defined(__AVX512VNNI__) || defined(__AVX512IFMA__) || defined(__AVX512VBMI__) || \
    defined(__GFNI__) || defined(__SSE4A__) || defined(__TBM__) || defined(__AVXIFMA__) || defined(__APX_F__)
#undef PARALLEL_TASK_BEYOND
#define PARALLEL_TASK_HAS_MORE
#define PARALLEL_TASK_BEYOND                                                                                           \
  PARALLEL_TASK_PASTE(PARALLEL_TASK_PASTE(_, PARALLEL_TASK_IF(__AVXVNNI__, a), PARALLEL_TASK_IF(__AVX512VNNI__, b),    \
                                          PARALLEL_TASK_IF(__AVX512IFMA__, c), PARALLEL_TASK_IF(__AVX512VBMI__, d),    \
                                          PARALLEL_TASK_IF(__AVX512VBMI2__, e), PARALLEL_TASK_IF(__AVX512BITALG__, f), \
                                          PARALLEL_TASK_IF(__AVX512VPOPCNTDQ__, g),                                    \
                                          PARALLEL_TASK_IF(__AVX512BF16__, h), PARALLEL_TASK_IF(__AVX512FP16__, i), ), \
                      PARALLEL_TASK_IF(__GFNI__, j), PARALLEL_TASK_IF(__SSE4A__, k), PARALLEL_TASK_IF(__XOP__, l),     \
                      PARALLEL_TASK_IF(__FMA4__, m), PARALLEL_TASK_IF(__TBM__, n), PARALLEL_TASK_IF(__AVXIFMA__, o),   \
                      PARALLEL_TASK_IF(__APX_F__, p), PARALLEL_TASK_IF(__AVX10_1__, q), , )
#elif defined(__arm__)
#undef PARALLEL_TASK_BEYOND
#define PARALLEL_TASK_HAS_MORE
#define PARALLEL_TASK_BEYOND                                                                                   \
  PARALLEL_TASK_PASTE(_, __ARM_ARCH, PARALLEL_TASK_IF(__ARM_NEON, a), PARALLEL_TASK_IF(__ARM_FEATURE_IDIV, b), \
                      PARALLEL_TASK_IF(__ARM_FEATURE_FMA, c), PARALLEL_TASK_IF(__ARM_FEATURE_DOTPROD, d), , , , , )
#elif defined(__ARM_FEATURE_ATOMICS) || defined(__ARM_FEATURE_DOTPROD) || defined(__ARM_FEATURE_SVE) || \
    defined(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC) || defined(__ARM_FEATURE_MOPS)
#undef PARALLEL_TASK_BEYOND
#define PARALLEL_TASK_HAS_MORE
#define PARALLEL_TASK_BEYOND                                                                                  \
  PARALLEL_TASK_PASTE(_, PARALLEL_TASK_IF(__ARM_FEATURE_ATOMICS, a), PARALLEL_TASK_IF(__ARM_FEATURE_RCPC, b), \
                      PARALLEL_TASK_IF(__ARM_FEATURE_DOTPROD, c),                                             \
                      PARALLEL_TASK_IF(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC, d),                              \
                      PARALLEL_TASK_IF(__ARM_FEATURE_SVE, e), PARALLEL_TASK_IF(__ARM_FEATURE_SVE2, f),        \
                      PARALLEL_TASK_IF(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC, g),                              \
                      PARALLEL_TASK_IF(__ARM_FEATURE_MATMUL_INT8, h), PARALLEL_TASK_IF(__ARM_FEATURE_MOPS, i), )
#endif

#if defined(PARALLEL_TASK_HAS_MORE)
#define PARALLEL_TASK_INSTRUCTIONS                                                                        \
  PARALLEL_TASK_PASTE(PARALLEL_TASK_LEVEL, PARALLEL_TASK_TO_V2, PARALLEL_TASK_TO_V3, PARALLEL_TASK_TO_V4, \
                      PARALLEL_TASK_BEYOND, , , , , , )
#endif
