-- SPDX-License-Identifier: GPL-3.0-or-later
-- The maps of plot.face: numbers of regions and sides, or of the 68 landmarks, as colours on a drawn face.
-- The participant's right is at the left, as one looks at somebody.

local plot, kit = ...
local words = require "mien.words"

local REGIONS = {"forehead", "brow", "eye", "cheek", "nose", "mouth", "chin"}

-- ---- The drawn face ----

-- The outlines of the regions of the right half, in interocular distances from the point between the eyes;
-- the left half mirrors them. `at` is where the region's number stands.
local OUTLINES = {
  forehead = {at = {-0.52, -0.86}, 0, -1.25, -0.35, -1.22, -0.70, -1.08, -0.95, -0.85, -1.10, -0.52,
    -1.15, -0.32, -1.02, -0.42, -0.82, -0.58, -0.60, -0.62, -0.39, -0.58, -0.18, -0.52, 0, -0.52},
  brow = {at = {-0.55, -0.535}, 0, -0.52, -0.18, -0.52, -0.39, -0.58, -0.60, -0.62, -0.82, -0.58,
    -1.02, -0.42, -1.15, -0.32, -1.17, -0.10, -1.00, -0.17, -0.82, -0.25, -0.60, -0.28, -0.39, -0.27,
    -0.18, -0.22, 0, -0.20},
  eye = {at = {-0.54, 0.20}, -0.18, -0.22, -0.39, -0.27, -0.60, -0.28, -0.82, -0.25, -1.00, -0.17,
    -1.06, 0.00, -0.98, 0.17, -0.80, 0.28, -0.55, 0.32, -0.33, 0.28, -0.17, 0.13},
  cheek = {at = {-0.70, 0.76}, -1.17, -0.10, -1.00, -0.17, -1.06, 0.00, -0.98, 0.17, -0.80, 0.28, -0.55, 0.32,
    -0.33, 0.28, -0.17, 0.13, -0.20, 0.40, -0.30, 0.70, -0.38, 0.88, -0.44, 1.05, -0.62, 1.28, -0.64, 1.56,
    -0.83, 1.34, -0.99, 1.03, -1.08, 0.70, -1.14, 0.36, -1.17, 0.02},
  nose = {at = {-0.15, 0.60}, 0, -0.20, -0.18, -0.22, -0.17, 0.13, -0.20, 0.40, -0.30, 0.70, -0.38, 0.88,
    -0.28, 1.00, 0, 1.03},
  mouth = {at = {-0.24, 1.08}, 0, 1.03, -0.28, 1.00, -0.38, 0.88, -0.44, 1.05, -0.62, 1.28, -0.52, 1.50,
    -0.30, 1.60, 0, 1.62},
  chin = {at = {-0.22, 1.73}, 0, 1.62, -0.30, 1.60, -0.52, 1.50, -0.62, 1.28, -0.64, 1.56, -0.36, 1.80,
    -0.15, 1.92, 0, 1.95},
}

-- The landmarks of the right half and the midline (iBUG numbers), and which landmark of the left half mirrors
-- which.
local RIGHT = {
  [1] = {-1.17, 0.02}, [2] = {-1.14, 0.36}, [3] = {-1.08, 0.70}, [4] = {-0.99, 1.03}, [5] = {-0.83, 1.34},
  [6] = {-0.60, 1.60}, [7] = {-0.36, 1.80}, [8] = {-0.15, 1.92}, [9] = {0, 1.95},
  [18] = {-0.98, -0.28}, [19] = {-0.82, -0.42}, [20] = {-0.60, -0.46}, [21] = {-0.39, -0.42},
  [22] = {-0.20, -0.34}, [28] = {0, 0.00}, [29] = {0, 0.24}, [30] = {0, 0.48}, [31] = {0, 0.70},
  [32] = {-0.26, 0.86}, [33] = {-0.13, 0.91}, [34] = {0, 0.95}, [37] = {-0.76, 0.01}, [38] = {-0.60, -0.10},
  [39] = {-0.40, -0.10}, [40] = {-0.25, 0.03}, [41] = {-0.40, 0.09}, [42] = {-0.60, 0.09},
  [49] = {-0.43, 1.30}, [50] = {-0.27, 1.21}, [51] = {-0.10, 1.16}, [52] = {0, 1.19}, [58] = {0, 1.51},
  [59] = {-0.12, 1.50}, [60] = {-0.27, 1.43}, [61] = {-0.36, 1.30}, [62] = {-0.10, 1.27}, [63] = {0, 1.28},
  [67] = {0, 1.35}, [68] = {-0.10, 1.34},
}
local MIRRORS = {[18] = 27, [19] = 26, [20] = 25, [21] = 24, [22] = 23, [32] = 36, [33] = 35, [37] = 46,
  [38] = 45, [39] = 44, [40] = 43, [41] = 48, [42] = 47, [49] = 55, [50] = 54, [51] = 53, [59] = 57,
  [60] = 56, [61] = 65, [62] = 64, [68] = 66}
for i = 1, 8 do MIRRORS[i] = 18 - i end

local function drawn_landmarks()
  local points = {x = {}, y = {}}
  for i, point in pairs(RIGHT) do
    points.x[i], points.y[i] = point[1], point[2]
    local other = MIRRORS[i]
    if other then points.x[other], points.y[other] = -point[1], point[2] end
  end
  return points
end

-- Brows, eyes, nose and lips as thin lines, so that a reader sees where the regions lie.
local FEATURES = {{18, 22}, {23, 27}, {28, 31}, {32, 36}, {37, 42, closed = true}, {43, 48, closed = true},
  {49, 60, closed = true}, {61, 68, closed = true}}

local function features_layer(points, jaw)
  local layer = {kind = "line", x = {}, y = {}, colour = 0x444444, opacity = 0.6, width = 1, symbol = 7}
  local function part(first, last, closed)
    for i = first, last do
      layer.x[#layer.x + 1], layer.y[#layer.y + 1] = points.x[i], points.y[i]
    end
    if closed then layer.x[#layer.x + 1], layer.y[#layer.y + 1] = points.x[first], points.y[first] end
    layer.x[#layer.x + 1], layer.y[#layer.y + 1] = 0 / 0, 0 / 0
  end
  for _, one in ipairs(FEATURES) do part(one[1], one[2], one.closed) end
  if jaw then part(1, 17) end
  return layer
end

-- ---- Data: {values = {forehead = {l =, r =}, ...}, marks likewise, label =} ----

local SIDE_WORDS = {l = "l", left = "l", r = "r", right = "r", both = "both", m = "both", midline = "both",
  [""] = "both"}

-- "cheek_l", "left cheek", "cheek" -> region, side.
local function region_of(name, side, caller)
  local text = name:lower():gsub("[%s%-]+", "_")
  local region = text
  for word, short in pairs(SIDE_WORDS) do
    local bare = word ~= "" and (text:match("^(.+)_" .. word .. "$") or text:match("^" .. word .. "_(.+)$"))
    if bare and OUTLINES[bare] then region, side = bare, side or short end
  end
  if OUTLINES[region] then return region, side or "both" end
  local near = words.nearest(region, REGIONS)
  kit.wrong('%s: no region "%s"%s; the regions are %s, each with _l or _r', caller, words.display(name, 30),
    near and '; did you mean "' .. near .. '"?' or "", table.concat(REGIONS, ", "))
end

local function put(map, region, side, value, mark, caller)
  for _, one in ipairs(side == "both" and {"l", "r"} or {side}) do
    if map.values[region][one] ~= nil then
      kit.wrong("%s: two numbers for the %s %s; a map shows one", caller, one == "l" and "left" or "right",
        region)
    end
    map.values[region][one], map.marks[region][one] = value, mark
  end
end

local function empty_map()
  local map = {values = {}, marks = {}}
  for _, region in ipairs(REGIONS) do map.values[region], map.marks[region] = {}, {} end
  return map
end

local function side_of(text, caller)
  if not text then return "both" end
  local side = SIDE_WORDS[text:lower()]
  if not side then
    kit.wrong('%s: side must be "l", "r" or "both", not "%s"', caller, words.display(text, 20))
  end
  return side
end

local function map_of_frame(frame, options, caller)
  local names = kit.core.texts(kit.column(frame, options.region or "region", caller, "region"),
    caller .. ": region")
  local side_name = options.side or (frame:has("side") and "side")
  local sides = side_name and kit.core.texts(kit.column(frame, side_name, caller, "side"), caller .. ": side")
  local values = kit.core.list(kit.numbers(kit.column(frame, options.value, caller, "value"),
    caller .. ": value").values)
  local marks = options.mark and kit.marks_of(kit.column(frame, options.mark, caller, "mark"), caller)
  local map = empty_map()
  for i, value in ipairs(values) do
    local region, side = region_of(names[i] or "", sides and side_of(sides[i], caller), caller)
    put(map, region, side, value, marks and marks[i] or "", caller)
  end
  map.label = options.value
  return map
end

local function map_of_table(given, options, caller)
  local map = empty_map()
  local names = kit.sorted_names(given, caller, "regions")
  local marks = options.marks or {}
  if type(marks) ~= "table" then kit.wrong("%s: marks must be such as {cheek_l = \"*\"}", caller) end
  for name in pairs(marks) do
    if given[name] == nil then kit.wrong("%s: marks names %s, of which there is no number", caller,
      tostring(name)) end
  end
  for _, name in ipairs(names) do
    if math.type(given[name]) == nil then
      kit.wrong("%s: %s must be a number, not a %s", caller, name, type(given[name]))
    end
    local region, side = region_of(name, nil, caller)
    put(map, region, side, given[name] + 0.0, kit.marks_of_list({marks[name] or ""}, caller)[1], caller)
  end
  return map
end

local function all_of(map)
  local all, finite = {}, 0
  for _, region in ipairs(REGIONS) do
    for _, side in ipairs {"r", "l"} do
      local value = map.values[region][side] or 0 / 0
      map.values[region][side] = value
      map.marks[region][side] = map.marks[region][side] or ""
      all[#all + 1] = value
      if value - value == 0 then finite = finite + 1 end
    end
  end
  return all, finite
end

-- ---- The picture ----

local function region_layer(region, side, colour)
  local outline, sign = OUTLINES[region], side == "r" and 1 or -1
  local layer = {kind = "area", x = {}, y = {}, colour = colour, opacity = 1, width = 0, symbol = 7}
  for i = 1, #outline, 2 do
    layer.x[#layer.x + 1], layer.y[#layer.y + 1] = sign * outline[i], outline[i + 1]
  end
  layer.x[#layer.x + 1], layer.y[#layer.y + 1] = layer.x[1], layer.y[1]
  return layer
end

-- White lines between the regions.
local function edges(layers)
  local layer = {kind = "line", x = {}, y = {}, colour = 0xFFFFFF, width = 1.5, symbol = 7}
  for _, area in ipairs(layers) do
    table.move(area.x, 1, #area.x, #layer.x + 1, layer.x)
    table.move(area.y, 1, #area.y, #layer.y + 1, layer.y)
    layer.x[#layer.x + 1], layer.y[#layer.y + 1] = 0 / 0, 0 / 0
  end
  return layer
end

local function side_notes()
  return {{x = -0.75, y = 2.12, text = "participant's right", colour = kit.right, alignment = 1},
    {x = 0.75, y = 2.12, text = "participant's left", colour = kit.left, alignment = 1}}
end

local function finish(kind, options, layers, notes, scale, about, in_text, caller)
  return kit.finish {
    caller = caller, kind = kind, options = options, layers = layers, notes = notes, scale = scale,
    about = about, bare = true, equal = true, size = {560, options.title and 640 or 600}, legend = "below",
    x = {low = -1.4, high = 1.4}, y = {low = -1.32, high = 2.22, reversed = true}, in_text = in_text,
  }
end

local function text_of_regions(map, scale, decimals, options)
  local grid = {rows = REGIONS, columns = {"right", "left"}, values = {}, marks = {}}
  for i, region in ipairs(REGIONS) do
    grid.values[i] = {map.values[region].r, map.values[region].l}
    grid.marks[i] = {map.marks[region].r, map.marks[region].l}
  end
  return kit.grid_in_text(grid, scale, decimals, options.title)
end

local function region_figure(map, options, caller)
  local limits = kit.colour_limits(options, caller)
  local all, finite = all_of(map)
  if finite == 0 then return kit.refuse("%s: there is nothing to plot, no region has a number", caller) end
  local scale, decimals = kit.scale_of(all, limits, options.label or map.label), kit.decimals_of(all)
  local layers, notes = {}, side_notes()
  for _, region in ipairs(REGIONS) do
    for _, side in ipairs {"r", "l"} do
      local value, at = map.values[region][side], OUTLINES[region].at
      local colour = scale.colour_of(value)
      layers[#layers + 1] = region_layer(region, side, colour)
      notes[#notes + 1] = {x = side == "r" and at[1] or -at[1], y = at[2], alignment = 1, size = 9,
        text = kit.short_number(value, decimals) .. map.marks[region][side], colour = kit.ink_on(colour)}
    end
  end
  layers[#layers + 1] = edges(layers)
  layers[#layers + 1] = features_layer(drawn_landmarks())
  local about = string.format("%d of %d regions%s", finite, #all,
    map.label and ", " .. words.display(map.label, 30) or "")
  return finish("face map", options, layers, notes, scale, about,
    text_of_regions(map, scale, decimals, options), caller)
end

-- ---- Landmarks ----

local PARTS = {{"jaw", 1, 17}, {"right brow", 18, 22}, {"left brow", 23, 27}, {"nose", 28, 36},
  {"right eye", 37, 42}, {"left eye", 43, 48}, {"outer lips", 49, 60}, {"inner lips", 61, 68}}

local function text_of_landmarks(values, decimals, scale, options)
  return function(columns)
    local lines = {options.title and "  " .. words.display(options.title, columns - 2) or nil}
    for _, part in ipairs(PARTS) do
      local numbers = {}
      for i = part[2], part[3] do numbers[#numbers + 1] = kit.short_number(values[i], decimals) end
      local first = string.format("  %-10s %2d to %2d  ", part[1], part[2], part[3])
      lines[#lines + 1] = words.wrapped(table.concat(numbers, " "), string.rep(" ", #first), columns, first)
    end
    if scale.label then lines[#lines + 1] = "  numbers: " .. words.display(scale.label, columns - 11) end
    return table.concat(lines, "\n") .. "\n"
  end
end

local function landmark_figure(given, options, caller)
  local limits = kit.colour_limits(options, caller)
  local list = kit.numbers(given, caller .. ": values")
  local values = kit.core.list(list.values)
  if #values ~= 68 then
    kit.wrong("%s: a map of landmarks needs 68 numbers, not %d; of regions, {cheek_l = ..., cheek_r = ...}",
      caller, #values)
  end
  if list.finite == 0 then
    return kit.refuse("%s: there is nothing to plot, all 68 values are missing", caller)
  end
  local scale = kit.scale_of(values, limits, options.label)
  local points = drawn_landmarks()
  local dots = {kind = "points", x = points.x, y = points.y, colours = {}, colour = kit.dark, size = 1.7,
    symbol = 15}
  for i, value in ipairs(values) do dots.colours[i] = scale.colour_of(value) end
  local rims = {kind = "points", x = points.x, y = points.y, colour = 0x777777, size = 2, symbol = 15}
  local about = "68 landmarks" .. (list.finite < 68 and string.format(", %d missing", 68 - list.finite) or "")
  return finish("face map", options, {features_layer(points, true), rims, dots}, side_notes(), scale, about,
    text_of_landmarks(values, kit.decimals_of(values), scale, options), caller)
end

-- ---- The function, called by plot.face ----

local OWN = {"region", "side", "value", "mark", "marks", "limits", "label"}
kit.FACE_OPTIONS = {"zoom", table.unpack(OWN)}

-- Options of maps mean nothing where a frame's landmarks are shown.
function kit.no_face_map_options(options, caller)
  for _, name in ipairs(OWN) do
    if options[name] ~= nil then
      kit.wrong("%s: %s belongs to a map of the face, but a frame and its landmarks were given", caller, name)
    end
  end
end

-- Whether the first argument of plot.face holds numbers for a map.
function kit.is_face_map(value)
  return kit.is_frame(value) or (type(value) == "table" and getmetatable(value) == nil and next(value) ~= nil)
    or (debug.getmetatable(value) ~= nil and debug.getmetatable(value) == debug.getregistry()["mien.column"])
end

function kit.face_map(data, options, caller)
  options = kit.options(options, caller, kit.FACE_OPTIONS)
  if options.zoom ~= nil then kit.wrong("%s: zoom belongs to a frame, but a map was given", caller) end
  if options.label ~= nil and type(options.label) ~= "string" then
    kit.wrong("%s: label must be text, not a %s", caller, type(options.label))
  end
  if kit.is_frame(data) then return region_figure(map_of_frame(data, options, caller), options, caller) end
  kit.no_columns(options, caller, {"region", "side", "value", "mark"})
  if type(data) == "table" and rawlen(data) == 0 then
    return region_figure(map_of_table(data, options, caller), options, caller)
  end
  if options.marks ~= nil then kit.wrong("%s: marks belongs to a map of regions", caller) end
  return landmark_figure(data, options, caller)
end
