-- SPDX-License-Identifier: GPL-3.0-or-later
-- The drawn recordings and the tables of `scripts/bench confidence`.
--   mien confidence.lua draw SEED VIDEO TRUTH      a drawn recording and the text of its true points
--   mien confidence.lua report FOLDER ROWS.csv ...

local function draw(seed, video, truth_path)
  local truth = assert(sim.video(video,
    {seed = seed, task = "happiness", seconds = 3.6, fps = 25, size = 400}))
  local out = assert(io.open(truth_path, "w"))
  for row = 1, #truth do
    local numbers = {}
    for point = 1, 68 do
      numbers[#numbers + 1] = ("%.4f %.4f"):format(truth["x" .. point][row], truth["y" .. point][row])
    end
    out:write(table.concat(numbers, " "), "\n")
  end
  out:close()
end

-- ---- Tables ----

local function quantile(sorted, p)
  if #sorted == 0 then return 0 / 0 end
  local at = 1 + p * (#sorted - 1)
  local low = math.floor(at)
  local high = math.min(low + 1, #sorted)
  return sorted[low] + (at - low) * (sorted[high] - sorted[low])
end

local function line(name, frames)
  local errors, confidence, under5, under10 = {}, 0, 0, 0
  for i, frame in ipairs(frames) do
    errors[i] = frame.error
    confidence = confidence + frame.confidence / #frames
    under5 = under5 + (frame.error < 0.05 and 1 or 0)
    under10 = under10 + (frame.error < 0.1 and 1 or 0)
  end
  table.sort(errors)
  local n = #frames
  if n == 0 then return print(("  %-12s %7d"):format(name, 0)) end
  print(("  %-12s %7d   %.2f   %6.1f %6.1f   %7.1f %7.1f"):format(name, n, confidence,
    100 * quantile(errors, 0.5),
    100 * quantile(errors, 0.9), 100 * under5 / n, 100 * under10 / n))
end

local function rank(values)
  local order, ranks = {}, {}
  for i = 1, #values do order[i] = i end
  table.sort(order, function(a, b) return values[a] < values[b] end)
  local i = 1
  while i <= #order do
    local j = i
    while j < #order and values[order[j + 1]] == values[order[i]] do j = j + 1 end
    for k = i, j do ranks[order[k]] = (i + j) / 2 end
    i = j + 1
  end
  return ranks
end

local function spearman(frames)
  local a, b = {}, {}
  for i, frame in ipairs(frames) do a[i], b[i] = frame.confidence, frame.error end
  a, b = rank(a), rank(b)
  local mean, ab, aa, bb = (#a + 1) / 2, 0, 0, 0
  for i = 1, #a do
    ab, aa, bb = ab + (a[i] - mean) * (b[i] - mean), aa + (a[i] - mean) ^ 2, bb + (b[i] - mean) ^ 2
  end
  return ab / math.sqrt(aa * bb)
end

-- Mean squared difference of the confidence and what came true, and that of always saying the share.
local function brier(frames)
  local good, own, base = 0, 0, 0
  for _, frame in ipairs(frames) do good = good + (frame.error < 0.05 and 1 or 0) / #frames end
  for _, frame in ipairs(frames) do
    local came = frame.error < 0.05 and 1 or 0
    own = own + (frame.confidence - came) ^ 2 / #frames
    base = base + (good - came) ^ 2 / #frames
  end
  return own, base
end

local BINS = {0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0001}

local function heading(text)
  print("\n" .. text)
  print("                frames   mean    error, % of iod   % of frames under")
  print("                         conf.  median   90 %       5 %    10 %")
end

local function curve(title, frames, total)
  heading(("%s: %d frames, found in %d"):format(title, total, #frames))
  for i = 1, #BINS - 1 do
    local within = {}
    for _, frame in ipairs(frames) do
      if frame.confidence >= BINS[i] and frame.confidence < BINS[i + 1] then within[#within + 1] = frame end
    end
    line(("%.2f - %.2f"):format(BINS[i], math.min(1, BINS[i + 1])), within)
  end
  print(("  Spearman's rho of confidence and error %.3f; Brier score %.3f, "
    .. "without the confidence %.3f"):format(
    spearman(frames), brier(frames)))
end

local function kinds(frames)
  local names, groups = {}, {}
  for _, frame in ipairs(frames) do
    if not groups[frame.kind] then
      names[#names + 1] = frame.kind
      groups[frame.kind] = {}
    end
    table.insert(groups[frame.kind], frame)
  end
  heading("by disturbance")
  for _, name in ipairs(names) do line(name, groups[name]) end
end

-- ---- After the face left ----

-- Real recordings without a face from this frame on.
local EMPTY = {
  {"pyfeat_face_noface.mov", 73}, {"pyfeat_no_face.mp4", 1}, {"intel_bottle-detection.mp4", 1},
}

local function empty_recordings(videos)
  print("\nwithout a face in view             frames   found   highest confidence")
  for _, item in ipairs(EMPTY) do
    local track = face.track(videos .. "/" .. item[1], {progress = false})
    if track then
      local d, found, highest = track:df(), 0, 0 / 0
      for row = item[2], #d do
        if d.found[row] == 1 then
          found = found + 1
          highest = highest > d.confidence[row] and highest or d.confidence[row]
        end
      end
      print(("  %-30s %8d %7d   %s   %s"):format(item[1], #d - item[2] + 1, found,
        found > 0 and ("%.3f"):format(highest) or "none",
        (found == 0 or highest <= 0.5) and "met" or "NOT MET (at most 0.5)"))
    end
  end
end

local function read(paths)
  local frames, total, clips = {}, 0, {}
  for _, path in ipairs(paths) do
    local d = df.read(path)
    total = total + #d
    clips[#clips + 1] = d.clip[1]
    for row = 1, #d do
      if d.found[row] == 1 then
        frames[#frames + 1] = {confidence = d.confidence[row], error = d.error[row],
          kind = d.disturbance[row]}
      end
    end
  end
  return frames, total, clips
end

local function report(videos, paths)
  local real, drawn = {}, {}
  for _, path in ipairs(paths) do
    table.insert(path:find("/drawn-[^/]*$") and drawn or real, path)
  end
  local frames, total, clips = read(real)
  print("reported on: " .. table.concat(clips, " "))
  curve("disturbed copies of real recordings", frames, total)
  kinds(frames)
  frames, total = read(drawn)
  curve("disturbed drawn recordings, against the truth", frames, total)
  empty_recordings(videos)
end

if arg[1] == "draw" then
  draw(math.tointeger(arg[2]), arg[3], arg[4])
else
  report(arg[2], table.move(arg, 3, #arg, 1, {}))
end
