-- SPDX-License-Identifier: GPL-3.0-or-later
-- Lids, iris and gaze fitted on the picture against what was drawn, for
-- `scripts/bench validity --part eyes`.
--   mien validity_eyes.lua OUT.csv FOLDER FIRST LAST STEP     draws, tracks, measures: rows of numbers
--   mien validity_eyes.lua report ROWS.csv ...                prints the table

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local quantile, line, verdict = numbers.quantile, numbers.line, numbers.verdict

local FPS, REST = 10, 0.5
-- Pixels of the picture, and of the iris in them: about 14, 9.5 and 6.
local SIZES = {340, 236, 150}
local IRIS = 11.7
local COLUMNS = {"identity", "size", "part", "side", "iris", "fissure", "mrd1", "gaze_x", "gaze_y", "reason",
  "m_radius", "m_fissure", "m_mrd1", "m_gaze_x", "m_gaze_y", "m_points"}

-- ---- Drawing ----

-- One eye closes, both do, the eyes open wide, look about, and the head turns within 15 degrees.
local function task_of(seed)
  local first, second = "au43_l", "au43_r"
  if seed % 2 == 0 then first, second = second, first end
  local tilt = (seed * 7) % 5 - 2
  return {
    [first] = {{0, 0}, {0.5, 0}, {1.5, 1}, {1.7, 1}, {2, 0}, {2.6, 0.5}, {3, 1}, {3.1, 1}, {3.5, 0}},
    [second] = {{0, 0}, {2, 0}, {2.6, 0.5}, {3, 1}, {3.1, 1}, {3.5, 0}},
    au5 = {{0, 0}, {3.5, 0}, {3.9, 0.8}, {4.2, 0}},
    gaze_x = {{0, 0}, {4.2, 0}, {4.6, 18}, {5.2, -18}, {5.6, 0}},
    gaze_y = {{0, 0}, {5.6, 0}, {6, 18}, {6.5, -15}, {6.8, 0}},
    yaw = {{0, 2 * tilt}, {6.8, 2 * tilt}, {7.2, 14}, {7.8, -14}, {8.1, 0}},
    pitch = {{0, -2 * tilt}, {6.8, -2 * tilt}, {8.1, 0}, {8.4, 9}, {8.9, -9}},
  }, first:sub(-1)
end

local function part_at(time)
  if time < 2 then return "one" elseif time < 3.5 then return "both" elseif time < 4.2 then return "wide" end
  return time < 6.8 and "gaze" or "pose"
end

local function level_of(truth, i)
  local function middle(axis, a, b) return (truth[axis .. a][i] + truth[axis .. b][i]) / 2 end
  local dx, dy = middle("x", 43, 46) - middle("x", 37, 40), middle("y", 43, 46) - middle("y", 37, 40)
  local length = math.sqrt(dx * dx + dy * dy)
  return dx / length, dy / length
end

local function measure_size(out, seed, size, file)
  local task, first = task_of(seed)
  local truth = assert(sim.video(file, {participant = seed, task = task, seconds = 9, fps = FPS, size = size,
    blinks = false}))
  local track = assert(face.track(file, {progress = false}))
  local d, m = track:df(), measure.of(track, {neutral = {0, REST}})
  for i = 1, math.min(#d, #truth) do
    local along_x, along_y = level_of(truth, i)
    for _, side in ipairs{"l", "r"} do
      local radius = truth["iris_radius_" .. side][i]
      local across = truth["iris_x_" .. side][i] - truth["upper_lid_x_" .. side][i]
      local down = truth["iris_y_" .. side][i] - truth["upper_lid_y_" .. side][i]
      local mm = IRIS / (2 * radius)
      local part = part_at(truth.time[i])
      if part == "one" then part = side == first and "closing" or "other" end
      local values = {seed, size, part, side, 2 * radius, mm * truth["lid_opening_" .. side][i],
        mm * (down * along_x - across * along_y), truth.gaze_x[i], truth.gaze_y[i],
        d["eye_reason_" .. side][i], d["iris_radius_" .. side][i] / radius, m["fissure_" .. side .. "_mm"][i],
        m["mrd1_" .. side .. "_mm"][i], m.gaze_x[i], m.gaze_y[i], m["fissure_" .. side][i]}
      for k, value in ipairs(values) do values[k] = value ~= value and "NA" or tostring(value) end
      out:write(table.concat(values, ","), "\n")
    end
  end
end

local function measure_all(path, folder, first, last, step)
  local out = assert(io.open(path, "w"))
  for seed = first, last, step do
    for _, size in ipairs(SIZES) do measure_size(out, seed, size, folder .. "/eyes.mp4") end
  end
  out:close()
end

-- ---- Reporting ----

local rows = {}

local function where(test)
  local found = {}
  for _, row in ipairs(rows) do if test(row) then found[#found + 1] = row end end
  return found
end

local function column(list, value)
  local values = {}
  for i, row in ipairs(list) do values[i] = value(row) end
  return values
end

local function tell_errors(name, list, target, value)
  local errors = column(list, value)
  local middle = quantile(errors, 0.5)
  print(string.format("     %-28s %6.2f / %5.2f   target median %.2f: %s", name, middle,
    quantile(errors, 0.9), target,
    verdict(middle < target)))
end

local function tell_lengths(name, open, most)
  local seen = where(open)
  local ok = where(function(row) return open(row) and row.reason == "ok" end)
  print(string.format("\n(y) %s: %d eyes open by 2.3 mm and more, %.1f %% measured; median / 90 %%", name,
    #seen,
    100 * #ok / #seen))
  tell_errors("fissure error, mm", ok, most[1], function(row)
    return math.abs(row.m_fissure - row.fissure)
  end)
  tell_errors("mrd1 error, mm", ok, most[2], function(row) return math.abs(row.m_mrd1 - row.mrd1) end)
  tell_errors("iris diameter error, %", ok, 5, function(row) return 100 * math.abs(row.m_radius - 1) end)
  local clear = where(function(row)
    return open(row) and row.m_mrd1 == row.m_mrd1 and math.abs(row.mrd1) > 0.3
  end)
  local same = 0
  for _, row in ipairs(clear) do same = same + ((row.mrd1 > 0) == (row.m_mrd1 > 0) and 1 or 0) end
  print(string.format("     %-28s %6.1f %%          target 99: %s", "sign of mrd1 right", 100 * same / #clear,
    verdict(same >= 0.99 * #clear)))
end

-- Per identity, then the median over identities; the seeds are in the rows.
local function per_identity(list, value)
  local groups, order, values = {}, {}, {}
  for _, row in ipairs(list) do
    if not groups[row.identity] then groups[row.identity], order[#order + 1] = {}, row.identity end
    table.insert(groups[row.identity], row)
  end
  for i, identity in ipairs(order) do values[i] = value(groups[identity]) end
  return values
end

local function field(list, name) return column(list, function(row) return row[name] end) end

local function tell_movements(name, sized)
  print(string.format("\n(y) %s: movements, median over identities (worst tenth)", name))
  for _, part in ipairs{"both", "closing"} do
    local moving = where(function(row) return sized(row) and row.part == part end)
    local r = per_identity(moving, function(list)
      return select(2, line(field(list, "fissure"), field(list, "m_fissure")))
    end)
    local points = per_identity(moving, function(list)
      return select(2, line(field(list, "fissure"), field(list, "m_points")))
    end)
    print(string.format("     r of fissure, %-7s         %.3f (%.3f)   68 points %.3f",
      part == "both" and "both" or "one eye", quantile(r, 0.5), quantile(r, 0.1), quantile(points, 0.5)))
  end
  local leak = {}
  for _, measured in ipairs{"m_fissure", "m_points"} do
    leak[measured] = per_identity(where(function(row)
      return sized(row) and (row.part == "other" or row.part == "closing")
    end), function(list)
      local drawn, other = {}, {}
      for _, row in ipairs(list) do
        local to = row.part == "closing" and drawn or other
        to[#to + 1] = row.part == "closing" and row.fissure or row[measured]
      end
      if measured == "m_points" then
        local own = {}
        for _, row in ipairs(list) do if row.part == "closing" then own[#own + 1] = row[measured] end end
        return math.abs((line(own, other)))
      end
      return math.abs((line(drawn, other)))
    end)
  end
  local middle = quantile(leak.m_fissure, 0.5)
  print(string.format("     leakage to the other eye     %.3f (%.3f)   target 0.05: %s   68 points %.2f",
    middle, quantile(leak.m_fissure, 0.9), verdict(middle < 0.05), quantile(leak.m_points, 0.5)))
  for _, axis in ipairs{"x", "y"} do
    local looking = where(function(row) return sized(row) and row.part == "gaze" end)
    local r = per_identity(looking, function(list)
      return select(2, line(field(list, "gaze_" .. axis), field(list, "m_gaze_" .. axis)))
    end)
    local slope = per_identity(looking, function(list)
      return (line(field(list, "gaze_" .. axis), field(list, "m_gaze_" .. axis)))
    end)
    local wrong = column(looking, function(row)
      return math.abs(row["m_gaze_" .. axis] - row["gaze_" .. axis])
    end)
    print(string.format("     gaze_%s: r %.3f (%.3f), slope %.2f, error %.1f degrees (median; 90 %%: %.1f)",
      axis, quantile(r, 0.5), quantile(r, 0.1), quantile(slope, 0.5), quantile(wrong, 0.5),
      quantile(wrong, 0.9)))
  end
end

local function tell_refusals()
  print("\n(y) Refused with a reason")
  local small = where(function(row) return row.iris < 6.9 end)
  local measured = where(function(row) return row.iris < 6.9 and row.m_mrd1 == row.m_mrd1 end)
  print(string.format("     iris below 6.9 px: %d of %d eyes measured   target 0: %s", #measured, #small,
    verdict(#measured == 0)))
  local closed = where(function(row) return row.fissure < 1 end)
  measured = where(function(row) return row.fissure < 1 and row.m_mrd1 == row.m_mrd1 end)
  print(string.format("     closed (below 1 mm): %d of %d eyes measured   target 0: %s", #measured, #closed,
    verdict(#measured == 0)))
  local counts, words = {}, {}
  for _, row in ipairs(rows) do
    if row.iris >= 7.1 and row.fissure > 2.3 then counts[row.reason] = (counts[row.reason] or 0) + 1 end
  end
  for reason in pairs(counts) do words[#words + 1] = reason end
  table.sort(words, function(a, b) return counts[a] > counts[b] end)
  for i, reason in ipairs(words) do words[i] = reason .. " " .. counts[reason] end
  print("     eyes open by 2.3 mm with an iris of 7 px and more: " .. table.concat(words, ", "))
end

local function report(paths)
  local seen, identities = {}, 0
  for _, path in ipairs(paths) do
    for text in assert(io.lines(path)) do
      local row, k = {}, 0
      for cell in text:gmatch("[^,]+") do
        k = k + 1
        local name = COLUMNS[k]
        row[name] = (name == "part" or name == "side" or name == "reason") and cell or tonumber(cell) or 0 / 0
      end
      rows[#rows + 1] = row
      if not seen[row.identity] then seen[row.identity], identities = true, identities + 1 end
    end
  end
  print(string.format("lids and iris on the picture: %d identities, drawn, tracked and measured", identities))
  local function large(row) return row.iris >= 12 end
  local function middling(row) return row.iris >= 7 and row.iris < 12 end
  tell_lengths("iris of 12 px and more", function(row)
    return large(row) and row.fissure > 2.3
  end, {0.4, 0.5})
  tell_movements("iris of 12 px and more", large)
  tell_lengths("iris of 7 to 12 px", function(row) return middling(row) and row.fissure > 2.3 end, {0.9, 0.9})
  tell_movements("iris of 7 to 12 px", middling)
  tell_refusals()
  numbers.print_verdicts()
end

if arg[1] == "report" then
  report({table.unpack(arg, 2)})
else
  measure_all(arg[1], arg[2], math.tointeger(arg[3]), math.tointeger(arg[4]), math.tointeger(arg[5]))
end
