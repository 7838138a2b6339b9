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

enum mien_status mien_cascade_choose(mien_cascade **cascade, struct mien_error *error)
{
    const char *named = getenv("MIEN_CPU");
    if (!named || !*named)
        *cascade = has_avx2() ? mien_cascade_avx2 : mien_cascade_wide;
    else if (strcmp(named, "plain") == 0)
        *cascade = mien_cascade_plain;
    else if (strcmp(named, name_of_wide) == 0)
        *cascade = mien_cascade_wide;
    else if (strcmp(named, "avx2") == 0 && has_avx2())
        *cascade = mien_cascade_avx2;
    else
        return mien_fail(error, MIEN_ERR_DATA,
                         "MIEN_CPU is \"%s\"; this processor can do \"plain\", "
                         "\"%s\"%s; without the variable "
                         "the fastest is taken",
                         named, name_of_wide, has_avx2() ? " and \"avx2\"" : "");
    return MIEN_OK;
}
