-- SPDX-License-Identifier: GPL-3.0-or-later
-- The study as one script: it comes to its report, goes on where it was stopped, and says what is simulated.

local t = require "harness"

local function run(arguments)
  local pipe = io.popen(t.program .. " --no-init -m study " .. arguments .. " 2>&1")
  local text = pipe:read("a")
  local ok, _, status = pipe:close()
  return text, ok and 0 or status
end

t.test("the study asks for what it understands", function()
  local text, status = run("--help")
  t.equal(status, 0)
  t.match(text, "%-%-cohort FILE")
  text, status = run("--fast")
  t.equal(status, 1)
  t.match(text, "unknown option %-%-fast")
  text = run("--seed x")
  t.match(text, "%-%-seed needs a whole number")
  local folder = t.folder()
  local file = t.write(folder .. "/m.csv", "participant,group,task,video\na,A,smile,a.mp4\n")
  text, status = run("--cohort " .. file .. " --out " .. folder .. "/out")
  t.equal(status, 1)
  t.match(text, "needs two groups")
end)

local out = t.folder() .. "/study"

t.test("a tiny study comes to its report", function()
  local text, status = run("--tiny --out " .. out)
  t.equal(status, 0, text)
  local page = t.read(out .. "/report.html")
  for _, heading in ipairs {"Participants", "Expression intensity", "Patterns of decreased movement",
    "Diagnosis",
    "Severity", "Simpler learners", "Adjustment for age and sex", "What the learner looks at"} do
    t.ok(page:find(">" .. heading .. "</h2>", 1, true), heading)
  end
  t.match(page, "is SIMULATION: 16 participants")
  t.match(page, "0%.82 %[0%.67, 0%.97%]", "the published number is beside")
  t.match(page, "published %[95 %% CI%]")
  t.match(page, "data:image/svg")
  local intensity = assert(df.read(out .. "/tables/intensity.csv"))
  t.equal(intensity.emotion[1], "happiness")
  t.equal(intensity.n_1[1], 8)
  local people, unseen = assert(df.read(out .. "/recordings/study.csv")), {}
  for i = 1, #people do unseen[people.participant[i]] = people.split[i] == "test" end
  local predicted = assert(df.read(out .. "/tables/group_predictions.csv"))
  -- One face or another may be too doubtful for clips at this size.
  t.ok(#predicted >= 10 and #predicted <= 12, #predicted .. " were predicted out of fold")
  for i = 1, #predicted do t.equal(unseen[predicted.participant[i]], false, predicted.participant[i]) end
end)

t.test("a study that was stopped goes on, and comes to the same report", function()
  local before = t.read(out .. "/report.html")
  os.remove(out .. "/stages/intensity/done")
  os.remove(out .. "/stages/recordings/done")
  local text, status = run("--tiny --out " .. out)
  t.equal(status, 0, text)
  t.match(text, "Diagnosis: done before")
  t.match(text, "Expression intensity %.%.%.")
  t.equal(t.read(out .. "/report.html"), before)
end)

t.test("real recordings are taken from a manifest with the same columns", function()
  local text, status = run("--tiny --cohort " .. out .. "/recordings/study.csv --out " .. out .. "-real")
  t.equal(status, 0, text)
  local page = t.read(out .. "-real/report.html")
  t.match(page, "Nothing here is simulated")
  t.equal(page:find("SIMULATION", 1, true), nil)
end)
