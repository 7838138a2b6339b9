-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.face: the 68 landmarks over the frame they were found in, with the participant's left and right told
-- apart. Its maps are in face_map.lua.

local plot, kit = ...

-- The participant's side of each landmark (iBUG numbers): r, l or m for the midline.
local SIDES = "rrrrrrrrmllllllll" .. "rrrrr" .. "lllll" .. "mmmm" .. "rrmll" .. "rrrrrr" .. "llllll" ..
  "rrrmllll" .. "lmrr" .. "rrmlllmr"
local PARTS = {
  {1, 17}, {18, 22}, {23, 27}, {28, 31}, {32, 36}, {37, 42, closed = true}, {43, 48, closed = true},
  {49, 60, closed = true}, {61, 68, closed = true},
}

-- ---- The frame and its points ----

local function check_points(x, y, caller)
  if #x ~= 68 or #y ~= 68 then
    kit.wrong("%s: the landmarks must be 68 points, but x has %d and y has %d", caller, #x, #y)
  end
end

-- The row of a track's data frame: the one with this frame number, or the nearest to a time.
local function find_row(frame, which, caller)
  local core = kit.core
  local function column(name)
    return core.list(core.numbers(kit.column(frame, name, caller, name), caller))
  end
  local numbers, times = column("frame"), column("time")
  if type(which) == "table" then
    local best
    for row, time in ipairs(times) do
      if not best or math.abs(time - which.time) < math.abs(times[best] - which.time) then best = row end
    end
    return best, column
  end
  for row, number in ipairs(numbers) do
    if number == which then return row, column end
  end
  return nil, column, numbers
end

-- The landmarks of one frame of a track: {x =, y =, time =, number =}, or nil, message, code.
local function points_of_track(track, which, caller)
  local frame = track:df()
  if #frame == 0 then return kit.refuse("%s: the track has no frames", caller) end
  local row, column, numbers = find_row(frame, which, caller)
  if not row then
    kit.wrong("%s: no frame %s; the track has frames %d to %d", caller, tostring(which), numbers[1],
      numbers[#numbers])
  end
  local found = {x = {}, y = {}, time = column("time")[row], number = column("frame")[row]}
  for i = 1, 68 do found.x[i], found.y[i] = column("x" .. i)[row], column("y" .. i)[row] end
  if found.x[1] ~= found.x[1] then
    return nil, string.format("%s: no face was found in frame %d (%.2f s); choose another frame", caller,
      found.number, found.time), "face"
  end
  return found
end

-- The picture of a track's frame; false where the track was loaded from a file of points.
local function picture_of_track(track, time, caller)
  local path = track.path
  if type(path) ~= "string" or path:lower():find("%.csv$") then return false end
  local clip, message, code = video.open(path)
  if not clip then return nil, string.format("%s: %s", caller, (message:gsub("^video%.open: ", ""))), code end
  local image, trouble, kind = clip:at(time)
  if not image then return nil, string.format("%s: %s", caller, (trouble:gsub("^Video:at: ", ""))), kind end
  return image
end

-- ---- Layers ----

local function outline(found, has_picture, dot)
  local layer = {kind = "line", x = {}, y = {}, colour = has_picture and 0xFFFFFF or 0xAAAAAA,
    opacity = has_picture and 0.7 or 1, width = 1.5 * math.min(dot, 0.8), symbol = 7, graphic_only = true}
  local function add(x, y)
    layer.x[#layer.x + 1], layer.y[#layer.y + 1] = x, y
  end
  for _, part in ipairs(PARTS) do
    for i = part[1], part[2] do add(found.x[i], found.y[i]) end
    if part.closed then add(found.x[part[1]], found.y[part[1]]) end
    add(0 / 0, 0 / 0)
  end
  return layer
end

local function side_points(found, side, title, colour, symbol, size)
  local layer = {kind = "points", x = {}, y = {}, title = title, colour = colour, size = size,
    symbol = symbol}
  for i = 1, 68 do
    if SIDES:sub(i, i) == side then
      layer.x[#layer.x + 1], layer.y[#layer.y + 1] = found.x[i], found.y[i]
    end
  end
  return layer
end

local function span(values)
  return math.min(table.unpack(values)), math.max(table.unpack(values))
end

-- What the figure covers, in pixels of the picture: all of it, or the face with some air around.
local function view_of(found, image, zoom)
  local left, right = span(found.x)
  local top, bottom = span(found.y)
  local width, height = right - left, bottom - top
  local air = math.max(width, height)
  local above = image and 0.5 or 0.1
  local view = {left = left - 0.3 * air, right = right + 0.3 * air, top = top - above * air,
    bottom = bottom + (image and 0.2 or 0.1) * air, face = width}
  if image and not zoom then
    view.left, view.right, view.top, view.bottom = -0.5, image.width - 0.5, -0.5, image.height - 0.5
  elseif image then
    view.left, view.right = math.max(view.left, -0.5), math.min(view.right, image.width - 0.5)
    view.top, view.bottom = math.max(view.top, -0.5), math.min(view.bottom, image.height - 0.5)
  end
  return view
end

-- The size in pixels that gives the view its own shape, with room for title and legend.
local function page_of(view, titled)
  local width, height = view.right - view.left, view.bottom - view.top
  local scale = math.min(780 / width, 680 / height)
  return {math.floor(width * scale) + 20, math.floor(height * scale) + (titled and 90 or 60)}, scale
end

local function describe(found, image)
  local about = found.number and string.format("frame %d, %.2f s", found.number, found.time) or "68 landmarks"
  return about .. (image and "" or ", no picture")
end

local function face_figure(found, image, options, caller)
  local view = view_of(found, image, options.zoom)
  local size, scale = page_of(view, options.title)
  local face_only = view_of(found)
  local dot = math.max(0.3, math.min(1, view.face * scale / 400))
  local layers = {}
  if image then layers[1] = {kind = "picture"} end
  layers[#layers + 1] = outline(found, image, dot)
  layers[#layers + 1] = side_points(found, "m", nil, image and 0xF0E442 or kit.dark, 3, dot)
  layers[#layers + 1] = side_points(found, "r", "participant's right", kit.right, 18, dot)
  layers[#layers + 1] = side_points(found, "l", "participant's left", kit.left, 12, dot)
  local beside = 0.06 * view.face
  local right_first = found.x[1] < found.x[17]
  return kit.finish {
    caller = caller, kind = "face", options = options, image = image, layers = layers, bare = true,
    equal = true, size = size, legend = "below", about = describe(found, image),
    x = {low = view.left, high = view.right}, y = {low = view.top, high = view.bottom, reversed = true},
    x_in_text = {low = face_only.left, high = face_only.right},
    y_in_text = {low = face_only.top, high = face_only.bottom, reversed = true},
    notes = {
      {x = found.x[1] + (right_first and -beside or beside), y = found.y[1], text = "right",
        colour = kit.right, alignment = right_first and 2 or 0},
      {x = found.x[17] + (right_first and beside or -beside), y = found.y[17], text = "left",
        colour = kit.left, alignment = right_first and 0 or 2},
    },
  }
end

-- ---- The function ----

local function check_zoom(options, caller)
  if options.zoom ~= nil and type(options.zoom) ~= "boolean" then
    kit.wrong("%s: zoom must be true or false, not a %s", caller, type(options.zoom))
  end
end

local function is_points(value)
  return type(value) == "table" and value.x ~= nil and value.y ~= nil
end

-- Options in the second argument would be passed over in silence.
local function check_alone(which, known, shape, caller)
  for name in pairs(type(which) == "table" and which or {}) do
    if not known[name] then
      kit.wrong('%s: "%s" does not belong into %s; give options as the third argument: {%s = ...}', caller,
        tostring(name), shape, tostring(name))
    end
  end
end

local function of_track(track, which, options, caller)
  if math.type(which) == nil and not (type(which) == "table" and math.type(which.time) ~= nil) then
    kit.wrong("%s: say which frame: its number, or {time = seconds}", caller)
  end
  check_alone(which, {time = true}, "{time = seconds}", caller)
  local found, message, code = points_of_track(track, which, caller)
  if not found then return nil, message, code end
  local image, trouble, kind = picture_of_track(track, found.time, caller)
  if image == nil then return nil, trouble, kind end
  return face_figure(found, image or nil, options, caller)
end

function plot.face(source, which, options)
  local caller = "plot.face"
  local registry = debug.getregistry()
  local meta = debug.getmetatable(source)
  if options == nil and not is_points(which) and (which == nil or type(which) == "table")
    and kit.is_face_map(source) then
    return kit.face_map(source, which, caller)
  end
  options = kit.options(options, caller, kit.FACE_OPTIONS)
  kit.no_face_map_options(options, caller)
  check_zoom(options, caller)
  if meta and meta == registry["mien.track"] then return of_track(source, which, options, caller) end
  local image = meta and meta == registry["mien.image"]
  if not image and source ~= nil and source ~= false then
    kit.wrong("%s: needs a Track and a frame, or an Image and its landmarks, not a %s", caller, type(source))
  end
  if not is_points(which) then
    kit.wrong("%s: the landmarks must be {x = {...}, y = {...}}, 68 each", caller)
  end
  local found = {x = kit.core.list(kit.core.numbers(which.x, caller .. ": x")),
    y = kit.core.list(kit.core.numbers(which.y, caller .. ": y"))}
  check_points(found.x, found.y, caller)
  return face_figure(found, image and source or nil, options, caller)
end
