-- SPDX-License-Identifier: GPL-3.0-or-later
local PARTICIPANT_OPTIONS = {
  {"seed", "whole number", "1", "the same seed is the same person on every machine"},
  {"age", "years, 18..95", "20..79, from the seed", ""},
  {"sex", "\"f\" or \"m\"", "from the seed", "proportions, hair, beard"},
  {"skin", "0..1", "from the seed", "0 the lightest, 1 the darkest"},
  {"beard", "\"none\", \"stubble\" or \"full\"", "men: 4 of 10 some", ""},
  {"glasses", "true or false", "one in four", ""},
  {"hair", "style", "from the seed", "short, parted, cropped, receding, long, bob, wavy, tied or curly"},
  {"expressiveness", "0..1", "mean 0.75, SD 0.14", "how far named tasks are done; no matter in eye closure "
    .. "and jaw drop"},
  {"imbalance", "-1..1", "SD 0.03", "how much more the left side moves than the right"},
  {"weakness", "see sim.video", "none", "in every video of this participant, unless the video says "
    .. "otherwise"},
}

return {
  module = "sim",
  summary = "simulated participants: videos with known truth",
  about = [[
Draws invented people who do the tasks of a clinical recording, writes the video and
returns what was drawn: the level of every action unit, the 68 points, the pose and
the lids of every frame.

These are DRAWINGS. They are good for teaching, for testing (a measure can only be
trusted against a known truth) and for power planning. They are NO EVIDENCE about
patients: weakness in them is what the author of the model thought of, and a result
on them says nothing about a disease. Proportions come from published anthropometry;
nobody was filmed or measured.

help "weakness" tells the model of weakness and fatigue, help "tasks" what
participants can do.]],
  functions = {
    {
      name = "sim.participant", usage = "sim.participant([options])",
      summary = "an invented participant",
      arguments = {}, options = PARTICIPANT_OPTIONS,
      returns = {{"p", "table", "all of these as fields; sim.video takes it as participant"}},
      failures = "Raises on a wrong option.",
      example = [[print(sim.participant{seed = 3, sex = "f", age = 61, glasses = true, hair = "bob",
  expressiveness = 0.8})]],
      output = "Participant 3: woman, 61 years, glasses, bob hair; expressiveness 0.80",
      source = "proportions: Farkas 1994, Anthropometry of the Head and Face",
      see = {"sim.video"},
    },
    {
      name = "sim.video", usage = "sim.video(file [, options])",
      summary = "draws one recording, returns its truth",
      arguments = {{"file", "path", "video to write, .mp4, .mov, .mkv or .avi; H.264 where the build has it, "
        .. "else MPEG-4"}},
      options = {
        {"participant", "whole number or sim.participant", "1", "who is drawn"},
        {"task", "name, or table of action units", "\"smile\"", "see help \"tasks\"; a table is done as it "
          .. "says, whatever the expressiveness: {au12 = 0.8, au43_l = {{0, 0}, {1, 1}}}, a level or "
          .. "{{seconds, level}, ...}; gaze_x gaze_y (up to 30) yaw (35) pitch roll (25) likewise, degrees"},
        {"weakness", "0..1 or table", "the participant's", "fraction of force lost; {upper =, mid =, lower "
          .. "=, left =, right =, "
          .. "fatigue =, recovery =, ptosis =}, see help \"weakness\""},
        {"seconds", "seconds", "the task's, mostly 2.5", "length"},
        {"fps", "frames per second", "25", ""},
        {"size", "pixels or {width, height}", "480", "size of the picture"},
        {"seed", "whole number", "the participant's", "of sway, blinks, effort and the camera's noise"},
        {"pose", "{yaw =, pitch =, roll =} degrees", "0", "how the head is held: yaw to the own left up to "
          .. "35, pitch up and roll to the own left shoulder up to 25"},
        {"motion", "0..5", "1", "sway of the head; 0 holds it still"},
        {"blinks", "true or false", "true in named tasks", "natural blinks, about 15 a minute"},
        {"rotation", "0, 90, 180 or 270 degrees", "0", "the camera was held so; stored in the file as "
          .. "telephones do"},
        {"light", "0.02..2", "1", "less is darker and noisier"},
        {"noise", "grey levels of 255", "2.6", "standard deviation of the camera's noise at light 1"},
        {"compression", "1..51", "20", "1 is best, over 35 is poor"},
        {"drop", "0..0.9", "0", "fraction of frames that the camera loses: the frame rate varies"},
      },
      returns = {{"truth", "data frame", "one row per frame as in track:df(): frame, time (s), yaw pitch "
        .. "roll (degrees), action units as delivered (0..1, left before right), gaze_x gaze_y (degrees to "
        .. "the own left, up), x1 y1 .. x68 y68, "
        .. "lid_opening, upper_lid_x upper_lid_y lower_lid_x lower_lid_y (the margins above and below the "
        .. "iris' centre), iris_x iris_y iris_radius per eye (pixels), strength_upper strength_mid "
        .. "strength_lower strength_lid per side (fraction 0..1 of the healthy force that is there)"}},
      failures = "Raises on a wrong option. Returns nil, message, code when the video cannot be written.",
      example = [[truth = assert(sim.video(os.tmpname() .. ".mp4", {task = {au12 = {{0, 0.8}}},
  weakness = {mid = 0.25, left = 0.5}, seconds = 0.2, size = 96}))
print(#truth, truth.au12_l[1], truth.au12_r[1])]],
      output = "5\t0.3\t0.6",
      see = {"sim.cohort", "sim.participant", "face.track"},
    },
    {
      name = "sim.cohort", usage = "sim.cohort(dir [, options])",
      summary = "draws a cohort and writes its manifest",
      arguments = {{"dir", "path", "folder, made when missing. A recording that is there and has the same "
        .. "options is not drawn again, so a call that was stopped can be repeated"}},
      options = {
        {"patients", "number", "6", "group MG: weak by severity, more on one side, unequally in the three "
          .. "thirds of the face"},
        {"controls", "number", "6", "group HC: no weakness"},
        {"tasks", "array of task names", "{\"smile\"}", "one recording each"},
        {"seed", "whole number", "1", "the same seed draws the same cohort"},
        {"effect", "0..2", "1", "scales the patients' weakness: 0 is a cohort without a difference, 1 a "
          .. "moderate one (Cohen's d of most measures 0.5 to 0.9)"},
        {"seconds", "seconds", "the task's", "length of a recording"},
        {"workers", "number", "one per core", "threads that draw; the files do not depend on it"},
        {"fps", "frames per second", "25", "this and the following are those of sim.video"},
        {"size", "pixels or {width, height}", "480", ""},
        {"pose", "{yaw =, pitch =, roll =}", "0", ""},
        {"motion", "0..5", "1", ""},
        {"blinks", "true or false", "true", ""},
        {"rotation", "0, 90, 180, 270", "0", ""},
        {"light", "0.02..2", "1", ""},
        {"noise", "grey levels", "2.6", ""},
        {"compression", "1..51", "20", ""},
        {"drop", "0..0.9", "0", ""},
      },
      returns = {{"manifest", "path", "dir/manifest.csv for cohort.open, with age, sex, severity (0..3, NA "
        .. "in controls) and split (train, test: a third of each group). dir/truth has the truth of each "
        .. "recording, and participants.csv with everyone's expressiveness and weakness"}},
      failures = "Raises on a wrong option. Returns nil, message, code when a file cannot be written.",
      example = [[dir = os.tmpname() .. "_cohort"
manifest = assert(sim.cohort(dir, {patients = 1, controls = 1, seconds = 0.1, size = 96}))
print(manifest == dir .. "/manifest.csv", #df.read(manifest))]],
      output = "true\t2",
      see = {"cohort.open", "sim.video"},
    },
  },
  topics = {
    {
      name = "tasks",
      text = [[
What simulated participants can do; the name is the task= of sim.video. Whatever its
length, a recording starts neutral and without a blink for the longer of 0.4 s and
12 % of it, and ends neutral.

  neutral            nothing but blinks and sway
  happiness          AU 6 12 25
  sadness            AU 1 4 15 17
  anger              AU 4 5 7 23
  fear               AU 1 2 4 5 7 20 25 26
  disgust            AU 4 9 10 15 17
  surprise           AU 1 2 5 25 26
  smile              AU 12 25
  brow_raise         AU 1 2
  eyes_closed_tight  AU 4 6 7 43
  eye_closure        AU 43
  mouth_open         AU 25 26
  pucker             AU 18 23
  cheek_puff         AU 34
  smile_x10          ten smiles in 20 s
  upgaze_60s         eyes 28 degrees up for a minute
  speech             the mouth as if speaking, 6 s

The combinations follow EMFACS (Friesen and Ekman 1983). An action unit that the
painter does not know is left out. Onset and offset take up to half a second each. Two
recordings of one participant differ a little in effort (SD 6 %).]],
    },
    {
      name = "weakness",
      text = [[
How weakness works in simulated participants. All parts are fractions 0..1 of force
lost; a plain number stands for upper, mid and lower alike.

  upper        brows and the closing of the lids (AU 1 2 4 6 7 43; AU 5)
  mid          nose, upper lip and the mouth corner's way up (AU 9 10 12)
  lower        the rest of the mouth and the chin
  left, right  one side
  ptosis       how far the upper lids hang at rest; also {left =, right =}
  fatigue      per second: how fast effort tires
  recovery     per second, 0.03 unless given: how fast rest restores

Each muscle group has on each side a capacity c, 1 when rested, that follows

  dc/dt = -fatigue * effort * c + recovery * (1 - c)

with the effort 0..1 of the strongest action tried in the group, so a full effort
leads towards recovery / (fatigue + recovery). What is tried at level a is shown at

  a * (1 - region) * (1 - side) * c

and an action of the mid-line has the mean of both sides. The muscle that lifts the
lid is a group of its own: it works when the eyes look up (full effort at 30 degrees),
and the lid's height above the canthi is (1 - ptosis) * c of the rested height.]],
    },
  },
}
