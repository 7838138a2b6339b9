/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "face/predictor.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(__i386__)
static const char name_of_wide[] = "sse2";
#elif defined(__aarch64__)
static const char name_of_wide[] = "neon";
#else
static const char name_of_wide[] = "wide";
#endif

static bool has_avx2(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

static bool has_avx512(void)
{
#if defined(__x86_64__)
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vbmi");
#else
    return false;
#endif
}

static mien_cascade *fastest(void)
{
    if (has_avx512())
        return mien_cascade_avx512;
    return has_avx2() ? mien_cascade_avx2 : mien_cascade_wide;
}

enum mien_status mien_cascade_choose(mien_cascade **cascade, struct mien_error *error)
{
    const char *named = getenv("MIEN_CPU");
    if (!named || !*named)
        *cascade = fastest();
    else if (strcmp(named, "plain") == 0)
        *cascade = mien_cascade_plain;
    else if (strcmp(named, name_of_wide) == 0)
        *cascade = mien_cascade_wide;
    else if (strcmp(named, "avx2") == 0 && has_avx2())
        *cascade = mien_cascade_avx2;
    else if (strcmp(named, "avx512") == 0 && has_avx512())
        *cascade = mien_cascade_avx512;
    else
        return mien_fail(error, MIEN_ERR_DATA,
                         "MIEN_CPU is \"%s\"; this processor can do \"plain\", \"%s\"%s%s; without the "
                         "variable the fastest is taken",
                         named, name_of_wide, has_avx2() ? ", \"avx2\"" : "",
                         has_avx512() ? ", \"avx512\"" : "");
    return MIEN_OK;
}
