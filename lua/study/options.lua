-- SPDX-License-Identifier: GPL-3.0-or-later
-- The words after mien -m study.

local study = ...

local HELP = [[
usage: mien -m study [options]

Does the study of Ruiter et al. 2023 (facial weakness in myasthenia gravis) again, in its order: who took
part, expression intensity, patterns of decreased movement, diagnosis and severity in cross-validation and on
unseen participants; then what the study could not do: simpler learners, adjustment for age and sex,
explanation. Writes DIR/report.html, one CSV per table into DIR/tables, and figures into DIR/figures. A run
that was stopped goes on where it was when it is started again.

  --quick            few participants, short videos, few epochs: a minute or two on two cores
  --out DIR          where everything goes (study, or study-quick)
  --cohort FILE      a manifest of real recordings: participant,group,task,video,neutral and, where known,
                     age, sex, severity, split ("test" for participants kept unseen). Without it
                     participants are simulated
  --positive LABEL   the group with the disease (MG)
  --mild LIST        values of severity that are mild, such as 1
  --severe LIST      values that are moderate or severe, such as 2,3; patients with other values are left out
  --seed N           of the simulation and of all learning (1)
  --workers N        recordings extracted at the same time (all cores)
  --help             this text

The network learns from small pictures of faces; they are kept beside the store of the cohort, for you alone
to read (c:forget removes a participant's).

For research and teaching, not a medical device. What is simulated says nothing about patients.
]]

local function wrong(text, ...)
  error("study: " .. string.format(text, ...) .. "; mien -m study --help shows the options", 0)
end

local function list_of(text)
  local list = {}
  for item in text:gmatch("[^,]+") do list[#list + 1] = item:match("^%s*(.-)%s*$") end
  return list
end

local function whole(name, text, low)
  local value = math.tointeger(tonumber(text))
  if not value or value < low then wrong("--%s needs a whole number from %d, not %s", name, low, text) end
  return value
end

-- What a full run and a quick one differ in.
local FULL = {patients = 70, controls = 69, unseen = {20, 19}, seconds = 2.4, fps = 25, size = 320, folds = 5,
  repeats = 5, epochs = 15, permutations = 0,
  clips = {frames = 16, size = 32, span = 1.6, per = 3},
  tasks = {"anger", "disgust", "fear", "happiness", "sadness", "surprise"}}
local QUICK = {patients = 16, controls = 15, unseen = {3, 3}, seconds = 1.2, fps = 15, size = 240, folds = 3,
  repeats = 1, epochs = 15, permutations = 19,
  clips = {frames = 16, size = 32, span = 1, per = 2}, tasks = {"anger", "fear", "happiness"}}
-- For the test of this script alone.
local TINY = {patients = 8, controls = 8, unseen = {2, 2}, seconds = 0.8, fps = 12, size = 200, folds = 2,
  repeats = 1, epochs = 2, permutations = 0,
  clips = {frames = 8, size = 32, span = 0.6, per = 1}, tasks = {"happiness"}}

-- The options as a table, or nil where only help was wanted.
function study.options(words)
  local options = {positive = "MG", seed = 1, mild = {"1"}, severe = {"2", "3"}}
  local own, size, i = {}, FULL, 1
  local takes = {out = true, cohort = true, positive = true, mild = true, severe = true, seed = true,
    workers = true}
  while words[i] do
    local name = words[i]:match("^%-%-([%w]+)$")
    if name == "help" or words[i] == "-h" then
      io.write(HELP)
      return nil
    elseif name == "quick" or name == "tiny" then
      size, options.size_name = name == "quick" and QUICK or TINY, name
      i = i + 1
    elseif name and takes[name] and words[i + 1] then
      own[name] = words[i + 1]
      i = i + 2
    else
      wrong("%s %s", name and takes[name] and "nothing after" or "unknown option", words[i])
    end
  end
  for name, value in pairs(size) do options[name] = value end
  for _, name in ipairs {"mild", "severe"} do
    if own[name] then options[name] = list_of(own[name]) end
  end
  options.seed = own.seed and whole("seed", own.seed, 0) or options.seed
  options.workers = own.workers and whole("workers", own.workers, 1) or nil
  options.positive = own.positive or options.positive
  options.cohort = own.cohort
  options.out = (own.out or (options.size_name and "study-" .. options.size_name or "study")):gsub("(.)/+$",
    "%1")
  return options
end

-- What decides the results: a stage that was done with other settings is done again.
function study.settings(options)
  local tasks = table.concat(options.tasks, " ")
  return string.format("mien %s network %s seed %d folds %d repeats %d epochs %d permutations %d tasks %s "
    .. "positive %s mild %s severe %s", tostring(mien.version), tostring(model.train ~= nil), options.seed,
      options.folds, options.repeats,
    options.epochs, options.permutations, tasks, options.positive, table.concat(options.mild, "+"),
    table.concat(options.severe, "+"))
end
