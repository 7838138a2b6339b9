-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cohort:movement_map: where on the face two groups move differently, with a permutation test over the map.

local kit = ...
local words = require "mien.words"
local shared = kit.movement_shared

local NAN = 0 / 0
local ALPHA = 0.05
local LEAST = 3 -- People that each group needs in a cell.
local OPTIONS = {"task", "group", "levels", "measure", "permutations", "seed", "visit", "take", "file",
  "face", "progress"}
local MEASURES = {magnitude = "peak displacement", asymmetry = "left less right displacement"}

local function wrong(caller, text, ...) error(caller .. ": " .. string.format(text, ...), 0) end

-- ---- Options ----

local function whole(caller, options, name, absent, low, high)
  local value = options[name]
  if value == nil then return absent end
  if type(value) ~= "number" or value % 1 ~= 0 or value < low or value > high then
    wrong(caller, "%s must be a whole number from %d to %d, not %s", name, low, high, tostring(value))
  end
  return math.tointeger(value)
end

local function read_options(self, given, caller)
  local o = {}
  for name, value in pairs(words.check_options(given, caller, OPTIONS)) do o[name] = value end
  if o.task == nil then wrong(caller, "task must be given; there is one map for each task") end
  o.measure = o.measure or "magnitude"
  if not MEASURES[o.measure] then
    wrong(caller, 'measure must be "magnitude" or "asymmetry", not %s', tostring(o.measure))
  end
  o.permutations = whole(caller, o, "permutations", 5000, 19, 1000000)
  o.seed = whole(caller, o, "seed", 1, 0, 2 ^ 53)
  if o.file ~= nil and (type(o.file) ~= "string" or not o.file:lower():match("%.png$")) then
    wrong(caller, "file must be the name of a PNG, not %s", tostring(o.file))
  end
  for _, name in ipairs {"face", "progress"} do shared.check_flag(caller, o, name) end
  o.group = o.group or "group"
  if type(o.group) ~= "string" or not self.frame:has(o.group) then
    local near = words.nearest(tostring(o.group), self.frame:names())
    wrong(caller, 'group must be a column of the manifest, not "%s"%s', tostring(o.group),
      near and '; did you mean "' .. near .. '"?' or "; choose groups with levels = {...}")
  end
  return o
end

-- The two levels: those given, or the two that there are.
local function levels_of(caller, o, peaks)
  local there, seen = {}, {}
  for _, one in ipairs(peaks) do
    if one.level ~= "" and not seen[one.level] then
      seen[one.level] = true
      there[#there + 1] = one.level
    end
  end
  local levels = o.levels or there
  if type(levels) ~= "table" or #levels ~= 2 then
    wrong(caller, "two groups are needed, the column %s has %s; name them with levels = {...}", o.group,
      words.first(there, 8))
  end
  for _, level in ipairs(levels) do
    if not seen[kit.text_of(level)] then
      wrong(caller, 'no recording of %s "%s"; there is %s', o.group, tostring(level), words.first(there, 8))
    end
  end
  return {kit.text_of(levels[1]), kit.text_of(levels[2])}
end

-- ---- Values ----

-- What is compared in every cell of one person.
local function asymmetry_of(size, cells)
  local values = {}
  for cell = 1, #size do
    values[cell] = cells.side[cell] == "left" and size[cell] - size[cells.mirror[cell]] or NAN
  end
  return values
end

local function regions_of(core, size, measure)
  local means, values = core.regions(size), {}
  for _, region in ipairs(shared.REGIONS) do
    if measure == "asymmetry" then
      values[#values + 1] = means[region .. "_l"] - means[region .. "_r"]
    else
      values[#values + 1] = means[region .. "_l"]
      values[#values + 1] = means[region .. "_r"]
    end
  end
  return values
end

-- The places of one family of tests: {name =, side =, column =, row =, cell =}.
local function region_places(measure)
  local places = {}
  for _, region in ipairs(shared.REGIONS) do
    if measure == "asymmetry" then
      places[#places + 1] = {part = "region", region = region, side = "both"}
    else
      places[#places + 1] = {part = "region", region = region, side = "left"}
      places[#places + 1] = {part = "region", region = region, side = "right"}
    end
  end
  return places
end

local CELL_COLUMNS = 26

local function cell_places(cells, measure)
  local places = {}
  for cell = 1, #cells.region do
    local wanted = cells.region[cell] ~= "" and (measure == "magnitude" or cells.side[cell] == "left")
    if wanted then
      places[#places + 1] = {
        part = "cell", region = cells.region[cell],
        side = measure == "asymmetry" and "both" or cells.side[cell],
        column = (cell - 1) % CELL_COLUMNS + 1, line = (cell - 1) // CELL_COLUMNS + 1, cell = cell,
      }
    end
  end
  return places
end

-- ---- The data frame ----

local FIELDS = {"n_1", "n_2", "mean_1", "mean_2", "diff", "g", "t", "p", "p_adjusted"}

local function frame_of(families)
  local columns, at = {}, {}
  for _, name in ipairs {"part", "region", "side", "column", "line", table.unpack(FIELDS)} do
    at[name] = {}
    columns[#columns + 1] = {name, at[name]}
  end
  for _, family in ipairs(families) do
    for i, place in ipairs(family.places) do
      local k = #at.part + 1
      at.part[k], at.region[k], at.side[k] = place.part, place.region, place.side
      at.column[k], at.line[k] = place.column or NAN, place.line or NAN
      for _, name in ipairs(FIELDS) do at[name][k] = family.results[name][i] end
    end
  end
  return require("mien.df").new(columns)
end

-- ---- Printing ----

local function p_text(p)
  if p ~= p then return "NA" end
  return p < 0.001 and "<.001" or (string.format("%.3f", p):gsub("^0", ""))
end

-- Significant cells by region and side, such as "left mouth 31, left cheek 4".
local function where_text(family)
  local count, order = {}, {}
  for i, place in ipairs(family.places) do
    if family.results.p_adjusted[i] < ALPHA then
      local name = place.side == "both" and place.region or place.side .. " " .. place.region
      if not count[name] then order[#order + 1] = name end
      count[name] = (count[name] or 0) + 1
    end
  end
  table.sort(order, function(a, b) return count[a] > count[b] end)
  for i, name in ipairs(order) do order[i] = name .. " " .. count[name] end
  return #order > 0 and ": " .. table.concat(order, ", ") or ""
end

local function found_in(family)
  local found, tested = 0, 0
  for _, p in ipairs(family.results.p_adjusted) do
    if p == p then tested = tested + 1 end
    if p < ALPHA then found = found + 1 end
  end
  return found, tested
end

local function map_text(about, width)
  local regions, cells = about.families[1], about.families[2]
  local lines = {
    string.format("Movement map, %s: %s (n = %d) less %s (n = "
      .. "%d)", about.task, about.levels[1], about.people[1],
      about.levels[2], about.people[2]),
    string.format("  %-16s %8s %8s %10s %9s %8s %8s", "% iod", about.levels[1]:sub(1, 8),
      about.levels[2]:sub(1, 8), "difference", "Hedges g", "p", "adjusted"),
  }
  local r = regions.results
  for i, place in ipairs(regions.places) do
    local name = place.side == "both" and place.region or place.region .. " " .. place.side
    lines[#lines + 1] = string.format("%s %-16s %8.2f %8.2f %10.2f %9.2f %8s %8s",
      r.p_adjusted[i] < ALPHA and "*" or " ", name, r.mean_1[i], r.mean_2[i], r.diff[i], r.g[i],
      p_text(r.p[i]), p_text(r.p_adjusted[i]))
  end
  local found, tested = found_in(cells)
  local note = string.format("%s; %d of %d cells significant%s; %d permutations of the participants, "
    .. "Welch's t, "
    .. "adjusted by the largest |t| of all regions and of all cells; %.1f %% of the skin could not be "
    .. "followed; "
    .. 'exploratory, see help "movement"', MEASURES[about.measure], found, tested, where_text(cells),
    about.permutations, 100 * about.lost)
  if about.note then note = note .. "; " .. about.note end
  lines[#lines + 1] = words.wrapped(note, "  ", math.min(width, 110) - 1, "  ")
  return table.concat(lines, "\n")
end

-- ---- The picture ----

-- The neutral average of both groups, where it shows nobody; or nil and why.
local function face_below(self, caller, o, chosen)
  if o.face == false then return nil end
  local items = {}
  for i, one in ipairs(chosen) do items[i] = one.item end
  local portrait, people = shared.portrait(self, caller, items, "neutral", o)
  if people >= shared.FEW then return portrait end
  return nil, string.format("drawn over lines, for the average of %s would show who they are",
    words.counted(people, "person", "people"))
end

local function limit_of(values)
  local largest = 0
  for _, g in ipairs(values) do
    if g == g then largest = math.max(largest, math.abs(g)) end
  end
  return math.max(0.5, math.ceil(2 * largest) / 2)
end

local function draw(self, caller, core, o, about, chosen)
  local cells, values, significant = about.families[2], {}, {}
  for cell = 1, about.cells do values[cell], significant[cell] = NAN, 0 end
  for i, place in ipairs(cells.places) do
    values[place.cell] = cells.results.g[i]
    significant[place.cell] = cells.results.p_adjusted[i] < ALPHA and 1 or 0
  end
  local portrait, why = face_below(self, caller, o, chosen)
  local found, tested = found_in(cells)
  local titles = {
    string.format("%s: %s less %s", about.task, about.levels[1], about.levels[2]),
    string.format("%s, n = %d and %d", MEASURES[o.measure], about.people[1], about.people[2]),
    string.format("outlined: p < .05, adjusted (%d of %d cells)", found, tested),
    "Hedges g",
  }
  local drawn, message, code = core.draw_map(caller, values, significant, limit_of(cells.results.g), titles,
    portrait, o.file)
  if not drawn then return nil, message, code end
  about.note = shared.join_notes(about.note, why)
  return true
end

-- ---- All of it ----

-- The peaks with the level of each; one per participant.
local function leveled(self, caller, o, peaks)
  local column, seen = self.frame:col(o.group), {}
  for _, one in ipairs(peaks) do
    one.level = kit.text_of(column[one.item.row.row])
    local participant = one.item.row.participant
    if seen[participant] then
      wrong(caller, 'participant "%s" has several recordings of task "%s"; choose one with visit = or take =',
        participant, kit.text_of(o.task))
    end
    seen[participant] = true
  end
  return levels_of(caller, o, peaks)
end

local function compare(core, caller, o, people, group, places)
  local results, message, code = core.compare(caller, people, group, o.permutations, o.seed, LEAST,
    o.progress ~= false)
  if not results then return nil, message, code end
  return {places = places, results = results}
end

local function cells_row(size, cells, measure, places)
  local all, values = measure == "asymmetry" and asymmetry_of(size, cells) or size, {}
  for i, place in ipairs(places) do values[i] = all[place.cell] end
  return values
end

-- The two families of tests, over regions and over cells.
local function test(core, caller, o, chosen, levels)
  local cells = {}
  cells.region, cells.side, cells.mirror = core.cells()
  local group, by_region, by_cell = {}, {}, {}
  local region_list, cell_list = region_places(o.measure), cell_places(cells, o.measure)
  for i, one in ipairs(chosen) do
    group[i] = one.level == levels[1] and 0 or 1
    by_region[i] = regions_of(core, one.size, o.measure)
    by_cell[i] = cells_row(one.size, cells, o.measure, cell_list)
  end
  local regions, message, code = compare(core, caller, o, by_region, group, region_list)
  if not regions then return nil, message, code end
  local map, text, word = compare(core, caller, o, by_cell, group, cell_list)
  if not map then return nil, text, word end
  return {regions, map}, #cells.region
end

function kit.movement_map(self, given, caller)
  local o = read_options(self, given, caller)
  local peaks, failures, code = shared.peaks(self, caller,
    {task = o.task, visit = o.visit, take = o.take, progress = o.progress})
  if not peaks then return nil, failures, code end
  local core = shared.core(caller)
  local levels = leveled(self, caller, o, peaks)
  local about = {
    task = kit.text_of(o.task), levels = levels, people = {0, 0}, measure = o.measure, lost = 0,
    permutations = o.permutations, note = shared.failures_text(failures, #peaks + #failures),
  }
  local chosen = {}
  for _, one in ipairs(peaks) do
    local which = one.level == levels[1] and 1 or one.level == levels[2] and 2
    if which then
      chosen[#chosen + 1] = one
      about.people[which] = about.people[which] + 1
      about.lost = about.lost + one.peak.lost
    end
  end
  about.lost = about.lost / #chosen
  local families, message, word = test(core, caller, o, chosen, levels)
  if not families then return nil, message, word end
  about.families, about.cells = families, message
  if o.file then
    local drawn, problem, status = draw(self, caller, core, o, about, chosen)
    if not drawn then return nil, problem, status end
  end
  local d = frame_of(families)
  rawset(d, "\0show", function(width) return map_text(about, width) end)
  return d
end
