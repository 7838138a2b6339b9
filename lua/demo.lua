-- SPDX-License-Identifier: GPL-3.0-or-later
-- The main job from end to end: recordings of two groups -> landmarks -> measures -> a table of group
-- differences, a ROC curve, and figures. `make demo` runs it; so does `mien lua/demo.lua [--work DIR] [--out
-- DIR]`.
--
-- The recordings are drawn by mien itself, unless $MIEN_CLIPS names a folder with videos: then those are
-- taken, dealt out to two groups that mean nothing.

local function options_of(arguments)
  local options = {work = "build/demo", out = "out"}
  local i = 1
  while arguments[i] do
    local name = arguments[i]:match("^%-%-(%a+)$")
    if not (name and options[name] and arguments[i + 1]) then
      error("demo: unknown argument " .. arguments[i]
        .. "; usage: mien lua/demo.lua [--work DIR] [--out DIR]", 0)
    end
    options[name] = arguments[i + 1]
    i = i + 2
  end
  return options
end

local function quoted(path) return "'" .. path:gsub("'", "'\\''") .. "'" end

local function make_folder(path)
  if not os.execute("mkdir -p " .. quoted(path)) then error("demo: cannot make the folder " .. path, 0) end
end

local function videos_in(folder)
  local paths = {}
  local listing = assert(io.popen("ls -1 " .. quoted(folder)))
  for name in listing:lines() do
    local ending = name:lower():match("%.(%w+)$")
    if ending == "mp4" or ending == "mkv" or ending == "webm" or ending == "mov" or ending == "avi" then
      paths[#paths + 1] = folder .. "/" .. name
    end
  end
  listing:close()
  return paths
end

-- Every other clip goes to group A, the rest to B: a rule that cannot mean anything.
local function manifest_of_clips(folder, work)
  local paths = videos_in(folder)
  if #paths < 4 then
    error(string.format("demo: %s has %d videos; at least 4 are needed for two groups", folder, #paths), 0)
  end
  local participants, groups, tasks = {}, {}, {}
  for i in ipairs(paths) do
    participants[i] = string.format("p%02d", i)
    groups[i] = i % 2 == 1 and "A" or "B"
    tasks[i] = "clip"
  end
  local manifest = work .. "/manifest.csv"
  assert(df.new{{"participant", participants}, {"group", groups}, {"task", tasks},
    {"video", paths}}:write(manifest))
  print("Recordings: " .. #paths .. " videos from " .. folder)
  print("The two groups A and B are ARBITRARY: every other video. No difference means anything.\n")
  return manifest, "A"
end

-- The seed is one of those whose 12 + 12 people differ about as much as the model says of many.
local TASKS = {"happiness", "surprise", "brow_raise", "eyes_closed_tight"}

local function simulated_manifest(work)
  print("Recordings: 24 simulated participants, drawn by mien: 12 with weak muscles (MG), 12 controls (HC), "
    .. "4 tasks each.")
  print("They are drawings: good for trying things out, no evidence about patients.")
  print("Their seed was chosen so that some of the comparisons come out and some do not.\n")
  local manifest = assert(sim.cohort(work .. "/cohort",
    {patients = 12, controls = 12, tasks = TASKS, seed = 4073, seconds = 1.8, size = 400}))
  return manifest, "MG"
end

local function show_problems(c)
  local problems = c:problems()
  if #problems > 0 then
    print("\nNot every recording could be used:")
    print(problems)
  end
end

-- Recordings without any face have measures, all of them missing; a comparison of nothing is not worth a row.
local function measured(summary, names)
  local kept = {}
  for _, name in ipairs(names) do
    if summary:col(name):count() > 0 then kept[#kept + 1] = name end
  end
  return kept
end

-- One row per participant, one column per task and measure; the measures that the tasks are made for.
local SIMULATED = {
  "happiness_corner_height_l_peak", "happiness_corner_height_r_peak", "happiness_mouth_width_peak",
  "happiness_asymmetry_mouth_mean", "surprise_brow_l_peak", "surprise_mouth_open_peak",
  "brow_raise_brow_l_peak", "brow_raise_brow_r_peak", "eyes_closed_tight_fissure_l_low",
  "eyes_closed_tight_fissure_r_low",
}
local CLIPS = {
  "clip_mouth_width_peak", "clip_commissure_l_peak", "clip_commissure_r_peak", "clip_fissure_l_mean",
  "clip_fissure_r_mean", "clip_asymmetry_mouth_mean",
}

-- The frame with a face that is nearest to the middle of the recording.
local function middle_face(track)
  local d = track:df()
  local best = 1
  for i = 1, #d do
    local nearer = math.abs(i - #d / 2) < math.abs(best - #d / 2)
    if d.found[i] == 1 and (nearer or d.found[best] == 0) then best = i end
  end
  return d.time[best]
end

-- The excursion of the mouth corners is a change from neutral, which videos of your own do not name here.
local function plot_recording(frames, who, out)
  local file = out .. "/recording.png"
  if frames.commissure_l:count() > 0 then
    return plot.line(frames.time, {left = frames.commissure_l, right = frames.commissure_r},
      {title = "Mouth corners of participant " .. who, xlabel = "time (s)",
        ylabel = "excursion (interocular distances)", file = file})
  end
  return plot.line(frames.time, {left = frames.fissure_l, right = frames.fissure_r},
    {title = "Eyes of participant " .. who, xlabel = "time (s)",
      ylabel = "palpebral fissure (interocular distances)", file = file})
end

local function draw_figures(c, wide, roc, measure, task, out)
  local who = wide.participant[1]
  local frames, track = assert(c:frames(who, task)), assert(c:track(who, task))
  assert(plot.box(wide, {y = measure, by = "group", title = "One point is one participant", ylabel = measure,
    file = out .. "/groups.png"}))
  assert(plot.roc(roc, {title = "A measure against the group", file = out .. "/roc.png"}))
  assert(plot_recording(frames, who, out))
  assert(plot.face(track, {time = middle_face(track)}, {title = "Landmarks of participant " .. who,
    file = out .. "/face.png"}))
end

local options = options_of(arg)
make_folder(options.work)
make_folder(options.out)
local clips = os.getenv("MIEN_CLIPS")
local drawn = not clips or clips == ""
local manifest, positive
if drawn then
  manifest, positive = simulated_manifest(options.work)
else
  manifest, positive = manifest_of_clips(clips, options.work)
end

local c = assert(assert(cohort.open(manifest)):extract())
print(c)
show_problems(c)

local wide = c:wide()
local names = measured(wide, drawn and SIMULATED or CLIPS)
local measure = drawn and "happiness_corner_height_l_peak" or "clip_mouth_width_peak"
print("\nDo the groups differ?\n")
print(stats.compare(wide, {group = "group", measures = names}))
print("\nCan one measure, " .. measure .. ", tell them apart?\n")
local roc = stats.roc(wide:col(measure), wide.group, {positive = positive, direction = "lower"})
print(roc)
draw_figures(c, wide, roc, measure, drawn and "happiness" or "clip", options.out)
print("\nFigures: groups.png, roc.png, recording.png and face.png in " .. options.out .. "/")
