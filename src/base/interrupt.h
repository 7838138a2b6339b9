/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The only global state of the program: whether the user pressed Ctrl-C. The shell's signal handler sets it;
 * every loop that can run longer than 0.1 s polls it, stops, keeps what is finished and returns
 * MIEN_ERR_CANCELLED with the text "stopped". The shell clears it before it evaluates the next input.
 */
#ifndef MIEN_BASE_INTERRUPT_H
#define MIEN_BASE_INTERRUPT_H

#include <stdbool.h>

/* Safe in a signal handler and from any thread. */
void mien_interrupt_request(void);
bool mien_interrupted(void);
void mien_interrupt_clear(void);

#endif
