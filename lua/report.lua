-- SPDX-License-Identifier: GPL-3.0-or-later
-- report: texts, tables and figures in one HTML file that needs no other. Everything given is shown as it
-- is: no text of the user's or from data can become markup, and pictures stand in the page as data, where no
-- script runs.

local report = ...
local core = report.core
report.core = nil

local words = require "mien.words"
local df = require "mien.df"
local here = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")

local function wrong(format, ...) words.raise(string.format(format, ...), here) end

local Report = {__name = "mien.report"}
local methods = {}
Report.__index = methods

-- ---- Text ----

local ENTITIES = {["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;"}

-- Text as HTML shows it; bytes that are no UTF-8 and control characters would break the page.
local function escaped(text)
  if not utf8.len(text) then text = text:gsub("[\128-\255]", "?") end
  return (text:gsub("[%c]", function(c) return (c == "\n" or c == "\t") and c or " " end)
    :gsub("[&<>\"']", ENTITIES))
end

local function check_text(value, what, caller)
  if type(value) ~= "string" and type(value) ~= "number" then
    wrong("%s: %s must be text, not a %s", caller, what, type(value))
  end
  return tostring(value)
end

local function text_option(options, name, caller)
  if options[name] == nil then return nil end
  return check_text(options[name], name, caller)
end

local function add(self, ...)
  for _, piece in ipairs {...} do self.pieces[#self.pieces + 1] = piece end
  return self
end

local function check_self(self, caller)
  if type(self) ~= "table" or getmetatable(self) ~= Report then
    wrong("%s: call it with a colon on a report, as in r:text(\"...\")", caller)
  end
end

-- report.new{title =, subtitle =}
function report.new(options)
  options = words.check_options(options, "report.new", {"title", "subtitle"}, wrong)
  return setmetatable({title = text_option(options, "title", "report.new") or "Report",
    subtitle = text_option(options, "subtitle", "report.new"), pieces = {}, headings = {}, tables = 0,
      figures = 0},
    Report)
end

-- A heading of level 2 (a section), 3 or 4.
function methods.heading(self, text, level)
  check_self(self, "Report:heading")
  text = check_text(text, "text", "Report:heading")
  level = level or 2
  if level ~= 2 and level ~= 3 and level ~= 4 then
    wrong("Report:heading: level must be 2, 3 or 4, not %s", tostring(level))
  end
  local place = #self.headings + 1
  self.headings[place] = {text = text, level = level}
  return add(self, string.format('<h%d id="h%d">%s</h%d>\n', level, place, escaped(text), level))
end

-- Paragraphs, parted by blank lines.
function methods.text(self, text)
  check_self(self, "Report:text")
  text = check_text(text, "text", "Report:text")
  for paragraph in (text .. "\n\n"):gmatch("(.-)\n%s*\n") do
    if paragraph:find("%S") then add(self, "<p>", escaped(paragraph), "</p>\n") end
  end
  return self
end

-- Lines as they are, in letters of one width: a result as the prompt prints it, or code.
function methods.output(self, value)
  check_self(self, "Report:output")
  return add(self, "<pre>", escaped(tostring(value)), "</pre>\n")
end

-- ---- Tables ----

-- The data frame of a result, and what stands below it.
local function frame_of(value, caller)
  if df.is(value) then return value end
  local meta = type(value) == "table" and getmetatable(value)
  local name = meta and meta.__name
  if name == "mien.logistic" then return value.terms, tostring(value):match("\n(  deviance.*)$") end
  if name == "mien.table1" then return value:df(), value:notes() end
  if meta and type(value.df) == "function" then return value:df() end
  if type(value) == "table" and not meta then return df.new(value) end
  wrong("%s: needs a data frame, or a result that has one, not a %s; Report:output shows anything", caller,
    name or type(value))
end

-- p-values in the style of journals, other numbers by their digits.
local function cell_text(value, digits, name)
  if type(value) ~= "number" then return df.missing(value) and "" or tostring(value) end
  if value ~= value then return "NA" end
  if name == "p" or name == "p_adjusted" then
    if value < 0.001 then return "< .001" end
    return (string.format(value < 0.1 and "%.3f" or "%.2f", value):gsub("^0", ""))
  end
  if math.type(value) == "integer" or value % 1 == 0 and math.abs(value) < 1e15 then
    return string.format("%.0f", value)
  end
  return string.format("%." .. digits .. "g", value)
end

local function is_number_column(column)
  for i = 1, #column do
    if type(column[i]) == "number" then return true end
  end
  return false
end

-- A table, numbered, with its caption above and a note below.
function methods.table(self, value, options)
  local caller = "Report:table"
  check_self(self, caller)
  options = words.check_options(options, caller, {"caption", "note", "digits", "most"}, wrong)
  local digits, most = options.digits or 3, options.most or 1000
  if math.tointeger(digits) == nil or digits < 1 or digits > 17 then
    wrong("%s: digits must be a whole number from 1 to 17, not %s", caller, tostring(digits))
  end
  digits = math.tointeger(digits)
  if math.tointeger(most) == nil or most < 1 then
    wrong("%s: most must be a whole number from 1, not %s", caller, tostring(most))
  end
  local caption, note = text_option(options, "caption", caller), text_option(options, "note", caller)
  local frame, own_note = frame_of(value, caller)
  local names, columns, right = frame:names(), {}, {}
  for j, name in ipairs(names) do
    columns[j] = frame:col(name)
    right[j] = is_number_column(columns[j]) and ' class="number"' or ""
  end
  self.tables = self.tables + 1
  add(self, "<figure><div class=\"wide\"><table>\n<caption><b>Table ", tostring(self.tables), "</b> ",
    escaped(caption or ""), "</caption>\n<thead><tr>")
  for j, name in ipairs(names) do add(self, "<th", right[j], ">", escaped(name), "</th>") end
  add(self, "</tr></thead>\n<tbody>\n")
  for i = 1, math.min(#frame, most) do
    add(self, "<tr>")
    for j, column in ipairs(columns) do
      local shown = escaped(cell_text(column[i], digits, names[j]))
      add(self, "<td", right[j], ">", (shown:gsub("^  ", "&emsp;")), "</td>")
    end
    add(self, "</tr>\n")
  end
  add(self, "</tbody></table></div>\n")
  local notes = {}
  if own_note then notes[1] = (own_note:gsub("%s+", " ")) end
  notes[#notes + 1] = note
  if #frame > most then notes[#notes + 1] = string.format("%d of %d rows shown", most, #frame) end
  if #notes > 0 then add(self, "<p class=\"note\">", escaped(table.concat(notes, ". ")), "</p>\n") end
  return add(self, "</figure>\n")
end

-- ---- Figures ----

local KINDS = {
  {start = "\137PNG\r\n\26\n", type = "image/png"}, {start = "<?xml", type = "image/svg+xml"},
  {start = "<svg", type = "image/svg+xml"},
}

local MOST_BYTES = 64 << 20

local function picture_of_file(path, caller)
  local file, problem = io.open(path, "rb")
  if not file then return nil, string.format("%s: %s", caller, problem), "file" end
  local bytes = file:read(MOST_BYTES + 1) or ""
  file:close()
  if #bytes > MOST_BYTES then
    return nil, string.format("%s: %s: larger than %d MB", caller, path, MOST_BYTES >> 20), "data"
  end
  for _, kind in ipairs(KINDS) do
    if bytes:sub(1, #kind.start) == kind.start then return bytes, kind.type end
  end
  return nil, string.format("%s: %s: neither PNG nor SVG", caller, path), "data"
end

-- The width in pixels at which a drawing was made: without it a page would stretch it to its own.
local function natural_width(bytes)
  local width = tonumber(bytes:sub(1, 1000):match('viewBox="0 0 ([%d.]+) [%d.]+"'))
  return width and width <= 10000 and string.format(' style="width:%gpx"', width) or ""
end

-- A Plot as SVG (those with a picture of a person as PNG), or a PNG or SVG file; numbered, with its caption
-- below. The page can then be read by the user alone where it holds such a picture; a file is taken to hold
-- none unless person = true says so.
function methods.figure(self, picture, options)
  local caller = "Report:figure"
  check_self(self, caller)
  options = words.check_options(options, caller, {"caption", "alt", "person", "width"}, wrong)
  local caption, alt = text_option(options, "caption", caller), text_option(options, "alt", caller)
  local width = options.width
  if width ~= nil and (math.type(width) == nil or not (width >= 10 and width <= 100)) then
    wrong("%s: width must be 10 to 100, in percent of the page", caller)
  end
  local meta, bytes, kind, code = type(picture) == "table" and getmetatable(picture), nil, nil, nil
  if meta and meta.__name == "mien.plot" then
    local wanted = picture.image and "png" or "svg"
    bytes, kind, code = picture:bytes(wanted)
    if bytes then kind = wanted == "png" and "image/png" or "image/svg+xml" end
    self.person = self.person or picture.image ~= nil
  elseif type(picture) == "string" then
    bytes, kind, code = picture_of_file(picture, caller)
  else
    wrong("%s: needs a Plot or the name of a PNG or SVG file, not a %s", caller, meta and meta.__name
      or type(picture))
  end
  if not bytes then return nil, kind, code end
  self.person = self.person or options.person == true
  self.figures = self.figures + 1
  return add(self, string.format('<figure><img%s alt="%s" src="data:%s;base64,', width
    and string.format(' style="width:%g%%"', width) or natural_width(bytes), escaped(alt or caption
      or "figure"), kind),
    core.base64(bytes), string.format('">\n<figcaption><b>Figure %d</b> %s</figcaption></figure>\n',
      self.figures,
      escaped(caption or "")))
end

-- ---- The page ----

local STYLE = [[
:root { color-scheme: light; }
body { font: 16px/1.5 Georgia, "DejaVu Serif", serif; color: #1d1d1d; background: #fff; max-width: 60rem;
  margin: 2rem auto; padding: 0 1.2rem; }
h1, h2, h3, h4, th, caption, nav, .subtitle, footer { font-family: "Helvetica Neue", Arial, "DejaVu Sans",
  sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin-bottom: .3rem; }
h2 { font-size: 1.35rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid #bbb; padding-bottom: .2rem; }
h3 { font-size: 1.1rem; margin: 1.5rem 0 .4rem; }
h4 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
.subtitle { color: #555; margin: 0 0 1rem; }
nav { font-size: .9rem; border-left: 3px solid #009e73; padding-left: 1rem; margin: 1.2rem 0; }
nav ul { list-style: none; margin: 0; padding: 0; } nav li.level3 { padding-left: 1.2rem; }
nav a { color: inherit; }
figure { margin: 1.2rem 0; } img { max-width: 100%; height: auto; }
figcaption, .note { font-size: .88rem; color: #444; margin: .3rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .86rem; border-top: 2px solid #333; border-bottom: 2px solid
  #333; }
caption { text-align: left; padding: .3rem 0; font-size: .92rem; }
th, td { text-align: left; padding: .18rem .7rem .18rem 0; vertical-align: top; }
thead th { border-bottom: 1px solid #333; } .number { text-align: right; font-variant-numeric: tabular-nums; }
pre { background: #f5f5f5; padding: .7rem; font: .82rem/1.35 "DejaVu Sans Mono", monospace; overflow-x: auto;
  }
footer { margin-top: 3rem; border-top: 1px solid #bbb; font-size: .8rem; color: #666; }
@media print { body { max-width: none; margin: 0; font-size: 11pt; } nav { display: none; }
  h2, h3, h4 { break-after: avoid; } figure, tr { break-inside: avoid; } .wide { overflow: visible; }
  pre { white-space: pre-wrap; } }
]]

local function contents(self)
  local list = {}
  for i, heading in ipairs(self.headings) do
    if heading.level < 4 then
      list[#list + 1] = string.format('<li class="level%d"><a href="#h%d">%s</a></li>', heading.level, i,
        escaped(heading.text))
    end
  end
  if #list < 3 then return "" end
  return "<nav><ul>\n" .. table.concat(list, "\n") .. "\n</ul></nav>\n"
end

-- The page as text.
function methods.html(self)
  check_self(self, "Report:html")
  local title = escaped(self.title)
  return table.concat({
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" ',
    'content="width=device-width">\n',
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; ",
    "style-src 'unsafe-inline'\">\n<title>", title, "</title>\n<style>\n", STYLE,
      "</style>\n</head>\n<body>\n<h1>",
    title, "</h1>\n", self.subtitle and '<p class="subtitle">' .. escaped(self.subtitle) .. "</p>\n" or "",
    contents(self), table.concat(self.pieces), "<footer><p>Made with mien ", escaped(tostring(mien.version)),
    ", for research and teaching, not a medical device.</p></footer>\n</body>\n</html>\n"})
end

-- Writes the page: whole or not at all.
function methods.save(self, file)
  local caller = "Report:save"
  check_self(self, caller)
  if type(file) ~= "string" or file == "" or file:find("%z") then
    wrong("%s: file must be the name of a file, such as \"report.html\"", caller)
  end
  if not file:lower():find("%.html?$") then wrong("%s: file must end in .html, not \"%s\"", caller, file) end
  local ok, message, code = core.write(self:html(), file, self.person == true, caller)
  if not ok then return nil, message, code end
  self.file = file
  return self
end

function Report.__tostring(self)
  local name = self.title == "Report" and "" or " " .. words.display(self.title, 60)
  return string.format("Report%s   %s, %s, %s%s", name,
    words.counted(#self.headings, "heading"), words.counted(self.tables, "table"),
    words.counted(self.figures, "figure"), self.file and "\n  saved to " .. self.file or "")
end
