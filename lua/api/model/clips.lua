-- SPDX-License-Identifier: GPL-3.0-or-later
-- Clips: a part of lua/api/model.lua.
local function cut_options(before, after)
  local options = {
    {"frames", "2..256", "16", "pictures of a clip"},
    {"size", "16..256", "64", "pixels of a picture's side"},
    {"per", "1..1000", "3", "clips of one recording, spread evenly; fewer where there is no room: they begin "
      .. "at least a quarter of a clip apart"},
    {"span", "seconds", "2", "how long a clip lasts"},
    {"fps", "number", "frames / span", "pictures a second, in place of span"},
    {"window", "{t0, t1} seconds", "the whole recording", "the part of each recording that clips come from"},
    {"side", "\"each\" or \"plain\"", "\"each\"", "the landmarks that say where the eyes are, see help "
      .. "\"halves\""},
    {"coverage", "0..1", "0.8", "a clip is left out when the face was found and trusted in fewer of its "
      .. "pictures"},
    {"confidence", "0..1", "0.3", "frames with less are not trusted"},
  }
  table.move(options, 1, #options, #before + 1, before)
  table.move(after, 1, #after, #before + 1, before)
  return before
end

local PROGRESS = {"progress", "boolean", "true", "show a progress line where there is a terminal"}
local SMALL = "k = model.clips(face.track(clip), {per = 1, frames = 8, progress = false})\n"

local fields = {
  {"frames", "number", "pictures of each clip"},
  {"size", "number", "pixels of a picture's side"},
  {"fps", "number", "pictures a second"},
  {"settings", "table", "how they were cut; model.clips takes the same"},
}
local functions = {
  {
    name = "model.clips", usage = "model.clips(recording [, options])",
    summary = "clips of the aligned face, cut from one recording",
    arguments = {{"recording", "Track, Video or path", "what is not tracked yet is tracked first"}},
    options = cut_options({}, {
      {"video", "path", "the track's own", "where the recording of a Track is now, when it was moved"},
      PROGRESS,
    }),
    returns = {
      {"k", "Clips", "in memory alone: nothing is written"},
      {"note", "text or nothing", "why there are fewer clips than were asked for"},
    },
    failures = [[Raises on a wrong option. Returns nil, message, code when the video is gone ("missing"), is
not the one that was tracked or is shorter than a clip ("data"), or when no clip shows the face ("face").]],
    example = SMALL .. [[print(#k, k.frames, k.size, k.fps)]], example_needs = "video",
    output = "1\t8\t64\t4.0",
    see = {"Cohort:clips", "clips"},
  },
  {
    name = "Cohort:clips", usage = "c:clips([options])",
    summary = "clips of the aligned face, cut from a cohort",
    arguments = {},
    options = cut_options({{"task", "name or list of names", "all", "recordings of these tasks"}}, {
      {"workers", "number", "the processors there are", "files read at once; the clips are the same"},
      PROGRESS,
    }),
    returns = {
      {"k", "Clips", "in the order of the manifest, then of time"},
      {"note", "text or nothing", "how many recordings gave no clip or fewer; k:problems() has the reasons"},
    },
    failures = [[Raises on a wrong option, an unknown task, and when stopped by Ctrl-C; what was finished is
kept. Returns nil, message, code when nothing is extracted or no clip could be cut ("data"), and when the file
of clips cannot be written, is damaged or is something else.]],
    example = [[path = os.tmpname()
df.new{{"participant", {"p01"}}, {"group", {"MG"}}, {"task", {"smile"}}, {"video", {"none.mp4"}}}:write(path)
c = cohort.open(path)
print((select(2, c:clips{task = "smile"})))]],
    output = "Cohort:clips: no recording is extracted that fits; call c:extract() first",
    source = "the tracks in the store say where the face is; each video is decoded once",
    see = {"model.clips", "Cohort:extract", "Cohort:forget", "clips"},
  },
  {
    name = "Clips:df", usage = "k:df()", summary = "what is known of every clip",
    arguments = {}, options = {},
    returns = {
      {"d", "data frame", "one row per clip: participant, task, visit, take and recording (row of the "
        .. "manifest) where there are any; start and stop (s); fps of the recording; coverage (0..1); "
        .. "outside, the share of its pixels beyond the video's edge; interocular, the eye distance in the "
        .. "video (pixels); file"},
    },
    failures = "Never fails.",
    example = SMALL .. [[print(#k:df(), k:df().coverage[1])]], example_needs = "video", output = "1\t1",
    see = {"Clips:problems", "clips"},
  },
  {
    name = "Clips:problems", usage = "k:problems()",
    summary = "recordings that gave no clip, or fewer, and why",
    arguments = {}, options = {},
    returns = {
      {"d", "data frame", "one row per such recording: row, file, clips, left_out, reason, and whose it is; "
        .. "without a cohort file, clips, left_out, reason"},
    },
    failures = "Never fails.",
    example = SMALL .. [[print(#k:problems())]], example_needs = "video", output = "0",
    see = {"Cohort:problems", "clips"},
  },
  {
    name = "Clips:pick", usage = "k:pick(numbers)", summary = "some of the clips",
    arguments = {{"numbers", "list of numbers", "of the clips, as in k:df(), in the order that is wanted"}},
    options = {},
    returns = {{"some", "Clips", "first .. second are the clips of both"}},
    failures = "Raises on a number that is not there.",
    example = SMALL .. [[print(#(k .. k), #(k .. k):pick{2})]], example_needs = "video", output = "2\t1",
    see = {"Clips:df"},
  },
  {
    name = "Clips:image", usage = "k:image(clip [, picture])", summary = "one picture of one clip",
    arguments = {
      {"clip", "number", "of the clip, as in k:df()"}, {"picture", "number", "of the picture; the first"},
    },
    options = {},
    returns = {{"image", "Image", "image:save(png) writes it, for you alone to read"}},
    failures = "Raises on a number that is not there.",
    example = SMALL .. [[print(k:image(1, 2).width)]], example_needs = "video", output = "64",
    see = {"Clips:sheet"},
  },
  {
    name = "Clips:sheet", usage = "k:sheet(png [, options])", summary = "clips side by side, as a picture",
    arguments = {{"png", "path", "the picture; it shows persons and can be read by you alone"}},
    options = {{"clips", "list of 1 to 100 numbers", "12 spread over all", "which clips, one row each"}},
    returns = {{"k", "Clips", "itself"}},
    failures = [[Raises on a wrong option. Returns nil, message, code when the file cannot be written.]],
    example = SMALL .. [[file = os.tmpname() .. ".png"
print(#k:sheet(file))
os.remove(file)]],
    example_needs = "video", output = "1",
    see = {"Clips:image"},
  },
}
for _, field in ipairs(fields) do
  functions[#functions + 1] = {
    name = "Clips." .. field[1], usage = "k." .. field[1], summary = field[3],
    arguments = {}, options = {}, returns = {{field[1], field[2], field[3]}},
    failures = "Never fails; a misspelt field raises.",
    example = SMALL .. "print(k." .. field[1] .. " ~= nil)", output = "true", example_needs = "video",
    see = {"clips"},
  }
end

return {
  functions = functions,
  topics = {
    {
      name = "clips", summary = "pictures of the aligned face that networks see",
      text = [[
A clip is what a network sees: some seconds of a recording as a few small grey pictures
(luma, full range) of the face, at one rate whatever the recording's was. Each picture is
the frame nearest in time to the middle of its part of the clip.

The pictures are aligned: the centres of the eyes, each the middle of its two canthi, lie
at the same two places in all of them, whoever it is, wherever the camera stood, however
the head is tilted. What is left is how the face moves and is turned. The box is 3 eye
distances wide and high, from above the brows to the chin of a mouth that is wide open.
Places come from the landmarks that are already there, without frames that stray and
smoothed over 0.15 s on either side, so that pictures do not tremble. A picture made
smaller is an average.

A picture is covered where the face was found with enough confidence and the recording
has a frame for it; a clip with less coverage than asked is left out. k:problems() lists
every recording that gave fewer clips, with the reason.

Participants can be recognised in clips. c:clips() keeps them in a file of its own beside
the store, <store>.clips, made only when you ask for clips, readable by you alone. They
are known by the content of the video, the tracker and the options, so nothing is cut
twice, and a run that was ended goes on where it was. c:forget(participant) overwrites
and removes their pictures too, and the file when nobody is left; you may remove it at
any time. model.clips() writes nothing.

For a network each clip is standardised by itself (mean 0, standard deviation 1), so that
light and exposure do not matter; in training it may be mirrored, shifted, lightened and
played faster or slower by small random amounts.]],
    },
  },
}
