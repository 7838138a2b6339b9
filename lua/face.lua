-- SPDX-License-Identifier: GPL-3.0-or-later
-- The Lua half of face: methods of a Track that judge and show a recording. The numbers and pictures come
-- from C (src/lua/track_report.c, src/lua/track_sheet.c).

local face = ...

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")

local function load_part(name, ...)
  local chunk, problem = loadfile(string.format("%s/%s.lua", folder, name))
  if not chunk then error(problem, 0) end
  return chunk(...)
end

-- The C half lends these; they are no part of the module.
local kit = {methods = face.track_methods, limits = load_part "limits"}
for _, name in ipairs {"report_numbers", "frame_numbers", "draw_sheet"} do
  kit[name], face[name] = face[name], nil
end
face.track_methods = nil

load_part("report", face, kit)
load_part("sheet", face, kit)
