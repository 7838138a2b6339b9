-- SPDX-License-Identifier: GPL-3.0-or-later
-- What measure.import knows of other tools' files: how each is recognised, which of its columns mean the same
-- as measures here, and their scales. kit.formats lists them in the order in which they are tried.

local kit = ...

local DEGREES = 180 / math.pi

-- Facial action units and expressions end up between 0 and 1.
local function unit_scale(name, tool, factor) return {tool = tool, name = name, factor = factor, top = 1} end

-- ---- OpenFace 2 ----

local OPENFACE_UNITS = {1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45}

local function openface_columns()
  local list = {
    {tool = "confidence", name = "confidence"},
    -- Radians, pitch and yaw with the opposite sign of those here; see help "pose".
    {tool = "pose_Ry", name = "yaw", factor = -DEGREES},
    {tool = "pose_Rx", name = "pitch", factor = -DEGREES},
    {tool = "pose_Rz", name = "roll", factor = DEGREES},
    -- Radians; x grows to the participant's left, y downward.
    {tool = "gaze_angle_x", name = "gaze_x", factor = DEGREES},
    {tool = "gaze_angle_y", name = "gaze_y", factor = -DEGREES},
  }
  for _, unit in ipairs(OPENFACE_UNITS) do
    list[#list + 1] = unit_scale("au" .. unit, string.format("AU%02d_r", unit), 1 / 5)
  end
  for _, unit in ipairs(OPENFACE_UNITS) do
    list[#list + 1] = {tool = string.format("AU%02d_c", unit), name = "au" .. unit .. "_present"}
  end
  return list
end

-- The turn of a head at (x, y, z) before a camera, against the camera's axes, as one that the camera sees:
-- the arithmetic of mien_head_look_at (src/face/pose.c), in degrees.
local function seen(x, y, z, yaw, pitch, roll)
  local distance = math.sqrt(x * x + y * y + z * z)
  if not (z > 0 and distance < math.huge) then return yaw, pitch, roll end
  local right, down, ahead = x / distance, y / distance, z / distance
  local share = 1 / (1 + ahead)
  local camera = {{1 - right * right * share, -right * down * share, -right},
    {-right * down * share, 1 - down * down * share, -down}, {right, down, ahead}}
  local ca, sa = math.cos(-pitch / DEGREES), math.sin(-pitch / DEGREES)
  local cb, sb = math.cos(-yaw / DEGREES), math.sin(-yaw / DEGREES)
  local cc, sc = math.cos(roll / DEGREES), math.sin(roll / DEGREES)
  local turn = {{cb * cc, -cb * sc, sb},
    {ca * sc + sa * sb * cc, ca * cc - sa * sb * sc, -sa * cb},
    {sa * sc - ca * sb * cc, sa * cc + ca * sb * sc, ca * cb}}
  local function product(i, j)
    return camera[i][1] * turn[1][j] + camera[i][2] * turn[2][j] + camera[i][3] * turn[3][j]
  end
  return -DEGREES * math.asin(math.max(-1, math.min(1, product(1, 3)))),
    -DEGREES * math.atan(-product(2, 3), product(3, 3)), DEGREES * math.atan(-product(1, 2), product(1, 1))
end

-- As face.load reads them from the same file.
local function turn_to_camera(values, work)
  local yaw, pitch, roll = values.yaw, values.pitch, values.roll
  local places = {}
  for k, name in ipairs {"pose_Tx", "pose_Ty", "pose_Tz"} do
    if not work.has[name] or work.text[name] then return end
    places[k] = work.at[name]
  end
  for row = 1, yaw and pitch and roll and #yaw or 0 do
    yaw[row], pitch[row], roll[row] =
      seen(places[1][row], places[2][row], places[3][row], yaw[row], pitch[row], roll[row])
  end
end

local openface = {
  key = "openface", title = "OpenFace 2",
  needs = {"timestamp", "success", "AU12_r"},
  columns = openface_columns(), time = {timestamp = 1}, frame = "frame", first_frame = 1, face = "face_id",
  -- Points, which face.load reads, and the parameters of its model of the face.
  left_out = {"^[xyXYZ]_%d+$", "^eye_lmk_", "^p_"},
  scaled = "action units 0 to 5 divided by 5; pose and gaze from radians to degrees",
  adjust = turn_to_camera,
  is_missing = function(row, at) return at.success and at.success[row] == 0 end,
  consumed = {success = true},
}

-- ---- py-feat ----

local PYFEAT_UNITS = {1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 17, 20, 23, 24, 25, 26, 28, 43}

local function pyfeat_columns()
  local list = {{tool = "FaceScore", name = "confidence"}}
  for _, unit in ipairs(PYFEAT_UNITS) do
    list[#list + 1] = unit_scale("au" .. unit, string.format("AU%02d", unit))
  end
  -- Names of the first and of the second detector.
  for _, pair in ipairs {
    {"happiness", "happiness"}, {"sadness", "sadness"}, {"anger", "anger"}, {"fear", "fear"},
    {"disgust", "disgust"}, {"surprise", "surprise"}, {"neutral", "neutral"},
    {"happiness", "Happy"}, {"sadness", "Sad"}, {"anger", "Anger"}, {"fear", "Fear"}, {"disgust", "Disgust"},
    {"surprise", "Surprise"}, {"neutral", "Neutral"},
  } do
    list[#list + 1] = unit_scale(pair[1], pair[2])
  end
  list[#list + 1] = {tool = "valence", name = "valence"}
  return list
end

local pyfeat = {
  key = "pyfeat", title = "py-feat",
  needs = {"FaceScore", "AU12"},
  columns = pyfeat_columns(), time = {}, frame = "frame", first_frame = 0, face = "Identity",
  left_out = {"^[xyz]_%d+$", "^mesh_", "^Identity_%d+$"},
  scaled = "action units and emotions are 0 to 1 already",
}

-- ---- FaceReader ----

local FACEREADER_WORDS = {Neutral = "neutral", Happy = "happiness", Sad = "sadness", Angry = "anger",
  Surprised = "surprise", Scared = "fear", Disgusted = "disgust", Contempt = "contempt"}

-- "Left Action Unit 12 - Lip Corner Puller" -> au12_l
local function facereader_unit(name)
  local side, unit = name:match("^(%a*)%s*Action Unit (%d+)")
  if not unit then return nil end
  local ending = ({Left = "_l", Right = "_r", [""] = ""})[side]
  return ending and "au" .. math.tointeger(unit) .. ending
end

local function facereader_columns(names)
  local list = {}
  for _, name in ipairs(names) do
    local unit = facereader_unit(name)
    if unit then list[#list + 1] = unit_scale(unit, name) end
    if FACEREADER_WORDS[name] then list[#list + 1] = unit_scale(FACEREADER_WORDS[name], name) end
  end
  list[#list + 1] = {tool = "Valence", name = "valence"}
  list[#list + 1] = {tool = "Arousal", name = "arousal"}
  return list
end

local facereader = {
  key = "facereader", title = "FaceReader",
  needs = {"Video Time", "Neutral", "Happy"},
  columns = facereader_columns, time = {["Video Time"] = 1}, clock = true, left_out = {},
  scaled = "intensities are 0 to 1 already",
  na = {"", "NA", "NaN", "nan", "FIT_FAILED", "FIND_FAILED", "Unknown", "UNKNOWN"},
}

-- ---- MediaPipe ----

-- Blendshapes that are one action unit; MediaPipe's Left is the participant's. The others keep their names.
local BLENDSHAPES = {
  {"browOuterUp", "au2"}, {"browDown", "au4"}, {"eyeWide", "au5"}, {"cheekSquint", "au6"},
  {"eyeSquint", "au7"}, {"noseSneer", "au9"}, {"mouthUpperUp", "au10"}, {"mouthSmile", "au12"},
  {"mouthDimple", "au14"}, {"mouthFrown", "au15"}, {"mouthLowerDown", "au16"}, {"mouthStretch", "au20"},
  {"mouthPress", "au24"}, {"eyeBlink", "au45"},
}

local function mediapipe_columns()
  local list = {unit_scale("au1", "browInnerUp")}
  for _, pair in ipairs(BLENDSHAPES) do
    list[#list + 1] = unit_scale(pair[2] .. "_l", pair[1] .. "Left")
    list[#list + 1] = unit_scale(pair[2] .. "_r", pair[1] .. "Right")
  end
  list[#list + 1] = unit_scale("au26", "jawOpen")
  return list
end

local mediapipe = {
  key = "mediapipe", title = "MediaPipe blendshapes",
  needs = {"browDownLeft", "mouthSmileLeft", "mouthSmileRight"},
  columns = mediapipe_columns(),
  time = {time = 1, timestamp = 1, time_s = 1, seconds = 1, timestamp_s = 1, timestamp_ms = 1e-3,
    time_ms = 1e-3},
  frame = "frame", left_out = {"^[xyz]_%d+$"},
  scaled = "blendshapes are 0 to 1 already and stand for the action units they resemble",
}

-- py-feat's second detector writes blendshapes as well, so it is tried before MediaPipe.
kit.formats = {facereader, openface, pyfeat, mediapipe}
