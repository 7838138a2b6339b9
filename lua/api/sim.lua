-- SPDX-License-Identifier: GPL-3.0-or-later
return {
  module = "sim",
  summary = "simulated participants: videos with known truth",
  about = [[
Draws invented people who move their faces, writes the video and returns what was
drawn: the level of every action unit and the 68 points of every frame. Nobody was
filmed; proportions come from published anthropometry. Use it to try an analysis
before there are recordings, and to see how much of a known weakness it finds. It is
no evidence about patients.

This is a beginning: a frontal head with a little sway, two kinds of hair, no beard,
no glasses, no turn of the head.]],
  functions = {
    {
      name = "sim.participant", usage = "sim.participant([options])",
      summary = "an invented participant",
      arguments = {},
      options = {
        {"seed", "whole number", "1", "the same seed is the same face"},
        {"sex", "\"f\" or \"m\"", "from the seed", "proportions and hair"},
      },
      returns = {{"p", "table", "seed, sex, age (years), expressiveness (0.78..1), imbalance (left against right)"}},
      failures = "Raises on a wrong option.",
      example = [[print(sim.participant{seed = 3, sex = "f"}.sex)]], output = "f",
      see = {"sim.video"},
    },
    {
      name = "sim.video", usage = "sim.video(file [, options])",
      summary = "draws one recording, returns its truth",
      arguments = {{"file", "path", "video to write, .mp4"}},
      options = {
        {"participant", "whole number or sim.participant", "1", "who is drawn"},
        {"task", "name, or table of action units", "\"smile\"",
          "neutral, smile, happiness, surprise, sadness, anger, fear, brow_raise, eye_closure, mouth_open; "
            .. "or {au12 = 0.8, au43_l = {{0, 0}, {1, 1}}}: a level, or {{seconds, level}, ...}"},
        {"weakness", "0..1 or {left =, right =}", "0", "scales movement down and lets the upper lid hang"},
        {"seconds", "seconds", "2", "length; the first half second is at rest"},
        {"fps", "frames per second", "25", ""},
        {"size", "pixels or {width, height}", "480", "size of the picture"},
        {"seed", "whole number", "the participant's", "sway of the head and noise of the camera"},
      },
      returns = {{"truth", "data frame", "one row per frame: frame, time (s), yaw pitch roll (degrees), action "
        .. "units (0..1, left before right), x1 y1 .. x68 y68 (pixels)"}},
      failures = "Raises on a wrong option. Returns nil, message, code when the video cannot be written.",
      example = [[truth = assert(sim.video(os.tmpname() .. ".mp4", {seconds = 0.2, size = 96}))
print(#truth, truth.au12_l[1])]],
      output = "5\t0",
      see = {"sim.cohort", "sim.participant", "face.track"},
    },
    {
      name = "sim.cohort", usage = "sim.cohort(dir [, options])",
      summary = "draws a cohort and writes its manifest",
      arguments = {{"dir", "path", "folder, made when missing"}},
      options = {
        {"patients", "number", "6", "group MG: weaker on one side than on the other"},
        {"controls", "number", "6", "group HC: no weakness"},
        {"tasks", "array of task names", "{\"smile\"}", "one recording each"},
        {"seed", "whole number", "1", "the same seed draws the same cohort"},
        {"seconds", "seconds", "2", "length of a recording"},
        {"fps", "frames per second", "25", ""},
        {"size", "pixels or {width, height}", "480", "size of the picture"},
      },
      returns = {{"manifest", "path", "dir/manifest.csv for cohort.open; the truth of each recording is in dir/truth"}},
      failures = "Raises on a wrong option. Returns nil, message, code when a file cannot be written.",
      example = [[dir = os.tmpname() .. "_cohort"
manifest = assert(sim.cohort(dir, {patients = 1, controls = 1, seconds = 0.1, size = 96}))
print(manifest == dir .. "/manifest.csv", #df.read(manifest))]],
      output = "true\t2",
      see = {"cohort.open", "sim.video"},
    },
  },
}
