-- SPDX-License-Identifier: GPL-3.0-or-later
-- measure.fatigue: what a sustained effort loses over time.

local kit = ...
local measure, core, text = kit.measure, kit.core, kit.text

local CALLER = "measure.fatigue"
local OPTIONS = {"baseline", "final", "criterion", "hold", "stop", "blinks", "gaze", "gaze_least", "brow",
  "recovery"}
local GAZE_SHARE = 0.7 -- Of the gaze in the baseline window.

-- ---- Options ----

-- criterion = level, {loss = share of the baseline}, or {loss_mm = millimetres of it}.
local function read_criterion(caller, options, given)
  local value = options.criterion
  if value == nil then return end
  if type(value) == "table" then
    local loss = kit.number(caller .. ": criterion", value, "loss", nil, 0, 1)
    local loss_mm = kit.number(caller .. ": criterion", value, "loss_mm", nil, 0)
    if (loss == nil) == (loss_mm == nil) or loss_mm == 0 then
      kit.fail(caller, "criterion must be a level or {loss = 0..1} or {loss_mm = more than 0}")
    end
    given.criterion_loss, given.criterion_loss_mm = loss, loss_mm
  else
    given.criterion = kit.number(caller, options, "criterion")
  end
end

-- blinks = true (look for them), false (none), or a data frame of measure.blinks.
local function read_blinks(caller, blinks, time, x, given)
  if blinks == false then return end
  given.mask_margin = kit.MARGIN
  if blinks == nil or blinks == true then
    given.mask_start, given.mask_end = kit.blinks_in(time, x, caller)
  elseif kit.is_frame(blinks) and kit.has(blinks, "start") and kit.has(blinks, "end") then
    given.mask_start, given.mask_end = blinks:col("start"), blinks:col("end")
  else
    kit.fail(caller, "blinks must be a data frame of measure.blinks, true or false")
  end
end

local function read_series(caller, options, name, given, count)
  if options[name] == nil then return end
  given[name] = kit.check_series(caller, name, options[name])
  if #given[name] ~= count then
    kit.fail(caller, "time has %d values, %s %d", count, name, #given[name])
  end
end

-- ---- Printing ----

local Fatigue = {__name = "mien.fatigue"}

local function criterion_text(f)
  if f.censored == nil then return nil end
  if f.censored then
    return string.format("not below %s for %g s while watched, %.1f s (censored)", text(f.criterion), f.hold,
      f.time_to_criterion)
  end
  return string.format("below %s for %g s from %.1f s on", text(f.criterion), f.hold, f.time_to_criterion)
end

local function frames_text(f)
  local parts = {string.format("%d of %d frames used", f.used, f.frames)}
  for _, what in ipairs {"missing", "masked", "flagged"} do
    if f[what] > 0 then parts[#parts + 1] = string.format("%d %s", f[what], what) end
  end
  return table.concat(parts, ", ")
end

function Fatigue.__tostring(f)
  local lines = {string.format("baseline %s, final %s: decrement %s   slope %s [%s, %s] per min",
    text(f.baseline), text(f.final), text(f.decrement, "%.2f"), text(f.slope), text(f.slope_ci[1]),
    text(f.slope_ci[2]))}
  lines[#lines + 1] = "  " .. (criterion_text(f) or "no criterion given") .. "; half-time "
    .. text(f.half_time, "%.1f") .. " s; mean loss " .. text(f.mean_loss, "%.2f")
  lines[#lines + 1] = f.fit.note and "  no exponential fit: " .. f.fit.note
    or string.format("  exponential fit: loses %s with tau %s s", text(f.fit.loss), text(f.fit.tau))
  if f.recovery then
    lines[#lines + 1] = string.format("  after the rest %s: recovery %s", text(f.recovered),
      text(f.recovery, "%.2f"))
  end
  if f.gaze_baseline then
    lines[#lines + 1] = string.format("  gaze %s degrees up at first, %s at the end; flagged below %s",
      text(f.gaze_baseline, "%.0f"), text(f.gaze_final or kit.NAN, "%.0f"),
      text(f.gaze_least or kit.NAN, "%.0f"))
  end
  if f.brow_change then
    lines[#lines + 1] = string.format("  brow %s, r with the series %s", text(f.brow_change, "%+.3g"),
      text(f.brow_r or kit.NAN, "%.2f"))
  end
  lines[#lines + 1] = "  " .. frames_text(f) .. (f.note and "; " .. f.note or "")
  return table.concat(lines, "\n")
end

-- ---- The call ----

local function note_of(f)
  if f.frames == 0 then return "no frame in the task" end
  if f.used == 0 then return "no frame can be used" end
  if f.baseline ~= f.baseline then return "no usable frame in the baseline window" end
  if f.final ~= f.final then return "no usable frame in the final window" end
  if not (f.baseline > 0) then return "the baseline is not positive, so there is no decrement" end
end

function kit.fatigue(caller, time, x, options)
  local given = {
    baseline = kit.window(caller, options, "baseline", true),
    recovery = kit.window(caller, options, "recovery"),
    final = kit.number(caller, options, "final", 5, 0),
    stop = kit.number(caller, options, "stop", math.huge),
    hold = kit.number(caller, options, "hold", 1, 0),
    gaze_least = kit.number(caller, options, "gaze_least"), gaze_share = GAZE_SHARE,
  }
  if given.stop < given.baseline[2] then
    kit.fail(caller, "stop must not be before the end of the baseline window, but %g is", given.stop)
  end
  read_criterion(caller, options, given)
  read_series(caller, options, "gaze", given, #time)
  read_series(caller, options, "brow", given, #time)
  if given.gaze_least and not given.gaze then kit.fail(caller, "gaze_least needs gaze") end
  read_blinks(caller, options.blinks, time, x, given)
  local f = core.fatigue(time, x, caller, given)
  f.hold, f.note = given.hold, note_of(f)
  return setmetatable(f, Fatigue)
end

-- measure.fatigue(time, x, {baseline = {t0, t1}, final = 5, criterion =, hold = 1, stop =, blinks =, ...})
function measure.fatigue(time, x, options)
  kit.check_series(CALLER, "time", time)
  kit.check_series(CALLER, "the series", x)
  if #time ~= #x then kit.fail(CALLER, "time has %d values, the series %d", #time, #x) end
  return kit.fatigue(CALLER, time, x, kit.check_options(CALLER, options, OPTIONS))
end
