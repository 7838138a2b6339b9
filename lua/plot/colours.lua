-- SPDX-License-Identifier: GPL-3.0-or-later
-- Colours that stand for numbers, in plot.heatmap and the maps of plot.face: purple below zero, green above,
-- white at zero. Colour-blind readers can tell the two apart, and neither is a colour of left or right.

local _, kit = ...

-- From the most negative to the most positive. The lightness falls evenly from the middle to both ends.
local DIVERGING = {0x40004B, 0x762A83, 0x9970AB, 0xC2A5CF, 0xE7D4E8, 0xF7F7F7, 0xD9F0D3, 0xA6DBA0, 0x5AAE61,
  0x1B7837, 0x00441B}

kit.missing_colour = 0xBBBBBB

local function channels(colour) return colour >> 16 & 255, colour >> 8 & 255, colour & 255 end

local function mixed(a, b, share)
  local r, g, blue = channels(a)
  local r2, g2, blue2 = channels(b)
  local function part(from, to) return math.floor(from + share * (to - from) + 0.5) end
  return part(r, r2) << 16 | part(g, g2) << 8 | part(blue, blue2)
end

-- The colour at a place 0..1 along the whole palette.
local function at(place)
  local along = math.max(0, math.min(1, place)) * (#DIVERGING - 1)
  local before = math.min(math.floor(along), #DIVERGING - 2)
  return mixed(DIVERGING[before + 1], DIVERGING[before + 2], along - before)
end

-- Dark letters on light colours, light ones on dark.
function kit.ink_on(colour)
  local r, g, b = channels(colour)
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 and 0x222222 or 0xFFFFFF
end

-- The ends of the scale: the wanted ones, else even about zero where the values have both signs, else from
-- zero.
local function ends_of(values, wanted)
  if wanted then return wanted[1], wanted[2] end
  local low, high = 0, 0
  for _, value in ipairs(values) do
    if value - value == 0 then low, high = math.min(low, value), math.max(high, value) end
  end
  if low < 0 and high > 0 then
    local most = math.max(-low, high)
    return -most, most
  end
  if low == high then return 0, 1 end
  return low, high
end

-- A scale for these numbers: low, high, colours for the figure's bar, and colour_of(value), grey for missing.
-- A number beyond the ends has the end's colour.
function kit.scale_of(values, wanted, label)
  local scale = {label = label, colours = {}}
  scale.low, scale.high = ends_of(values, wanted)
  local both = scale.low < 0 and scale.high > 0
  local first = (both or scale.high <= 0) and 0 or 0.5
  local last = (both or scale.low >= 0) and 1 or 0.5
  -- Zero is white, so a scale with unequal ends uses the palette in unequal parts.
  local reach = math.max(-scale.low, scale.high)
  local function place(value)
    if both then return 0.5 + 0.5 * value / reach end
    return first + (last - first) * (value - scale.low) / (scale.high - scale.low)
  end
  function scale.colour_of(value)
    if value ~= value then return kit.missing_colour end
    return at(place(math.max(scale.low, math.min(scale.high, value))))
  end
  for i = 0, 20 do
    scale.colours[i + 1] = at(place(scale.low + i / 20 * (scale.high - scale.low)))
  end
  return scale
end

-- Numbers as short as they can be told apart: so many decimals for all.
function kit.decimals_of(values)
  local most, whole = 0, true
  for _, value in ipairs(values) do
    if value - value == 0 then
      most, whole = math.max(most, math.abs(value)), whole and value % 1 == 0
    end
  end
  if most == 0 or whole then return 0 end
  local power = math.floor(math.log(most, 10) + 1e-9)
  return math.max(0, math.min(4, power < 0 and 1 - power or 2 - power))
end

function kit.short_number(value, decimals)
  if value ~= value then return "NA" end
  if math.abs(value) >= 1e6 then return string.format("%.2g", value) end
  return (string.format("%." .. decimals .. "f", value):gsub("^%-(0[.0]*)$", "%1"))
end

-- {low, high} of the option limits: what the colours cover.
function kit.colour_limits(options, caller)
  local limits = options.limits
  if limits == nil then return nil end
  if type(limits) ~= "table" or #limits ~= 2 or math.type(limits[1]) == nil or math.type(limits[2]) == nil
    or not (limits[1] < limits[2]) or limits[2] - limits[1] == math.huge then
    kit.wrong("%s: limits must be {low, high}, what the colours cover", caller)
  end
  return limits
end

-- The marks of a column: text as it is, and a star for every number that is not zero.
function kit.marks_of(value, caller)
  local marks = {}
  for i, text in ipairs(kit.core.texts(value, caller .. ": mark")) do
    local number = tonumber(text or "")
    if not text or number == 0 or number ~= number then
      marks[i] = ""
    else
      marks[i] = number and "*" or text
    end
  end
  return marks
end

-- The option mark of arrays may also hold true and false.
function kit.marks_of_list(list, caller)
  if type(list) ~= "table" then kit.wrong("%s: marks must be texts, not a %s", caller, type(list)) end
  local plain = {}
  for i = 1, #list do
    local value = list[i]
    if type(value) == "boolean" then value = value and "*" or "" end
    plain[i] = value
  end
  return kit.marks_of(plain, caller)
end
