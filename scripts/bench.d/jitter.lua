-- SPDX-License-Identifier: GPL-3.0-or-later
-- The tables of `scripts/bench jitter`: mien jitter.lua FOLDER [REAL.mp4 ...], where FOLDER has the noisy
-- stills.

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local median = numbers.median

local folder = arg[1]

local METHODS = {
  {"raw", false}, {"One Euro", "one_euro"}, {"Savitzky-Golay", "savitzky_golay"},
}
local REGIONS = {{"jaw", 1, 17}, {"brows", 18, 27}, {"nose", 28, 36}, {"eyes", 37, 48}, {"mouth", 49, 68}}
local LEVELS = {
  {"noise02", "sd 2"}, {"noise05", "sd 5"}, {"noise10", "sd 10"}, {"noise05_h264", "sd 5, H.264"},
}

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

-- ---- Noise ----

local function eye_distance(d, row)
  local x, y = 0, 0
  for k = 37, 42 do
    x, y = x + (d["x" .. k + 6][row] - d["x" .. k][row]) / 6,
      y + (d["y" .. k + 6][row] - d["y" .. k][row]) / 6
  end
  return math.sqrt(x * x + y * y)
end

-- Root mean square of the second difference, and standard deviation, of one coordinate, in pixels.
local function trembling(column)
  local sum, squares, second, n = 0, 0, 0, #column
  for i = 1, n do sum, squares = sum + column[i], squares + column[i] ^ 2 end
  for i = 2, n - 1 do second = second + (column[i - 1] - 2 * column[i] + column[i + 1]) ^ 2 end
  return second / (n - 2), math.max(0, squares / n - (sum / n) ^ 2) * n / (n - 1)
end

-- Per region, in % of the interocular distance; nil where the face was not found throughout.
local function noise_of(track, smooth)
  local d = track:df{smooth = smooth}
  if track.found < 1 then return nil end
  local eyes, result = eye_distance(d, 1), {}
  for _, region in ipairs(REGIONS) do
    local second, variance, n = 0, 0, 0
    for k = region[2], region[3] do
      for _, axis in ipairs{"x", "y"} do
        local a, b = trembling(d[axis .. k])
        second, variance, n = second + a, variance + b, n + 1
      end
    end
    result[region[1]] = {100 * math.sqrt(second / n) / eyes, 100 * math.sqrt(variance / n) / eyes}
  end
  return result
end

local function tracks_of(level)
  local tracks, number = {}, 1
  while exists(("%s/%s-1.mkv"):format(folder, level)) and number <= 20 do
    local path = ("%s/%s-%d.mkv"):format(folder, level, number)
    if exists(path) then tracks[#tracks + 1] = face.track(path, {progress = false}) end
    number = number + 1
  end
  return tracks
end

local function noise()
  print("\nstill faces, noise in grey levels: second difference (root mean square) / standard deviation of "
    .. "the")
  print("coordinates, % of the interocular distance, medians over pictures")
  io.write(("  %-12s %-15s"):format("noise", "points"))
  for _, region in ipairs(REGIONS) do io.write((" %11s"):format(region[1])) end
  print()
  for _, level in ipairs(LEVELS) do
    local tracks = tracks_of(level[1])
    for _, method in ipairs(#tracks > 0 and METHODS or {}) do
      io.write(("  %-12s %-15s"):format(level[2], method[1]))
      local results = {}
      for _, track in ipairs(tracks) do results[#results + 1] = noise_of(track, method[2]) end
      for _, region in ipairs(REGIONS) do
        local second, deviation = {}, {}
        for i, result in ipairs(results) do
          second[i], deviation[i] = table.unpack(result[region[1]])
        end
        io.write((" %5.2f /%4.2f"):format(median(second), median(deviation)))
      end
      print()
    end
  end
end

-- ---- Blinks and onsets ----

local function smallest(column, first, last)
  local at
  for i = first, last do
    if column[i] == column[i] and (not at or column[i] < column[at]) then at = i end
  end
  return at
end

-- When the line through the frames crosses the level, going from frame i by step.
local function crossing(time, column, i, step, level)
  while column[i + step] and column[i + step] == column[i + step] do
    local a, b = column[i], column[i + step]
    if (a - level) * (b - level) <= 0 and a ~= b then
      return time[i] + (time[i + step] - time[i]) * (level - a) / (b - a)
    end
    i = i + step
  end
  return 0 / 0
end

-- Depth as a fraction of the opening around it, and length at half the depth in milliseconds.
local function blink(time, column, first, last)
  local around, at = {}, smallest(column, first, last)
  if not at then return 0 / 0, 0 / 0 end
  for i = math.max(1, first - 8), math.min(#column, last + 8) do
    if i < first or i > last then around[#around + 1] = column[i] end
  end
  local open = median(around)
  local half = (open + column[at]) / 2
  return (open - column[at]) / open,
    1000 * (crossing(time, column, at, 1, half) - crossing(time, column, at, -1, half))
end

local function fissure(track, smooth)
  local d = measure.of(track, {neutral = {0, 0.3}, smooth = smooth})
  local mean = {}
  for i = 1, #d do mean[i] = (d.fissure_l[i] + d.fissure_r[i]) / 2 end
  return d.time, mean, d
end

-- Prints what each method does to the blinks, given by their frames, relative to the raw points.
local function blink_rows(track, windows)
  local raw_depth, raw_length = {}, {}
  for _, method in ipairs(METHODS) do
    local time, mean = fissure(track, method[2])
    local depth, length = {}, {}
    for i, window in ipairs(windows) do
      local a, b = blink(time, mean, window[1], window[2])
      if method[2] == false then raw_depth[i], raw_length[i] = a, b end
      depth[i], length[i] = 100 * a / raw_depth[i], b - raw_length[i]
    end
    if method[2] == false then
      print(("    %-15s depth %.0f %% of the opening, %.0f ms long at half depth (medians)"):format(method[1],
        100 * median(raw_depth), median(raw_length)))
    else
      print(("    %-15s depth %.1f %% of the raw one (least %.1f), %+.0f ms"):format(method[1], median(depth),
        math.min(table.unpack(depth)), median(length)))
    end
  end
end

local STARTS = {0.8, 1.6, 2.4, 3.2}

local function drawn_blinks(closure)
  local path = folder .. "/drawn.mp4"
  local levels = {{0, 0}}
  for i, start in ipairs(STARTS) do
    local from = start + 0.007 * i
    for _, step in ipairs{{from, 0}, {from + 0.4 * closure, 1}, {from + 0.5 * closure, 1},
      {from + closure, 0}} do
      levels[#levels + 1] = step
    end
  end
  assert(sim.video(path, {participant = 100005, task = {au43 = levels}, seconds = 4, fps = 30, size = 400}))
  local track = assert(face.track(path, {progress = false}))
  local windows = {}
  for i, start in ipairs(STARTS) do
    windows[i] = {math.floor(30 * start) - 1, math.ceil(30 * (start + closure)) + 3}
  end
  print(("  drawn, %.0f ms, 30 frames/s"):format(1000 * closure))
  blink_rows(track, windows)
end

-- Dips of the raw opening to under 75 % of its median that last two frames or more (one may be the
-- tracker's) and at most half a second.
local function real_blinks(path)
  local track = assert(face.track(path, {progress = false}))
  local time, mean = fissure(track, false)
  local open, windows, i = median(mean), {}, 1
  while i <= #mean do
    local first = i
    while i <= #mean and mean[i] < 0.75 * open do i = i + 1 end
    if i > first + 1 and first > 10 and i + 10 < #mean and time[i] - time[first] <= 0.5 then
      windows[#windows + 1] = {first - 2, i + 1}
    end
    i = i + 1
  end
  print(("  %s, %d blinks"):format(path:match("[^/]*$"), #windows))
  if #windows > 0 then blink_rows(track, windows) end
end

-- A smile that begins at a known time.
local function onset()
  local path = folder .. "/drawn.mp4"
  local truth = assert(sim.video(path, {participant = 100006, seconds = 3, fps = 30, size = 400,
    task = {au12 = {{0, 0}, {1, 0}, {1.25, 1}, {2, 1}, {2.25, 0}}}}))
  local track = assert(face.track(path, {progress = false}))
  print("  drawn smile of 250 ms: when the mouth's width passes 20, 50 and 80 % of its rise, ms after "
    .. "the truth")
  local function times(time, width)
    local rest, full, out = {}, {}, {}
    for i = 1, #time do
      if time[i] < 0.9 then rest[#rest + 1] = width[i] end
      if time[i] > 1.4 and time[i] < 1.9 then full[#full + 1] = width[i] end
    end
    local low, high = median(rest), median(full)
    local middle = 1
    while width[middle] < (low + high) / 2 do middle = middle + 1 end
    for i, share in ipairs{0.2, 0.5, 0.8} do
      local from, step = middle - 1, 1
      if share <= 0.5 then from, step = middle, -1 end
      out[i] = 1000 * crossing(time, width, from, step, low + share * (high - low))
    end
    return out
  end
  local function width(d)
    local w = {}
    for i = 1, #d do w[i] = math.sqrt((d.x55[i] - d.x49[i]) ^ 2 + (d.y55[i] - d.y49[i]) ^ 2) end
    return w
  end
  local want = times(truth.time, width(truth))
  for _, method in ipairs(METHODS) do
    local d = track:df{smooth = method[2]}
    local got = times(d.time, width(d))
    print(("    %-15s %+5.0f %+5.0f %+5.0f"):format(method[1], got[1] - want[1], got[2] - want[2],
      got[3] - want[3]))
  end
end

noise()
print("\nblinks: opening of the lids, mean of both eyes")
drawn_blinks(0.1)
drawn_blinks(0.15)
drawn_blinks(0.3)
for i = 2, #arg do real_blinks(arg[i]) end
print("\nonset")
onset()
