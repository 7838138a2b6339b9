-- SPDX-License-Identifier: GPL-3.0-or-later
local functions = {
  {
    name = "video.open", usage = "video.open(path)", summary = "opens a video file or a still picture",
    arguments = {{"path", "text", "a local file: MP4, MOV, MKV, WebM, AVI, MPEG, GIF, PNG, JPEG, ..."}},
    options = {},
    returns = {{"v", "Video", "see help \"video\" for its fields"}},
    failures = [[Raises when path is no text. Returns nil, message, code when the file is missing ("missing"),
may not be read ("access"), is no video, a playlist, empty or cut short before its index ("format"), or
cannot be decoded ("decode").]],
    example = [[v = assert(video.open(clip))
print(v.width > 0, v.codec ~= "")]],
    example_needs = "video",
    source = "FFmpeg's libavformat and libavcodec",
    see = {"Video:frames", "Video:at"},
  },
  {
    name = "Video:frames", usage = "for image in v:frames([options]) do ... end",
    summary = "all frames of the video, or of a stretch of it",
    arguments = {},
    options = {
      {"start", "number, seconds", "the beginning", "frames before this time are left out"},
      {"stop", "number, seconds", "the end", "frames after this time are left out; both ends count"},
    },
    returns = {{"image", "Image", "one for each turn of the loop"}},
    failures = [[Raises on an unknown option and when the file can no longer be read. Damaged frames are
passed over or have .damaged = true; a file that was cut short ends after its last whole frame.]],
    example = [[v = assert(video.open(clip))
for image in v:frames{start = 0, stop = 0.1} do print(image.index, image.time) end]],
    example_needs = "video",
    see = {"Video:at", "Image:save"},
  },
  {
    name = "Video:at", usage = "v:at(seconds)", summary = "the frame on display at a time",
    arguments = {{"seconds", "number, seconds", "outside the video, the first or last frame is given"}},
    options = {},
    returns = {{"image", "Image", "the last frame whose time is not later"}},
    failures = [[Raises when seconds is no number or the video is closed. Returns nil, message, code when the
frame cannot be read.]],
    example = [[v = assert(video.open(clip))
print(v:at(0).index)]],
    output = "1",
    example_needs = "video",
    see = {"Video:frames"},
  },
  {
    name = "Video:close", usage = "v:close()", summary = "closes the file",
    arguments = {}, options = {}, returns = {},
    failures = "Never fails; a Video that nothing refers to closes by itself, as does one declared <close>.",
    example = [[v = assert(video.open(clip))
v:close()
print(v)]],
    output = "Video (closed)",
    example_needs = "video",
    see = {"video.open"},
  },
  {
    name = "Image:save", usage = "image:save(file)", summary = "writes the picture as PNG",
    arguments = {{"file", "text", "ends in .png; readable by you alone, as patients can be recognised"}},
    options = {},
    returns = {{"true", "boolean", "when the file is written"}},
    failures = [[Raises when the name does not end in .png. Returns nil, message, code when the folder is
missing or the disk is full; then no file is left behind.]],
    example = [[v = assert(video.open(clip))
file = os.tmpname() .. ".png"
print(v:at(0):save(file))
os.remove(file)]],
    example_needs = "video",
    see = {"Video:at"},
  },
  {
    name = "Image:pixel", usage = "image:pixel(x, y)", summary = "red, green and blue of one pixel",
    arguments = {
      {"x", "number, pixels", "0 is the left edge; rounded"},
      {"y", "number, pixels", "0 is the upper edge; rounded"},
    },
    options = {},
    returns = {
      {"r", "integer 0..255", "red"},
      {"g", "integer 0..255", "green"},
      {"b", "integer 0..255", "blue"},
    },
    failures = "Raises outside the picture.",
    example = [[r, g, b = assert(video.open(clip)):at(0):pixel(0, 0)
print(r >= 0, g >= 0, b <= 255)]],
    output = "true\ttrue\ttrue",
    example_needs = "video",
    see = {"Video:at"},
  },
}

-- Fields: object, name, type, summary, what else there is to say.
local fields = {
  {"Video", "path", "text", "the file, as given to video.open"},
  {"Video", "width", "integer, pixels", "width as displayed", "in square pixels, after rotation"},
  {"Video", "height", "integer, pixels", "height as displayed", "in square pixels, after rotation"},
  {"Video", "fps", "number, frames per second", "average frame rate", "nan for a still picture"},
  {"Video", "frames", "integer", "how many frames the container announces", "the truth is how many decode"},
  {"Video", "duration", "number, seconds", "length as the container says", "nan where it does not"},
  {"Video", "codec", "text", "FFmpeg's name of the coding, such as h264"},
  {"Video", "rotation", "integer, degrees", "degrees the stored picture was turned clockwise", "0 .. 270"},
  {"Video", "mirrored", "boolean", "the container asks for a mirror image, and got it"},
  {"Video", "vfr", "boolean", "the frame rate varies", "judged on the first seconds; times are right anyway"},
  {"Video", "interlaced", "boolean", "interlaced, as the stream declares", "only first fields are shown"},
  {"Video", "bit_depth", "integer", "bits of the stored luma", "8, 10, ..."},
  {"Video", "full_range", "boolean", "stored luma spans 0..255 rather than 16..235"},
  {"Video", "truncated", "boolean", "the file was cut short", "see help \"damaged videos\""},
  {"Image", "index", "integer", "number of the frame in its video, from 1"},
  {"Image", "time", "number, seconds", "time stamp of the frame", "see help \"time stamps\""},
  {"Image", "width", "integer, pixels", "width as displayed"},
  {"Image", "height", "integer, pixels", "height as displayed"},
  {"Image", "damaged", "boolean", "the decoder reported errors in this frame"},
}
for _, field in ipairs(fields) do
  local object, name, kind, summary, more = table.unpack(field)
  local get = object == "Video" and "assert(video.open(clip))" or "assert(video.open(clip)):at(0)"
  functions[#functions + 1] = {
    name = object .. "." .. name, usage = (object == "Video" and "v." or "image.") .. name, summary = summary,
    arguments = {}, options = {}, returns = {{name, kind, more or summary}},
    failures = "Never fails; a misspelt field raises.",
    example = ("print(%s.%s ~= nil)"):format(get, name), output = "true", example_needs = "video",
    see = {object == "Video" and "video.open" or "Video:frames"},
  }
end

return {
  module = "video", summary = "video files: frames with their own times, pictures", about = [[
Reads local video files frame by frame, as a person would see them: turned upright
as the file asks, in square pixels, one field of interlaced pictures. Times are those
of the stream, never frame number divided by frame rate, so recordings of phones and
video calls with a varying frame rate are right. A file is recognised by its contents;
its name means nothing. Playlists and other files that open further files are refused,
and nothing is ever fetched from a network.

A Video has the fields path, width, height, fps, frames, duration, codec, rotation,
mirrored, vfr, interlaced, bit_depth, full_range and truncated; an Image has index, time,
width, height and damaged. A still picture opens as a video of one frame.]],
  functions = functions,
  topics = {
    {name = "damaged videos", text = [[
A file that was cut short (a copy that broke off, a full card) gives every frame that is
whole; then v.truncated is true. An MP4 or MOV whose recording was not finished has no
index (moov) and cannot be opened: copy it again from the camera, or repair it with a
tool for that camera's files. Damage within a file is passed over: frames that cannot be
decoded are missing, those that decode with errors have image.damaged = true, and all
times stay right, so nothing that follows is shifted.]]},
    {name = "time stamps", text = [[
Each frame's time is its own stamp in the stream, in seconds since the stream's beginning.
Where a stamp is absent or does not rise, as in raw streams and in joined recordings, the
time is one frame's distance after the frame before. v.vfr tells whether distances differ
by more than a tenth from their median within the first 4 seconds; v.fps is the average.]]},
  },
}
