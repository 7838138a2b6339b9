-- SPDX-License-Identifier: GPL-3.0-or-later
-- The main job from end to end: recordings of two groups -> landmarks -> measures -> a table of group differences, a
-- ROC curve, and figures. `make demo` runs it; so does `mien lua/demo.lua [--work DIR] [--out DIR]`.
--
-- The recordings are drawn by mien itself, unless $MIEN_CLIPS names a folder with videos: then those are taken, dealt out to
-- two groups that mean nothing.

local function options_of(arguments)
  local options = {work = "build/demo", out = "out"}
  local i = 1
  while arguments[i] do
    local name = arguments[i]:match("^%-%-(%a+)$")
    if not (name and options[name] and arguments[i + 1]) then
      error("demo: unknown argument " .. arguments[i] .. "; usage: mien lua/demo.lua [--work DIR] [--out DIR]", 0)
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
  assert(df.new{{"participant", participants}, {"group", groups}, {"task", tasks}, {"video", paths}}:write(manifest))
  print("Recordings: " .. #paths .. " videos from " .. folder)
  print("The two groups A and B are ARBITRARY: every other video. No difference means anything.\n")
  return manifest, "A", "clip"
end

local function simulated_manifest(work)
  print("Recordings: 24 simulated participants, drawn by mien: 12 with weaker smiles (MG), 12 controls (HC).")
  print("They are drawings: good for trying things out, no evidence about patients.\n")
  local manifest = assert(sim.cohort(work .. "/cohort", {patients = 12, controls = 12, tasks = {"smile"}, seed = 2023}))
  return manifest, "MG", "smile"
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

local function draw_figures(c, summary, roc, measure, out)
  local first = summary[1]
  local frames = assert(c:frames(first.participant, first.task))
  local track = assert(c:track(first.participant, first.task))
  local who = "participant " .. first.participant
  assert(plot.box(summary, {y = measure, by = "group", title = "One point is one participant",
    ylabel = "mouth width, peak (interocular distances)", file = out .. "/groups.png"}))
  assert(plot.roc(roc, {title = "Mouth width against group", file = out .. "/roc.png"}))
  assert(plot.line(frames.time, {left = frames.commissure_l, right = frames.commissure_r},
    {title = "Mouth corners of " .. who, xlabel = "time (s)", ylabel = "excursion (interocular distances)",
      file = out .. "/recording.png"}))
  assert(plot.face(track, {time = frames.time[#frames // 2]}, {title = "Landmarks of " .. who,
    file = out .. "/face.png"}))
end

local options = options_of(arg)
make_folder(options.work)
make_folder(options.out)
local clips = os.getenv("MIEN_CLIPS")
local manifest, positive, task
if clips and clips ~= "" then
  manifest, positive, task = manifest_of_clips(clips, options.work)
else
  manifest, positive, task = simulated_manifest(options.work)
end

local c = assert(assert(cohort.open(manifest)):extract())
print(c)
show_problems(c)

local summary = c:summary():where{task = task}
local names = measured(summary, {"mouth_width_peak", "commissure_l_peak", "commissure_r_peak", "fissure_l_mean",
  "fissure_r_mean", "asymmetry_mouth_mean"})
print("\nDo the groups differ?\n")
print(stats.compare(summary, {group = "group", measures = names}))
print("\nCan the width of the smile tell them apart?\n")
local roc = stats.roc(summary.mouth_width_peak, summary.group, {positive = positive, direction = "lower"})
print(roc)
draw_figures(c, summary, roc, "mouth_width_peak", options.out)
print("\nFigures: groups.png, roc.png, recording.png and face.png in " .. options.out .. "/")
