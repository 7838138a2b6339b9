-- SPDX-License-Identifier: GPL-3.0-or-later
-- The tables of `scripts/bench openface`: mien openface.lua VIDEO OPENFACE.csv

local TARGET = 0.8
local WINDOW = {1, 4} -- Seconds in which he holds still but for blinks; the neutral of both.

local raw, theirs = df.read(arg[2]), assert(face.load(arg[2]))
local ours = assert(face.track(arg[1], {progress = false}))
local options = {neutral = WINDOW}
local each, their = measure.of(ours, options), measure.of(theirs, options)
local plain = measure.of(ours, {neutral = WINDOW, side = "plain"})
local our_pose, their_pose = ours:df(), theirs:df()

-- Pairs of frames in which both have a value and keep(i) holds.
local function pairs_of(a, b, keep)
  local x, y = {}, {}
  for i = 1, math.min(#a, #b) do
    if a[i] == a[i] and b[i] == b[i] and (not keep or keep(i)) then x[#x + 1], y[#y + 1] = a[i], b[i] end
  end
  return x, y
end

local function r_of(a, b, keep)
  local x, y = pairs_of(a, b, keep)
  return stats.cor(x, y).r
end

local function mean_of_sides(d, name)
  local values = {}
  for i = 1, #d do values[i] = (d:col(name .. "_l")[i] + d:col(name .. "_r")[i]) / 2 end
  return values
end

-- The column of OpenFace's own table, whatever blanks its header has.
local function openface(name)
  for _, column in ipairs(raw:names()) do
    if column:gsub("%s", "") == name then return raw:col(column) end
  end
end

local closing = openface "AU45_r"
local function open_eyes(i) return closing[i] < 0.3 end

local function number(value, digits)
  return value == value and string.format("%." .. (digits or 2) .. "f", value) or "NA"
end

local function sd(column)
  local x = pairs_of(column, column)
  return stats.describe(x).sd
end

-- Where nothing moves, two noises are compared.
local function judged(name, r, spread)
  local list = measure.list()
  for i = 1, #list do
    if list.name[i] == name and spread < list.noise[i] then
      return string.format("moves less than the noise of a frame, %g: nothing to compare", list.noise[i])
    end
  end
  return r >= TARGET and "met" or "NOT MET"
end

print("openface: r with OpenFace's points, measured alike: each half of the face on its own, the whole face")
print("    measure         each   plain   plain, eyes open   SD ours   SD theirs   mean ours   mean theirs")
for _, name in ipairs{"fissure", "ear", "mouth_open", "mouth_width", "brow", "commissure"} do
  local sided = name ~= "mouth_open" and name ~= "mouth_width"
  local function column(d) return sided and mean_of_sides(d, name) or d:col(name) end
  local a, b, c = column(each), column(plain), column(their)
  print(string.format("    %-14s %5s   %5s   %16s   %7s   %9s   %9s   %11s   %s", name, number(r_of(a, c)),
    number(r_of(b, c)), number(r_of(b, c, open_eyes)), number(sd(b), 4), number(sd(c), 4),
    number(stats.describe(b).mean, 3), number(stats.describe(c).mean, 3),
    (name == "fissure" or name == "mouth_open") and judged(name, r_of(b, c), sd(c)) or ""))
end
print("    pose            r       SD ours   SD theirs   mean difference, degrees")
for _, name in ipairs{"yaw", "pitch", "roll"} do
  local x, y = pairs_of(our_pose:col(name), their_pose:col(name))
  local r = stats.cor(x, y).r
  print(string.format("    %-12s %5s   %7s   %9s   %16s           %s", name, number(r),
    number(stats.describe(x).sd), number(stats.describe(y).sd),
    number(stats.describe(x).mean - stats.describe(y).mean, 1),
    r >= TARGET and "met" or "NOT MET"))
end

print("    action unit     r with OpenFace's intensity   SD ours   SD theirs (0..5)")
for _, unit in ipairs{1, 2, 4, 5, 7, 10, 12, 15, 20, 23, 25, 26, 45} do
  local name = "au" .. unit
  local a = unit >= 25 and unit < 45 and each:col(name) or mean_of_sides(each, name)
  local b = openface(string.format("AU%02d_r", unit))
  print(string.format("    %-12s %5s %32s   %9s", name, number(r_of(a, b)), number(sd(a), 3),
    number(sd(b), 3)))
end

-- The frames that differ most, as differences from each one's own median.
local function furthest(title, a, b)
  local centre_a, centre_b, list = stats.describe(a).median, stats.describe(b).median, {}
  for i = 1, math.min(#a, #b) do
    list[#list + 1] = {i = i, a = a[i] - centre_a, b = b[i] - centre_b}
  end
  table.sort(list, function(p, q) return math.abs(p.a - p.b) > math.abs(q.a - q.b) end)
  io.write("    ", title, ":")
  for k = 1, 5 do
    local one = list[k]
    io.write(string.format("  %.2f s %+.3f %+.3f", our_pose.time[one.i], one.a, one.b))
  end
  print()
end
print("    frames that differ most: time, ours, theirs, each less its own median")
furthest("fissure, plain", mean_of_sides(plain, "fissure"), mean_of_sides(their, "fissure"))
furthest("mouth_open", plain:col("mouth_open"), their:col("mouth_open"))
furthest("pitch", our_pose:col("pitch"), their_pose:col("pitch"))
furthest("yaw", our_pose:col("yaw"), their_pose:col("yaw"))
