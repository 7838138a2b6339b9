-- SPDX-License-Identifier: GPL-3.0-or-later
-- The lecture from outside: it runs straight through without a terminal, and a second run finds its cohort
-- drawn.

local t = require "harness"

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end
local folder = t.folder()

local function lecture(arguments)
  local _, _, status = os.execute(string.format("%s lua/demo/teaching.lua %s </dev/null >%s/out 2>%s/err",
    quote(t.program), arguments, folder, folder))
  return t.read(folder .. "/out"), t.read(folder .. "/err"), status
end

t.test("ten steps without a terminal", function()
  local out, err, status = lecture("--tiny --work " .. folder)
  if status ~= 0 and err:find("landmark model") then t.skip("no landmark model") end
  t.equal(err, "")
  t.equal(status, 0)
  for step = 1, 10 do t.match(out, "\n%-%-%-%- " .. step .. " of 10: ") end
  t.match(out, "The participants are drawings")
  t.match(out, "Of all 16 pairs")
  t.match(out, "with%s+r%s+=%s+[01]%.[90]%d")
  for line in out:gmatch("[^\n]+") do t.ok(utf8.len(line) <= 80, "too long: " .. line) end
  local good, poor = out:match("standard%s+deviation%s+([%d.]+)%s+in%s+good%s+light,%s+([%d.]+)%s+in%s+poor")
  t.ok(tonumber(poor) > 1.5 * tonumber(good), "noise does nothing")
  local seen = out:match("who%s+chose%s+it:%s+([%d.]+)%.")
  local unseen = out:match("those%s+who%s+did%s+not:%s+([%d.]+)%.")
  t.ok(tonumber(seen) > tonumber(unseen), "a threshold is no better where it was chosen")
  t.equal((lecture("--tiny --work " .. folder)), out)
end)

t.test("a wrong argument is told", function()
  local out, err, status = lecture("--fast")
  t.equal(out, "")
  t.match(err, "teaching: unknown argument %-%-fast; usage: mien lua/demo/teaching.lua")
  t.equal(status, 1)
end)
