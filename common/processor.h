#pragma once

namespace sotto {

/// Whether this processor and system have the instructions of x86-64-v3 (AVX2, FMA, BMI2).
inline bool processor_has_v3() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
#else
  return false;
#endif
}

/// Those of x86-64-v4 (AVX-512 F, BW, DQ, VL).
inline bool processor_has_v4() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

}  // namespace sotto
