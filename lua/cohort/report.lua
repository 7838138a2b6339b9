-- SPDX-License-Identifier: GPL-3.0-or-later
-- Cohort:report: what Track:report says of every recording, one row each.

local kit = ...
local words = require "mien.words"

local NAN = 0 / 0
local VERDICTS = {"good", "usable with care", "not usable"}

-- The numbers that a reader compares between recordings; the rest is in c:track(...):report().
local NUMBERS = {"coverage", "face_px", "sharpness", "light", "confidence", "second_face", "fps"}

local function joined(reasons, field, separator)
  local parts, seen = {}, {}
  for _, reason in ipairs(reasons) do
    if not seen[reason[field]] then parts[#parts + 1] = reason[field] end
    seen[reason[field]] = true
  end
  return #parts > 0 and table.concat(parts, separator) or NAN
end

local function unmeasured(item)
  local failed = item.state == "failed"
  local values = {
    row = item.row, file = item.row.file, verdict = failed and "not usable" or NAN,
    reasons = failed and item.stored.reason or "not extracted yet",
    advice = failed and item.stored.remedy or "call c:extract()",
  }
  for _, name in ipairs(NUMBERS) do values[name] = NAN end
  return values
end

local function measured(self, caller, item)
  local track, message, code = self.store:track(caller, math.tointeger(item.stored.id))
  if not track then return nil, message, code end
  local report = track:report()
  local values = {
    row = item.row, file = item.row.file, verdict = report.verdict,
    reasons = joined(report.reasons, "text", "; "), advice = joined(report.reasons, "advice", "; "),
  }
  for _, name in ipairs(NUMBERS) do values[name] = report[name] end
  return values
end

-- ---- Printing ----

local MOST_PRINTED = 20

local function is_text(value) return type(value) == "string" end

local function entry(item, width)
  local name = item.file:match("[^/]*$")
  local about = string.format("row %d %s: %s", item.row.row, name, item.verdict)
  if is_text(item.reasons) then about = about .. ": " .. item.reasons end
  local text = words.wrapped(about, "    ", width, "  ")
  return is_text(item.advice) and text .. "\n" .. words.wrapped(item.advice, "      ", width) or text
end

local function report_text(items, width)
  local number, pending, told = {}, 0, {}
  for _, verdict in ipairs(VERDICTS) do number[verdict] = 0 end
  for _, item in ipairs(items) do
    if not is_text(item.verdict) then
      pending = pending + 1
    else
      number[item.verdict] = number[item.verdict] + 1
    end
  end
  -- The gravest first.
  for _, wanted in ipairs {"not usable", "usable with care"} do
    for _, item in ipairs(items) do
      if item.verdict == wanted then told[#told + 1] = item end
    end
  end
  local counts = {}
  for i, verdict in ipairs(VERDICTS) do counts[i] = string.format("%d %s", number[verdict], verdict) end
  if pending > 0 then counts[#counts + 1] = string.format("%d not extracted yet", pending) end
  local lines = {words.counted(#items, "recording") .. ": " .. table.concat(counts, ", ")}
  for i = 1, math.min(#told, MOST_PRINTED) do lines[#lines + 1] = entry(told[i], width - 1) end
  if #told > MOST_PRINTED then
    lines[#lines + 1] = string.format("  and %d more; :write(\"report.csv\") keeps them all",
      #told - MOST_PRINTED)
  end
  return table.concat(lines, "\n")
end

function kit.report(self, caller)
  local states, message, code = kit.states(self, caller)
  if not states then return nil, message, code end
  assert(require("mien.face").track) -- The module gives a Track its methods.
  local items = {}
  for i, item in ipairs(states) do
    if item.state ~= "extracted" then
      items[i] = unmeasured(item)
    else
      items[i], message, code = measured(self, caller, item)
      if not items[i] then return nil, message, code end
    end
  end
  local fields = {"file", "verdict", "reasons", "advice", table.unpack(NUMBERS)}
  local d = kit.listing(self, items, fields)
  rawset(d, "\0show", function(width) return report_text(items, width) end)
  return d
end
