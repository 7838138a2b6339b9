-- SPDX-License-Identifier: GPL-3.0-or-later
-- Blinks, repetitions and fatigue against what was drawn, for `scripts/bench validity --part dynamics`.
--   mien validity_dynamics.lua OUT.csv FOLDER FIRST LAST STEP     draws, tracks, measures: rows of numbers
--   mien validity_dynamics.lua report ROWS.csv ...                prints the tables

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local quantile, fixed, verdict = numbers.quantile, numbers.fixed, numbers.verdict

local WINDOW = {0, 0.4}   -- The neutral window of every clip.
local SLACK = 0.12        -- Seconds by which a blink found may lie beside the true one.
local CLOSED = 0.25       -- AU 43 from which on a true blink counts.
local LOSS = 0.3          -- Ptosis: this share of the lid's height in the first up-gaze is lost.
local UPGAZE, STOP = {8, 11}, 56.5 -- Baseline window and end of the up-gaze.
-- By identity in turn, so that strengths are spread over people.
local SMILE_FATIGUE = {0, 0.01, 0.02, 0.04, 0.08}
local LID_FATIGUE = {0.008, 0, 0.013, 0.02, 0.03}
local FAST = {60, 120}

local LEAST_RATE, LEAST_R, MOST_SECONDS, MOST_CONTROL = 0.97, 0.95, 1.5, 0.05

-- ---- Numbers ----

local function sum(list)
  local total = 0
  for _, value in ipairs(list) do total = total + value end
  return total
end

-- ---- Measuring ----

local out

local function row(identity, section, item, name, value)
  out:write(string.format("%d,%s,%s,%s,%.9g\n", identity, section, item, name, value))
end

local function draw(folder, options)
  local file = folder .. "/clip.mp4"
  local truth = assert(sim.video(file, options))
  local track = assert(face.track(file, {progress = false}))
  assert(#track == #truth, "the clip has not as many frames as its truth")
  return truth, assert(measure.of(track, {neutral = WINDOW}))
end

local function has(d, name)
  for _, known in ipairs(d:names()) do
    if known == name then return true end
  end
  return false
end

-- First and last moment of every true blink.
local function true_blinks(truth)
  local list, inside = {}, nil
  local level, time = truth:col("au43_l"), truth:col("time")
  for i = 1, #truth do
    if level[i] <= CLOSED then
      inside = nil
    elseif inside then
      inside[2] = time[i]
    else
      inside = {time[i], time[i]}
      list[#list + 1] = inside
    end
  end
  return list
end

local function count_blinks(identity, item, truth, d)
  local known, found, used, hits = true_blinks(truth), measure.blinks(d), {}, 0
  for _, blink in ipairs(known) do
    for k = 1, #found do
      local near = found.deepest[k] > blink[1] - SLACK and found.deepest[k] < blink[2] + SLACK
      if near and not used[k] then
        used[k], hits = true, hits + 1
        break
      end
    end
  end
  row(identity, "blinks", item, "true", #known)
  row(identity, "blinks", item, "found", #found)
  row(identity, "blinks", item, "hit", hits)
  return found
end

-- Blinks and a moving head, nothing else: no blink beyond the true ones and no fatigue. The same frames at
-- half the speed have half the rates.
local function control(identity, folder)
  local truth, d = draw(folder, {participant = identity, task = "neutral", seconds = 30, fps = 25, size = 320,
    motion = 2})
  local found = count_blinks(identity, "25 per s", truth, d)
  local slow = measure.blinks(d:with{time = 2 * d:col("time")})
  if found.rate > 0 then row(identity, "half", "blink rate", "ratio", slow.rate / found.rate) end
  local u = measure.upgaze(d, {baseline = {0.5, 4}, criterion = {loss = LOSS}, gaze = false, lid = "fissure"})
  for _, side in ipairs {"left", "right"} do
    row(identity, "control", "decrement", side, u[side].decrement)
    row(identity, "control", "ptosis", side, u[side].censored and 0 or 1)
  end
end

local function other_rates(identity, folder)
  local fast = FAST[identity % #FAST + 1]
  for _, fps in ipairs {12, fast} do
    local truth, d = draw(folder, {participant = identity, task = "neutral", seconds = fps == 12 and 30 or 8,
      fps = fps, size = 320})
    count_blinks(identity, fps .. " per s", truth, d)
  end
end

local function smiles(identity, folder)
  local fatigue = SMILE_FATIGUE[identity % #SMILE_FATIGUE + 1]
  local truth, d = draw(folder, {participant = identity, task = "smile_x10", fps = 25, size = 400,
    weakness = {fatigue = fatigue}})
  count_blinks(identity, "smiling", truth, d)
  local blinks = measure.blinks(d)
  for _, side in ipairs {"l", "r"} do
    local drawn = measure.repetitions(truth.time, truth:col("au12_" .. side), {baseline = 0, smooth = 0})
    local seen = measure.repetitions(d.time, d:col("corner_height_" .. side),
      {neutral = {0, 2}, blinks = blinks})
    row(identity, "smile " .. side, "repetitions", "found", #seen)
    row(identity, "smile " .. side, "decrement", "true", drawn.decrement)
    row(identity, "smile " .. side, "decrement", "first to last", seen.decrement)
    row(identity, "smile " .. side, "decrement", "line", seen.decrement_line)
  end
end

local IRIS = 11.7 -- Millimetres: of the iris, which is the scale of both the truth and the measures.

local function true_opening(truth, side)
  local values, opening, radius = {}, truth:col("lid_opening_" .. side), truth:col("iris_radius_" .. side)
  for i = 1, #truth do values[i] = IRIS * opening[i] / (2 * radius[i]) end
  return values
end

-- Height of the upper lid's margin over the centre of the iris.
local function true_mrd1(truth, side)
  local values, lid = {}, truth:col("upper_lid_y_" .. side)
  local y, radius = truth:col("iris_y_" .. side), truth:col("iris_radius_" .. side)
  for i = 1, #truth do values[i] = IRIS * (y[i] - lid[i]) / (2 * radius[i]) end
  return values
end

-- The lid as measured and as drawn, and what counts as ptosis. The targets are for the last one there is,
-- which is what measure.upgaze takes when it is not asked for anything else.
local LIDS = {
  {"fissure", true_opening, "fissure_l", {loss = LOSS}, "fissure"},
  {"fissure_mm", true_opening, "fissure_l_mm", {loss = LOSS}, "fissure_mm"},
  {"mrd1 < 2 mm", true_mrd1, "mrd1_l_mm", 2, "mrd1_mm"},
  {"mrd1_mm", true_mrd1, "mrd1_l_mm", {loss = LOSS}, "mrd1_mm"},
}

local function upgaze(identity, folder)
  local fatigue = LID_FATIGUE[identity % #LID_FATIGUE + 1]
  local truth, d = draw(folder, {participant = identity, task = "upgaze_60s", fps = 12.5, size = 400,
    weakness = {fatigue = fatigue, recovery = 0.005}})
  count_blinks(identity, "up-gaze 12.5 per s", truth, d)
  local blinks = measure.blinks(df.new{time = truth:col("time"), ear_l = truth:col("lid_opening_l"),
    ear_r = truth:col("lid_opening_r")})
  for _, lid in ipairs(LIDS) do
    local options = {baseline = UPGAZE, stop = STOP, criterion = lid[4]}
    if has(d, lid[3]) then
      options.lid = lid[5]
      local u = measure.upgaze(d, options)
      options.lid, options.blinks = nil, blinks
      for side, letter in pairs {left = "l", right = "r"} do
        local drawn, seen = measure.fatigue(truth.time, lid[2](truth, letter), options), u[side]
        row(identity, lid[1], side, "true decrement", drawn.decrement)
        row(identity, lid[1], side, "decrement", seen.decrement)
        row(identity, lid[1], side, "true time", drawn.time_to_criterion)
        row(identity, lid[1], side, "time", seen.time_to_criterion)
        row(identity, lid[1], side, "true censored", drawn.censored and 1 or 0)
        row(identity, lid[1], side, "censored", seen.censored and 1 or 0)
        row(identity, lid[1], side, "fatigue", fatigue)
      end
    end
  end
end

local function measure_all(path, folder, first, last, step)
  out = assert(io.open(path, "w"))
  for identity = first, last, step do
    for _, part in ipairs {control, other_rates, smiles, upgaze} do part(identity, folder) end
    out:flush()
  end
  assert(out:close())
end

-- ---- Printing ----

local rows = {}

local function values(section, item, name)
  local list = {}
  for _, one in ipairs(rows) do
    local wanted = one.section == section and (item == nil or one.item == item) and one.name == name
    if wanted then list[#list + 1] = one.value end
  end
  return list
end

local function tell_blinks()
  print(string.format("\n(d1) Blinks (target: recall and precision at least %.2f)", LEAST_RATE))
  print("     recording              true  found   recall  precision")
  local items, seen = {}, {}
  for _, one in ipairs(rows) do
    if one.section == "blinks" and not seen[one.item] then
      seen[one.item] = true
      items[#items + 1] = one.item
    end
  end
  for i = 1, #items + 1 do
    local known, found = sum(values("blinks", items[i], "true")), sum(values("blinks", items[i], "found"))
    local hits = sum(values("blinks", items[i], "hit"))
    local recall, precision = hits / known, hits / found
    print(string.format("     %-20s %6d %6d   %6s  %9s   %s", items[i] or "all", known, found, fixed(recall),
      fixed(precision), items[i] and "" or verdict(recall >= LEAST_RATE and precision >= LEAST_RATE)))
  end
  local ratios = values("half", "blink rate", "ratio")
  print(string.format("     half speed: blink rate over that at full speed, median %s, range %s to %s   "
    .. "target 0.5: %s",
    fixed(quantile(ratios, 0.5)), fixed(quantile(ratios, 0)), fixed(quantile(ratios, 1)),
    verdict(math.abs(quantile(ratios, 0.5) - 0.5) < 0.02 and quantile(ratios, 0) > 0.4 and
      quantile(ratios, 1) < 0.6)))
end

local function tell_control()
  local decrements, ptosis = {}, 0
  for _, side in ipairs {"left", "right"} do
    for _, value in ipairs(values("control", "decrement", side)) do
      decrements[#decrements + 1] = math.abs(value)
    end
    ptosis = ptosis + sum(values("control", "ptosis", side))
  end
  local false_blinks = sum(values("blinks", "25 per s", "found")) - sum(values("blinks", "25 per s", "hit"))
  print("\n(d2) Control recordings: blinks and a moving head, nothing else")
  print(string.format("     blinks beyond the true ones %d   target 0: %s", false_blinks,
    verdict(false_blinks == 0)))
  print(string.format("     decrement of the lid, size: median %s, largest %s   target at most %.2f: %s",
    fixed(quantile(decrements, 0.5)), fixed(quantile(decrements, 1)), MOST_CONTROL,
    verdict(quantile(decrements, 1) <= MOST_CONTROL)))
  print(string.format("     eyes with ptosis %d of %d   target 0: %s", ptosis, #decrements,
    verdict(ptosis == 0)))
end

local function both_sides(section, item, name)
  local list = {}
  for _, side in ipairs {"l", "r"} do
    for _, value in ipairs(values(section .. " " .. side, item, name)) do list[#list + 1] = value end
  end
  return list
end

local function tell_smiles()
  local drawn = both_sides("smile", "decrement", "true")
  local right = 0
  local counts = both_sides("smile", "repetitions", "found")
  for _, count in ipairs(counts) do
    if count == 10 then right = right + 1 end
  end
  print("\n(d3) Ten smiles, fatigue 0 to 0.08 per s: decrement of the mouth corner's height against the "
    .. "true one")
  print(string.format("     sides with ten repetitions found %d of %d", right, #counts))
  for _, name in ipairs {"line", "first to last"} do
    local seen = both_sides("smile", "decrement", name)
    local test = stats.cor(drawn, seen)
    local errors = {}
    for i, value in ipairs(seen) do errors[i] = math.abs(value - drawn[i]) end
    print(string.format("     %-14s r = %s [%s, %s], median error %s   %s", name, fixed(test.r),
      fixed(test.ci[1]), fixed(test.ci[2]), fixed(quantile(errors, 0.5)),
      name == "line" and string.format("target %.2f: %s", LEAST_R, verdict(test.r >= LEAST_R)) or ""))
  end
end

local function lid_values(lid, name)
  local list = {}
  for _, side in ipairs {"left", "right"} do
    for _, value in ipairs(values(lid, side, name)) do list[#list + 1] = value end
  end
  return list
end

-- Differences of times that both are known, and how often both sides agree on whether there was ptosis.
local function times(lid)
  local true_time, time = lid_values(lid, "true time"), lid_values(lid, "time")
  local true_censored, censored = lid_values(lid, "true censored"), lid_values(lid, "censored")
  local errors, agree = {}, 0
  for i = 1, #time do
    if true_censored[i] == censored[i] then agree = agree + 1 end
    if true_censored[i] == 0 then errors[#errors + 1] = math.abs(time[i] - true_time[i]) end
  end
  return errors, agree, #time
end

local function tell_upgaze()
  print("\n(d4) Up-gaze for 49 s, fatigue 0 to 0.03 per s. Ptosis: 30 % smaller than in the first up-gaze.")
  print("     Time to ptosis counts where it was drawn; one that was not seen counts with the time watched.")
  local best
  for _, lid in ipairs(LIDS) do
    if #lid_values(lid[1], "decrement") > 0 then best = lid[1] end
  end
  for _, lid in ipairs(LIDS) do
    local drawn, seen = lid_values(lid[1], "true decrement"), lid_values(lid[1], "decrement")
    if #seen > 0 then
      local test = stats.cor(drawn, seen)
      local slope = stats.theil_sen(drawn, seen)
      local errors, agree, count = times(lid[1])
      local judged = lid[1] == best
      print(string.format("     %-11s decrement r = %s, slope %s   %s", lid[1], fixed(test.r),
        fixed(slope.slope, 2),
        judged and string.format("target %.2f: %s", LEAST_R, verdict(test.r >= LEAST_R)) or ""))
      print(string.format("     %-11s time to ptosis: error median %s s, 90 %% %s s of %d; same outcome "
        .. "in %d of %d   %s",
        "", fixed(quantile(errors, 0.5), 2), fixed(quantile(errors, 0.9), 2), #errors, agree, count,
        judged and string.format("target %.1f s: %s", MOST_SECONDS,
          verdict(quantile(errors, 0.5) < MOST_SECONDS)) or ""))
    else
      print(string.format("     %-11s this build does not measure it", lid[1]))
    end
  end
end

local function report(paths)
  local identities
  rows, identities = numbers.rows(paths, {"section", "item", "name", "value"})
  print(string.format("blinks, repetitions, fatigue: %d identities, drawn, tracked and measured", identities))
  tell_blinks()
  tell_control()
  tell_smiles()
  tell_upgaze()
  numbers.print_verdicts()
end

if arg[1] == "report" then
  report({table.unpack(arg, 2)})
else
  measure_all(arg[1], arg[2], math.tointeger(arg[3]), math.tointeger(arg[4]), math.tointeger(arg[5]))
end
