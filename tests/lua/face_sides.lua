-- SPDX-License-Identifier: GPL-3.0-or-later
-- Left and right told apart: drawn faces of which one side moves, and the option side= everywhere.
local t = require "harness"

-- One eye closes, then the other; the other side of the face rests.
local function winks(path)
  local function closing(from) return {{0, 0}, {from, 0}, {from + 0.4, 1}, {from + 0.8, 0}} end
  return assert(sim.video(path, {participant = 4, size = 400, fps = 12.5, seconds = 2.2, blinks = false,
    task = {au43_l = closing(0.4), au43_r = closing(1.2)}}))
end

-- Slope of y on x over the rows from..to.
local function slope(x, y, from, to)
  local n, sx, sy, sxx, sxy = 0, 0, 0, 0, 0
  for i = from, to do
    n, sx, sy = n + 1, sx + x[i], sy + y[i]
    sxx, sxy = sxx + x[i] * x[i], sxy + x[i] * y[i]
  end
  return (sxy - sx * sy / n) / (sxx - sx * sx / n)
end

local path = t.folder() .. "/winks.mp4"
local truth = winks(path)
local track = assert(face.track(path, {progress = false}))
local neutral = {0, 0.3}

t.test("a closed eye moves its own side and not the other", function()
  for _, phase in ipairs{{"l", "r", 6, 15}, {"r", "l", 16, 25}} do
    local level = truth:col("au43_" .. phase[1])
    local function moved(d, side) return slope(level, d:col("fissure_" .. side), phase[3], phase[4]) end
    local each = measure.of(track, {neutral = neutral})
    local plain = measure.of(track, {neutral = neutral, side = "plain"})
    local own = moved(each, phase[1])
    t.ok(own < -0.05, "the closed eye does not close: " .. own)
    t.ok(own < 1.5 * moved(plain, phase[1]), "no more is seen than in the plain points")
    t.ok(math.abs(moved(each, phase[2]) / own) < 0.2, "the other eye moves with it")
  end
end)

t.test("side chooses the points", function()
  local each, plain = track:df(), track:df{side = "plain"}
  t.equal(track:df{side = "each"}.x38[7], each.x38[7])
  t.ok(each.x38[7] ~= plain.x38[7])
  t.ok(math.abs(each.x38[7] - plain.x38[7]) < 20)
  local without = assert(face.track(path, {progress = false, side = "plain"}))
  t.equal(without:df().y44[12], plain.y44[12])
  t.equal(without:df{side = "each"}.y44[12], plain.y44[12])
  t.equal(measure.of(without).fissure_l[12], measure.of(track, {side = "plain"}).fissure_l[12])
end)

t.test("another side is no side", function()
  t.raises('face.track: side must be one of "each", "plain", not "left"', face.track, path, {side = "left"})
  t.raises('Track:df: side must be one of "each", "plain", not "both"', track.df, track, {side = "both"})
  t.raises('measure.of: side must be one of "each", "plain", not "x"', measure.of, track, {side = "x"})
end)

t.test("both kinds of points are saved and loaded", function()
  local file = t.folder() .. "/track.csv"
  assert(track:save(file))
  local again = assert(face.load(file))
  for _, side in ipairs{"each", "plain"} do
    local a, b = track:df{side = side}, again:df{side = side}
    t.near(a.x38[13], b.x38[13], 1e-6)
    t.near(a.y45[20], b.y45[20], 1e-6)
  end
end)

t.test("a cohort measures the points it is asked for", function()
  local rows = "participant,group,task,video\np1,a,winks," .. path .. "\n"
  local manifest = t.write(t.folder() .. "/winks.csv", rows)
  local c = assert(cohort.open(manifest))
  local function lowest(options)
    options.progress = false
    return assert(assert(c:extract(options)):summary()).fissure_l_low[1]
  end
  local each, plain = lowest{}, lowest{side = "plain"}
  t.ok(each < plain, "the plain points see more of the wink")
  t.equal(lowest{side = "each"}, each)
  t.raises('Cohort:extract: side must be one of "each", "plain", not "left"', c.extract, c, {side = "left"})
end)

-- The point on the other side of the face, from 1.
local function mirror_of(point)
  local runs = {{1, 17}, {18, 27}, {32, 36}, {49, 55}, {56, 60}, {61, 65}, {66, 68}}
  local eyes = {46, 45, 44, 43, 48, 47, 40, 39, 38, 37, 42, 41}
  if point >= 37 and point <= 48 then return eyes[point - 36] end
  for _, run in ipairs(runs) do
    if point >= run[1] and point <= run[2] then return run[1] + run[2] - point end
  end
  return point
end

local function median(values)
  table.sort(values)
  return values[(#values + 1) // 2]
end

t.test("a mirrored recording has its sides exchanged", function()
  local mirrored = t.folder() .. "/mirrored.mp4"
  if not os.execute("ffmpeg -v error -y -i '" .. path .. "' -vf hflip -crf 10 '" .. mirrored
    .. "' 2>/dev/null") then
    t.skip("no ffmpeg to mirror a recording with")
  end
  local a, b = track:df(), assert(face.track(mirrored, {progress = false})):df()
  local away = {}
  for i = 1, #a do
    local iod = math.abs((a.x43[i] + a.x46[i] - a.x37[i] - a.x40[i]) / 2)
    for point = 1, 68 do
      local other = mirror_of(point)
      local dx = track.width - 1 - a:col("x" .. point)[i] - b:col("x" .. other)[i]
      local dy = a:col("y" .. point)[i] - b:col("y" .. other)[i]
      away[#away + 1] = math.sqrt(dx * dx + dy * dy) / iod
    end
  end
  local middle = median(away)
  t.ok(middle < 0.01, string.format("mirrored points lie %.2f %% apart at the median", 100 * middle))
end)
