-- SPDX-License-Identifier: GPL-3.0-or-later
-- The table of `scripts/bench noise`: mien noise.lua FOLDER REAL.mp4, where FOLDER has the noisy stills.

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local median = numbers.median

local folder, real = arg[1], arg[2]

local function deviation(column)
  local n, sum, squares = 0, 0, 0
  for i = 1, #column do
    if column[i] == column[i] then n, sum, squares = n + 1, sum + column[i], squares + column[i] ^ 2 end
  end
  return math.sqrt(math.max(0, squares - sum * sum / n) / (n - 1))
end

local function between_frames(column)
  local steps = {}
  for i = 2, #column do steps[i - 1] = column[i] - column[i - 1] end
  return deviation(steps) / math.sqrt(2)
end

local function measured(path)
  local track = assert(face.track(path, {progress = false}))
  return measure.of(track, {neutral = track})
end

-- Per measure the deviations of all stills of one kind.
local function stills(kind)
  local all = {}
  for number = 1, 20 do
    local path = ("%s/%s-%d.mkv"):format(folder, kind, number)
    local file = io.open(path)
    if file then
      file:close()
      local d = measured(path)
      for _, name in ipairs(d:names()) do
        all[name] = all[name] or {}
        table.insert(all[name], deviation(d:col(name)))
      end
    end
  end
  return all
end

-- Both sides of a measure have one noise.
local function of_both(all, name)
  local values = {}
  for _, side in ipairs(name:find("_l$") and {"_l", "_r"} or {""}) do
    for _, value in ipairs(all[(name:gsub("_l$", "")) .. side] or {}) do values[#values + 1] = value end
  end
  return median(values)
end

local h264, plain, rest = stills("h264"), stills("plain"), measured(real)
local list, before = measure.list(), {}
print("noise: standard deviation of each measure on a face that does not move; medians over pictures and "
  .. "sides")
print("    measure            unit      listed     H.264   lossless   real, at rest")
for i = 1, #list do
  local name = list.name[i]
  local stem = name:gsub("_[lr]$", "")
  if not before[stem] then
    before[stem] = true
    print(("    %-18s %-8s %8.4f  %8.4f  %8.4f   %8.4f"):format(stem, list.unit[i], list.noise[i],
      of_both(h264, name), of_both(plain, name), between_frames(rest:col(name))))
  end
end
