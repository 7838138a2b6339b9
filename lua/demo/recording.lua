-- SPDX-License-Identifier: GPL-3.0-or-later
-- One recording, from video to fatigue: a minute of up-gaze of a patient whose lids tire, and a smile that is
-- weak on one side.
--
--     mien lua/demo/recording.lua [--work DIR] [--out DIR] [--tiny]
--
-- It draws the recordings and writes its figures to out/; --tiny draws a shorter and smaller one.

local aloud = dofile((arg[0]:match("^(.*)/") or ".") .. "/aloud.lua")
local say, title = aloud.say, aloud.title
local options = aloud.options("recording", arg)
local tiny = options.tiny
local out = options.out

-- Every drawn recording rests for its first 12 %; this one looks up from then on until 95 % of it.
local seconds = tiny and 15 or 60
local rest = {0, 0.1 * seconds}
local upgaze, stop = {0.12 * seconds + 0.7, 0.12 * seconds + 3.7}, 0.95 * seconds - 0.7
local weakness = {upper = 0.3, mid = 0.3, left = 0.5, fatigue = 0.03, ptosis = {left = 0.12, right = 0}}

-- Drawn anew only when it is not there yet: the truth is written last.
local function drawn(name, request)
  local path = options.work .. "/" .. name .. (tiny and "_tiny" or "")
  local truth = io.open(path .. ".csv")
  if truth then
    truth:close()
    return path .. ".mp4", assert(df.read(path .. ".csv"))
  end
  local made = assert(sim.video(path .. ".mp4", request))
  assert(made:write(path .. ".csv"))
  return path .. ".mp4", made
end

-- ---- The recording ----

title("a recording, and whether it is good enough")
say([[A patient is drawn who looks up for %g s. Both lids tire, the left one hangs at rest already. The
drawing knows how strong each muscle was in each frame, which nobody knows of a person.]], seconds)
local file, truth = drawn("upgaze", {participant = 5, task = "upgaze_60s", weakness = weakness, seed = 12,
  seconds = seconds, fps = tiny and 15 or 25, size = tiny and 320 or 480})
local track = assert(face.track(file))
print()
print(track)
print(track:report())
assert(track:sheet(out .. "/recording_sheet.png"))

-- ---- Lids ----

title("the lids over time")
local m = assert(measure.of(track, {neutral = rest}))
say([[The lids were fitted on the picture while it was tracked. fissure is the opening of the eye, mrd1 the
height of the upper lid above the middle of the iris, which is 11.7 mm wide in nearly everyone: that gives
millimetres.]])
print()
print(m:select{"time", "fissure_l_mm", "fissure_r_mm", "mrd1_l_mm", "mrd1_r_mm", "gaze_y"}:head(3))
assert(plot.line(m.time, {left = m.fissure_l_mm, right = m.fissure_r_mm}, {
  title = "Opening of the eyes in sustained up-gaze", xlabel = "time (s)",
  ylabel = "palpebral fissure (mm)", file = out .. "/recording_lids.png"}))
print()
say("The blinks of both eyes:")
print()
print(measure.blinks(m):select{"eyes", "start", "duration", "depth", "completeness"})

-- ---- Fatigue ----

title("fatigue")
say([[In up-gaze the lid follows the eye, so the baseline is the beginning of the up-gaze, not rest. Blinks
are left out. The slope is Theil and Sen's, with its 95 %% interval; a lid that has not fallen by the end
has a censored time, not a long one. Drawn lids follow the eye less than real ones do, so the opening is
taken here and not mrd1.]])
local u = measure.upgaze(m, {baseline = upgaze, rest = rest, stop = stop, lid = "fissure_mm"})
print()
print(u)
local real = measure.fatigue(truth.time, truth.lid_opening_l, {baseline = upgaze, stop = stop,
  criterion = {loss = 0.3}})
print()
say("In the drawing's truth the opening of the left eye lost %.0f %%; it was %s 30 %% below the first "
  .. "up-gaze %s %.1f s.", 100 * real.decrement, real.censored and "not yet" or "more than",
  real.censored and "after" or "from", real.time_to_criterion)

-- ---- A smile ----

title("a smile that is weak on one side")
local smile_file = drawn("smile", {participant = 5, task = "happiness", weakness = weakness, seed = 12,
  fps = 25, size = tiny and 320 or 480})
local smile = assert(face.track(smile_file))
local s = assert(measure.of(smile, {neutral = {0, 0.3}}))
local summary = measure.summary(s)
say("The mouth corners rose by %.3f (left) and %.3f (right) eye distances at their peak.",
  summary.corner_height_l_peak[1], summary.corner_height_r_peak[1])
local move = measure.dynamics(s.time, s.corner_height_r, {neutral = {0, 0.3}})
say("The right one began at %.2f s, was highest at %.2f s and rose at up to %.2f eye distances a second.",
  move.onset, move.apex, move.velocity_rise)


-- ---- Its movement ----

title("where the skin moved")
local moved, note, code = measure.movement(smile, {neutral = {0, 0.3}})
if moved then
  say([[Between the landmarks the skin itself was followed: its displacement at the peak of the smile, in per
cent of the eye distance. %s]], note)
  local peaks, map = measure.summary(moved), {}
  for _, region in ipairs{"forehead", "brow", "eye", "cheek", "nose", "mouth", "chin"} do
    for _, side in ipairs{"l", "r"} do
      map[region .. "_" .. side] = peaks:col(region .. "_" .. side .. "_peak")[1]
    end
  end
  print()
  assert(plot.face(map, {title = "Movement in a smile", label = "displacement (% of the eye distance)",
    file = out .. "/recording_smile.png"}):show())
elseif code == "tool" then
  say(note)
else
  error(note, 0)
end

print()
say("Figures: recording_sheet.png, recording_lids.png%s in %s/", moved and ", recording_smile.png" or "", out)
