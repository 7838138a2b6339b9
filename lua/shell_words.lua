-- SPDX-License-Identifier: GPL-3.0-or-later
-- The reserved words of Lua: no names, and offered by completion.

local words = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then
  true until while]]):gmatch("%a+") do words[word] = true end
return words
