-- SPDX-License-Identifier: GPL-3.0-or-later
-- Tables of other tools: a part of lua/api/measure.lua.
return {
  functions = {
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
  },
  topics = {
    {
      name = "import", summary = "what is read of other tools' files, and a study on them",
      text = [[
measure.import reads one recording's file of another tool into a table like that of
measure.of: time, then columns. Numbers that mean the same have the same names:

  OpenFace 2   AU01_r .. AU45_r, 0 to 5, become au1 .. au45, 0 to 1;
               AU01_c .. become au1_present ..; confidence; yaw pitch roll
               and gaze_x gaze_y in degrees (gaze to the participant's left,
               and up). Rows with success 0 are missing. Points are left
               out: face.load reads them
  py-feat      AU01 .. AU43 become au1 .. au43; happiness sadness anger fear
               disgust surprise neutral; FaceScore becomes confidence. It
               writes no times: give fps
  FaceReader   the detailed log: Happy Sad Angry Scared Disgusted Surprised
               Contempt Neutral become happiness sadness anger fear disgust
               surprise contempt neutral; valence -1 to 1, arousal;
               "Action Unit 12 - .." becomes au12, "Left Action Unit 12 - .."
               au12_l. FIT_FAILED and FIND_FAILED are missing. Action units
               written as letters stay text
  MediaPipe    blendshapes that resemble one action unit: browInnerUp
               becomes au1, browOuterUp au2, browDown au4, eyeWide au5,
               cheekSquint au6, eyeSquint au7, noseSneer au9, mouthUpperUp
               au10, mouthSmile au12, mouthDimple au14, mouthFrown au15,
               mouthLowerDown au16, mouthStretch au20, mouthPress au24,
               eyeBlink au45, jawOpen au26; Left is _l, the participant's

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
  },
}
