-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the demonstrations share: their options, folders, and paragraphs on the screen.

local aloud = {}

-- {work =, out =, tiny =} from the words after the script's name.
function aloud.options(name, arguments)
  local options, i = {work = "build/demo", out = "out", tiny = false}, 1
  while arguments[i] do
    local word = arguments[i]:match("^%-%-(%a+)$")
    if word == "tiny" then
      options.tiny, i = true, i + 1
    elseif (word == "work" or word == "out") and arguments[i + 1] then
      options[word], i = arguments[i + 1], i + 2
    else
      error(string.format("%s: unknown argument %s; usage: mien lua/demo/%s.lua [--work DIR] [--out DIR] "
        .. "[--tiny]", name, arguments[i], name), 0)
    end
  end
  for _, folder in ipairs{options.work, options.out} do
    if not os.execute("mkdir -p '" .. folder:gsub("'", "'\\''") .. "'") then
      error(name .. ": cannot make the folder " .. folder, 0)
    end
  end
  return options
end

local step = 0

function aloud.title(text)
  step = step + 1
  print(string.format("\n---- %d: %s ----\n", step, text))
end

-- The lines of a paragraph are joined and broken anew at 78 characters.
function aloud.say(text, ...)
  local line
  for word in string.format(text, ...):gmatch("%S+") do
    if line and utf8.len(line) + utf8.len(word) + 1 > 78 then
      print(line)
      line = nil
    end
    line = line and line .. " " .. word or word
  end
  if line then print(line) end
end

return aloud
