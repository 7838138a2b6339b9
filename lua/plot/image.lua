-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.image: a picture as it is, a frame of a video or a file.

local plot, kit = ...
local words = require "mien.words"

-- ---- The picture ----

-- A file of a picture is opened as a video of one frame: the same libraries read both.
local function picture_of_file(path, caller)
  local clip, message, code = video.open(path)
  if not clip then return nil, string.format("%s: %s", caller, (message:gsub("^video%.open: ", ""))), code end
  local image, trouble, kind = clip:at(0)
  clip:close()
  if not image then return nil, string.format("%s: %s", caller, (trouble:gsub("^Video:at: ", ""))), kind end
  return image
end

local function picture_of(source, caller)
  local meta = debug.getmetatable(source)
  if meta and meta == debug.getregistry()["mien.image"] then return source end
  if type(source) == "string" and source ~= "" then return picture_of_file(source, caller) end
  kit.wrong("%s: needs an Image or the name of a PNG file, not a %s", caller, type(source))
end

-- ---- Text ----

local RAMP = " .:-=+*#%@"

-- The mean colour of a part of the picture, from a few of its pixels.
local function mean_colour(image, left, top, wide, high)
  local across, down = math.min(4, math.ceil(wide)), math.min(4, math.ceil(high))
  local sums = {0, 0, 0}
  for i = 0, across - 1 do
    for j = 0, down - 1 do
      local x = math.min(image.width - 1, math.floor(left + (i + 0.5) * wide / across))
      local y = math.min(image.height - 1, math.floor(top + (j + 0.5) * high / down))
      for k, part in ipairs {image:pixel(x, y)} do sums[k] = sums[k] + part end
    end
  end
  local count = across * down
  return sums[1] / count, sums[2] / count, sums[3] / count
end

-- The nearest of the 216 colours and 24 greys that terminals agree on.
local function terminal_colour(r, g, b)
  local function distance(r2, g2, b2) return (r - r2) ^ 2 + (g - g2) ^ 2 + (b - b2) ^ 2 end
  local function step(part) return part < 48 and 0 or part < 115 and 1 or math.min(5, (part - 35) // 40) end
  local function level(number) return number == 0 and 0 or 55 + 40 * number end
  local red, green, blue = step(r), step(g), step(b)
  local grey = math.max(0, math.min(23, math.floor(((r + g + b) / 3 - 8) / 10 + 0.5)))
  local shade = 8 + 10 * grey
  if distance(shade, shade, shade) < distance(level(red), level(green), level(blue)) then
    return 232 + grey
  end
  return math.tointeger(16 + 36 * red + 6 * green + blue)
end

-- Every character shows two pixels, one above the other.
local function coloured_lines(image, columns, rows)
  local wide, high = image.width / columns, image.height / (2 * rows)
  local lines = {}
  for row = 0, rows - 1 do
    local line = {}
    for column = 0, columns - 1 do
      local above = terminal_colour(mean_colour(image, column * wide, 2 * row * high, wide, high))
      local below = terminal_colour(mean_colour(image, column * wide, (2 * row + 1) * high, wide, high))
      line[#line + 1] = string.format("\27[38;5;%d;48;5;%dm▀", above, below)
    end
    lines[#lines + 1] = table.concat(line) .. "\27[0m"
  end
  return lines
end

local function plain_lines(image, columns, rows)
  local wide, high = image.width / columns, image.height / rows
  local lines = {}
  for row = 0, rows - 1 do
    local line = {}
    for column = 0, columns - 1 do
      local r, g, b = mean_colour(image, column * wide, row * high, wide, high)
      local step = math.floor((0.299 * r + 0.587 * g + 0.114 * b) / 256 * #RAMP) + 1
      line[#line + 1] = RAMP:sub(step, step)
    end
    lines[#lines + 1] = (table.concat(line):gsub("%s+$", ""))
  end
  return lines
end

local function shows_colour(terminal)
  local kind = os.getenv("TERM")
  local locale = os.getenv("LC_ALL") or os.getenv("LC_CTYPE") or os.getenv("LANG") or ""
  return terminal.present and not os.getenv("NO_COLOR") and kind and kind ~= "dumb"
    and locale:lower():find("utf%-?8") ~= nil
end

local function in_text(image, title)
  return function(columns, terminal)
    -- A character is about twice as high as wide.
    local most_rows = terminal.present and math.max(10, terminal.rows - 3) or 40
    local wide = math.min(columns, 160, math.floor(2 * most_rows * image.width / image.height))
    wide = math.max(2, wide)
    local rows = math.max(1, math.floor(wide * image.height / image.width / 2 + 0.5))
    local lines = (shows_colour(terminal) and coloured_lines or plain_lines)(image, wide, rows)
    if title then table.insert(lines, 1, (words.display(title, columns))) end
    return table.concat(lines, "\n") .. "\n"
  end
end

-- ---- The function ----

-- A page of the picture's own shape: as large as it is, within 160 to 1000 pixels.
local function page_of(image, titled)
  local longest = math.max(image.width, image.height)
  local scale = math.max(160 / longest, math.min(1, 1000 / longest))
  return {math.max(160, math.floor(image.width * scale) + 20),
    math.max(100, math.floor(image.height * scale) + (titled and 50 or 20))}
end

function plot.image(source, options)
  local caller = "plot.image"
  options = kit.options(options, caller)
  local image, message, code = picture_of(source, caller)
  if not image then return nil, message, code end
  return kit.finish {
    caller = caller, kind = "image", options = options, image = image, layers = {{kind = "picture"}},
    bare = true, equal = true, size = page_of(image, options.title), legend = "below",
    about = string.format("%dx%d pixels", image.width, image.height),
    x = {low = -0.5, high = image.width - 0.5},
    y = {low = -0.5, high = image.height - 0.5, reversed = true},
    in_text = in_text(image, options.title),
  }
end
