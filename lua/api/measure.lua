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
      name = "measure.movement", usage = "measure.movement(track, options)",
      summary = "movement of the skin between the landmarks (exploratory)",
      arguments = {{"track", "Track", "from face.track or a cohort; its video is read again"}},
      options = {
        {"neutral", "{t0, t1} seconds, or a Track", "none, must be given",
          "the participant's face at rest: a window of this recording, both ends included, or all of another "
            .. "recording, whose video is read as well"},
        {"start", "seconds", "the beginning", "earlier frames are not looked at and stay NA"},
        {"stop", "seconds", "the end", "later frames are not looked at and stay NA"},
        {"side", "\"each\" or \"plain\"", "\"each\"", "the landmarks the mesh is laid on, see help "
          .. "\"halves\""},
        {"video", "path", "the track's own", "where the recording is now, when it was moved"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {
        {"d", "data frame", "one row per frame of the track: time; for each region (forehead, brow, eye, "
          .. "cheek, "
          .. "nose, mouth, chin) and side its displacement from rest, such as cheek_l, its strain, such as "
          .. "cheek_strain_l, and what the landmarks alone say of the same skin, such as cheek_points_l; "
          .. "lost, "
          .. "the share of the face's cells that could not be followed (0..1). Displacements are per cent of "
          .. "the interocular distance, strains per cent"},
        {"note", "text", "how much was lost, and how many frames at rest there were"},
      },
      failures = [[Raises on a wrong option. Returns nil, message, code: "missing" when the video is gone,
"data" when it is not the one that was tracked, when the track has no video (face.load), or when no frame at
rest has the face, "tool" where mien was built without OpenCV.]],
      example = [[t = face.track(clip)
d = measure.movement(t, {neutral = {0, 0.3}, stop = 0.5})
print(#d == #t, d:has("cheek_l"), d:has("cheek_points_l"), d:has("lost"))]],
      example_needs = "video",
      output = "true\ttrue\ttrue\ttrue",
      source = "flow: Kroeger et al. 2016; strain: Shreve et al. 2011",
      see = {"measure.of", "Cohort:movement_map", "movement"},
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
      name = "measure.import", usage = "measure.import(file [, options])",
      summary = "the output of another tool as such a table",
      arguments = {{"file", "path",
        "CSV or text of OpenFace 2, py-feat, FaceReader (detailed log) or MediaPipe blendshapes; which of "
          .. "them, separator and decimal sign are seen from the file. See help \"import\""}},
      options = {
        {"format", '"openface", "pyfeat", "facereader" or "mediapipe"', "seen from the columns",
          "which tool wrote the file"},
        {"fps", "number", "none",
          "frames per second of the video, for files without times; replaces times that are there"},
        {"face", "number or text", "all rows", "which face of a file with several: OpenFace's face_id, "
          .. "py-feat's Identity"},
        {"time_unit", '"s" or "ms"', '"s", or "ms" where the column says so',
          "unit of MediaPipe's and OpenFace's times"},
      },
      returns = {
        {"d", "data frame",
          "time in seconds, frame, found (0 or 1), then what means the same as measures here, then the "
            .. "tool's further columns under its own names; NA in rows without a face"},
        {"note", "text",
          "which tool, how many rows and how many without a face, what was scaled, what was left out"},
      },
      failures = [[Raises on wrong options. Returns nil, message, code for a file that is missing or no table;
whose columns are not those of the tool (expected and found ones are named); with a cell that is no number,
a number out of range, a time that is missing or falls back (the row is named); and for py-feat without
fps.]],
      example = [[file = os.tmpname()
df.new{{"timestamp", {0, 0.04}}, {"success", {1, 1}}, {"AU12_r", {0, 2.5}}}:write(file)
d, note = measure.import(file)
print(d.time[2], d.au12[2])]],
      output = "0.04\t0.5",
      source = "OpenFace 2 (Baltrusaitis et al. 2018), py-feat (Cheong et al. 2023), Noldus FaceReader, "
        .. "MediaPipe Face Landmarker",
      see = {"import", "measure.summary", "cohort.patterns", "face.load"},
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
      name = "import", summary = "what is read of other tools' files, and a study on them",
      text = [[
measure.import reads one recording's file of another tool into a table like that of
measure.of: time, then columns. Numbers that mean the same have the same names:

  OpenFace 2   AU01_r .. AU45_r, 0 to 5, become au1 .. au45, 0 to 1; AU01_c ..
               become au1_present ..; confidence; yaw pitch roll and gaze_x gaze_y in
               degrees (gaze to the participant's left, and up). Rows with success 0
               are missing. Points are left out: face.load reads them
  py-feat      AU01 .. AU43 become au1 .. au43; happiness sadness anger fear disgust
               surprise neutral; FaceScore becomes confidence. It writes no times: give
               fps
  FaceReader   the detailed log: Happy Sad Angry Scared Disgusted Surprised Contempt
               Neutral become happiness sadness anger fear disgust surprise contempt
               neutral; valence -1 to 1, arousal; "Action Unit 12 - .." becomes au12,
               "Left Action Unit 12 - .." au12_l. FIT_FAILED and FIND_FAILED are
               missing. Action units written as letters stay text
  MediaPipe    blendshapes that resemble one action unit: browInnerUp becomes au1,
               browOuterUp au2, browDown au4, eyeWide au5, cheekSquint au6, eyeSquint
               au7, noseSneer au9, mouthUpperUp au10, mouthSmile au12, mouthDimple
               au14, mouthFrown au15, mouthLowerDown au16, mouthStretch au20,
               mouthPress au24, eyeBlink au45, jawOpen au26; Left is _l, the
               participant's

A unit without _l or _r is of the whole face: these tools have no sides, except where
said. Intensities of different tools are not the same quantity, though all lie
between 0 and 1: compare groups within one tool, never across.

A study on such files is a loop. files.csv has the columns participant, group, task
and file:

    list, rows = df.read("files.csv"), nil
    for i = 1, #list do
      d = assert(measure.import(list.file[i]))
      s = measure.summary(d):with{participant = list.participant[i],
        group = list.group[i], task = list.task[i]}
      rows = rows and rows:append(s) or s
    end
    p = cohort.patterns(rows, {measures = {"au12_peak", "au1_peak"}})
    plot.heatmap(p)]],
    },
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
    {
      name = "movement",
      text = [[
68 points see lids, brows and lips; the skin between them moves unseen. measure.movement
lays every frame on one average face, by a mesh over the points, compares it with the
participant's own face at rest by dense optical flow, and adds the two: what the points
did and what they missed. What turning and moving the head would have done to the
picture is taken out: a robust fit over the whole face, and what the rest frames show of
the pose's own pattern. Values are means over small cells of a region, of the size of
the displacement: they have no direction and are never negative.

It is EXPLORATORY. On simulated faces raised cheeks and wrinkled noses follow the truth
(r about .95 and more); of movement that the points miss between half (smooth cheeks) and
nine tenths (the nose) is found; a face that does nothing has 0.2 to 0.5 per cent of the
interocular distance (scripts/bench validity --part movement). On real recordings:

  wide smiles can invent asymmetry: creases and shine are new patterns, not moved ones;
  open mouths break the flow beside the lips;
  large turns of the head leave 2 per cent and more in the lower face;
  fringes, beards, glasses and hands move as skin would.

A neutral window that shows the head in the poses of the task helps against turns. Further,
cells whose picture no longer fits the one at rest (correlation under 60 per cent of
its value there) are NA, a region of which half is lost is NA, and the column lost says
how much. Beside every value stands what the landmarks alone say, cheek_points_l beside
cheek_l: believe a difference between sides that both show. The opening of the eyes, the
inside of the mouth and the edge of the jaw are in no region.

A cohort's c:movement() keeps the peak of every recording: for every cell the median
displacement over the tenth of the frames with the most movement of the whole face.
c:movement_map{} tests where two groups differ in it: Welch's t in every cell, people
dealt into the groups at random thousands of times, and p adjusted by the largest |t|
of the map, so that the chance of any false cell is at most .05 whatever their number.
Cells that are NA in some people are tested in the others; n is told per cell.]],
    },
  },
}
