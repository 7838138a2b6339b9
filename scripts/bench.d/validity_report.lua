-- SPDX-License-Identifier: GPL-3.0-or-later
-- The tables of `scripts/bench validity`, from the rows that validity.lua wrote.
--   mien validity_report.lua ROWS.csv ...

local numbers = dofile((arg[0]:gsub("[^/]*$", "numbers.lua")))
local mean, sd, quantile = numbers.mean, numbers.sd, numbers.quantile
local fixed, verdict = numbers.fixed, numbers.verdict

local FOUND, ERROR, MEDIAN_R, LOW_R, ONE_R = 0.99, 0.06, 0.96, 0.88, 0.9

-- What the targets are set for; everything else is printed without one.
local BOTH_TARGETS = {
  ["au12 corner_height"] = true, ["au12 commissure"] = true, ["au1+au2 brow"] = true, ["au4 brow"] = true,
  ["au43 fissure"] = true, ["au25+au26 mouth_open"] = true,
}
-- Highest crosstalk; the slope's bounds are the same for all.
local SIDE_TARGETS = {["au43 fissure"] = 0.1, ["au1+au2 brow"] = 0.1, ["au4 brow"] = 0.1,
  ["au12 corner_height"] = 0.15, ["au12 commissure"] = 0.15}
local LOW_SLOPE, HIGH_SLOPE = 0.7, 1.2
local ONE_TARGETS = {["au12 corner_height"] = true, ["au12 commissure"] = true, ["au1+au2 brow"] = true,
  ["au4 brow"] = true}

-- ---- Reading ----

local rows, identities, lowest, highest = {}, 0, math.huge, -math.huge
do
  local seen = {}
  for _, path in ipairs(arg) do
    local skip = true
    for text in assert(io.lines(path)) do
      local identity, section, item, side, name, value =
        text:match("^(%d+),([^,]*),([^,]*),([^,]*),([^,]*),([^,]*)$")
      if identity and not skip then
        identity = math.tointeger(identity)
        if not seen[identity] then seen[identity], identities = true, identities + 1 end
        lowest, highest = math.min(lowest, identity), math.max(highest, identity)
        rows[#rows + 1] = {identity = identity, section = section, item = item, side = side, name = name,
          value = tonumber(value) or 0 / 0}
      end
      skip = false
    end
  end
  table.sort(rows, function(a, b)
    if a.identity ~= b.identity then return a.identity < b.identity end
    if a.item ~= b.item then return a.item < b.item end
    if a.side ~= b.side then return a.side < b.side end
    return a.name < b.name
  end)
end

-- Values of a section's item and name, in the order of identities and sides; missing ones are left out.
local function values(section, item, name)
  local list = {}
  for _, one in ipairs(rows) do
    local wanted = one.section == section and one.item == item and one.name == name
    if wanted and one.value == one.value then list[#list + 1] = one.value end
  end
  return list
end

local function items(section, wanted)
  local list, seen = {}, {}
  for _, one in ipairs(rows) do
    if one.section == section and one.name == wanted and not seen[one.item] then
      seen[one.item] = true
      list[#list + 1] = one.item
    end
  end
  return list
end

-- ---- The tables ----

local function faces_found()
  print("\n(a) Frames in which the face is found, 2 s of each task (target: at least 99 %)")
  local frames, found = 0, 0
  for _, task in ipairs(items("found", "frames")) do
    local all, seen = values("found", task, "frames"), values("found", task, "found")
    local worst = 1
    for i = 1, #all do
      frames, found = frames + all[i], found + seen[i]
      worst = math.min(worst, seen[i] / all[i])
    end
    print(string.format("    %-20s %7.2f %%   worst identity %6.1f %%", task, 100 * mean(seen) / mean(all),
      100 * worst))
  end
  print(string.format("    %-20s %7.2f %% of %d frames   %s", "all tasks", 100 * found / frames, frames,
    verdict(found / frames >= FOUND)))
  for _, task in ipairs(items("found", "absent")) do
    print("    " .. task .. ": this build has no such task")
  end
end

local function points()
  print("\n(b) Points against the truth on resting frames, % of iod (target: points 18..68: mean at most 6)")
  print("    region        mean   median    90 %")
  for _, region in ipairs{"jaw", "brows", "nose", "eyes", "mouth", "18..68"} do
    local errors = values("points", region, "error")
    print(string.format("    %-10s %7.2f  %7.2f %7.2f   %s", region, 100 * mean(errors),
      100 * quantile(errors, 0.5), 100 * quantile(errors, 0.9),
      region == "18..68" and verdict(mean(errors) <= ERROR) or ""))
  end
  print("    SD from frame to frame at rest, iod: median over identities")
  for _, item in ipairs(items("noise", "sd")) do
    print(string.format("    %-20s %.5f", item, quantile(values("noise", item, "sd"), 0.5)))
  end
end

local function both_sides()
  print("\n(c) Both sides active: Pearson r with the true activation (target: median .96, 10 % .88);")
  print("    slope: measured movement over that of the true points; range: of the measure, over identities")
  print("    action unit, measure    r median    10 %     slope   range mean     SD")
  for _, item in ipairs(items("both", "r")) do
    local r, slope = values("both", item, "r"), values("both", item, "slope")
    local ranges = values("both", item, "range")
    local middle, low = quantile(r, 0.5), quantile(r, 0.1)
    print(string.format("    %-24s %7s %7s   %7s      %7s %7s   %s", item, fixed(middle), fixed(low),
      fixed(quantile(slope, 0.5), 2), fixed(mean(ranges), 4), fixed(sd(ranges), 4),
      BOTH_TARGETS[item] and verdict(middle >= MEDIAN_R and low >= LOW_R) or ""))
  end
  for _, item in ipairs(items("both", "absent")) do
    print("    " .. item .. ": this build has no such action unit")
  end
end

local function one_side()
  print("\n    One side active: r (target for smile and brow: median .9); crosstalk: movement of the other")
  print("    side over that of the active one; drawn: the same of the true points")
  print("    action unit, measure    r median    10 %     slope    crosstalk   90 %    drawn")
  for _, item in ipairs(items("one", "r")) do
    local r, crosstalk = values("one", item, "r"), values("one", item, "crosstalk")
    for i, value in ipairs(crosstalk) do crosstalk[i] = math.abs(value) end
    local middle = quantile(r, 0.5)
    print(string.format("    %-24s %7s %7s   %7s      %7s %7s %7s   %s", item, fixed(middle),
      fixed(quantile(r, 0.1)), fixed(quantile(values("one", item, "slope"), 0.5), 2),
      fixed(quantile(crosstalk, 0.5), 2), fixed(quantile(crosstalk, 0.9), 2),
      fixed(quantile(values("one", item, "drawn"), 0.5), 2),
      ONE_TARGETS[item] and verdict(middle >= ONE_R) or ""))
  end
end

local function absolute(list)
  for i, value in ipairs(list) do list[i] = math.abs(value) end
  return list
end

local function sides()
  print("\n    One side active, each half of the face on its own and the plain fit of the whole: slope on "
    .. "the same")
  print("    measure of the true points (target .7 to 1.2), crosstalk (target below .1, smile .15); medians")
  print("                              slope              crosstalk")
  print("    action unit, measure     each   plain       each   plain")
  for _, item in ipairs(items("plain", "r")) do
    local slope = quantile(values("one", item, "slope"), 0.5)
    local plain_slope = quantile(values("plain", item, "slope"), 0.5)
    local crosstalk = quantile(absolute(values("one", item, "crosstalk")), 0.5)
    local plain_crosstalk = quantile(absolute(values("plain", item, "crosstalk")), 0.5)
    local target = SIDE_TARGETS[item]
    local good = target and slope >= LOW_SLOPE and slope <= HIGH_SLOPE and crosstalk < target
    print(string.format("    %-22s %6s  %6s     %6s  %6s   %s", item, fixed(slope, 2), fixed(plain_slope, 2),
      fixed(crosstalk, 2), fixed(plain_crosstalk, 2), target and verdict(good) or ""))
  end
end

-- Each side's peak as a fraction of its peak without weakness, and the strength left (1 - weakness).
local function weak_pairs(section, item)
  local full, strength, fraction = values(section, item, "0"), {}, {}
  for _, level in ipairs{0, 0.25, 0.5} do
    local peaks = values(section, item, string.format("%g", level))
    for i, value in ipairs(peaks) do
      if full[i] and full[i] > 0 then
        strength[#strength + 1], fraction[#fraction + 1] = 1 - level, value / full[i]
      end
    end
  end
  return strength, fraction
end

local function slope_of(x, y)
  local mx, my, xx, xy = mean(x), mean(y), 0, 0
  for i = 1, #x do xx, xy = xx + (x[i] - mx) ^ 2, xy + (x[i] - mx) * (y[i] - my) end
  return xy / xx
end

local function weakness()
  print("\n(d) Weakness 0, .25, .5: peak as a fraction of the peak without it, medians; slope and r against")
  print("    the strength left, over identities, sides and levels (1: in proportion); truth: true points")
  print("    measure              0      .25      .5      slope       r    truth")
  for _, item in ipairs(items("weak", "0")) do
    local strength, fraction = weak_pairs("weak", item)
    local by_level = {}
    for i, left in ipairs(strength) do
      by_level[left] = by_level[left] or {}
      table.insert(by_level[left], fraction[i])
    end
    local true_strength, true_fraction = weak_pairs("weak_truth", item)
    print(string.format("    %-16s %7s  %7s %7s    %7s %7s  %7s", item, fixed(quantile(by_level[1], 0.5), 2),
      fixed(quantile(by_level[0.75], 0.5), 2), fixed(quantile(by_level[0.5], 0.5), 2),
      fixed(slope_of(strength, fraction), 2), fixed(stats.cor(strength, fraction).r),
      fixed(slope_of(true_strength, true_fraction), 2)))
  end
end

-- Whether light and dark skin are measured alike: the landmark model need not see both equally well.
local function by_skin()
  local bands = {{"light", 0, 1 / 3}, {"medium", 1 / 3, 2 / 3}, {"dark", 2 / 3, 1.01}}
  local columns = {{"points", "18..68", "error"}, {"both", "au12 corner_height", "r"},
    {"both", "au1+au2 brow", "r"}, {"both", "au43 fissure", "r"}, {"both", "au25+au26 mouth_open", "r"}}
  local skin = {}
  for _, one in ipairs(rows) do
    skin[one.identity] = skin[one.identity] or sim.participant{seed = one.identity}.skin or 0 / 0
  end
  print("\n(e) By skin: medians of the points' error (% of iod) and of r, both sides active")
  print("    skin      identities  18..68   corner_height   brow raise   fissure   mouth_open")
  for _, band in ipairs(bands) do
    local count, cells = 0, {}
    for _, tone in pairs(skin) do
      if tone >= band[2] and tone < band[3] then count = count + 1 end
    end
    for i, column in ipairs(columns) do
      local list = {}
      for _, one in ipairs(rows) do
        local wanted = one.section == column[1] and one.item == column[2] and one.name == column[3]
        local tone = skin[one.identity]
        if wanted and tone >= band[2] and tone < band[3] and one.value == one.value then
          list[#list + 1] = one.value
        end
      end
      cells[i] = quantile(list, 0.5)
    end
    print(string.format("    %-12s %7d %8s %14s %12s %9s %12s", band[1], count, fixed(100 * cells[1], 2),
      fixed(cells[2]), fixed(cells[3]), fixed(cells[4]), fixed(cells[5])))
  end
end

print(string.format("validity: %d identities (seeds %d to %d), drawn, tracked and measured", identities,
  lowest, highest))
if #items("found", "frames") > 0 then
  faces_found()
  points()
  both_sides()
  one_side()
end
sides()
if #items("found", "frames") > 0 then
  weakness()
  by_skin()
end
numbers.print_verdicts()
