-- SPDX-License-Identifier: GPL-3.0-or-later
-- A lecture in ten steps on the demo cohort: from a landmark to a threshold. Press Enter to go on, Ctrl-D to
-- leave; without a terminal it runs straight through.
--
--     mien lua/demo/teaching.lua [--work DIR] [--tiny]
--
-- It draws the cohort where `make demo` has not done so yet; --tiny draws a smaller and shorter one.

local USAGE = "usage: mien lua/demo/teaching.lua [--work DIR] [--tiny]"
local MEASURE = "happiness_corner_height_l_peak"

local function options_of(arguments)
  local options, i = {work = "build/demo", tiny = false}, 1
  while arguments[i] do
    if arguments[i] == "--tiny" then
      options.tiny, i = true, i + 1
    elseif arguments[i] == "--work" and arguments[i + 1] then
      options.work, i = arguments[i + 1], i + 2
    else
      error("teaching: unknown argument " .. arguments[i] .. "; " .. USAGE, 0)
    end
  end
  return options
end

local options = options_of(arg)
local at_prompt = os.execute("test -t 0 && test -t 1") == true

-- ---- Speaking ----

local step = 0

local function pause()
  if not at_prompt then return end
  io.write("\n[Enter] ")
  io.flush()
  if not io.read("l") then
    print("\nGoodbye.")
    os.exit(0, true)
  end
end

local function title(text)
  if step > 0 then pause() end
  step = step + 1
  print(string.format("\n---- %d of 10: %s ----\n", step, text))
end

-- Lines of a paragraph are joined and broken anew at 78 characters; blank and indented lines stay.
local function say(text, ...)
  local line
  local function flush()
    if line then print(line) end
    line = nil
  end
  for source in (string.format(text, ...) .. "\n"):gmatch("(.-)\n") do
    if source == "" or source:find("^ ") then
      flush()
      print(source)
    else
      for word in source:gmatch("%S+") do
        if line and #line + #word + 1 > 78 then flush() end
        line = line and line .. " " .. word or word
      end
    end
  end
  flush()
end

-- A picture for people at a terminal; a script that runs straight through is spared the window.
local function show(draw, ...)
  if at_prompt then draw(...) end
end

-- ---- Small statistics, by hand, so that nothing is hidden ----

local function numbers(column)
  local list = {}
  for i = 1, #column do list[i] = column[i] end
  return list
end

local function sd_between(time, values, t0, t1)
  local list = {}
  for i = 1, #values do
    if time[i] >= t0 and time[i] <= t1 and values[i] == values[i] then list[#list + 1] = values[i] end
  end
  return stats.describe(list).sd
end

local function by_group(d, name)
  local a, b, column = {}, {}, d:col(name)
  for i = 1, #d do
    local value = column[i]
    if value == value then
      local list = d.group[i] == "MG" and a or b
      list[#list + 1] = value
    end
  end
  return a, b
end

local function shuffle(list)
  for i = #list, 2, -1 do
    local j = math.random(i)
    list[i], list[j] = list[j], list[i]
  end
  return list
end

-- ---- The cohort ----

print("From a landmark to a threshold: a lecture in ten steps.")
say([[The participants are drawings. What they show about methods is true; about patients they show
nothing.]])
math.randomseed(2023)

-- As in lua/demo.lua, so that the recordings of `make demo` are found.
local drawn = {
  patients = 12, controls = 12, tasks = {"happiness", "surprise", "brow_raise", "eyes_closed_tight"},
  seed = 4073, seconds = 1.8, size = 400,
}
if options.tiny then
  drawn = {patients = 4, controls = 4, tasks = {"happiness"}, seed = 5, seconds = 1, fps = 15, size = 240}
end
local dir = options.work .. (options.tiny and "/tiny" or "/cohort")
local manifest = assert(sim.cohort(dir, drawn))
local c = assert(assert(cohort.open(manifest)):extract())
local wide = c:wide()
local who = wide.participant[1]
local truth = assert(df.read(dir .. "/truth/" .. who .. "_happiness.csv"))
local track = assert(c:track(who, "happiness"))
local frames = assert(c:frames(who, "happiness"))
local points = track:df()

title("a recording")
say([[%d participants were asked to look neutral, to show an expression, and to relax again. The manifest says
who is who; nothing about a person is guessed from the video:
]], #wide)
print(assert(df.read(manifest)):head(3))

title("a landmark")
local middle = #points // 2
say([[A landmark is a place of the face that can be found again: 68 of them, in pixels of the picture. Point
55 is the left corner of the mouth; left is always the participant's. In %s:
]], who)
for _, i in ipairs{1, middle} do
  say("  at %.2f s   x %.1f   y %.1f", points.time[i], points.x55[i], points.y55[i])
end
show(plot.face, track, {time = points.time[middle]}, {title = "Landmarks of " .. who})

title("what is true, and what is found")
local errors = {}
for i = 1, #points do
  errors[i] = math.sqrt((points.x55[i] - truth.x55[i]) ^ 2 + (points.y55[i] - truth.y55[i]) ^ 2)
end
local e = stats.describe(errors)
say([[Here we know where the corner really was, because it was drawn there. The landmark was off by %.1f
pixels on average, at worst by %.1f. Most of it is the same in every frame, and measuring change from the
neutral face takes that part away. With real people nobody knows the truth: that is why methods are tried
on drawings first.]], e.mean, e.max)

title("a measure")
local r = stats.cor(numbers(frames.corner_height_l), numbers(truth.au12_l)).r
say([[A measure puts landmarks into one number a clinician can read. corner_height_l is how far the left mouth
corner rose from neutral, in units of the distance between the eyes, so it does not matter how near the
camera stood. It follows what the muscle did (AU 12, known here) with r = %.2f.]], r)
show(plot.line, frames.time, {left = frames.corner_height_l, right = frames.corner_height_r},
  {title = "Mouth corners of " .. who, xlabel = "time (s)", ylabel = "rise (iod)"})

title("what noise does")
local function noise_of(camera)
  local file = dir .. "/noise.mp4"
  local request = {participant = 7, task = "neutral", seconds = 1, size = 400, fps = 15, blinks = false,
    motion = 0}
  for key, value in pairs(camera) do request[key] = value end
  assert(sim.video(file, request))
  local d = assert(measure.of(assert(face.track(file)), {neutral = {0, 0.4}}))
  os.remove(file)
  return sd_between(d.time, d.corner_height_l, 0.4, 1)
end
local good, poor = noise_of{}, noise_of{light = 0.4, noise = 6}
say([[A face that does not move at all still has a measure that trembles. The same person, holding still:
standard deviation %.4f in good light, %.4f in poor light. Noise does not care about the diagnosis; it
only hides what is there. A 95th percentile stands for the height of the smile: a single highest frame
would be noise in good part.]], good, poor)

title("one number per participant")
local mg, hc = by_group(wide, MEASURE)
say([[A recording has many frames, but a participant counts once: %d numbers, not %d frames. Otherwise one
person filmed for an hour would look like a large study.
]], #mg + #hc, #mg * #frames + #hc * #frames)
say("  MG  mean %.3f  SD %.3f  n %d", stats.describe(mg).mean, stats.describe(mg).sd, #mg)
say("  HC  mean %.3f  SD %.3f  n %d", stats.describe(hc).mean, stats.describe(hc).sd, #hc)
show(plot.box, wide, {y = MEASURE, by = "group", title = "One point is one participant"})

title("what a t-test sees")
local t = stats.ttest(mg, hc)
say("The t-test sees two means, two spreads and two counts, nothing else.\n")
print(t)
local all, significant, rounds = {}, 0, 400
for _, list in ipairs{mg, hc} do table.move(list, 1, #list, #all + 1, all) end
for _ = 1, rounds do
  shuffle(all)
  local one, other = table.move(all, 1, #mg, 1, {}), table.move(all, #mg + 1, #all, 1, {})
  if stats.ttest(one, other).p < 0.05 then significant = significant + 1 end
end
say([[

Now the labels MG and HC are dealt out by chance, %d times. p is below 0.05 in %.0f %% of them: that is
all p promises. Ten measures tested at once find something by chance in 40 %% of cohorts without any
difference; hence stats.adjust.]], rounds, 100 * significant / rounds)

title("what a ROC curve means")
local labels, scores = {}, {}
for i = 1, #mg do labels[#labels + 1], scores[#scores + 1] = "MG", mg[i] end
for i = 1, #hc do labels[#labels + 1], scores[#scores + 1] = "HC", hc[i] end
local roc = stats.roc(scores, labels, {positive = "MG", direction = "lower"})
local won = 0
for _, a in ipairs(mg) do
  for _, b in ipairs(hc) do won = won + (a < b and 1 or a == b and 0.5 or 0) end
end
say([[Take one patient and one control at random: how often does the patient smile less? Of all %d pairs it is
%.0f %%, and that number is the area under the ROC curve, %.2f. Half would be a coin. A small p and a
poor AUC go together well: groups can differ while individuals overlap.]],
  #mg * #hc, 100 * won / (#mg * #hc), roc.auc)
show(plot.roc, roc)

title("a threshold is a choice")
say([[The curve has all thresholds; someone must take one. Youden's is the one with the highest sensitivity +
specificity:
]])
say("  below %.4f call it MG: sensitivity %.2f, specificity %.2f", roc.threshold, roc.sensitivity,
  roc.specificity)
say("\nIt was chosen on the same people that it is judged by. Step ten shows what that does.")

title("why the threshold is chosen on training data")
local function accuracy(threshold, patients, controls)
  local right = 0
  for _, value in ipairs(patients) do right = right + (value <= threshold and 1 or 0) end
  for _, value in ipairs(controls) do right = right + (value > threshold and 1 or 0) end
  return right / (#patients + #controls)
end
local function halves(list)
  local half = #shuffle(list) // 2
  return table.move(list, 1, half, 1, {}), table.move(list, half + 1, #list, 1, {})
end
local seen, unseen = 0, 0
for _ = 1, rounds do
  local mg_train, mg_test = halves(mg)
  local hc_train, hc_test = halves(hc)
  local s, l = {}, {}
  for _, value in ipairs(mg_train) do s[#s + 1], l[#l + 1] = value, "MG" end
  for _, value in ipairs(hc_train) do s[#s + 1], l[#l + 1] = value, "HC" end
  local threshold = stats.roc(s, l, {positive = "MG", direction = "lower"}).threshold
  seen = seen + accuracy(threshold, mg_train, hc_train) / rounds
  unseen = unseen + accuracy(threshold, mg_test, hc_test) / rounds
end
say([[%d times half of the participants choose the threshold and the other half is judged by it. Accuracy on
those who chose it: %.2f. On those who did not: %.2f. The difference is what the threshold learned about
these people by heart. Report the second number. The manifest has a column split for that: choose on
train, look at test once.]], rounds, seen, unseen)
say([[

That was all. The same in one page: lua/demo.lua. What the drawings are good for: help "sim".]])
