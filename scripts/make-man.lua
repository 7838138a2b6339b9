-- SPDX-License-Identifier: GPL-3.0-or-later
-- Writes man/mien.1 from lua/api, the source of help(): mien --no-init scripts/make-man.lua. The text depends
-- on nothing else, so the same source gives the same page. Called with a function, it hands the text to that
-- instead.

local help = require "mien.help"
local receive = ...
local page = {}

local function line(text) page[#page + 1] = text end

-- Text for troff: nothing in it is a request, and characters outside ASCII have their code.
local function plain(text)
  text = text:gsub("\\", "\\e"):gsub("%-", "\\-")
  text = text:gsub(utf8.charpattern, function(c)
    return #c > 1 and string.format("\\[u%04X]", utf8.codepoint(c)) or nil
  end)
  return (text:gsub("^(['.])", "\\&%1"):gsub("\n(['.])", "\n\\&%1"))
end

local function bold(text) return "\\fB" .. plain(text) .. "\\fR" end

-- Paragraphs; indented lines keep their shape.
local function paragraphs(text)
  local fixed, gap = false, true
  for source in (text:gsub("^%s*\n", ""):gsub("%s+$", "") .. "\n"):gmatch("(.-)\n") do
    local indented = source:find("^%s%s+%S") ~= nil
    if not source:find("%S") then
      gap = true
    else
      if fixed ~= indented then
        line(indented and ".PP\n.nf" or ".fi")
        if not indented then gap = true end
      end
      if gap and not indented then line(".PP") elseif gap and fixed then line("") end
      line(plain(indented and source or source:gsub("^%s+", "")))
      fixed, gap = indented, false
    end
  end
  if fixed then line(".fi") end
end

local function definitions(rows, heading)
  for _, row in ipairs(rows) do
    line(".TP")
    line(bold(row[1]))
    line(plain(heading and heading(row) or row[2]))
  end
end

local function section(title) line(".SH " .. title) end

local function values(title, rows, as_text)
  if not rows or #rows == 0 then return end
  line(".br\n" .. title .. ":")
  line(".RS")
  for _, row in ipairs(rows) do
    line(".TP\n" .. bold(tostring(row[1])))
    line(plain(as_text(row)))
  end
  line(".RE")
end

local function described(row)
  return string.format("%s; %s", tostring(row[2] or ""), tostring(row[3] or ""))
end

local function described_option(row)
  return string.format("%s, default %s; %s", tostring(row[2] or ""), tostring(row[3] or ""),
    tostring(row[4] or ""))
end

local function entry(item)
  line(".TP\n" .. bold(item.usage or item.name))
  line(plain((item.summary or ""):gsub("^%l", string.upper)) .. ".")
  if item.about then line(plain(item.about)) end
  values("Options", item.options, described_option)
  values("Returns", item.returns, function(row)
    return row[3] and described(row) or tostring(row[2] or "")
  end)
end

local function topic(item)
  line(".SS " .. plain(item.name:gsub("^%l", string.upper)))
  paragraphs(item.text)
end

local function module(item)
  line(".SS " .. bold(item.module) .. plain(" \u{2013} " .. (item.summary or "")))
  if item.about then paragraphs(item.about) end
  for _, f in ipairs(item.functions or {}) do entry(f) end
end

local own = help.module("mien")
local program = own.program
line('.\\" SPDX-License-Identifier: GPL-3.0-or-later')
line('.\\" Written by scripts/make-man.lua from lua/api; change it there.')
line(string.format('.TH MIEN 1 "" "mien %s" "User Commands"', mien.version))
section "NAME"
line("mien \\- measure how faces move in cohorts of videos")
section "SYNOPSIS"
for i, usage in ipairs(program.usage) do
  if i > 1 then line(".br") end
  line(bold(usage:match("^%S+")) .. plain(usage:match("^%S+(.*)$")))
end
section "DESCRIPTION"
paragraphs(own.about)
section "OPTIONS"
definitions(program.options)
section "THE PROMPT"
for _, item in ipairs(own.topics) do topic(item) end
section "MODULES"
for _, item in ipairs(help.modules()) do module(item) end
section "TOPICS"
for _, item in ipairs(help.modules()) do
  for _, one in ipairs(item ~= own and item.topics or {}) do topic(one) end
end
section '"EXIT STATUS"'
definitions(program.exit)
section "ENVIRONMENT"
definitions(program.environment)
section "FILES"
definitions(program.files)
section "EXAMPLES"
definitions(program.examples, function(row) return (row[2]:gsub("^%l", string.upper)) end)
section "NOTES"
paragraphs(program.notes)
section '"SEE ALSO"'
line(".BR lua5.4 (1),\n.BR ffmpeg (1),\n.BR gnuplot (1),\n.BR R (1)")

local text = table.concat(page, "\n") .. "\n"
if type(receive) == "function" then return receive(text) end
local path = "man/mien.1"
local file = assert(io.open(path, "w"))
assert(file:write(text))
assert(file:close())
