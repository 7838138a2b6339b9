/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The old place of base/draft.h.
 */
#ifndef MIEN_VIDEO_DRAFT_H
#define MIEN_VIDEO_DRAFT_H

#include "base/draft.h"

#endif
