-- SPDX-License-Identifier: GPL-3.0-or-later
-- Blinks, movements, repetitions, fatigue and survival as users call them; the numbers themselves are tested
-- in tests/unit/measure_dynamics.c and oracle_stats.lua.

local t = require "harness"

local folder = t.folder()
local NAN = 0 / 0

local function series(seconds, fps, f)
  local time, x = {}, {}
  for i = 0, math.floor(seconds * fps + 0.5) do time[i + 1], x[i + 1] = i / fps, f(i / fps) end
  return time, x
end

-- 1 open, 0 closed: a blink of 0.24 s every four seconds from 1 s on.
local function opening(at)
  local since = at % 4 - 1
  return (since < 0 or since > 0.24) and 1 or since < 0.08 and 1 - since / 0.08 or (since - 0.08) / 0.16
end

-- ---- Blinks ----

t.test("blinks of a frame: both eyes, winks, rate", function()
  local time, left = series(60, 25, function(at) return 0.1 + 0.2 * opening(at) end)
  local _, right = series(60, 25, function(at) return at < 56 and 0.12 + 0.2 * opening(at) or 0.32 end)
  local d = df.new{time = time, fissure_l = left, fissure_r = right}
  local b = measure.blinks(d)
  t.equal(#b, 15)
  t.equal(b.eyes[1] .. b.eyes[14] .. b.eyes[15], "bothbothleft")
  t.near(b.rate, 14, 0.1)
  t.near(b.seconds, 60, 0.01)
  t.match(tostring(b), "blinks a minute in 60.0 s")
  t.near(b.completeness_l[1], 2 / 3, 0.05)
  t.equal(b.complete[1], 1)
  t.equal(measure.blinks(d, {complete = 0.9}).complete[1], 0)
  t.equal(#measure.blinks(d, {least = 0.9}), 0)
  t.equal(#measure.blinks(d, {longest = 0.15}), 0)
  -- The same of one series, without eyes.
  local one = measure.blinks(time, left)
  t.equal(#one, 15)
  t.equal(one:names()[1], "start")
  -- At half the speed.
  t.near(measure.blinks(d:with{time = 2 * d:col("time")}).rate, 7, 0.1)
end)

t.test("blinks: wrong use and nothing to see", function()
  t.raises("has neither fissure_l", measure.blinks, df.new{time = {1, 2}, brow_l = {0, 0}})
  t.raises("the data frame has no columns lid_l and lid_r", measure.blinks,
    df.new{time = {1}, ear_l = {1}, ear_r = {1}}, {series = "lid"})
  t.raises('no option "last"', measure.blinks, {0, 1}, {1, 1}, {last = 2})
  t.raises("least must be a number from 0.01 to 1, not 7", measure.blinks, {0, 1}, {1, 1}, {least = 7})
  t.raises("time must rise from frame to frame, but does not at row 2", measure.blinks, {1, 1}, {1, 1})
  t.raises("time has 2 values, the series 1", measure.blinks, {1, 2}, {1})
  t.raises("must be an array or a column", measure.blinks, "clip.mp4", {1})
  local b = measure.blinks({0, 0.1, 0.2}, {NAN, NAN, NAN})
  t.equal(#b, 0)
  t.equal(b.rate, NAN)
  t.equal(#measure.blinks({}, {}), 0)
end)

-- ---- Movements ----

t.test("one movement, up and down", function()
  local time, x = series(6, 25, function(at) return at < 2 and 1 or math.min(3, 1 + 2 * (at - 2)) end)
  local m = measure.dynamics(time, x, {neutral = {0, 1.5}, smooth = 0})
  t.near(m.amplitude, 2, 1e-9)
  t.near(m.onset, 2.1, 1e-9)
  t.near(m.onset_duration, 0.8, 1e-9)
  t.equal(m.offset, NAN)
  t.match(tostring(m), "amplitude 2 above 1   onset 2.10 s")
  for i, value in ipairs(x) do x[i] = -value end
  local down = measure.dynamics(time, x, {baseline = -1, direction = "down", smooth = 0})
  t.near(down.amplitude, 2, 1e-9)
  t.near(down.onset, 2.1, 1e-9)
  t.equal(down.baseline, -1)
  t.near(measure.dynamics(time, x, {baseline = {0, 1.5}, direction = "down"}).baseline, -1, 1e-12)
  t.raises("it is never guessed", measure.dynamics, time, x)
  t.raises("no value in the neutral window 7 to 8 s", measure.dynamics, time, x, {neutral = {7, 8}})
  t.raises("give neutral or baseline, not both", measure.dynamics, time, x, {neutral = {0, 1}, baseline = 1})
  t.raises('direction must be "up" or "down", not left', measure.dynamics, time, x,
    {baseline = 1, direction = "left"})
end)

t.test("repetitions, with a blink that looks like one", function()
  local time, x = series(20, 25, function(at)
    return (1 - 0.04 * math.floor(at / 2)) * math.sin(math.pi * at / 2) ^ 2
  end)
  local r = measure.repetitions(time, x, {neutral = {0, 0}})
  t.equal(#r, 10)
  t.near(r.decrement, 0.36, 0.01)
  -- The mean of a squared sine over the middle half of its upper half.
  local held = 0.5 + math.sqrt(2) / math.pi
  t.near(r.amplitude_held[1] / r.amplitude[1], held, 0.015)
  t.near(r.slope, -0.04 * held, 0.002)
  t.ok(r.slope_ci[1] <= r.slope and r.slope_ci[2] >= r.slope)
  t.near(r.period[3], 2, 0.05)
  t.match(tostring(r), "decrement 0.36 from the first to the last")
  for i, at in ipairs(time) do
    if at > 18.4 and at < 18.6 then x[i] = x[i] + 1 end
  end
  local disturbed = measure.repetitions(time, x, {neutral = {0, 0}})
  t.equal(#disturbed, 11, "the jump counts as one of its own")
  local blinks = df.new{start = {18.4}, ["end"] = {18.6}}
  t.near(measure.repetitions(time, x, {neutral = {0, 0}, blinks = blinks}).decrement, 0.36, 0.02)
  for i, value in ipairs(x) do x[i] = 5 - value end
  local down = measure.repetitions(time, x, {direction = "down", blinks = blinks})
  t.equal(#down, 10)
  t.near(down.baseline[1], 5, 0.02)
  t.raises("blinks must be a data frame", measure.repetitions, time, x, {blinks = true})
end)

-- ---- Fatigue ----

t.test("fatigue: the contract's fields", function()
  local time, x = series(60, 25, function(at) return 4 - at / 20 end)
  local f = measure.fatigue(time, x, {baseline = {0, 4}, final = 5, criterion = 2, hold = 1})
  t.near(f.baseline, 3.9, 1e-9)
  t.near(f.final, 1.125, 1e-9)
  t.near(f.decrement, (3.9 - 1.125) / 3.9, 1e-9)
  t.near(f.slope, -3, 1e-9)
  t.near(f.slope_ci[1], -3, 1e-6)
  t.near(f.time_to_criterion, 40, 0.05)
  t.equal(f.censored, false)
  t.ok(f.half_time > 25 and f.half_time < 35)
  t.match(f.fit.note, "as straight as a line")
  t.match(tostring(f), "below 2 for 1 s from 40.0 s on")
  local stopped = measure.fatigue(time, x, {baseline = {0, 4}, criterion = 2, stop = 30})
  t.equal(stopped.censored, true)
  t.near(stopped.time_to_criterion, 30, 1e-6)
  t.near(stopped.final, 4 - 27.5 / 20, 1e-9)
  t.match(tostring(stopped), "censored")
  local loss = measure.fatigue(time, x, {baseline = {0, 4}, criterion = {loss = 0.5}})
  t.near(loss.criterion, 1.95, 1e-9)
  local lost = measure.fatigue(time, x, {baseline = {0, 4}, criterion = {loss_mm = 1}})
  t.near(lost.criterion, lost.baseline - 1, 1e-9)
  t.near(lost.time_to_criterion, 22, 0.05)
  for _, wrong in ipairs {{loss = 0.3, loss_mm = 1}, {loss_mm = 0}} do
    t.raises("criterion must be a level or", measure.fatigue, time, x, {baseline = {0, 4}, criterion = wrong})
  end
  t.equal(measure.fatigue(time, x, {baseline = {0, 4}}).censored, nil)
end)

t.test("fatigue masks blinks, and says what it left out", function()
  local time, x = series(60, 25, function(at) return (4 - at / 30) * (0.2 + 0.8 * opening(at)) end)
  local f = measure.fatigue(time, x, {baseline = {0, 4}})
  t.ok(f.masked > 100, "no blink was masked")
  t.near(f.slope, -2, 0.02)
  t.near(f.decrement, (3.933 - 2.083) / 3.933, 0.01)
  t.equal(measure.fatigue(time, x, {baseline = {0, 4}, blinks = false}).masked, 0)
  local given = df.new{start = {10}, ["end"] = {11}}
  t.equal(measure.fatigue(time, x, {baseline = {0, 4}, blinks = given}).masked, 30)
  local gaze = {}
  for i, at in ipairs(time) do gaze[i] = at > 50 and 12 or 28 end
  f = measure.fatigue(time, x, {baseline = {0, 4}, gaze = gaze, brow = time, recovery = {0, 2}})
  t.ok(f.flagged > 200)
  t.close(f.gaze_least, 19.6)
  t.equal(f.final, NAN)
  t.match(f.note, "no usable frame in the final window")
  t.close(f.brow_r, -1, 1e-3)
  t.match(tostring(f), "gaze 28 degrees up at first")
end)

t.test("fatigue: wrong use", function()
  t.raises("baseline must be a window {t0, t1} in seconds; it is never guessed", measure.fatigue, {1, 2},
    {1, 2})
  t.raises("baseline must begin before it ends", measure.fatigue, {1, 2}, {1, 2}, {baseline = {2, 1}})
  t.raises("time has 2 values, the series 1", measure.fatigue, {1, 2}, {1}, {baseline = {0, 1}})
  t.raises("gaze_least needs gaze", measure.fatigue, {1, 2}, {1, 2}, {baseline = {0, 1}, gaze_least = 3})
  t.raises("time has 2 values, gaze 3", measure.fatigue, {1, 2}, {1, 2},
    {baseline = {0, 1}, gaze = {1, 2, 3}})
  t.raises("stop must not be before", measure.fatigue, {1, 2}, {1, 2}, {baseline = {0, 1}, stop = 0.5})
  t.raises("criterion must be a level or", measure.fatigue, {1, 2}, {1, 2},
    {baseline = {0, 1}, criterion = {}})
  t.raises("blinks must be a data frame", measure.fatigue, {1, 2}, {1, 2}, {baseline = {0, 1}, blinks = 3})
  local f = measure.fatigue({}, {}, {baseline = {0, 1}})
  t.equal(f.decrement, NAN)
  t.match(f.note, "no frame in the task")
end)

-- Lids in millimetres: the left one falls at a rate per second, the right one stays.
local function upgaze_frame(rate, seconds, start)
  local time, left = series(seconds, 25, function(at) return (start or 4) - rate * at end)
  local _, right = series(seconds, 25, function() return 4 end)
  return df.new{time = time, mrd1_l_mm = left, mrd1_r_mm = right}
end

t.test("up-gaze: worst eye and the timed items", function()
  local options = {baseline = {0, 3}, criterion = 2}
  local cases = { -- Fall per second, length, start, QMG, MGC.
    {0, 61, 4, 0, 0}, {0, 50, 4, NAN, 0}, {0, 40, 4, NAN, NAN}, {0.04, 61, 4, 1, 0}, {1 / 15, 61, 4, 1, 1},
    {0.4, 61, 4, 2, 2}, {0.01, 61, 2.001, 3, 3},
  }
  for _, case in ipairs(cases) do
    local u = measure.upgaze(upgaze_frame(case[1], case[2], case[3]), options)
    t.equal(u.qmg, case[4], "QMG of " .. case[1] .. " per s, " .. case[2] .. " s")
    t.equal(u.mgc, case[5], "MGC of " .. case[1] .. " per s, " .. case[2] .. " s")
    if case[1] > 0 then t.equal(u.worst, "left") end
  end
  local u = measure.upgaze(upgaze_frame(1 / 15, 61), options)
  t.near(u.time_to_ptosis, 30, 0.1)
  t.equal(u.time_below_2mm, nil, "asked for already")
  t.near(u.difference, u.left.decrement, 1e-9)
  t.equal(u.best, "right")
  t.equal(u.lid, "mrd1_mm")
  t.match(u.note, "gaze is not known")
  t.match(tostring(u), "QMG 1, MGC 1")
  -- From 3.9 mm in the first up-gaze to 2.73 mm in 19.05 s, to 2 mm in 30 s.
  u = measure.upgaze(upgaze_frame(1 / 15, 61), {baseline = {0, 3}})
  t.near(u.time_to_ptosis, 19.05, 0.1)
  t.near(u.time_below_2mm, 30, 0.1)
  t.equal(u.censored_2mm, false)
  t.match(u.rule, "mrd1_mm, a loss of 30 %% of the first up%-gaze")
  t.match(tostring(u), "below 2 mm, whatever it was before: 30.0 s")
  u = measure.upgaze(upgaze_frame(1 / 40, 61), {baseline = {0, 3}})
  t.near(u.time_to_ptosis, 49.05, 0.1)
  t.equal(u.censored_2mm, true)
  t.near(u.time_below_2mm, 61, 0.1)
  local rest = measure.upgaze(upgaze_frame(0.01, 61, 1.5), {baseline = {3, 6}, rest = {0, 1}})
  t.equal(rest.ptosis_at_rest, true)
  t.equal(rest.qmg, 3)
  t.equal(rest.time_to_ptosis, 0)
  t.equal(rest.time_below_2mm, 0)
end)

t.test("up-gaze tells for how long a lid was out of sight", function()
  local d = upgaze_frame(1 / 15, 61)
  local function without(from, to)
    local left = {}
    for i = 1, #d do
      left[i] = d.time[i] > from and d.time[i] < to and NAN or d.mrd1_l_mm[i]
    end
    return measure.upgaze(d:with{mrd1_l_mm = df.column(left)}, {baseline = {0, 3}})
  end
  t.ok(not without(30, 40).note:find("not seen"), "after ptosis")
  t.match(without(10, 25).note, "not seen for up to 15.0 s: ptosis may have come so much earlier")
  local blind = without(-1, 62)
  t.equal(blind.worst, "right")
  local late = {}
  for i = 1, #d do late[i] = d.time[i] < 5 and NAN or 4 end
  local unseen = measure.upgaze(df.new{time = d:col("time"), mrd1_l_mm = late, mrd1_r_mm = late},
    {baseline = {0, 3}})
  t.equal(unseen.worst, nil)
  t.match(unseen.note, "not seen in the first up%-gaze, so what it lost is not known")
end)

t.test("up-gaze falls back to what there is, and says so", function()
  local d = upgaze_frame(1 / 20, 61)
  local plain = df.new{time = d:col("time"), fissure_l = d:col("mrd1_l_mm"), fissure_r = d:col("mrd1_r_mm")}
  local u = measure.upgaze(plain, {baseline = {0, 3}})
  t.equal(u.lid, "fissure")
  t.match(u.rule, "a loss of 30 %% of the first up%-gaze")
  t.match(u.note, "fissure stands for the lid")
  local gaze = {}
  for i = 1, #d do gaze[i] = 25 end
  local with_gaze = measure.upgaze(d:with{gaze_y = df.column(gaze)}, {baseline = {0, 3}})
  t.equal(with_gaze.note, nil)
  t.equal(with_gaze.left.gaze_baseline, 25)
  t.equal(measure.upgaze(d, {baseline = {0, 3}, criterion = 1.5}).qmg, 1)
  local lost = measure.upgaze(d, {baseline = {0, 3}, criterion = {loss_mm = 1}})
  t.match(lost.rule, "a loss of 1 mm of the first up%-gaze")
  t.near(lost.left.criterion, lost.left.baseline - 1, 1e-9)
  t.raises("loss_mm needs a lid in millimetres, not fissure", measure.upgaze, plain,
    {baseline = {0, 3}, criterion = {loss_mm = 1}})
  t.raises("it is never guessed", measure.upgaze, d)
  t.raises("has no lids", measure.upgaze, df.new{time = {1, 2}}, {baseline = {0, 1}})
  t.raises("lid: no column with values for iris", measure.upgaze, d, {baseline = {0, 1}, lid = "iris"})
  t.raises("must be a data frame", measure.upgaze, {1, 2}, {baseline = {0, 1}})
end)

-- ---- Survival ----

t.test("survival: groups, booleans, missing, printing", function()
  local s = stats.survival({5, 8, 8, 12, 20, 3, 4}, {true, true, false, true, false, true, true},
    {group = {"HC", "HC", "HC", "HC", "HC", "MG", "MG"}})
  t.equal(table.concat(s.groups, " "), "HC MG")
  t.equal(s.n[1] + s.n[2], 7)
  t.equal(s:df():names()[1], "group")
  t.match(tostring(s), "log%-rank test   chi%-squared = ")
  local one = stats.survival({1, 2, NAN, 4}, {1, NAN, 1, 0})
  t.equal(one.dropped, 2)
  t.equal(one.n[1], 2)
  t.equal(one.p, NAN)
  local none = stats.survival({}, {})
  t.equal(#none.groups, 1)
  t.equal(none.median[1], NAN)
  local quiet = stats.survival({1, 2}, {0, 0}, {group = {1, 2}})
  t.equal(quiet.chisq, NAN)
  t.match(quiet.note, "no events to compare")
  t.equal(quiet.median[1], NAN)
  t.raises("event must be 1 %(it happened%) or 0", stats.survival, {1}, {3})
  t.raises("must be as long as each other", stats.survival, {1, 2}, {1})
  t.raises("must be as long as each other", stats.survival, {1, 2}, {1, 0}, {group = {"a"}})
  t.raises('no option "groups"; did you mean "group"', stats.survival, {1}, {1}, {groups = {1}})
  t.raises("conf must be between 0 and 1", stats.survival, {1}, {1}, {conf = 95})
  local file = folder .. "/survival.svg"
  t.equal(plot.survival(s, {file = file}).kind, "survival")
  t.match(t.read(file), "MG")
  t.raises("needs a result of stats.survival", plot.survival, {1, 2})
end)

t.test("Theil-Sen: printing and limits", function()
  local line = stats.theil_sen({1, 2, 3, 4, 5, 6, 7, NAN}, {2, 4, 6, 8, 10, 12, 100, 1})
  t.equal(line.dropped, 1)
  t.match(tostring(line), "Theil%-Sen slope 2")
  t.match(stats.theil_sen({1, 2, 3}, {1, 2, 3}).note, "too few values for an interval")
  t.match(stats.theil_sen({1, 1}, {1, 2}).note, "do not vary")
  local many = {}
  for i = 1, 5001 do many[i] = i end
  t.raises("more than 5000 pairs", stats.theil_sen, many, many)
end)

-- ---- Summaries ----

t.test("a summary has frames, blinks and what is uncertain", function()
  local time, left = series(60, 25, function(at) return 0.1 + 0.2 * opening(at) end)
  left[10], left[11] = NAN, NAN
  local s = measure.summary(df.new{time = time, fissure_l = left, fissure_r = left})
  t.near(s.blink_rate[1], 15, 0.1)
  t.equal(s.frames_used[1], #time - 2)
  t.near(s.coverage[1], (#time - 2) / #time, 1e-12)
  t.equal(type(s.uncertain[1]), "string")
end)

t.test("the note of measure.of may stand where options do", function()
  local time, lid = series(12, 25, function(at) return 0.1 + 0.2 * opening(at) end)
  local function measured() return df.new{time = time, fissure_l = lid, fissure_r = lid}, "a note" end
  t.equal(#measure.blinks(measured()), 3)
  t.equal(#measure.summary(measured()), 1)
  t.ok(measure.upgaze(measured(), {baseline = {0, 0.8}}).worst)
  t.raises("baseline", measure.upgaze, measured())
end)

t.test("a cohort's summary and measure.summary agree", function()
  local manifest = assert(sim.cohort(folder .. "/cohort", {patients = 1, controls = 1, tasks = {"neutral"},
    seconds = 6, size = 200, fps = 20}))
  local c = assert(cohort.open(manifest)):extract{progress = false}
  local d = c:summary()
  t.equal(#d, 2)
  for i = 1, #d do
    local frames = c:frames(d.participant[i], "neutral")
    local s = measure.summary(frames)
    for _, name in ipairs {"blink_rate", "frames_used", "fissure_l_low", "commissure_r_range", "uncertain"} do
      t.equal(s:col(name)[1], d:col(name)[i], name)
    end
  end
  t.ok(c:wide():has("neutral_blink_rate"))
end)

-- ---- Real material ----

t.test("real clips: blinks where they are", function()
  local function blinks(name)
    local track = assert(face.track(t.real_file("video/" .. name), {progress = false}))
    local d = assert(measure.of(track))
    return measure.blinks(d)
  end
  local b = blinks("pyfeat_single_face.mp4")
  t.equal(#b, 1)
  t.near(b.deepest[1], 0.9, 0.1)
  -- OpenDBM's own table has one blink, at 0.2 s.
  b = blinks("opendbm_subj01_timepoint01.mp4")
  t.equal(#b, 1)
  t.ok(b.start[1] < 0.2 and b["end"][1] > 0.2)
end)
