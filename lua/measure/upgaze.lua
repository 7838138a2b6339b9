-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.upgaze: fatigue of both lids in sustained up-gaze, and the timed ptosis items of QMG and MGC.

local kit = ...
local measure, text = kit.measure, kit.text
local words = require "mien.words"

local CALLER = "measure.upgaze"
local OPTIONS = {"baseline", "final", "criterion", "hold", "stop", "blinks", "gaze", "gaze_least", "recovery",
  "rest", "lid"}
-- What shows the lid, the best first, and what counts as ptosis in it. A share of the participant's own first
-- up-gaze is timed more exactly than millimetres, in which every participant has an error of their own; the
-- level that clinics use is looked for beside it, and at rest, where nothing was lost yet.
local LIDS = {
  {stem = "mrd1_%s_mm", criterion = {loss = 0.3}, low = 2},
  {stem = "fissure_%s_mm", criterion = {loss = 0.3}},
  {stem = "fissure_%s", criterion = {loss = 0.3}},
  {stem = "ear_%s", criterion = {loss = 0.3}},
}
local TASK = 60 -- Seconds after which the items call the lid tireless.

-- ---- Which columns ----

local function has_values(d, name)
  if not kit.has(d, name) then return false end
  local column = d:col(name)
  for i = 1, #d do
    if column[i] == column[i] then return true end
  end
  return false
end

-- "mrd1_%s_mm" and what counts as ptosis; columns without any value do not count.
local function choose_lid(d, wanted)
  for _, lid in ipairs(LIDS) do
    local left, right = lid.stem:format("l"), lid.stem:format("r")
    local named = wanted == nil or wanted == lid.stem:gsub("_%%s", "")
    if named and (has_values(d, left) or has_values(d, right)) then return lid end
  end
  if wanted ~= nil then
    kit.fail(CALLER, "lid: no column with values for %s; there may be mrd1_mm, fissure_mm, fissure, ear",
      tostring(wanted))
  end
  kit.fail(CALLER, "the data frame has no lids: none of mrd1_l_mm, fissure_l_mm, fissure_l, ear_l has values")
end

local function gaze_of(d, options)
  if options.gaze == false then return nil end
  if options.gaze ~= nil then return kit.check_series(CALLER, "gaze", options.gaze) end
  return has_values(d, "gaze_y") and d:col("gaze_y") or nil
end

-- ---- The items ----

-- Scores of the timed ptosis items from the time to ptosis in whole seconds. Censored times score only where
-- what was watched is long enough to tell.
function kit.timed_items(seconds, censored, at_rest)
  if at_rest then return 3, 3 end
  if seconds ~= seconds then return kit.NAN, kit.NAN end
  if censored then
    return seconds >= TASK - 0.5 and 0 or kit.NAN, seconds > 45 and 0 or kit.NAN
  end
  if seconds < 1 then return 3, 3 end
  if seconds < 11 then return 2, 2 end
  return seconds < 61 and 1 or 0, seconds <= 45 and 1 or 0
end

local function level_text(criterion, lid)
  if type(criterion) ~= "table" then return string.format("below %g", criterion) end
  if criterion.loss then
    return string.format("a loss of %g %% of the first up-gaze", 100 * criterion.loss)
  end
  if not lid.stem:find("_mm$") then
    kit.fail(CALLER, "criterion: loss_mm needs a lid in millimetres, not %s", (lid.stem:gsub("_%%s", "")))
  end
  return string.format("a loss of %g mm of the first up-gaze", criterion.loss_mm)
end

local function rule_of(criterion, lid, hold)
  local level = level_text(criterion, lid)
  return string.format("ptosis: %s, %s for %g s in the worse eye; QMG: none in %d s 0, 11-60 s 1, 1-10 s 2, "
    .. "at once 3; MGC: over 45 s 0, 11-45 s 1, 1-10 s 2, at once 3", lid.stem:gsub("_%%s", ""), level, hold,
    TASK)
end

-- Whether the lid was below a level before the task began.
local function droops_at_rest(d, column, window, level)
  if not window or not level then return false end
  local values, time = {}, d:col("time")
  for i = 1, #d do
    local inside = time[i] >= window[1] - 1e-9 and time[i] <= window[2] + 1e-9
    if inside and column[i] == column[i] then values[#values + 1] = column[i] end
  end
  table.sort(values)
  return #values > 0 and values[math.ceil(#values / 2)] < level
end

-- ---- The result ----

local Upgaze = {__name = "mien.upgaze"}

local function time_text(seconds, censored)
  return (censored and "> " or "") .. text(seconds, "%.1f") .. " s"
end

function Upgaze.__tostring(u)
  local lines = {string.format("up-gaze, %s   time to ptosis %s (%s eye)   QMG %s, MGC %s", u.lid,
    time_text(u.time_to_ptosis, u.censored), u.worst or "neither", text(u.qmg, "%d"), text(u.mgc, "%d"))}
  for _, side in ipairs {"left", "right"} do
    local f = u[side]
    local eye = string.format("%s to %s, decrement %s, slope %s [%s, %s] per min, ptosis %s",
      text(f.baseline), text(f.final), text(f.decrement, "%.2f"), text(f.slope), text(f.slope_ci[1]),
      text(f.slope_ci[2]), time_text(f.time_to_criterion, f.censored))
    lines[#lines + 1] = words.wrapped(eye, string.rep(" ", 9), math.min(words.width(), 110) - 1,
      string.format("  %-5s  ", side))
  end
  local f = u.left
  lines[#lines + 1] = string.format("  decrement of the left less the right %s%s",
    text(u.difference, "%.2f"), u.left.gaze_baseline and string.format("; gaze %s to %s degrees up",
    text(f.gaze_baseline, "%.0f"), text(f.gaze_final or kit.NAN, "%.0f")) or "; gaze not known")
  if u.left.brow_change then
    lines[#lines + 1] = string.format("  brows %s left, %s right", text(u.left.brow_change, "%+.3g"),
      text(u.right.brow_change or kit.NAN, "%+.3g"))
  end
  if u.time_below_2mm then
    lines[#lines + 1] = string.format("  below 2 mm, whatever it was before: %s",
      time_text(u.time_below_2mm, u.censored_2mm))
  end
  local width = math.min(words.width(), 110) - 3
  lines[#lines + 1] = words.wrapped(u.rule, "  ", width)
  if u.note then lines[#lines + 1] = words.wrapped("note: " .. u.note, "  ", width) end
  return table.concat(lines, "\n")
end

-- The eye whose lid fell first, or lost more where neither or both at once did; nil where nothing is known.
local function worse_eye(left, right)
  local function is_known(f) return f.censored ~= nil end
  if not is_known(left) or not is_known(right) then
    return is_known(left) and "left" or is_known(right) and "right" or nil
  end
  if left.censored ~= right.censored then return left.censored and "right" or "left" end
  if not left.censored and left.time_to_criterion ~= right.time_to_criterion then
    return left.time_to_criterion < right.time_to_criterion and "left" or "right"
  end
  return left.decrement >= right.decrement and "left" or "right"
end

-- When the first of both lids was below the level: seconds, censored; nil where no eye is known.
local function first_below(both, low)
  local found
  for _, side in ipairs {"left", "right"} do
    local f = both(side, low)
    local known = f.censored ~= nil
    if known and (not found or found.censored and not f.censored
        or found.censored == f.censored and f.time_to_criterion < found.time_to_criterion) then found = f end
  end
  if found then return found.time_to_criterion, found.censored end
end

local function blinks_of(d, options)
  if options.blinks ~= nil and options.blinks ~= true then return options.blinks end
  if not kit.eye_columns(d) then return false end
  return measure.blinks(d)
end

local BLIND = 2 -- Seconds for which a lid may go unseen before it is told.

-- The longest time without a value between two times, seconds.
local function longest_gap(time, column, from, to)
  local longest, last = 0, from
  for i = 1, #time do
    if time[i] >= from and time[i] <= to and column[i] == column[i] then
      longest, last = math.max(longest, time[i] - last), time[i]
    end
  end
  return math.max(longest, to - last)
end

-- Whether the worst eye was out of sight, as behind the rim of glasses, when it mattered; text or nil.
local function unseen_note(u, d, lid, options)
  local f, from = u[u.worst or "left"], options.baseline[1]
  local column = d:col(lid.stem:format((u.worst or "left"):sub(1, 1)))
  if f.baseline ~= f.baseline then
    return "the lid was not seen in the first up-gaze, so what it lost is not known; measure.reasons says why"
  end
  if f.censored == nil then return nil end
  local gap = longest_gap(d:col("time"), column, from, from + f.time_to_criterion)
  if gap < BLIND then return nil end
  return string.format("before that the lid was not seen for up to %.1f s: ptosis may have come so much "
    .. "earlier; measure.reasons says why", gap)
end

local function notes_of(u, gaze, chosen, unseen)
  local notes = {unseen}
  if u.lid ~= "mrd1_mm" and not chosen then
    notes[#notes + 1] = "no lid margin was seen against the iris, so " .. u.lid .. " stands for the lid"
  end
  if not gaze then notes[#notes + 1] = "gaze is not known: a lid that follows a sinking gaze looks like "
    .. "fatigue" end
  if u.censored and u.qmg ~= u.qmg then
    notes[#notes + 1] = string.format("watched for %.1f s only: too short for a score of 0", u.time_to_ptosis)
  end
  return #notes > 0 and table.concat(notes, "; ") or nil
end

-- measure.upgaze(d, {baseline = {t0, t1}, ...}) -> both eyes, the worse one, the items.
function measure.upgaze(d, options)
  if not kit.is_frame(d) then
    kit.fail(CALLER, "the first argument must be a data frame of measure.of, not a %s", type(d))
  end
  options = kit.check_options(CALLER, kit.without_note(options), OPTIONS)
  if not kit.has(d, "time") then kit.fail(CALLER, "the data frame has no column time") end
  local lid, gaze = choose_lid(d, options.lid), gaze_of(d, options)
  local rest, blinks = kit.window(CALLER, options, "rest"), blinks_of(d, options)
  local criterion = options.criterion == nil and lid.criterion or options.criterion
  local low = options.criterion == nil and lid.low
  local level = type(criterion) == "number" and criterion or low
  local u, at_rest = {lid = lid.stem:gsub("_%%s", "")}, {}
  local function eye(side, wanted)
    local letter = side:sub(1, 1)
    local brow = "brow_" .. letter
    return kit.fatigue(CALLER, d:col("time"), d:col(lid.stem:format(letter)), {
      baseline = options.baseline, final = options.final, criterion = wanted, hold = options.hold,
      stop = options.stop, recovery = options.recovery, gaze = gaze,
      gaze_least = gaze and options.gaze_least or nil, blinks = blinks,
      brow = has_values(d, brow) and d:col(brow) or nil,
    })
  end
  for side, letter in pairs {left = "l", right = "r"} do
    u[side] = eye(side, criterion)
    at_rest[side] = droops_at_rest(d, d:col(lid.stem:format(letter)), rest, level)
  end
  if low then u.time_below_2mm, u.censored_2mm = first_below(eye, low) end
  u.worst = worse_eye(u.left, u.right)
  if at_rest.left ~= at_rest.right then u.worst = at_rest.left and "left" or "right" end
  if u.worst then u.best = u.worst == "left" and "right" or "left" end
  local worst = u.worst and u[u.worst] or u.left
  u.difference = u.left.decrement - u.right.decrement
  u.ptosis_at_rest = at_rest.left or at_rest.right
  u.time_to_ptosis, u.censored = worst.time_to_criterion, worst.censored
  if u.ptosis_at_rest then
    u.time_to_ptosis, u.censored = 0.0, false
    if low then u.time_below_2mm, u.censored_2mm = 0.0, false end
  end
  u.qmg, u.mgc = kit.timed_items(u.time_to_ptosis, u.censored, u.ptosis_at_rest)
  u.rule = rule_of(criterion, lid, worst.hold)
  u.note = notes_of(u, gaze, options.lid ~= nil, unseen_note(u, d, lid, options))
  return setmetatable(u, Upgaze)
end
