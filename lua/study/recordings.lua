-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who takes part: simulated or from a manifest; split into those learned from and those kept unseen;
-- extracted.

local study = ...

-- Lots that the seed decides: {participant = number}.
local function lots_of(names, seed)
  local lots, state = {}, seed * 2654435761 + 88172645463325252
  for _, name in ipairs(names) do
    state = state ~ (state << 13)
    state = state ~ (state >> 7)
    state = state ~ (state << 17)
    lots[name] = state
  end
  return lots
end

-- Who is kept unseen: by lot, spread evenly over the degrees of severity.
local function unseen_of(d, options)
  local people, severity = {MG = {}, HC = {}}, {}
  for i = 1, #d do
    local list, who = people[d.group[i]], d.participant[i]
    if list[#list] ~= who then list[#list + 1] = who end
    severity[who] = d.severity[i] == d.severity[i] and d.severity[i] or 0
  end
  local unseen = {}
  for k, group in ipairs {"MG", "HC"} do
    local list, lots = people[group], lots_of(people[group], options.seed + k)
    table.sort(list, function(a, b)
      if severity[a] ~= severity[b] then return severity[a] < severity[b] end
      return lots[a] < lots[b]
    end)
    local wanted = options.unseen[k]
    for i = 1, wanted do unseen[list[math.floor((i - 0.5) * #list / wanted) + 1]] = true end
  end
  return unseen
end

-- A cohort of drawn faces with the study's numbers; its manifest has the columns of a real one.
local function simulated(options)
  local folder = study.make_folder(options.out .. "/recordings")
  print(string.format("Simulating %d patients and %d controls, %d tasks each ...", options.patients,
    options.controls,
    #options.tasks))
  local manifest = assert(sim.cohort(folder, {patients = options.patients, controls = options.controls,
    tasks = options.tasks, seed = options.seed, seconds = options.seconds, fps = options.fps,
      size = options.size}))
  local d = assert(df.read(manifest))
  local unseen, split = unseen_of(d, options), {}
  for i = 1, #d do split[i] = unseen[d.participant[i]] and "test" or "train" end
  local file = folder .. "/study.csv"
  local text = study.read(file)
  assert(d:with{split = split}:write(file .. ".part"))
  -- An unchanged manifest keeps its store.
  if text == study.read(file .. ".part") then
    os.remove(file .. ".part")
  else
    assert(os.rename(file .. ".part", file))
  end
  return file
end

local function levels_of(d, options, file)
  local other
  local found = false
  for i = 1, #d do
    local group = tostring(d.group[i])
    if group == options.positive then
      found = true
    elseif other and group ~= other then
      error(string.format("study: %s has more than two groups: %s, %s, %s", file, options.positive, other,
        group), 0)
    else
      other = group
    end
  end
  if not found or not other then
    error(string.format('study: %s needs two groups, one of them "%s" (see --positive)', file,
      options.positive), 0)
  end
  return {options.positive, other}
end

-- {cohort =, summary =, people = one row per participant, levels = {patients, controls}, tasks =, text = of
-- the manifest, about =, simulated =, unseen = whether anybody is}
function study.recordings(options)
  study.make_folder(options.out)
  local file = options.cohort or simulated(options)
  local text = study.read(file)
  if not text then error("study: " .. file .. ": no such file", 0) end
  local manifest = assert(df.read(file))
  for _, name in ipairs {"participant", "group", "task", "video"} do
    if not manifest:has(name) then error(string.format('study: %s has no column "%s"', file, name), 0) end
  end
  local levels = levels_of(manifest, options, file)
  print("Extracting ...")
  local c = assert(cohort.open(file, {store = options.cohort and options.out .. "/cohort.sqlite" or nil}))
  assert(c:extract{workers = options.workers})
  print(c)
  local tasks, known = {}, {}
  for i = 1, #manifest do
    local task = tostring(manifest.task[i])
    if not known[task] then tasks[#tasks + 1], known[task] = task, true end
  end
  table.sort(tasks)
  local unseen = false
  for i = 1, manifest:has("split") and #manifest or 0 do unseen = unseen or manifest.split[i] == "test" end
  return {cohort = c, manifest = manifest, summary = assert(c:summary()), levels = levels, tasks = tasks,
    text = text,
    simulated = not options.cohort, unseen = unseen, problems = c:problems(),
    about = options.cohort and "Recordings of " .. file
      or "Simulated participants: drawn faces, no evidence about "
      .. "patients"}
end

local COLUMNS = {"group", "age", "sex", "severity", "split"}

-- One row per participant: what the manifest knows of them.
function study.people(recordings)
  local d, seen, rows = recordings.manifest, {}, {}
  for i = 1, #d do
    local who = tostring(d.participant[i])
    if not seen[who] then
      seen[who] = true
      rows[#rows + 1] = i
    end
  end
  local names, columns = {"participant"}, {{}}
  for _, name in ipairs(COLUMNS) do
    if d:has(name) then
      names[#names + 1], columns[#columns + 1] = name, {}
    end
  end
  for k, i in ipairs(rows) do
    for j, name in ipairs(names) do
      local value = d:col(name)[i]
      columns[j][k] = j == 1 and tostring(value) or value or df.NA
    end
  end
  return df.from_columns(names, columns)
end

function study.introduction(run)
  local r, o = run.recordings, run.options
  local people = study.people(r)
  local first
  if r.simulated then
    first = string.format("Everything here but the columns named \"published\" is SIMULATION: %d "
      .. "participants whose faces were drawn by mien, with weakness built in by its own model. From their "
      .. "videos on everything is done as with real recordings. It shows that the way works and what its "
      .. "numbers look like. It says nothing about patients, and agreement or disagreement with published "
      .. "numbers means nothing.", #people)
  else
    first = string.format("Recordings of %d participants in %s. Nothing here is simulated.", #people,
      o.cohort)
  end
  if o.size_name then
    first = first .. " This was a quick run, with so few participants and so little training that its "
      .. "numbers show that everything works and nothing else."
  end
  if #r.problems > 0 then
    first = first .. string.format(" %d recordings could not be used; they are named at the end.",
      #r.problems)
  end
  return first .. "\n\n" .. "The order is that of the study: " .. study.source
    .. ". Its network, folds, intervals and "
    .. "the rule for severity were not published in the text that was at hand, so this is no replication; "
    .. "its numbers stand in columns named \"published\". Seed " .. o.seed .. "."
end
