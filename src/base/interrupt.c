/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/interrupt.h"

#include <stdatomic.h>

static atomic_bool requested;

void mien_interrupt_request(void)
{
    atomic_store(&requested, true);
}

bool mien_interrupted(void)
{
    return atomic_load_explicit(&requested, memory_order_relaxed);
}

void mien_interrupt_clear(void)
{
    atomic_store(&requested, false);
}
