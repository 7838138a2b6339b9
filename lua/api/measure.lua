-- SPDX-License-Identifier: GPL-3.0-or-later
return {
  module = "measure",
  summary = "clinical measures of the face, frame by frame",
  about = [[
Turns a Track into one row of measures per frame, and recordings into one row of
summaries each. Left and right are the participant's. Lengths are in units of the
interocular distance (iod), the distance of the two eye centres: its median over
the neutral window, or without one over all frames with a face. Heads may turn, tilt
and move: the points of every frame are turned to the front first, see help "pose".

Absolute measures (fissure, ear, mouth_width, mouth_open, smile_angle, the
asymmetries and differences) need no neutral; weakness at rest shows only in them.
The others are changes from the participant's neutral face, which is always named
by you: a window of this recording, or another recording. Without one they are NA.

From such changes come proxies of action units (au12_l, ...), 0..1, and from those
expressions (happiness, ...), 0..1, and valence: see help "action units" and help
"expressions". measure.limits() tells what 68 points cannot see.]],
  functions = {
    {
      name = "measure.of", usage = "measure.of(track [, options])",
      summary = "measures of a recording, one row per frame",
      arguments = {{"track", "Track", "from face.track or face.load; only its points are used"}},
      options = {
        {"neutral", "{t0, t1} seconds, or a Track", "none",
          "the participant's neutral face: a window of this recording, both ends included, or all of "
            .. "another recording"},
        {"frontal", "boolean", "true",
          "turn each frame's points to the front, see help \"pose\"; false: as in the picture"},
        {"side", "\"each\" or \"plain\"", "\"each\"",
          "the points of each half of the face on its own, where the track has them, or of the whole face; "
            .. "see help \"halves\""},
        {"smooth", "\"one_euro\", \"savitzky_golay\", table or false", "that of face.track",
          "smooth the points in time, see help \"smoothing\"; a neutral Track is taken as it is"},
      },
      returns = {
        {"d", "data frame",
          "time in seconds, then the measures of measure.list(); NA in frames without the face"},
        {"note", "text or nothing", "what you should know: no neutral was given, or no face was found"},
      },
      failures = [[Raises on anything that is no Track and on a malformed option. Returns nil, message, "data"
when the neutral window has no frame with the face.]],
      example = [[t = face.track(clip)
d = measure.of(t, {neutral = {0, 0.3}})
print(#d == #t, d:names()[1], d:names()[2])]],
      example_needs = "video",
      source = "measure.list() names the source of each measure",
      see = {"measure.list", "measure.limits", "measure.expression", "measure.summary", "face.track",
        "face.load"},
    },
    {
      name = "measure.list", usage = "measure.list()",
      summary = "the measures: unit, side, noise, source",
      arguments = {}, options = {},
      returns = {{"d", "data frame",
        "name, unit (iod, ratio, degrees, 0..1, -1..1), side (left, right, both), noise (standard deviation "
          .. "from frame to frame on a still face, same unit; see help \"noise\"), definition, source"}},
      failures = "Never fails.",
      example = [[print(measure.list().name[1], measure.list().unit[1])]],
      output = "fissure_l\tiod",
      see = {"measure.of", "measure.limits"},
    },
    {
      name = "measure.limits", usage = "measure.limits()",
      summary = "which action units 68 points see",
      arguments = {}, options = {},
      returns = {{"d", "data frame",
        "action_unit, name, seen (yes, weak, no), proxy (the measure, or empty), r (median correlation of "
          .. "the proxy with the activation that was drawn, one side active, 0..1), why"}},
      failures = "Never fails.",
      example = [[unseen = measure.limits():where{seen = "no"}
print(unseen.action_unit[1], unseen.name[1])]],
      output = "au6\tcheek raiser",
      source = "Ekman and Friesen 1978 (FACS); r: own measurements on drawn faces",
      see = {"measure.of", "measure.list"},
    },
    {
      name = "measure.expression", usage = "measure.expression(name, f)",
      summary = "an expression of your own",
      arguments = {
        {"name", "text", "name of the new column: letters, digits and _; no name of measure.list()"},
        {"f", "function or nil", "called as f(au) for every frame, where au has the proxies of that frame as "
          .. "fields: au12_l, au12_r, and au12 for the mean of both; it returns a number. nil takes the "
          .. "expression away"},
      },
      options = {},
      returns = {{"nothing", "", "measure.of gives the column, and measure.list() lists it, from now on in "
        .. "this session. Stores of cohorts keep only the measures that mien has"}},
      failures = [[Raises on a name that is taken and on anything that is no function. An error in f is
raised by measure.of, with the name and the frame. Where no action units are known (no face, no
neutral) f is not called and the value is NA.]],
      example = [[function lopsided(au) return math.abs(au.au12_l - au.au12_r) end
measure.expression("lopsided_smile", lopsided)
print(measure.list().name[#measure.list()])
measure.expression("lopsided_smile", nil)]],
      output = "lopsided_smile",
      see = {"measure.of", "measure.list"},
    },
    {
      name = "measure.summary", usage = "measure.summary(d [, options])",
      summary = "one row per recording: peak, low, mean, ...",
      arguments = {{"d", "data frame",
        "one row per frame with a column time (seconds); each further number column is summarised"}},
      options = {{"by", "column name or array of them", "none",
        "columns that tell recordings apart; they lead the result"}},
      returns = {
        {"<measure>_peak", "number, unit of the measure", "95th percentile (R type 7)"},
        {"<measure>_low", "number, unit of the measure", "5th percentile (R type 7)"},
        {"<measure>_mean", "number, unit of the measure", "mean"},
        {"<measure>_range", "number, unit of the measure", "peak - low"},
        {"<measure>_velocity", "number, unit per second",
          "largest absolute central difference over three frames in a row"},
        {"<measure>_time_to_peak", "seconds", "from the first used frame to the first at or above the peak"},
        {"coverage", "number 0..1", "fraction of frames in which anything was measured"},
      },
      failures = [[Raises when d is no data frame with a column time, when by names no column, and when time
falls back inside a group, which means that several recordings are in it.]],
      example = [[d = df.new{time = {0, 0.1, 0.2, 0.3}, brow_l = {0, 0.2, 0.4, 0.4}}
s = measure.summary(d)
print(#s, s.brow_l_velocity[1], s.coverage[1])]],
      output = "1\t2\t1",
      source = "Hyndman and Fan 1996 (quantiles)",
      see = {"measure.of"},
    },
  },
  topics = {
    {
      name = "neutral",
      text = [[
A change needs something to change from. mien never guesses it: name a window in
which the participant's face is at rest, neutral = {0, 0.5} (seconds), or give
another recording of the participant at rest, neutral = rest_track. The median of
the window is the baseline. A window in the middle of a smile makes the smile
disappear, and the resting face a frown: look at mouth_width over time first.

When another recording is the neutral one, each of the two is divided by its own
interocular distance, so that they may show the participant in different sizes.]],
    },
    {
      name = "sides",
      text = [[
Left and right are the participant's own. In an unmirrored video the participant's
right side is at the left of the picture. A selfie camera may have mirrored the
recording: then left and right are swapped in every measure, and mien cannot tell.

An asymmetry is 2 (left - right) / (left + right): positive when the left is larger,
0 when both are the same, at most 2. It is NA when the sum is not positive. The
difference_ measures are left - right of the same lengths, in iod.]],
    },
    {
      name = "action units",
      text = [[
au1_l, au1_r, ... are proxies of action units of the Facial Action Coding System: 0 as
in the neutral window, 1 as far as a healthy face goes. They come from the points
alone: each is a weighted sum of a few changes since neutral (heights of brow thirds,
lids, mouth corners, lips and chin, distances from the mid-line, in iod; the lids'
opening as a fraction of that at rest), less 0.05 to 0.15 for noise, cut off at 0 and 1.
au45 is the closing of the eye, of a blink or held (AU43).

How they were calibrated: least squares on drawn faces (help "sim.video") of which the
activation is known, every unit moved on both sides and on one, alone and with others,
heads straight, turned and swaying; the direction in which a unit moves a point is the
published one, and further points take away what the head and other units do.
scripts/calibrate does it again. So a 1 is the drawings' idea of a full movement:
compare within a participant or between groups, do not read it as a FACS intensity.
Real faces differ, and no human coder has seen these numbers.

Not everything can be told apart. measure.limits() lists what points cannot see (AU6,
AU9, AU11, AU14, cheek puffing, ...) and what is weak (au5, au7, au10, au20, au23). A
smile lifts the upper lip and stretches the mouth, so au10 and au20 fade to 0 as au12
grows; lids that are nearly shut are not tight, so au7 does as au45 grows.]],
    },
    {
      name = "expressions",
      text = [[
Each expression is the mean of the proxies of its action units, both sides averaged,
after the short form of EMFACS (Friesen and Ekman 1983), without what points cannot see:

  happiness  au12                            without AU6
  sadness    au1 au4 au15
  anger      au4 au5 au7 au23, at most au4
  fear       au1 au2 au4 au5 au20 au26
  disgust    au10 for AU9, au15; at most au10    without AU9, AU16
  surprise   au1 au2 au5 au26
  neutral    1 less the strongest of these
  valence    happiness less the strongest of sadness, anger, fear, disgust; -1..1

They say how the face moves, not what is felt, and a smile without the cheeks counts
as happiness. Anger is hard to reach: au5 and au7 pull the lids against each other.
measure.expression defines your own.]],
    },
    {
      name = "noise",
      text = [[
The column noise of measure.list() is the standard deviation of the measure from frame
to frame on a face that does not move: medians over pictures of six people made into
videos with noise of 5 grey levels, stored as H.264; a recording of somebody at rest
gives nearly the same. scripts/bench noise prints both. Poor light and small faces are
noisier. An effect in one frame below two or three times the noise is none; means over
many frames are steadier, but not where the head moves. Proxies of action units and
expressions are cut off near 0, so that while a unit is active their noise is larger
than the one at rest which is listed; 0 means that the cut takes all of it.]],
    },
  },
}
