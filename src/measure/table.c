/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of measures, in the order of their columns. Noise is what `scripts/bench noise` prints.
 */
#include "measure/action_units.h"
#include "measure/expressions.h"
#include "measure/eyes.h"
#include "measure/formula.h"
#include "measure/lengths.h"
#include "measure/measure.h"
#include "measure/points.h"

#include <math.h>

/* ABSOLUTE needs no neutral, CHANGE has the participant's value at rest subtracted, RELATIVE is made of
 * changes already. */
#define ABSOLUTE false, false
#define CHANGE true, true
#define RELATIVE true, false

#define ROW_(name, unit, side, from_neutral, subtracts, noise, function, which, definition, source)          \
    {                                                                                                        \
        name, unit, side, from_neutral, noise, definition, source, &(const struct mien_measure_formula)      \
        {                                                                                                    \
            function, which, subtracts                                                                       \
        }                                                                                                    \
    }
#define ROW(...) ROW_(__VA_ARGS__)
#define TWO_SIDES(name, unit, kind, noise, function, definition, source)                                     \
    ROW(name "_l", unit, "left", kind, noise, function, MIEN_LEFT, definition, source),                      \
        ROW(name "_r", unit, "right", kind, noise, function, MIEN_RIGHT, definition, source)
#define MM_SIDES(name, unit, kind, noise, function, definition, source)                                      \
    ROW(name "_l_mm", unit, "left", kind, noise, function, MIEN_LEFT, definition, source),                   \
        ROW(name "_r_mm", unit, "right", kind, noise, function, MIEN_RIGHT, definition, source)
#define WHOLE_FACE(name, unit, kind, noise, function, definition, source)                                    \
    ROW(name, unit, "both", kind, noise, function, MIEN_RIGHT, definition, source)
#define UNIT(name, unit, noise, definition)                                                                  \
    ROW(name "_l", "0..1", "left", RELATIVE, noise, mien_unit_value, 2 * unit + MIEN_LEFT, definition,       \
        facs),                                                                                               \
        ROW(name "_r", "0..1", "right", RELATIVE, noise, mien_unit_value, 2 * unit + MIEN_RIGHT, definition, \
            facs)
#define MIDLINE_UNIT(name, unit, noise, definition)                                                          \
    ROW(name, "0..1", "both", RELATIVE, noise, mien_unit_value, MIEN_SIDED_UNITS + unit, definition, facs)
#define EXPRESSION(name, expression, noise, definition)                                                      \
    ROW(name, "0..1", "both", RELATIVE, noise, mien_expression_value, expression, definition, emfacs)

#define symmetry "symmetry index, Robinson et al. 1987"
#define facs "Ekman and Friesen 1978 (FACS); weights fitted to drawn faces, help \"action units\""
#define emfacs                                                                                               \
    "Friesen and Ekman 1983 (EMFACS, short form); what is as at rest counts little, help \"expressions\""

static const struct mien_measure_info table[] = {
    TWO_SIDES("fissure", "iod", ABSOLUTE, 0.0027, mien_fissure,
              "Palpebral fissure height: upper above lower lid, midway between the canthi; signed.",
              "Guarin et al. 2018 (Emotrics)"),
    TWO_SIDES("ear", "ratio", ABSOLUTE, 0.0069, mien_eye_aspect_ratio,
              "Eye aspect ratio: mean of the two lid distances over the distance of the canthi.",
              "Soukupova and Cech 2016"),
    TWO_SIDES(
        "mrd1", "iod", ABSOLUTE, 0.0024, mien_mrd1,
        "Margin-reflex distance 1 on the picture: upper lid margin above the iris' centre; negative where "
        "the lid hides it.",
        "Putterman 2012; help \"lids\""),
    TWO_SIDES("mrd2", "iod", ABSOLUTE, 0.0041, mien_mrd2,
              "Margin-reflex distance 2 on the picture: lower lid margin below the iris' centre.",
              "Putterman 2012; help \"lids\""),
    MM_SIDES("mrd1", "mm", ABSOLUTE, 0.14, mien_mrd1_mm,
             "mrd1 in millimetres, the iris taken as 11.7 mm wide.",
             "Ruefer et al. 2005 (11.71 SD 0.42); help \"lids\""),
    MM_SIDES("mrd2", "mm", ABSOLUTE, 0.25, mien_mrd2_mm,
             "mrd2 in millimetres, the iris taken as 11.7 mm wide.",
             "Ruefer et al. 2005 (11.71 SD 0.42); help \"lids\""),
    MM_SIDES("fissure", "mm", ABSOLUTE, 0.23, mien_fissure_mm,
             "Palpebral fissure height at the iris on the picture: mrd1 + mrd2 in millimetres.",
             "Ruefer et al. 2005 (11.71 SD 0.42); help \"lids\""),
    WHOLE_FACE(
        "gaze_x", "degrees", ABSOLUTE, 0.6, mien_gaze_x,
        "Line of sight against the head, mean of both eyes, from the iris' place between the canthi; to the "
        "own left.",
        "turning point 13.5 mm behind the cornea, Fry and Hill 1962"),
    WHOLE_FACE(
        "gaze_y", "degrees", ABSOLUTE, 0.97, mien_gaze_y,
        "Line of sight against the head, mean of the eyes that were measured, likewise; up. The points of "
        "the canthi are taken to follow the iris by 0.3 of its way.",
        "turning point 13.5 mm behind the cornea, Fry and Hill 1962"),
    TWO_SIDES("brow", "iod", CHANGE, 0.0035, mien_brow_height,
              "Change of the brow's mean height above the line of the canthi; raised is positive.",
              "Guarin et al. 2018 (Emotrics), from the canthi in place of the pupil"),
    TWO_SIDES("commissure", "iod", CHANGE, 0.0045, mien_commissure,
              "Excursion: change of the mouth corner's distance from the mid-line point at the height of "
              "the resting lower lip; a smile is positive; mid-line: help \"sides\".",
              "Bray et al. 2010 (SMILE); Guarin et al. 2018 (Emotrics)"),
    TWO_SIDES("corner_height", "iod", CHANGE, 0.003, mien_corner_height,
              "Change of the mouth corner's height against the line of the canthi, found on the whole face "
              "and on each half, and the nose's bridge, each a third; up is positive.",
              "Guarin et al. 2018 (Emotrics), from firm points in place of the pupils"),
    WHOLE_FACE("mouth_width", "iod", ABSOLUTE, 0.0068, mien_mouth_width, "Distance of the mouth corners.",
               "Farkas 1994 (cheilion to cheilion)"),
    WHOLE_FACE("mouth_open", "iod", ABSOLUTE, 0.0043, mien_mouth_open,
               "Distance of the inner lips at the mid-line, along the face's vertical; signed.",
               "distance of points 63 and 67"),
    TWO_SIDES(
        "upper_lip", "iod", CHANGE, 0.0024, mien_upper_lip,
        "Change of the height of the upper lip's edge against the middle between the line of the canthi "
        "and the nose's base; up is positive.",
        "Guarin et al. 2018 (Emotrics), the nose taken in because it turns with the lips"),
    TWO_SIDES("lower_lip", "iod", CHANGE, 0.0044, mien_lower_lip,
              "Change of the height of the lower lip's edge (its side and the mid-line) against that of the "
              "nose's base, which counts 1.25 times; up is positive, an opening jaw lowers it.",
              "Guarin et al. 2018 (Emotrics), from the nose's base because it turns with the lips"),
    TWO_SIDES(
        "smile_angle", "degrees", ABSOLUTE, 0.45, mien_smile_angle,
        "Direction of the mouth corner from the lower lip's mid-line point: 90 is level, more is upwards.",
        "Bray et al. 2010 (SMILE); Guarin et al. 2018 (Emotrics)"),

    WHOLE_FACE("asymmetry_eye", "ratio", ABSOLUTE, 0.036, mien_asymmetry_eye,
               "2 (left - right) / (left + right) of fissure.", symmetry),
    WHOLE_FACE("asymmetry_brow", "ratio", ABSOLUTE, 0.017, mien_asymmetry_brow,
               "2 (left - right) / (left + right) of the brow's mean height above the line of the canthi.",
               symmetry),
    WHOLE_FACE("asymmetry_mouth", "ratio", ABSOLUTE, 0.014, mien_asymmetry_mouth,
               "2 (left - right) / (left + right) of the mouth corner's distance from the lower lip's "
               "mid-line point (help \"sides\").",
               symmetry),
    WHOLE_FACE("difference_eye", "iod", ABSOLUTE, 0.0038, mien_difference_eye, "left - right of fissure.",
               "Guarin et al. 2018 (Emotrics)"),
    WHOLE_FACE("difference_brow", "iod", ABSOLUTE, 0.0049, mien_difference_brow,
               "left - right of the brow's mean height above the line of the canthi.",
               "Guarin et al. 2018 (Emotrics)"),
    WHOLE_FACE(
        "difference_mouth", "iod", ABSOLUTE, 0.0075, mien_difference_mouth,
        "left - right of the mouth corner's distance from the lower lip's mid-line point (help \"sides\").",
        "Guarin et al. 2018 (Emotrics)"),

    UNIT("au1", MIEN_AU1, 0.0039, "Inner brow raiser: the brow's inner third rises."),
    UNIT("au2", MIEN_AU2, 0.013, "Outer brow raiser: the brow's middle and outer third rise."),
    UNIT("au4", MIEN_AU4, 0.024, "Brow lowerer: the brow sinks and its inner end goes to the mid-line."),
    UNIT("au5", MIEN_AU5, 0.057, "Upper lid raiser: the upper lid rises; weak from points."),
    UNIT("au7", MIEN_AU7, 0.046,
         "Lid tightener: the lids narrow while the eye stays open; weak from points."),
    UNIT("au10", MIEN_AU10, 0.0003, "Upper lip raiser: the upper lip's edge rises; weak from points."),
    UNIT("au12", MIEN_AU12, 0.0015, "Lip corner puller: the mouth corner goes out and up."),
    UNIT("au15", MIEN_AU15, 0.013, "Lip corner depressor: the mouth corner sinks against the lips' middle."),
    UNIT("au20", MIEN_AU20, 0.012, "Lip stretcher: the mouth corner goes out and not up."),
    UNIT("au23", MIEN_AU23, 0.006,
         "Lip tightener: the lips become thin and the mouth narrow; weak from points."),
    UNIT("au45", MIEN_AU45, 0.0046,
         "Eye closure, of a blink or held (AU43): the lids' opening is lost, as a fraction of that at rest."),
    MIDLINE_UNIT("au25", MIEN_AU25, 0.022, "Lips part: the inner lips go apart, by a dropping jaw as well."),
    MIDLINE_UNIT("au26", MIEN_AU26, 0, "Jaw drop: chin and lower lip sink."),

    EXPRESSION("happiness", MIEN_HAPPINESS, 0.0003, "au12; AU6 cannot be seen."),
    EXPRESSION("sadness", MIEN_SADNESS, 0.0002, "Mean of au1, au4 and au15."),
    EXPRESSION("anger", MIEN_ANGER, 0.0003, "Mean of au4, au5, au7 and au23, at most au4."),
    EXPRESSION("fear", MIEN_FEAR, 0.0002, "Mean of au1, au2, au4, au5, au20 and au26."),
    EXPRESSION("disgust", MIEN_DISGUST, 0,
               "Mean of au10, which often goes with the unseen AU9, and au15, at most au10; weak."),
    EXPRESSION("surprise", MIEN_SURPRISE, 0.0004, "Mean of au1, au2, au5 and au26."),
    ROW("neutral", "0..1", "both", RELATIVE, 0.0006, mien_expression_neutral, 0,
        "1 less the strongest of the six expressions.", emfacs),
    ROW("valence", "-1..1", "both", RELATIVE, 0.0005, mien_valence, 0,
        "happiness less the strongest of sadness, anger, fear and disgust.",
        "Lewinski et al. 2014 (FaceReader)"),
};

const struct mien_measure_info *mien_measure_list(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}
