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

Absolute measures (fissure, ear, mrd1, mrd2, what is in millimetres, gaze_x, gaze_y,
mouth_width, mouth_open, smile_angle, the asymmetries and differences) need no neutral;
weakness at rest shows only in them.
The others are changes from the participant's neutral face, which is always named
by you: a window of this recording, or another recording. Without one they are NA.

From such changes come proxies of action units (au12_l, ...), 0..1, and from those
expressions (happiness, ...), 0..1, and valence: see help "action units" and help
"expressions". measure.limits() tells what 68 points cannot see.]],
  functions = {
    {
      name = "measure.of", usage = "measure.of(track [, options])",
      summary = "measures of a recording, one row per frame",
      arguments = {{"track", "Track",
        "from face.track or face.load; only its numbers are used, never the video"}},
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
      name = "measure.reasons", usage = "measure.reasons(track)",
      summary = "why the picture of an eye gave numbers or none",
      arguments = {{"track", "Track", ""}},
      options = {},
      returns = {
        {"d", "data frame", "time, reason_l, reason_r, one row per frame: ok; closed (or so narrow, under "
          .. "2.3 to 4 mm, that no iris shows: never a number); no iris (its edge cannot be told); "
          .. "glare; gaze (the iris at a canthus); glasses (their rim lies on the lid); small (fewer than 7 "
          .. "pixels across); blur (no contrast); "
          .. "outside (of the picture); centre of the other eye (a reflection hides the own; wrong with "
          .. "strabismus); not fitted (no picture was looked at); no face"},
        {"counts", "data frame", "reason, left, right: frames, the most frequent reason first"},
      },
      failures = "Raises when the argument is no Track.",
      example = [[assert(sim.video("/tmp/lids.mp4", {task = "neutral", seconds = 0.2, size = 96}))
d, counts = measure.reasons(assert(face.track("/tmp/lids.mp4")))
print(counts.reason[1], counts.left[1])]],
      output = "small\t5",
      see = {"measure.of", "measure.mm_interval"},
    },
    {
      name = "measure.mm_interval", usage = "measure.mm_interval(x)",
      summary = "how far millimetres by the iris can be trusted",
      arguments = {{"x", "number or column", "a measure whose name ends in _mm, or a mean of it"}},
      options = {},
      returns = {{"low", "number or column", "lower end of the interval that holds 95 of 100 adults"},
        {"high", "number or column", "its upper end"}},
      failures = "Raises when x is neither.",
      example = [[print(string.format("%.2f %.2f", measure.mm_interval(4)))]],
      output = "3.66 4.34",
      source = "iris 11.7 mm, SD 0.5 between adults; Ruefer et al. 2005 (11.71 SD 0.42)",
      see = {"measure.reasons"},
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
        {"frames_used", "count", "those frames"},
        {"blink_rate", "per minute", "blinks of both eyes, see measure.blinks; where d has both eyes"},
        {"uncertain", "text", "names of the measures that moved no more than noise would move them: a range "
          .. "under 6.58 standard deviations of a still face (measure.list().noise), twice what noise makes"},
      },
      failures = [[Raises when d is no data frame with a column time, when by names no column, and when time
falls back inside a group, which means that several recordings are in it.]],
      example = [[d = df.new{time = {0, 0.1, 0.2, 0.3}, brow_l = {0, 0.2, 0.4, 0.4}}
s = measure.summary(d)
print(#s, s.brow_l_velocity[1], s.coverage[1])]],
      output = "1\t2\t1",
      source = "Hyndman and Fan 1996 (quantiles)",
      see = {"measure.of", "measure.blinks", "Cohort:summary"},
    },
    {
      name = "measure.blinks", usage = "measure.blinks(d [, options])",
      summary = "one row per blink: times, depth, speeds",
      about = [[
Also measure.blinks(time, opening [, options]) for a series of your own. A blink is a
dip in the opening of the eyes: within longest (or twice that) before and after its
deepest frame the opening is higher by least of the open level, and by more than six
times the noise. A lid that sinks slowly and a squint that lasts are no blinks.
Blinks are found on the mean of both eyes; where one eye closed by less than a third
of the other it is a wink of that other. Lids from 68 points never close: a closed eye
still reads 0.3 to 0.45 of an open one, and they hardly tell a wink from a blink.]],
      arguments = {{"d", "data frame", "of measure.of: time with fissure_l and fissure_r, or ear_l and "
        .. "ear_r"}},
      options = {
        {"least", "0.01..1", "0.25", "least depth, of the open level"},
        {"complete", "0..1", "0.5", "completeness from which on a blink is complete"},
        {"shortest", "seconds", "0.1", "least duration"},
        {"longest", "seconds", "0.6", "longest duration; what is longer is a closure or a squint"},
        {"series", "\"fissure\", \"ear\" or another stem", "the first there is",
          "columns <stem>_l and <stem>_r; for a data frame"},
      },
      returns = {
        {"start, deepest, end", "seconds",
          "start and end are where a fifth of the depth is passed, between frames by straight lines"},
        {"duration", "seconds", "end - start"},
        {"baseline, depth", "unit of the series", "the open level before and after; baseline - lowest"},
        {"completeness", "number", "depth / baseline: 1 is closed to 0"},
        {"complete", "0 or 1", "a partial blink is 0"},
        {"closing, opening", "unit per second", "largest speed between frames; depends on the frame rate"},
        {"eyes", "text", "both, left or right; with completeness_l and completeness_r; for a data frame"},
        {".rate", "per minute", "of blinks of both eyes, over the time watched; NaN where nothing was"},
        {".seconds", "seconds", "watched: without gaps in the face"},
      },
      failures = "Raises on a wrong option, on missing columns, and where time does not rise.",
      example = [[time, opening = {}, {}
for i = 1, 100 do time[i], opening[i] = i / 25, (i > 40 and i < 47) and 0.1 or 0.3 end
b = measure.blinks(time, opening)
print(#b, string.format("%.2f %.2f %.1f", b.duration[1], b.completeness[1], b.rate))]],
      output = "1\t0.26 0.67 15.2",
      source = "durations: Caffier et al. 2003, Schleicher et al. 2008; completeness: JeFaPaTo",
      see = {"measure.summary", "measure.fatigue"},
    },
    {
      name = "measure.dynamics", usage = "measure.dynamics(time, x, options)",
      summary = "one movement: onset, apex, offset, speeds",
      about = [[
The series is smoothed by parabolas over time, so that frame rates may differ. Onset is
the last passing of 10 % of the amplitude before the apex, offset the first after it.
What was not recorded is NaN. For posed against spontaneous movements the literature
compares onset_duration, velocity_rise, amplitude, velocity_ratio (speed for the
amplitude) and irregularity. They are numbers here, without a verdict: what was published
are differences between groups of healthy people, not limits for one smile.]],
      arguments = {
        {"time", "numbers", "seconds, rising"},
        {"x", "numbers", "a measure, such as d.commissure_l"},
      },
      options = {
        {"neutral", "{t0, t1} seconds", "this or baseline", "the level at rest is the median of this window"},
        {"baseline", "number or {t0, t1}", "this or neutral", "the level at rest"},
        {"direction", "\"up\" or \"down\"", "\"up\"", "down for a movement that lowers x, such as a "
          .. "closing eye"},
        {"smooth", "seconds", "0.12", "to either side of a frame; 0 for none"},
        {"blinks", "data frame of measure.blinks", "none",
          "frames in them are left out: a blink moves points of the whole face"},
      },
      returns = {
        {"baseline, amplitude", "unit of x", "level at rest; apex above it (below, for down)"},
        {"onset, apex, offset", "seconds", "on the clock of time"},
        {"time_to_peak, duration", "seconds", "apex - onset, offset - onset"},
        {"onset_duration, hold, offset_duration", "seconds",
          "from 10 to 90 %, until it falls below 90 %, from there to 10 %"},
        {"velocity_rise, velocity_fall", "unit per second", "largest, both positive"},
        {"velocity_ratio", "per second", "velocity_rise / amplitude"},
        {"smoothness", "number, 0 or less", "spectral arc length of the speed in the onset phase, 0 to "
          .. "10 Hz; "
          .. "nearer 0 is smoother"},
        {"irregularity", "number from 0", "way over distance in the onset phase, minus 1; 0 where it "
          .. "only rises"},
      },
      failures = "Raises without a level at rest, on an empty window, and on different lengths.",
      example = [[time, x = {}, {}
for i = 0, 100 do time[i + 1], x[i + 1] = i / 25, math.max(0, 1 - math.abs(i - 50) / 25) end
m = measure.dynamics(time, x, {neutral = {0, 0.5}, smooth = 0})
print(string.format("%.1f %.1f %.1f", m.onset, m.apex, m.duration))]],
      output = "1.1 2.0 1.8",
      source = "Schmidt et al. 2006, Cohn and Schmidt 2004 (onset, speed, amplitude); Hess and Kleck 1990 "
        .. "(irregularity); Balasubramanian et al. 2015 (smoothness); Savitzky and Golay 1964",
      see = {"measure.repetitions", "measure.summary"},
    },
    {
      name = "measure.repetitions", usage = "measure.repetitions(time, x [, options])",
      summary = "repeated movements, one row each; decrement",
      about = [[
Finds maxima between which the smoothed series falls and rises again by least of its
range and by six times the noise of a smoothed frame, and describes each as
measure.dynamics does. The highest of several noisy frames is too high; the line is
therefore laid through amplitudes that are means over the middle of each movement.]],
      arguments = {{"time", "numbers", "seconds, rising"}, {"x", "numbers", "a measure"}},
      options = {
        {"neutral", "{t0, t1} seconds", "the lows around each", "the level at rest is the median of "
          .. "this window"},
        {"baseline", "number or {t0, t1}", "the lows around each", "the level at rest"},
        {"direction", "\"up\" or \"down\"", "\"up\"", "down for movements that lower x"},
        {"smooth", "seconds", "0.12", "to either side of a frame; 0 for none"},
        {"least", "0.01..1", "0.25", "least rise and fall, of the range (5th to 95th percentile)"},
        {"blinks", "data frame of measure.blinks", "none",
          "frames in them are left out; without, a blink can make a smile too large"},
      },
      returns = {
        {"repetition", "count", "1, 2, ..."},
        {"period", "seconds", "from the apex before"},
        {"baseline ... irregularity", "as of measure.dynamics", ""},
        {"amplitude_held", "unit of x",
          "mean above the baseline in the middle half of the time above half the amplitude; "
            .. "NA where all frames of that time are missing"},
        {".decrement", "number", "(first - last) / first of the amplitudes"},
        {".decrement_line", "number",
          "the same of the Theil-Sen line through all held amplitudes: much steadier"},
        {".slope, .slope_ci", "unit of x per repetition", "of that line, with its 95 % interval"},
      },
      failures = "As measure.dynamics.",
      example = [[time, x = {}, {}
for i = 0, 300 do time[i + 1], x[i + 1] = i / 25, (1 - i / 600) * math.sin(i / 25 * math.pi / 2) ^ 2 end
r = measure.repetitions(time, x)
print(#r, string.format("%.1f %.2f", r.period[2], r.decrement))]],
      output = "6\t2.0 0.43",
      source = "Theil 1950, Sen 1968 (the line)",
      see = {"measure.dynamics", "measure.fatigue"},
    },
    {
      name = "measure.fatigue", usage = "measure.fatigue(time, x, options)",
      summary = "what a sustained effort loses; time to a level",
      about = [[
See help "fatigue" before you use it on lids. The task runs from the start of the
baseline window to stop; times in the result are seconds from that start. Levels are
medians of windows. Slope, fit, mean loss and correlation use the medians of whole
seconds; half_time and time_to_criterion a running median of half a second.]],
      arguments = {
        {"time", "numbers", "seconds, rising"},
        {"x", "numbers", "one measure of one side, such as d.mrd1_l_mm"},
      },
      options = {
        {"baseline", "{t0, t1} seconds", "required", "the first seconds of the effort itself, not of rest"},
        {"final", "seconds", "5", "length of the last window"},
        {"criterion", "unit of x, {loss = 0..1} or {loss_mm = mm}", "none",
          "the level below which x must stay: a number, or what is lost of the baseline"},
        {"hold", "seconds", "1", "how long it must stay there"},
        {"stop", "seconds", "end of the recording", "end of the task"},
        {"blinks", "data frame of measure.blinks, or boolean", "true",
          "frames in them, and 0.1 s around, are masked; true finds them in x, false masks none"},
        {"gaze", "numbers", "none", "degrees upwards, one per frame"},
        {"gaze_least", "degrees", "0.7 of the gaze in the baseline",
          "frames whose gaze sank below are flagged and left out of every result"},
        {"brow", "numbers", "none", "height of the brow, one per frame"},
        {"recovery", "{t0, t1} seconds", "none", "a window after a rest"},
      },
      returns = {
        {"baseline, final", "unit of x", "medians of the first and the last window"},
        {"decrement", "number", "(baseline - final) / baseline: a drop is positive"},
        {"slope, slope_ci", "unit per minute", "Theil-Sen, with its 95 % interval; errors of neighbouring "
          .. "seconds are taken as independent"},
        {"intercept", "unit of x", "of that line, at the start of the task"},
        {"half_time", "seconds", "when half of baseline - final was lost, for hold"},
        {"time_to_criterion", "seconds", "when the criterion was met, or for how long it was looked for"},
        {"censored", "boolean or nil", "true where it was not met: then the time is a least one, for "
          .. "stats.survival; nil without a criterion"},
        {"criterion", "unit of x", "the level that was looked for"},
        {"mean_loss", "number", "mean of 1 - x / baseline"},
        {"fit", "table", "baseline, loss, tau (seconds) and error of x = baseline - loss (1 - exp(-t / "
          .. "tau)); NaN "
          .. "with a note where the data do not tell them"},
        {"recovered, recovery", "unit of x, number", "level after the rest; share of baseline - final "
          .. "that came back"},
        {"gaze_baseline, gaze_final, gaze_least", "degrees", "with gaze"},
        {"brow_change, brow_r", "unit of brow, -1..1", "final minus baseline; Pearson's r with x"},
        {"frames, used, missing, masked, flagged", "count", "frames of the task: all of them, and what "
          .. "became of them"},
        {"gaze_unknown", "count", "used frames without a gaze, as where the lid hides the iris"},
        {"hold, note", "seconds, text or nil", "as asked for; why a result is NaN"},
      },
      failures = "Raises without a baseline window, on a wrong option, and on series of different length.",
      example = [[time, x = {}, {}
for i = 0, 1500 do time[i + 1], x[i + 1] = i / 25, 4 - i / 25 / 20 end
f = measure.fatigue(time, x, {baseline = {0, 4}, criterion = 2})
print(string.format("%.2f %.1f %.1f", f.decrement, f.slope, f.time_to_criterion), f.censored)]],
      output = "0.71 -3.0 40.0\tfalse",
      source = "Theil 1950, Sen 1968 (slope); help \"fatigue\"",
      see = {"measure.upgaze", "measure.blinks", "stats.survival"},
    },
    {
      name = "measure.upgaze", usage = "measure.upgaze(d, options)",
      summary = "lids in up-gaze, both eyes; QMG, MGC items",
      about = [[
measure.fatigue for both lids of a recording in which the participant looks up for a
minute. The lid is the first of mrd1_*_mm, fissure_*_mm, fissure_* and ear_* that has
values; gaze_y and the brows are used where they are there, and what is missing is told.
Ptosis is a loss of 30 % of the first up-gaze unless criterion says otherwise: timed to
1 s at the median of 32 drawn eyes. For mrd1 the time below 2 mm, the clinic's level,
stands beside it and counts at rest; it is less exact, to 2 s, because the millimetres of
every participant have an error of their own. The items are scored from the eye that fell
first. Let glasses be taken off: where their rim lies on the upper lid there is no number,
and the note says for how long the lid was out of sight.]],
      arguments = {{"d", "data frame", "of measure.of"}},
      options = {
        {"baseline", "{t0, t1} seconds", "required", "the first seconds in up-gaze"},
        {"final", "seconds", "5", "this and the following as in measure.fatigue"},
        {"criterion", "unit of the lid, {loss = 0..1} or {loss_mm = mm}", "{loss = 0.3}",
          "such as 2 for the clinic's level"},
        {"hold", "seconds", "1", ""},
        {"stop", "seconds", "end of the recording", ""},
        {"blinks", "data frame of measure.blinks, or boolean", "those of both eyes", ""},
        {"gaze", "numbers or false", "gaze_y", "false leaves it aside"},
        {"gaze_least", "degrees", "0.7 of the gaze in the baseline", ""},
        {"recovery", "{t0, t1} seconds", "none", ""},
        {"rest", "{t0, t1} seconds", "none",
          "before the up-gaze: a lid that is below a criterion in millimetres there, or mrd1 below 2 mm, "
          .. "droops at rest"},
        {"lid", "\"mrd1_mm\", \"fissure_mm\", \"fissure\", \"ear\"", "the first there is", "which lid"},
      },
      returns = {
        {"left, right", "results of measure.fatigue", ""},
        {"worst, best", "\"left\" or \"right\"", "the eye that fell first, or lost more; the other one"},
        {"difference", "number", "decrement of the left minus that of the right"},
        {"time_to_ptosis, censored", "seconds, boolean", "of the worst eye; 0 where it droops at rest"},
        {"time_below_2mm, censored_2mm", "seconds, boolean",
          "the first eye with mrd1 below 2 mm; nil for other lids and when criterion is given"},
        {"ptosis_at_rest", "boolean", "with rest, and mrd1 or a criterion in millimetres"},
        {"qmg", "0..3 or NaN", "timed ptosis item of the QMG: none in 60 s 0, 11-60 s 1, 1-10 s 2, at "
          .. "once 3; NaN "
          .. "where the task was too short to tell"},
        {"mgc", "0..3 or NaN", "of the MGC: over 45 s 0, 11-45 s 1, 1-10 s 2, at once 3"},
        {"lid, rule, note", "text", "which lid; how it was scored; what to know"},
      },
      failures = "Raises as measure.fatigue does, and where no lid has values.",
      example = [[time, l, r = {}, {}, {}
for i = 0, 1525 do time[i + 1], l[i + 1], r[i + 1] = i / 25, 4 - i / 25 / 15, 4.2 end
u = measure.upgaze(df.new{time = time, mrd1_l_mm = l, mrd1_r_mm = r}, {baseline = {0, 3}})
print(u.worst, string.format("%.1f %.1f", u.time_to_ptosis, u.time_below_2mm), u.qmg, u.mgc)]],
      output = "left\t19.1 30.0\t1\t1",
      source = "QMG: Jaretzki et al. 2000; MGC: Burns et al. 2008",
      see = {"measure.fatigue", "stats.survival"},
    },
  },
}
