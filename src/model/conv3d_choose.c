/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/conv3d.h"

const struct mien_conv3d_kernels *mien_conv3d_fastest(void)
{
#if defined(__x86_64__)
    bool fused = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (fused && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"))
        return &mien_conv3d_avx512;
    if (fused)
        return &mien_conv3d_avx2;
#endif
    return &mien_conv3d_plain;
}
