/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Expressions as means of the proxies of their action units, after the short form of EMFACS (Friesen and
 * Ekman 1983); what 68 points cannot see is left out, and each row of the table of measures says what.
 */
#ifndef MIEN_MEASURE_EXPRESSIONS_H
#define MIEN_MEASURE_EXPRESSIONS_H

#include "measure/formula.h"

enum mien_expression {
    MIEN_HAPPINESS,
    MIEN_SADNESS,
    MIEN_ANGER,
    MIEN_FEAR,
    MIEN_DISGUST,
    MIEN_SURPRISE,
    MIEN_EXPRESSIONS
};

/* The expression that `which` names: of the mean m of its action units, of both sides where they have two,
 * m^3 / (m^2 + s^2), where s is 0.22 (happiness: 0.1), because faces at rest come near that. Both sides of a
 * unit are averaged before its cut. au5 and au7 count only as far as the lids' margins on the picture have
 * moved, and half where the picture does not show them. Anger is at most as strong
 * as au4 and disgust as au10: what else belongs to them also comes with blinks and sadness. */
mien_formula_function mien_expression_value;
/* 1 less the strongest expression. */
mien_formula_function mien_expression_neutral;
/* Happiness less the strongest of sadness, anger, fear and disgust. */
mien_formula_function mien_valence;

#endif
