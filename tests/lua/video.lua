-- SPDX-License-Identifier: GPL-3.0-or-later
local t = require "harness"

local folder = t.folder()

-- A clip made with ffmpeg, or a skip.
local function clip(name, options)
  local path = folder .. "/" .. name
  local command = "ffmpeg -nostdin -v quiet -y %s '%s' >/dev/null 2>&1"
  if not os.execute(command:format(options, path)) then t.skip("no ffmpeg that writes " .. name) end
  return path
end

local function plain()
  return clip("plain.mp4", "-f lavfi -i testsrc=s=160x120:r=25:d=1.6 -c:v mpeg4 -g 10")
end

t.test("a video has the fields of the contract", function()
  local path = plain()
  local v = assert(video.open(path))
  t.equal(v.path, path)
  t.equal(v.width, 160)
  t.equal(v.height, 120)
  t.close(v.fps, 25)
  t.equal(v.frames, 40)
  t.close(v.duration, 1.6)
  t.equal(v.codec, "mpeg4")
  t.equal(v.rotation, 0)
  t.equal(v.vfr, false)
  t.equal(v.interlaced, false)
  t.equal(v.bit_depth, 8)
  t.equal(v.truncated, false)
  t.match(tostring(v), "^Video plain.mp4   160x120, 25 frames/s, 1.60 s, about 40 frames\n  mpeg4, 8 bit$")
end)

t.test("frames come in order with their times", function()
  local v, count = assert(video.open(plain())), 0
  for image in v:frames() do
    count = count + 1
    t.equal(image.index, count)
    t.near(image.time, (count - 1) / 25, 1e-9)
    t.equal(image.width, 160)
    t.equal(image.height, 120)
    t.equal(image.damaged, false)
  end
  t.equal(count, 40)
end)

t.test("windows include both ends", function()
  local v, seen = assert(video.open(plain())), {}
  for image in v:frames{start = 0.4, stop = 0.6} do seen[#seen + 1] = image.index end
  t.equal(table.concat(seen, " "), "11 12 13 14 15 16")
  seen = {}
  for image in v:frames{start = 0.41, stop = 0.47} do seen[#seen + 1] = image.index end
  t.equal(table.concat(seen, " "), "12")
  seen = {}
  for image in v:frames{start = 1.55} do seen[#seen + 1] = image.index end
  t.equal(table.concat(seen, " "), "40")
  for _ in v:frames{start = 7} do error("there is no such frame") end
end)

t.test("loops nest, and seeks within them do no harm", function()
  local v, pairs_seen = assert(video.open(plain())), 0
  for a in v:frames{stop = 0.1} do
    for b in v:frames{stop = 0.05} do
      t.equal(v:at(1).index, 26)
      pairs_seen = pairs_seen + 1
      t.ok(a.index <= 3 and b.index <= 2)
    end
  end
  t.equal(pairs_seen, 6)
end)

t.test("at gives the frame on display", function()
  local v = assert(video.open(plain()))
  t.equal(v:at(0).index, 1)
  t.equal(v:at(-5).index, 1)
  t.equal(v:at(0.79).index, 20)
  t.equal(v:at(0.8).index, 21)
  t.equal(v:at(1e6).index, 40)
  t.equal(tostring(v:at(0.8)), "Image 160x120, frame 21 at 0.800 s")
end)

t.test("a picture is saved and read back", function()
  local path = clip("colour.mkv", "-f lavfi -i color=0xC85A1E:s=32x24:r=5:d=0.4 -c:v ffv1 -pix_fmt gbrp")
  local image = assert(video.open(path)):at(0.2)
  t.equal(image.index, 2)
  local r, g, b = image:pixel(31, 23)
  t.near(r, 0xC8, 3)
  t.near(g, 0x5A, 3)
  t.near(b, 0x1E, 3)
  local file = folder .. "/a picture.png"
  t.equal(image:save(file), true)
  local r2, g2, b2 = assert(video.open(file)):at(0):pixel(3.4, 2.6)
  t.equal(r2, r)
  t.equal(g2, g)
  t.equal(b2, b)
  t.fails("^Image:save: .*there is no folder", "missing", image:save(folder .. "/none/x.png"))
end)

t.test("rotation and pixel aspect are applied", function()
  local wide = clip("wide.mp4", "-f lavfi -i testsrc=s=160x120:r=25:d=0.2 -vf setsar=2/1 -c:v mpeg4")
  t.equal(assert(video.open(wide)).width, 320)
  local turned = clip("turned.mp4", ("-i '%s' -c copy -metadata:s:v rotate=90"):format(wide))
  local v = assert(video.open(turned))
  if v.rotation == 0 then t.skip("this ffmpeg does not write rotation") end
  t.equal(v.width, 120)
  t.equal(v.height, 320)
  t.match(tostring(v), "turned by %d+ degrees")
  local image = v:at(0)
  t.equal(image.width, 120)
  t.equal(image.height, 320)
end)

t.test("failures of the outside world are nil, message, code", function()
  t.fails("^video.open: absent.mp4: no such file$", "missing", video.open("absent.mp4"))
  t.fails("is a folder", "format", video.open(folder))
  t.fails("empty %(0 bytes%)", "format", video.open(t.write(folder .. "/empty.mp4", "")))
  t.fails("text.mp4: is not a video", "format",
    video.open(t.write(folder .. "/text.mp4", "no video at all\n")))
  t.fails("opens other files %(hls%)", "format",
    video.open(t.write(folder .. "/list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\nplain.mp4\n")))
  t.fails("opens other files %(concat%)", "format",
    video.open(t.write(folder .. "/list.txt", "ffconcat version 1.0\nfile 'plain.mp4'\n")))
end)

t.test("a file that was cut short gives its frames", function()
  local path = clip("whole.mkv", "-f lavfi -i testsrc=s=160x120:r=25:d=1.6 -c:v mpeg4")
  local text = t.read(path)
  local v = assert(video.open(t.write(folder .. "/half.mkv", text:sub(1, #text // 2))))
  t.equal(v.truncated, true)
  t.match(tostring(v), "cut short")
  local count = 0
  for _ in v:frames() do count = count + 1 end
  t.ok(count > 8 and count < 32, "got " .. count)
end)

t.test("wrong use raises and names the argument", function()
  local v = assert(video.open(plain()))
  t.raises("^video.open: path must be text, not a number", video.open, 5)
  t.raises("^video.open: path must be the name of a file", video.open, "")
  t.raises("^video.open: path must be the name of a file", video.open, "a\0b")
  t.raises('no field "widht" in a Video; did you mean "width"?', function() return v.widht end)
  t.raises('no field "colour" in a Video', function() return v.colour end)
  t.raises('no field "tme" in a Image; did you mean "time"?', function() return v:at(0).tme end)
  t.raises("Video:at: seconds must be a number, not string", v.at, v, "1")
  t.raises("Video:at: seconds must be a number, not nan", v.at, v, 0 / 0)
  t.raises('Video:frames: no option "strat"; did you mean "start"?', v.frames, v, {strat = 1})
  t.raises("Video:frames: stop must be", v.frames, v, {start = 1, stop = 0.5})
  t.raises("Image:pixel: x, y must be between 0, 0 and 159, 119", function() v:at(0):pixel(160, 0) end)
  t.raises("Image:save: the file's name must end in .png", function() v:at(0):save("x.jpg") end)
  t.raises("attempt to call a number value", function() local n = 5; n() end)
end)

t.test("a closed video says so", function()
  local v = assert(video.open(plain()))
  do
    local held <close> = v
  end
  v:close()
  t.equal(tostring(v), "Video (closed)")
  t.equal(v.width, 160)
  t.raises("the video is closed", v.at, v, 0)
  t.raises("the video is closed", function() for _ in v:frames() do break end end)
end)

t.test("pictures do not pile up in memory", function()
  local v = assert(video.open(clip("large.mp4", "-f lavfi -i testsrc=s=1280x720:r=25:d=4 -c:v mpeg4")))
  local function resident()
    local status = io.open("/proc/self/status")
    if not status then t.skip("no /proc") end
    local text = status:read("a")
    status:close()
    return tonumber(text:match("VmRSS:%s+(%d+)")) / 1024
  end
  collectgarbage()
  local before, most = resident(), 0
  for image in v:frames() do
    if image.index % 10 == 0 then most = math.max(most, resident() - before) end
  end
  -- 100 pictures of 2.6 MB; a sanitizer keeps freed memory for a while.
  if os.getenv("SANITIZED") then t.skip("memory is not measured under a sanitizer") end
  t.ok(most < 80, "grew by " .. most .. " MB")
end)

t.test("real recordings", function()
  local v = assert(video.open(t.real_file("derived/stored_sideways_rotate_tag_displays_upright.mp4")))
  t.equal(v.width, 640)
  t.equal(v.height, 360)
  v = assert(video.open(t.real_file("derived/hevc_10bit.mp4")))
  t.equal(v.bit_depth, 10)
  t.equal(assert(video.open(t.real_file("derived/vp9_vfr.webm"))).vfr, true)
  t.equal(assert(video.open(t.real_file("derived/truncated_plays_partly.mkv"))).truncated, true)
  t.fails("index %(moov%) is missing", "format", video.open(t.real_file("derived/truncated_no_moov.mp4")))
  t.fails("holds no video", "format", video.open(t.real_file("derived/audio_only.m4a")))
  t.fails("0 bytes", "format", video.open(t.real_file("derived/zero_bytes.mp4")))
  t.fails("is not a video", "format", video.open(t.real_file("derived/text_named.mp4")))
  local count = 0
  v = assert(video.open(t.real_file("derived/name with spaces (é ü) & 100%.mp4")))
  for _ in v:frames() do count = count + 1 end
  t.equal(count, 72)
end)
