-- SPDX-License-Identifier: GPL-3.0-or-later

-- The limits of Track:report, from the table that it uses itself.
local function quality_limits()
  local words = require "mien.words"
  local folder = debug.getinfo(1, "S").source:match("^@(.*)/api/[^/]*$")
  local lines = {}
  for _, limit in ipairs(dofile(folder .. "/face/limits.lua")) do
    local unusable = limit.unusable and string.format(", not usable %s %g", limit.worse, limit.unusable) or ""
    lines[#lines + 1] = string.format("  %-14s  care %s %g%s (%s)", limit.name, limit.worse, limit.care,
      unusable, limit.unit)
    lines[#lines + 1] = words.wrapped(limit.meaning .. "; " .. limit.source, "      ", 76)
  end
  return table.concat(lines, "\n")
end

return {
  module = "face",
  summary = "finding the participant's face and following it",
  about = [[
Turns a recording into a Track: for every decoded frame the 68 landmarks of the
participant's face, the head pose and a confidence. A frame without the face has NA,
never zeros. The participant is the largest face at the beginning; the track stays
with that person and tells how often another face was in view.

A Track holds numbers, no pictures. It can be saved in OpenFace 2's column names and
loaded again; OpenFace's own files load as well. track:report() tells whether the
recording is good enough and what to do if not, track:sheet(png) shows its worst and
typical frames. See also help "landmarks", help "pose" and help "quality".]],
  functions = {
    {
      name = "face.track", usage = "face.track(video [, options])",
      summary = "follow the participant's face through a recording",
      arguments = {{"video", "path or Video",
        "the recording; a Video is read from its beginning, without moving it"}},
      options = {
        {"model", "path", "see help \"landmarks\"",
          "the landmark model, a file in dlib's format with 68 points"},
        {"start", "number >= 0, seconds", "the beginning", "first time that is used"},
        {"stop", "number >= 0, seconds", "the end", "last time that is used, itself included"},
        {"side", "\"each\" or \"plain\"", "\"each\"", [[each half of the face is fitted on its own too, see
help "halves"; plain leaves that out, which is faster, and is enough where left and right do not matter]]},
        {"smooth", "\"one_euro\", \"savitzky_golay\", table or false", "false",
          "how points are smoothed when they leave the Track, which keeps the raw ones; see help "
            .. "\"smoothing\""},
        {"who", "\"largest\", \"left\", \"right\" or {x=, y=}", "\"largest\"", [[the participant, where
several people are in view when the first face is found: the largest face (one in the middle counts for more
than one at the edge), the one farthest to the left or right of the picture, or the nearest to a place given
in fractions of the picture, as in {x=0.25, y=0.5}]]},
        {"lean", "boolean", "false", [[one placing of the model a frame instead of the mean of three, and no
fit of each half of the face: up to twice as fast, and less steady]]},
        {"eyes", "boolean", "true", [[fit lids and iris on the picture of each eye, see help "lids"; false
leaves that out and is faster, and lean leaves it out too]]},
        {"threads", "1 or 2", "2", "2 decodes in a thread of its own; the result is the same"},
        {"progress", "boolean", "true", "whether to show a progress bar when standard error is a terminal"},
      },
      returns = {
        {"#track", "number", "frames: every frame that was decoded between start and stop"},
        {"found", "number 0..1", "fraction of frames with the participant's face"},
        {"fps", "number, frames/s", "frames per second, average"},
        {"second_face", "number 0..1", "fraction of frames with another face, which is looked for every 120 "
          .. "frames; one of less than half of the participant's width is not seen"},
        {"path", "text", "the recording"},
        {"width", "number, pixels", "of the displayed frame; nil in a Track that was loaded from a file"},
        {"height", "number, pixels", "as width"},
        {"duration", "number, seconds", "from the first frame to the end of the last"},
        {"truncated", "boolean", "whether the file breaks off before its end"},
      },
      failures = [[Raises on wrong options. Returns nil, message, code when the file is missing ("missing"),
is no video ("format"), cannot be decoded ("decode"), has no frame between start and stop ("data"), or when
there is no usable landmark model ("model"). A recording without a face is no failure: found is 0.]],
      example = [[t = face.track(clip)
print(#t > 0, t.found > 0.5)]],
      example_needs = "video",
      source = [[landmarks: Kazemi and Sullivan 2014, trained by dlib on iBUG 300-W (Sagonas et al. 2016);
detector: dlib, Dalal and Triggs 2005]],
      see = {"following", "Track:df", "Track:save", "face.load", "measure.of", "video.open"},
    },
    {
      name = "face.load", usage = "face.load(csv)",
      summary = "a Track from a file of OpenFace 2 columns",
      arguments = {{"csv", "path", "a file of track:save or of OpenFace 2"}},
      options = {},
      returns = {
        {"track", "Track", [[as from face.track, without width and height; where the file has several faces,
the one seen most often]]},
      },
      failures = [[Needs the columns timestamp, success, x_0..x_67, y_0..y_67; frame, face_id, confidence and
pose_Rx..Rz and pose_Tx..Tz are used where they are there, other columns are passed over, pose is computed
when it is absent.
Returns nil, message, "format" with the missing columns, or the line and column of a cell that is no
number.]],
      example = [[t = face.track(clip)
file = os.tmpname()
t:save(file)
u = face.load(file)
print(#u == #t, u.found == t.found)
os.remove(file)]],
      example_needs = "video",
      source = "Baltrusaitis et al. 2018 (OpenFace 2.0), doi 10.1109/FG.2018.00019",
      see = {"Track:save", "face.track"},
    },
    {
      name = "face.detect", usage = "face.detect(image)",
      summary = "all faces in a picture, the surest first",
      arguments = {{"image", "Image", "a frame of a video, or a still picture opened with video.open"}},
      options = {},
      returns = {
        {"left", "number, pixels", "of each face: its box"},
        {"top", "number, pixels", "as left"},
        {"width", "number, pixels", "as left; faces of fewer than about 80 pixels are not found"},
        {"height", "number, pixels", "as left"},
        {"score", "number", "dlib's detection score; higher is surer, 0 just enough"},
      },
      failures = "Raises when image is no Image. A picture without faces gives an empty array.",
      example = [[faces = face.detect(video.open(clip):at(0))
print(#faces > 0)]],
      example_needs = "video",
      source = "dlib's frontal face detector (five HOG filters)",
      see = {"face.landmarks"},
    },
    {
      name = "face.landmarks", usage = "face.landmarks(image, box)",
      summary = "the 68 points of one face in a picture",
      arguments = {
        {"image", "Image", "the picture"},
        {"box", "table {left=, top=, width=, height=}",
          "where the face is, in pixels: an item of face.detect"},
      },
      options = {},
      returns = {
        {"x", "array of 68 numbers, pixels", "to the right; parts of a pixel included"},
        {"y", "array of 68 numbers, pixels", "down"},
      },
      failures = [[Raises when image is no Image or box no usable rectangle. Returns nil, message, "model"
without a landmark model.]],
      example = [[image = video.open(clip):at(0)
points = face.landmarks(image, face.detect(image)[1])
print(#points.x, points.y[9] > points.y[28])]],
      example_needs = "video",
      source = "dlib's shape predictor, without its rounding to whole pixels",
      see = {"face.detect", "face.track"},
    },
    {
      name = "Track:df", usage = "track:df([options])",
      summary = "one row per frame: points, pose, confidence",
      arguments = {},
      options = {
        {"side", "\"each\" or \"plain\"", "\"each\"",
          "points of each half on its own where there are any, or of the whole face"},
        {"smooth", "\"one_euro\", \"savitzky_golay\", table or false", "that of face.track",
          "how the points are smoothed in time, see help \"smoothing\""},
      },
      returns = {
        {"frame", "number from 1", "number of the frame in the recording"},
        {"time", "number, seconds", "its time stamp"},
        {"found", "0 or 1",
          "whether the participant's face was found; where it is 0, all that follows is NA"},
        {"confidence", "number 0..1", "see help \"confidence\""},
        {"yaw", "number, degrees", "see help \"pose\""},
        {"pitch", "number, degrees", "see help \"pose\""},
        {"roll", "number, degrees", "see help \"pose\""},
        {"x1 y1 .. x68 y68", "number, pixels", "the landmarks, see help \"landmarks\""},
        {"iris_x_l .. eye_quality_l", "number, pixels", [[lids and iris of the left eye, see help "lids":
iris_x iris_y iris_radius, upper_lid_x upper_lid_y lower_lid_x lower_lid_y, eye_quality (0..1); then the right
eye's, with _r]]},
        {"eye_reason_l", "text", [["ok", or why there are none: closed, no iris, glare, small, ...; after them
eye_reason_r]]},
      },
      failures = "Raises on wrong options.",
      example = [[d = face.track(clip):df()
print(d:names()[8], #d:names())]],
      example_needs = "video",
      see = {"face.track"},
    },
    {
      name = "Track:frontal", usage = "track:frontal([options])",
      summary = "the points of each frame turned to the front",
      arguments = {},
      options = {
        {"neutral", "{t0, t1} seconds", "the whole recording",
          "where the usual pose and the interocular distance are taken from, see help \"pose\""},
        {"side", "\"each\" or \"plain\"", "\"each\"", "as in track:df"},
        {"smooth", "text, table or false", "that of face.track", "as in track:df"},
      },
      returns = {
        {"frame", "number from 1", "number of the frame in the recording"},
        {"time", "number, seconds", "its time stamp"},
        {"found", "0 or 1",
          "whether the participant's face was found; where it is 0, all that follows is NA"},
        {"x1 y1 .. x68 y68", "number, iod", [[the landmarks as a camera far away and straight before the face
would see them; origin midway between the four canthi, whose line is level; x to the right of the picture,
which is the participant's left, y down]]},
      },
      failures = [[Raises on wrong options. Returns nil, message, "data" when no frame of the window neutral
has a face.]],
      example = [[f = face.track(clip):frontal()
print(f.x37[1] < 0, f.x46[1] > 0, f.y9[1] > 1)]],
      example_needs = "video", output = "true\ttrue\ttrue",
      see = {"Track:df", "measure.of", "plot.face"},
    },
    {
      name = "Track:save", usage = "track:save(csv)",
      summary = "write a Track in OpenFace 2 column names",
      arguments = {{"csv", "path", "the file; it is written whole or not at all"}},
      options = {},
      returns = {{"track", "Track", "itself"}},
      failures = "Returns nil, message, code when the file cannot be written.",
      example = [[file = os.tmpname()
face.track(clip):save(file)
print(io.open(file):read("l"):sub(1, 24))
os.remove(file)]],
      example_needs = "video",
      source = [[OpenFace 2: frame, face_id, timestamp, confidence, success, pose_Rx .. (radians, its signs),
x_0 .. y_67; then our own: sx_0 .. sy_67 (points of each half on its own, where there are any), sharpness,
light]],
      see = {"face.load"},
    },
    {
      name = "Track:report", usage = "track:report()",
      summary = "is the recording good enough, and what to do if not",
      arguments = {}, options = {},
      returns = {
        {"verdict", "text", "\"good\", \"usable with care\" or \"not usable\": the worst of the reasons"},
        {"reasons", "array of {limit, level, text, advice}",
          "what is beyond a limit, the gravest first; see face.limits"},
        {"frames", "number", "decoded frames"},
        {"found", "number", "frames with the participant's face"},
        {"coverage", "number 0..1", "found / frames"},
        {"lost", "number", "stretches without the face, at the beginning and the end too"},
        {"longest_lost", "number, seconds", "the longest of them; longest_lost_at: where it begins"},
        {"sharpness", "number 0..1", "median, see help \"quality\"; sharpness_low: 5th percentile"},
        {"light", "number 0..1", "mean grey value of the face, median; 0 black, 1 white"},
        {"cut_off", "number 0..1", "fraction of found frames with a point outside of the picture"},
        {"face_px", "number, pixels",
          "width from ear to ear (points 1 and 17), median; face_px_low: smallest"},
        {"iod_px", "number, pixels", "interocular distance, median"},
        {"yaw", "array of 2 numbers, degrees", "5th and 95th percentile; pitch and roll alike"},
        {"second_face", "number 0..1", "fraction of frames with another face"},
        {"fps", "number, frames/s", "average"},
        {"irregular", "number 0..1", "fraction of steps between frames that differ from their median by "
          .. "more than half"},
        {"dropped", "number", "frames that seem to be missing; longest_step: seconds"},
        {"times_repaired", "number", "frames whose time stamp was interpolated"},
        {"damaged", "number", "frames that the decoder reported as damaged"},
        {"truncated", "boolean", "whether the file breaks off before its end"},
        {"speed", "number, iod/s", "largest movement of the head from one frame to the next"},
        {"jumps", "number", "movements too large for a head: cuts, or another person"},
        {"confidence", "number 0..1", "median"},
        {"unsure", "number 0..1", "fraction of found frames with a confidence below 0.5"},
        {"duration", "number, seconds", "and path, has_picture: as the Track has them"},
      },
      failures = [[Never fails. What is not known is NA: a Track loaded from a file of points has no light,
sharpness and picture size unless the file tells them.]],
      example = [[r = face.track(clip, {stop = 0.5}):report()
print(r.coverage > 0.5, type(r.verdict), #r.reasons >= 0)]],
      example_needs = "video",
      source = "help \"quality\"",
      see = {"Track:sheet", "face.limits", "Cohort:report"},
    },
    {
      name = "Track:sheet", usage = "track:sheet(png [, options])",
      summary = "a page of worst and typical frames with their points",
      arguments = {{"png", "path", "the picture; it is written whole or not at all, readable by you alone: "
        .. "it shows a person"}},
      options = {
        {"frames", "number 1..48", "12", "frames on the sheet"},
        {"video", "path", "the track's own path", "where the recording is now, if it was moved"},
        {"progress", "boolean", "true", "whether to show a progress bar when standard error is a terminal"},
      },
      returns = {{"track", "Track", "itself"}},
      failures = [[Returns nil, message, code when the video is no longer there ("missing") or is not the one
that was tracked ("data"), when the Track was loaded from a file of points ("missing"), and when the file
cannot be written.]],
      example = [[file = os.tmpname()
print(face.track(clip, {stop = 0.5}):sheet(file, {frames = 4}) ~= nil)
os.remove(file)]],
      output = "true",
      example_needs = "video",
      source = [[the frames are chosen without chance: typical ones (nearest to the medians of pose and
confidence), those of lowest confidence, the longest stretches without the face, the most unusual yaw, pitch
and roll, the most blurred, the smallest face, another face in view, and what lies in between; points as the
measures use them]],
      see = {"Track:report", "plot.face"},
    },
    {
      name = "face.limits", usage = "face.limits()",
      summary = "the limits behind the verdict of Track:report",
      arguments = {}, options = {},
      returns = {{"d", "data frame",
        "name, worse (below or above), care, unusable, unit, meaning, advice, source"}},
      failures = "Never fails.",
      example = [[d = face.limits():where{name = "face_px"}
print(d.worse[1], d.care[1], d.unusable[1])]],
      output = "below\t100\t60",
      source = "help \"quality\"",
      see = {"Track:report"},
    },
  },
  topics = {
    {
      name = "lids",
      text = [[
How lids and iris are measured on the picture (face.track, unless eyes = false).

  The 68 points have four on the lids of an eye and none on its iris, and the model that
  places them draws lids as it expects them. So both eyes are cut out of every frame and
  looked at: what is darker than the skin, or has less of its colour, is eye. The upper
  and the lower margin are the two parabolas that part it from skin and lie on an edge;
  the upper margin is taken inside the dark line of the lashes, the lower one at the outer
  end of the moist rim that shows under an iris. The iris is the circle with the strongest
  edge to the white of the eye, on the arcs that the lids leave free (Daugman 1993), looked
  at along the rows, so that the shade of the lid above has no say. Reflections in it are
  painted over first. Nothing is learned, and a frame is fitted without looking at others.
  The Track keeps the numbers: iris_x iris_y iris_radius, upper_lid and lower_lid (x, y,
  straight above and below the iris' centre), eye_quality and eye_reason, with _l and _r,
  in pixels, at the end of track:df().

  mrd1 is the upper margin's height above the iris' centre, negative where the lid hides
  the centre; mrd2 the lower margin's depth below it; both in interocular distances. In
  millimetres the iris is 11.7 mm wide: its radius is the median over the neutral window
  (without one over all frames with a face), so that one frame's radius moves no lid. In
  95 of 100 adults the iris is within 8 % of that; measure.mm_interval gives it.
  gaze_x and gaze_y are against the head; +5 degrees on one day and 0 on another are the
  same, differences within a recording are better. The points of the canthi follow an eye
  that looks up or down by about 0.3 of its way, which gaze_y makes up for.

  fissure and ear stay measures of points: use these for blinks, and where there is no
  picture. A closed eye is never 0 mm: it is NA, with the reason "closed". It shows no
  white and no iris, and neither does a narrow one: all under 2.3 mm and most up to 4 mm
  are refused with it, so a deep ptosis is a count of such frames, not a height. In
  up-gaze, where white shows below the iris, a lid is measured even when it hides the
  pupil; its height is off by some tenths of a millimetre, and the time at which a slowly
  sinking lid passes 2 mm by 2 s at the median (drawn faces).

What it cannot see. An iris of 12 pixels and more across serves reports, 7 to 12 serve
trends, below 7 the eye is refused as small. Mascara with a pale iris: the margin may
settle on the lashes, and all of a participant's heights shift by up to 1 mm, so compare
within one participant. Windows mirrored in pale irises: the centre may jump by a quarter
of the iris; what covers a third of it is refused as glare. Blur at mid-blink: numbers of
single frames there are rough. Glasses: where a dark line runs on beyond both canthi as
high as the upper margin it is a rim, and the eye is refused; a thin or pale rim may pass
for the margin. Strabismus: where a reflection hides one iris its centre is taken from the
other eye, and measure.reasons says so. Squinting narrows the fissure as ptosis does; brow
and lower lid tell them apart.

scripts/bench validity --part eyes prints errors, leakage and refusals on drawn eyes.]],
    },
    {
      name = "quality",
      text = [[
Track:report() judges a recording by the limits below (face.limits() is the same as a
data frame). One value beyond "care" makes it usable with care, one beyond "not
usable" not usable. Track:sheet(png) shows the frames behind the numbers.

Sharpness and light are taken on a grid that moves, turns and grows with the face, in
steps of a 20th of the interocular distance, from the brows to the lower lip. Sharpness
is one minus the blur of Crete et al. 2007 (doi 10.1117/12.702790): the share of the
differences between neighbours that blurring the grid once more takes away; the smaller
one of rows and columns. It is 0 for a smooth picture; sharp faces have 0.5 to 0.7,
whatever their contrast. Noise raises it, so a dark recording may look sharp. Light is
the mean grey value; the colour of the skin counts as well.

Limits marked "measured" come from three real and two drawn clips that were blurred,
reduced, darkened (with noise of 6 grey values) and brightened step by step; the error
is the median distance of the points 18 to 68 from those of the clip as it was, in
interocular distances. Blur with a standard deviation of 0.04, 0.06 and 0.1
interocular distances moved the points by 1.1, 1.8 and 3 %, with a sharpness of 0.37 to
0.50, 0.30 to 0.45 and 0.20 to 0.37. The others are conventions, named as such.

]] .. quality_limits(),
    },
    {
      name = "halves",
      text = [[
The landmark model was trained on faces whose sides moved alike, and pulls every face
towards that. So each half of the face is put together with its own mirror image, the
model is placed in both of these faces, and each side is read from its own. Both faces
are drawn upright, softened a little and in even contrast, with 60 pixels between the
eyes; the mid-line goes through the bridge of the nose and the middle of the lips. This
costs four more placings of the model a frame.

face.track keeps both kinds of points. side = "each", the default of Track:df and
measure.of, gives those of each half; side = "plain" those of the model placed on the
whole face. Points on the mid-line have their height from both halves and lie aside as
in the whole face. A camera that mirrors its picture exchanges the sides: declare it.

Measured on 40 drawn faces that were not used to make it (400 pixels), of which one side
moves: slope on the same measure of the true points, and movement of the resting side
over that of the moving one; medians. scripts/bench validity --sides prints it anew.

                               slope            crosstalk
                            each   plain      each   plain
  eye closed, fissure       0.79    0.29      0.02    0.70
  brow raised               0.86    0.76      0.03    0.15
  brow lowered              0.94    0.84      0.07    0.18
  smile, corner_height      0.79    0.61      0.03    0.14
  smile, commissure         0.72    0.45      0.09    0.28
  corner pulled down        0.86    0.74      0.04    0.19
  lips stretched            0.67    0.56      0.07    0.08
  upper lid raised          0.71    0.40      0.09    0.63
  nose wrinkled             1.14    1.07      0.15    0.16

So movements still come out a quarter too small, and a face that is mirrored about a
mouth which is itself pulled aside is not quite the half it stands for.
]],
    },
    {
      name = "following",
      text = [[
A face is searched once and then followed: the points of a frame tell where to look in
the next. In every tenth frame dlib's detector is asked whether that is still a face
and whether it lies where the points are; rows that turn out to be none are emptied
again, and points that settled beside the face are placed anew.

While the face is lost every third frame is searched: near its last place, in the
whole picture, now and then enlarged (faces from 55 pixels on) and turned by 30 and 60
degrees. Up to 12 frames before a find are then filled in. A head that tilts by more
than 75 degrees, or stands on its head, counts as lost.

The participant is chosen when the first face is found: the largest, where one in the
middle counts for more than one at the edge, or the one that who names. A lost
participant must come back near the last place and at about the same size within 90
frames; later anyone may be the participant who is not where somebody else was seen.
Place and size are all that tells people apart. So a person who takes the
participant's seat after a long absence, or in a cut, is not noticed: leave such parts
out with start and stop. second_face says how often somebody else was in view; that is
looked for every 120 frames.]],
    },
    {
      name = "landmarks",
      text = [[
The 68 points of the iBUG 300-W scheme, numbered 1 to 68, in pixels of the displayed
frame, x to the right, y down. In an unmirrored recording the participant's right is
at the left of the picture:

    1..17   jaw, from the participant's right ear over the chin (9) to the left
   18..22   right brow            23..27   left brow
   28..31   bridge of the nose    32..36   base of the nose
   37..42   right eye             43..48   left eye
   49..60   outer lips            61..68   inner lips

The model is dlib's 68-point shape predictor. It is looked for, in this order: the
option model, the environment variable MIEN_LANDMARKS, the folder mien in the user's
cache folder ($XDG_CACHE_HOME or ~/.cache), and
/usr/share/dlib/shape_predictor_68_face_landmarks.dat, where Debian and Ubuntu put it
with apt install libdlib-data.

Licence: the model was trained on the iBUG 300-W pictures, whose licence excludes
commercial use. Use it for research and teaching, or bring another model of 68 points.

Limits. The model was trained on symmetric faces and pulls both sides towards
symmetry; help "halves" tells what is done about it. It sees no iris, no cheeks and no
folds. Eyes that are closed may come out slightly open. Glasses and beards shift points.

How the points of a frame are made: the model is placed three times, in the place
that the frame before promised and in two places shifted by a tenth of the face about
what it found; the mean is the result. In a head tilted by more than 15 degrees the
excess is turned away first. Compared with detecting the face anew in each frame the
points differ by about 1 % of the interocular distance, and tremble less.]],
    },
    {
      name = "confidence",
      text = [[
track:df().confidence estimates the probability that the points of a frame are wrong
by less than 5 % of the interocular distance on average. It comes from a logistic
model of what following the face tells anyway: how well two placings of the landmark
model agree that start a tenth of the face's width apart (this counts most), how far
the shape is from the mean face, the contrast and sharpness of the face, how alike
its two sides are, and how much darker eyes and brows are than the cheeks.

The model was fitted to real recordings that were disturbed: patches over the face,
blur, noise, darkness, the face pushed out of the picture; the error is the distance
from the points of the same frame undisturbed. On recordings of other people
scripts/bench confidence prints how often frames of each confidence were right. So:

  above 0.9    nearly always within 5 %; what most frames in good light have
  0.5 to 0.9   mostly right; look at the frames that decide
  below 0.5    more likely wrong than right: a hand, blur, darkness, half a face

The lean mode compares two placings in every tenth frame only; the frames between must
look good by the rest of the evidence as well, which orders them less well.

It is about the frame, not about a single point, and about disturbances of the
picture: what the landmark model has wrong in every frame of a face, such as its pull
towards symmetry, it cannot know. A Track of another program has that program's
confidence, which is something else.]],
    },
    {
      name = "smoothing",
      text = [[
A Track keeps the points of single frames. Smoothing happens where they leave it, is
asked for by name and is told with the result:

  face.track(video, {smooth = "one_euro"})     for all that follows
  track:df{smooth = "savitzky_golay"}          here only; smooth = false: raw
  measure.of(track, {smooth = {method = "savitzky_golay", window = 0.3, order = 3}})

  one_euro         Casiez, Roussel and Vogel 2012: what moves slowly is smoothed
                   much, what moves fast little. min_cutoff (Hz) is for rest, beta
                   (Hz per interocular distance a second) loosens it with speed,
                   speed_cutoff (Hz) smooths the speed itself; 1, 60 and 4 unless you
                   say otherwise. It is run forwards and backwards and the mean is
                   taken; so it does not come late, but a frame depends on those after
                   it as well.
  savitzky_golay   a polynomial of the given order (2) through the frames within
                   window seconds (0.18) around each one. It never comes late; the
                   first and last frames of a run stay nearly raw, and so does all of
                   a recording with fewer than 23 frames a second.

Both work on the actual time stamps. The head's shift, size and turn and the face
within are smoothed apart, so a nod does not loosen the smoothing of a lid. Each run
of frames with the face is smoothed on its own: nothing is filled in. Yaw, pitch and
roll are smoothed alike; confidence is left as it is. track:save writes raw points.

Smoothing takes from fast movements. In drawn recordings of 30 frames a second a
blink of 100 ms keeps 96 % of its depth with one_euro and 82 % with savitzky_golay, of
150 ms 97 and 95 %, while the trembling of a still face (noise of 5 grey levels, second
difference) falls to 45 to 65 % and to 55 %. scripts/bench jitter prints these figures,
and the time of an onset, for your machine. The default is none: then a frame's
measures depend on that frame and the neutral window alone.]],
    },
    {
      name = "pose",
      text = [[
Yaw, pitch and roll of the head in degrees:

  yaw     positive: the participant turns towards the own left
  pitch   positive: looks up
  roll    positive: tilts the head towards the own left shoulder

docs/pose.png shows them. An average head (norms of Farkas 1994) is placed before a
camera until its picture lies best on the canthi, the nose, the brows and the upper
contour; mouth, lids and chin have no say. What persons differ in (length of the nose,
height of brows, eyes and contour) and what expressions move is known as movements of
several points together, and only what these do not explain turns the head
(generalised least squares). The camera is taken to look straight at the face: angles are
those that the face is seen under, wherever it is in the picture. (OpenFace's files hold
angles against the axes of the camera; face.load and measure.import turn them into these
where the file has pose_Tx, pose_Ty and pose_Tz.) The focal length is taken to be the longer
side of the picture, but no face nearer than 70 cm; without a size of the
picture (face.load) 70 cm are taken.

How sure (scripts/bench pose): on simulated heads within 20 degrees the error is about
2 degrees of yaw, 0.6 of roll and 2.5 of pitch. Most of the last belongs to the
person: one face's pitch is wrong by the same amount in every frame (standard deviation
1.6 to 2.1 degrees). Changes within a recording are surer. Expressions shift pitch by about
1 degree, a wide open mouth by 2.

Measures and track:frontal() turn every frame to the front: each landmark is laid on
the depth that it has on the average head, and seen from straight before it. Because
noise and expressions look like small turns, a frame's difference d from how the head
is usually held (median over the neutral window, or over the recording) counts as
d^3 / (d^2 + s^2), s = 2.5 degrees of yaw and pitch and 3 % of size: small ones hardly,
large ones nearly whole. Turning the head by 10 degrees then changes most measures by
less than 10 % of their range, where the picture's own points change them by up to
118 %. Not sure to stay below it are asymmetry_mouth (6 to 11 %) and difference_mouth (7 to
13 %) under yaw, set of people by set of people, because mouths stand out from faces by
different lengths.
measure.of(track, {frontal = false}) takes the points as they are in the picture.

Saved files carry OpenFace's angles: radians, pose_Rx and pose_Ry with the opposite
sign of pitch and yaw.]],
    },
    {
      name = "cache",
      text = [[
Two things that are slow to make are kept in the folder mien of your cache folder
($XDG_CACHE_HOME or ~/.cache):

  landmarks-*.packed     the landmark model, packed for speed: 33 MB, and one
                         file for each model file used
  frontal-face.detector  dlib's face detector, 155 kB

They are made on first use, which takes about a second, and checked each time they
are opened: a file that is damaged, belongs to another version, or was made from a
model file that has changed since is made anew. They hold no data of yours. To remove
them, delete them; where they cannot be written, everything works without them, only
each start takes longer.

Packed, the numbers of the model have 16 bits. That moves points by about 0.25 % of
the interocular distance, a third of what shifting the face's box by 2 % does, and
by less than 0.05 % on average, which is what counts in comparisons.

Processors of different kinds give the same points. The environment variable MIEN_CPU
chooses how the model is worked off, for tests: plain, sse2 (on Arm: neon), avx2 or avx512.]],
    },
  },
}
