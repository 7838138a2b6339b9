-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Explanation object that Model:explain gives: its tables, drawings and text.

local kit = ...
local words = require "mien.words"

local FEW = 5 -- The average face of fewer people may show who they are.

local methods = {}
local Explanation = {__name = "mien.explanation", __index = methods}
local tables = setmetatable({}, {__mode = "k"})

function kit.new_explanation(results)
  local e = setmetatable({}, Explanation)
  tables[e] = results
  return e
end

local function of(e, method)
  return tables[e] or kit.wrong("Explanation:%s: needs an Explanation before the colon, not a %s", method,
    type(e))
end

-- ---- Tables ----

function methods.regions(e) return of(e, "regions").regions end
function methods.time(e) return of(e, "time").time end
function methods.tasks(e) return of(e, "tasks").tasks end

function methods.map(e)
  local rows = {}
  for y, row in ipairs(of(e, "map").map) do rows[y] = table.move(row, 1, #row, 1, {}) end
  return rows
end

-- ---- Drawings ----

-- own, changed by what the user may choose of a drawing; more names one option that is not passed on.
local function with(own, options, method, more)
  options = words.check_options(options, "Explanation:" .. method, {"file", "title", "size", "label", more},
    kit.wrong)
  for name, value in pairs(options) do
    if name ~= more then own[name] = value end
  end
  if method == "plot_time" then own.ylabel, own.label = own.label, nil end
  return own
end

function methods.plot(e, options)
  local r = of(e, "plot")
  local few, size = (r.facts.people or 1) < FEW, #r.map
  local face = not few
  if type(options) == "table" and options.face ~= nil then
    kit.check_flag(options, "face", "Explanation:plot")
    face = options.face
  end
  local all = {label = "fall of the logit", numbers = false, size = {560, 500}}
  local blank = {}
  for y = 1, size do blank[y] = " " end
  if face then
    all.under = {}
    for y = 1, size do all.under[y] = table.move(r.average, (y - 1) * size + 1, y * size, 1, {}) end
  end
  return require("mien.plot").heatmap({values = r.map, rows = blank, columns = blank},
    with(all, options, "plot", "face"))
end

function methods.plot_regions(e, options)
  return require("mien.plot").face(of(e, "plot_regions").regions,
    with({value = "contribution", label = "fall of the logit"}, options, "plot_regions"))
end

function methods.plot_time(e, options)
  local time, middle = of(e, "plot_time").time, {}
  for i = 1, #time do middle[i] = (time.from[i] + time.to[i]) / 2 end
  return require("mien.plot").line(middle, time.contribution,
    with({xlabel = "time in the clip (s)", label = "fall of the logit"}, options, "plot_time"))
end

-- ---- Text ----

local FILLS = {blur = "a blurred, still picture", grey = "the clip's mean grey",
  still = "still, as they look in the mean"}

local function whose(f)
  local text = words.counted(f.clips, "clip")
  if f.of > f.clips then text = text .. string.format(" (of %d)", f.of) end
  if f.people then text = text .. " of " .. words.counted(f.people, "participant") end
  return text .. (f.level and ", " .. f.level or "")
end

local function who_judged(f)
  if not f.known then return "whether the networks learned from these participants is not known" end
  local text = "each participant judged by the networks that did not learn from them"
  if f.seen > 0 then text = text .. string.format("\n  %s left out: all had learned from them",
    words.counted(f.seen, "clip")) end
  return text
end

local function order_of(frame)
  local order, c = {}, frame.contribution
  for i = 1, #frame do order[i] = i end
  local function size(i) return c[i] == c[i] and math.abs(c[i]) or -1 end
  table.sort(order, function(i, j)
    if size(i) ~= size(j) then return size(i) > size(j) end
    return i < j
  end)
  return order
end

local function row_text(name, frame, i)
  local low, high = frame.low[i], frame.high[i]
  local between = low == low and string.format("  %+7.2f to %+.2f", low, high) or ""
  return string.format("    %-18s %+7.2f%s", words.display(name, 18), frame.contribution[i], between)
end

local SIDES = {l = "left ", r = "right "}

function Explanation.__tostring(e)
  local r = of(e, "tostring")
  local f, lines = r.facts, {}
  lines[1] = string.format("Explanation   %s against %s, mean logit %.2f",
    words.display(f.levels[#f.levels], 18), words.display(f.levels[1], 18), r.logit)
  lines[2] = "  " .. words.display(whose(f), 76)
  lines[3] = "  " .. who_judged(f)
  lines[4] = "  hidden parts become " .. FILLS[f.fill]
  lines[5] = "  fall of the logit when hidden, largest first (sides are the participant's)"
  for k, i in ipairs(order_of(r.regions)) do
    if k > 5 then break end
    lines[#lines + 1] = row_text(SIDES[r.regions.side[i]] .. r.regions.region[i], r.regions, i)
  end
  local i = order_of(r.time)[1]
  lines[#lines + 1] = row_text(string.format("%.2f to %.2f s", r.time.from[i], r.time.to[i]), r.time, i)
    .. "  held still"
  for k, j in ipairs(r.tasks and #r.tasks > 1 and order_of(r.tasks) or {}) do
    if k > 3 then break end
    lines[#lines + 1] = row_text("task " .. r.tasks.task[j], r.tasks, j)
  end
  if f.people and f.people >= 3 then
    lines[#lines + 1] = "  95 % intervals by a bootstrap over participants"
  end
  lines[#lines + 1] = "  :regions() :time() :tasks() :map() :plot{} :plot_regions{} :plot_time{}"
  return table.concat(lines, "\n")
end
