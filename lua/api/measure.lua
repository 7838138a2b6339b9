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

Absolute measures (fissure, ear, mouth_width, mouth_open, smile_angle and the
asymmetries) need no neutral; weakness at rest shows only in them. The others are
changes from the participant's neutral face, which is always named by you: a
window of this recording, or another recording. Without one they are NA.]],
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
      see = {"measure.list", "measure.summary", "face.track", "face.load"},
    },
    {
      name = "measure.list", usage = "measure.list()",
      summary = "the measures: unit, side, definition, source",
      arguments = {}, options = {},
      returns = {{"d", "data frame",
        "name, unit (iod, ratio or degrees), side (left, right, both), definition, source"}},
      failures = "Never fails.",
      example = [[print(measure.list().name[1], measure.list().unit[1])]],
      output = "fissure_l\tiod",
      see = {"measure.of"},
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
0 when both are the same, at most 2. It is NA when the sum is not positive.]],
    },
  },
}
