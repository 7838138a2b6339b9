-- SPDX-License-Identifier: GPL-3.0-or-later
-- The option smooth on its way from face.track to points and measures.
local t = require "harness"

-- A file as track:save writes it: a still face whose points tremble, without the face in row 20.
local function trembling(path)
  local names, out = {"frame", "timestamp", "success", "pose_Rx", "pose_Ry", "pose_Rz"},
    assert(io.open(path, "w"))
  for _, axis in ipairs{"x", "y"} do
    for k = 0, 67 do names[#names + 1] = axis .. "_" .. k end
  end
  out:write(table.concat(names, ","), "\n")
  local seed = 7
  local function noise()
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647 - 0.5
  end
  for row = 1, 40 do
    local cells = {row, ("%.4f"):format((row - 1) / 30), row == 20 and 0 or 1, 0.1, 0.02, -0.03}
    for axis = 1, 2 do
      for k = 0, 67 do
        local eye = (k >= 36 and k < 42) and -30 or (k >= 42 and k < 48) and 30
        local at = axis == 1 and (eye or 45 * math.cos(2.1 * k)) or (eye and 0 or 40 * math.sin(1.3 * k) + 20)
        if eye then at = at + 6 * (axis == 1 and math.cos or math.sin)(k) end
        cells[#cells + 1] = row == 20 and 0 or ("%.4f"):format(200 + at + noise())
      end
    end
    out:write(table.concat(cells, ","), "\n")
  end
  out:close()
  return assert(face.load(path))
end

local function jitter(column)
  local sum, n = 0, 0
  for i = 2, #column - 1 do
    local second = column[i - 1] - 2 * column[i] + column[i + 1]
    if second == second then sum, n = sum + second * second, n + 1 end
  end
  return math.sqrt(sum / n)
end

t.test("points leave a Track smoothed and stay raw within it", function()
  local folder = t.folder()
  local track = trembling(folder .. "/a.csv")
  local raw = track:df()
  for _, method in ipairs{"one_euro", "savitzky_golay"} do
    local d = track:df{smooth = method}
    t.equal(#d:names(), #raw:names())
    t.ok(jitter(d.x49) < 0.6 * jitter(raw.x49), method .. " smooths too little")
    t.ok(jitter(d.y30) < 0.6 * jitter(raw.y30), method .. " smooths too little")
    t.ok(d.x49[20] ~= d.x49[20], "the frame without a face stays NA")
    t.equal(d.found[20], 0)
    t.near(d.x49[30], raw.x49[30], 1.5)
  end
  t.equal(jitter(track:df().x49), jitter(raw.x49))
  t.equal(jitter(track:df{smooth = false}.x49), jitter(raw.x49))
  assert(track:save(folder .. "/b.csv"))
  t.near(assert(face.load(folder .. "/b.csv")):df().x49[30], raw.x49[30], 1e-3)
end)

t.test("settings of the methods", function()
  local track = trembling(t.folder() .. "/a.csv")
  local raw = jitter(track:df().y9)
  local wide = jitter(track:df{smooth = {method = "savitzky_golay", window = 0.6}}.y9)
  local usual = jitter(track:df{smooth = "savitzky_golay"}.y9)
  t.ok(wide < usual and usual < raw, "a wider window smooths more")
  local stiff = jitter(track:df{smooth = {method = "one_euro", min_cutoff = 0.5, beta = 0}}.y9)
  local loose = jitter(track:df{smooth = {method = "one_euro", min_cutoff = 20}}.y9)
  t.ok(stiff < loose and loose < raw, "a higher cutoff smooths less")
  t.near(jitter(track:df{smooth = {method = "savitzky_golay", window = 0.05}}.y9), raw, 1e-9)
end)

t.test("measures are smoothed where that is asked for, and say so", function()
  local track = trembling(t.folder() .. "/a.csv")
  local neutral = {neutral = {0, 0.3}}
  local raw, note = measure.of(track, neutral)
  t.equal(note, nil)
  local smoothed, how = measure.of(track, {neutral = {0, 0.3}, smooth = "savitzky_golay"})
  t.equal(how, "smoothed by Savitzky-Golay (window 0.18 s, order 2)")
  t.ok(jitter(smoothed.mouth_width) < 0.6 * jitter(raw.mouth_width))
  t.equal(#smoothed, #raw)
  local all, both = measure.of(track, {smooth = "savitzky_golay"})
  t.equal(#all, #raw)
  t.ok(both:find("^no neutral given: .*; smoothed by Savitzky"), both)
end)

t.test("a Track made with smooth tells so and hands it on", function()
  local path = t.folder() .. "/drawn.mp4"
  assert(sim.video(path, {seconds = 0.8, fps = 30, size = {320, 240}, seed = 3, task = "happiness"}))
  local plain, track = assert(face.track(path)), assert(face.track(path, {smooth = "one_euro"}))
  t.ok(tostring(track):find("smoothed by One Euro, both ways .*; raw values kept"), tostring(track))
  t.ok(not tostring(plain):find("smoothed"), tostring(plain))
  local raw = plain:df().x49
  t.ok(jitter(track:df().x49) < jitter(raw))
  t.equal(jitter(track:df{smooth = false}.x49), jitter(raw))
  local _, note = measure.of(track, {neutral = {0, 0.2}})
  t.ok(note and note:find("smoothed by One Euro"), tostring(note))
  t.equal(select(2, measure.of(track, {neutral = {0, 0.2}, smooth = false})), nil)
  local file = t.folder() .. "/raw.csv"
  assert(track:save(file))
  t.near(jitter(assert(face.load(file)):df().x49), jitter(raw), 1e-3)
end)

t.test("wrong use of smooth", function()
  local track = trembling(t.folder() .. "/a.csv")
  t.raises('Track:df: smooth must be "one_euro", "savitzky_golay" or false, not "one_eurp"; did you mean '
    .. '"one_euro"?',
    track.df, track, {smooth = "one_eurp"})
  t.raises("not true", track.df, track, {smooth = true})
  t.raises("not a number", track.df, track, {smooth = 3})
  t.raises("must name its method", track.df, track, {smooth = {beta = 2}})
  t.raises('no option "window"', track.df, track, {smooth = {method = "one_euro", window = 2}})
  t.raises("order must be", track.df, track, {smooth = {method = "savitzky_golay", order = 9}})
  t.raises("measure.of: smooth must be", measure.of, track, {smooth = "x"})
  t.raises("face.track: smooth must be", face.track, "x.mp4", {smooth = "x"})
  t.raises('no option "smoth"', track.df, track, {smoth = false})
end)
