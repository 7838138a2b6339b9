-- SPDX-License-Identifier: GPL-3.0-or-later
local t = require "harness"

local HEADER = "participant,group,task,video"

local function manifest(text) return t.write(t.folder() .. "/study.csv", text) end

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function run(command)
  local pipe = assert(io.popen("{ " .. command .. "; } 2>&1"))
  local text = pipe:read("a")
  local _, _, code = pipe:close()
  return text, code
end

-- ---- Manifests ----

t.test("a manifest that cannot be used is refused with its reason", function()
  local cases = {
    {"", "format", "the file is empty.*participant,group,task,video"},
    {HEADER .. "\n", "data", "no recordings, only a header"},
    {"id,group,task,file\n1,a,b,c\n", "data",
      'no column "participant", "video"; expected participant, group, task, video; '
        .. "found id, group, task, file"},
    {HEADER .. "\np1,a,smile,x.mp4\np2,a,smile,y.mp4\np1,b,smile,z.mp4\n", "data",
      'rows 1 and 3 are both participant "p1", task "smile"'},
    {HEADER .. ",visit\n1,a,smile,x.mp4,2\n1,b,smile,z.mp4,2\n", "data",
      'rows 1 and 2 are both participant "1", task "smile", visit "2"'},
    {HEADER .. "\np1,a,,x.mp4\n", "data", "row 1 has no task"},
    {HEADER .. "\np1,a,smile,x.mp4\np2,a,smile,\n", "data", "row 2 has no video"},
    {HEADER .. "\np1,a,smile,x.mp4\np2,a,y.mp4\n", nil, "line 3"},
    {HEADER .. ",neutral\np1,a,smile,x.mp4,0.5:0\n", "data", 'row 1: neutral "0.5:0" is no window'},
    {HEADER .. ",neutral\np1,a,smile,x.mp4,0:x\n", "data", 'row 1: neutral "0:x" is no window'},
    {HEADER .. ",neutral\np1,a,smile,x.mp4,rest\np2,a,rest,y.mp4,\n", "data",
      'row 1: neutral "rest" is no task of participant "p1"'},
    {HEADER .. ",visit,neutral\np1,a,smile,x.mp4,2,rest\np1,a,rest,y.mp4,1,\n", "data",
      'row 1: neutral "rest" is no task of participant "p1" at visit "2"'},
    {HEADER .. ",take,neutral\np1,a,smile,x.mp4,3,rest\np1,a,rest,y.mp4,1,\np1,a,rest,z.mp4,2,\n", "data",
      'row 1: neutral "rest" could be row 2 or row 3'},
    {HEADER .. ",coverage\np1,a,smile,x.mp4,1\n", "data", 'the column "coverage" would clash'},
    {HEADER .. ",fissure_l_peak\np1,a,smile,x.mp4,1\n", "data", 'the column "fissure_l_peak" would clash'},
  }
  for _, case in ipairs(cases) do
    local path = manifest(case[1])
    t.fails(case[3], case[2], cohort.open(path))
    local _, message = cohort.open(path)
    t.ok(message:find("cohort.open: " .. path .. ":", 1, true), message)
    t.ok(not message:find("\n"), message)
    local file = io.open(path .. ".sqlite", "rb")
    t.ok(not file, "a store was made for " .. case[3])
  end
  t.fails("no such file", "missing", cohort.open("/nowhere/study.csv"))
end)

t.test("wrong use of cohort.open raises", function()
  t.raises("^cohort.open: manifest must be the name of a CSV file, not a nil", cohort.open)
  t.raises("^cohort.open: store must be the name of a file", cohort.open, "x.csv", {store = 3})
  t.raises('^cohort.open: no option "stor"; did you mean "store"?', cohort.open, "x.csv", {stor = "x"})
end)

t.test("a new cohort is pending and says so", function()
  local path = manifest(HEADER .. ",visit,age\n7,MG,smile,a.mp4,1,50\n7,MG,smile,b.mp4,2,51\n"
    .. "08,HC,smile,c.mp4,1,NA\n9,HC,rest,d.mp4,1,33\n")
  local c = assert(cohort.open(path))
  t.equal(tostring(c):match("^[^\n]*\n[^\n]*\n[^\n]*"), "Cohort study.csv   3 participants: MG 1, HC 2\n"
    .. "  4 recordings: smile 3, rest 1\n  0 extracted, 0 failed, 4 pending (:extract())")
  t.equal(#c:summary(), 0)
  t.equal(#c:wide(), 0)
  t.equal(#c:problems(), 0)
  t.equal(#c:notes(), 0)
  t.equal(table.concat(c:problems():names(), " "), "row file reason remedy participant task visit")
  t.fails("c.mp4: not extracted yet", "missing", c:frames("08", "smile"))
  t.raises('Cohort:frames: no participant "8"; did you mean', c.frames, c, 8, "smile")
  t.raises('Cohort:frames: no task "smle"; did you mean "smile"?', c.frames, c, "08", "smle")
  t.raises("say which with {visit = ...}: 1, 2", c.frames, c, 7, "smile")
  t.fails("b.mp4: not extracted yet", "missing", c:track("7", "smile", {visit = 2}))
  t.raises("Cohort:extract: workers must be between 1 and 1024, not 0", c.extract, c, {workers = 0})
  t.raises("Cohort:extract: neutral must be {t0, t1}", c.extract, c, {neutral = {2, 1}})
  t.raises('neutral "ret" is no task of the manifest; did you mean "rest"?', c.extract, c, {neutral = "ret"})
  t.raises('no option "worker"; did you mean "workers"?', c.extract, c, {worker = 2})
  t.raises('Cohort:forget: no participant "99"', c.forget, c, 99)
  c:close()
  c:close()
  t.match(tostring(c), "closed")
  t.raises("Cohort:summary: the cohort is closed", c.summary, c)
  t.raises("Cohort:summary: needs a Cohort", c.summary, {})
end)

t.test("queries give data frames and cannot write", function()
  local c <close> = assert(cohort.open(manifest(HEADER .. "\np1,a,smile,x.mp4\n")))
  local d = c:sql("SELECT 1 AS a, 'x' AS a, NULL AS b")
  t.equal(table.concat(d:names(), " "), "a a_2 b")
  t.equal(d.a_2[1], "x")
  t.ok(d.b[1] ~= d.b[1])
  t.fails("Cohort:sql: only queries that read", "access", c:sql("DELETE FROM recordings"))
  t.fails("no such table: frame", "data", c:sql("SELECT * FROM frame"))
end)

-- ---- Extraction ----

t.test("files that are no videos become problems, each with a remedy", function()
  local path = manifest(HEADER .. "\np1,a,smile,text.mp4\np2,a,smile,none.mp4\n"
    .. "p3,b,smile,empty.mp4\np4,b,smile,.\n")
  local folder = path:match("^(.*)/")
  t.write(folder .. "/text.mp4", "certainly not a video\n")
  t.write(folder .. "/empty.mp4", "")
  local c <close> = assert(cohort.open(path))
  local first
  for round = 1, 3 do
    local result, message, code = c:extract{retry = round == 3}
    if code == "model" then t.skip(message) end
    t.equal(result, c)
    local p = c:problems()
    t.equal(#p, 4)
    for i = 1, 4 do
      t.equal(p.row[i], i)
      t.ok(#p.reason[i] > 5 and #p.remedy[i] > 5)
      t.ok(not p.reason[i]:find(folder, 1, true), p.reason[i])
    end
    p:write(folder .. "/problems.csv")
    first = first or t.read(folder .. "/problems.csv")
    t.equal(t.read(folder .. "/problems.csv"), first)
    t.equal(#c:summary(), 0)
  end
  t.equal(c:problems().reason[2], "no such file")
  -- Reason and remedy are what a reader needs, whole, on any terminal; the table is there for all else.
  local shown = tostring(c:problems())
  t.match(shown, "^4 recordings failed\n    row 1 text.mp4: ")
  t.match(shown, "row 2 none.mp4: no such file\n      %S")
  t.ok(not tostring(c:problems():head(2)):find("failed", 1, true))
  t.fails("text.mp4: is not a video.*; ", "data", c:frames("p1", "smile"))
end)

local MIXED = [[
participant,group,task,video,neutral,age
p01,MG,smile,%s/video/pyfeat_single_face.mp4,0:0.3,51
p02,HC,smile,%s/derived/truncated_plays_partly.mkv,0:0.3,47
p03,HC,smile,%s/derived/text_named.mp4,,33
p04,HC,smile,%s/video/pyfeat_no_face.mp4,,
p05,MG,smile,missing.mp4,,39
p06,HC,smile,%s/video/intel_asl_student.mkv,rest,70
p06,HC,rest,%s/video/intel_asl_thanks.mkv,,70
p07,MG,smile,%s/derived/truncated_no_moov.mp4,,22
]]

local function real_manifest()
  t.real_file("video/pyfeat_single_face.mp4")
  return manifest((MIXED:gsub("%%s", (t.real:gsub("%%", "%%%%")))))
end

local function results(c, where)
  assert(c:summary():write(where .. ".s.csv"))
  assert(c:problems():write(where .. ".p.csv"))
  return t.read(where .. ".s.csv") .. t.read(where .. ".p.csv")
end

t.test("real recordings: summary, frames, wide, notes and forgetting", function()
  local path = real_manifest()
  local c <close> = assert(cohort.open(path))
  assert(c:extract{workers = 1})
  local d = c:summary()
  t.equal(#d, 4)
  t.equal(table.concat(d:names(), " ", 1, 6), "participant group task age coverage truncated")
  t.equal(d.age[2], 47)
  t.equal(d.truncated[2], 1)
  t.match(c:notes().note[1], "ends early")
  t.equal(#c:problems(), 4)

  -- The same numbers as by hand.
  local track = assert(face.track(t.real .. "/video/pyfeat_single_face.mp4", {progress = false}))
  local by_hand, frames = measure.of(track, {neutral = {0, 0.3}}), c:frames("p01", "smile")
  t.equal(table.concat(frames:names(), " "), table.concat(by_hand:names(), " "))
  t.equal(#frames, #by_hand)
  for _, name in ipairs(by_hand:names()) do
    for i = 1, #by_hand do t.equal(frames:col(name)[i], by_hand:col(name)[i], name) end
  end
  local one = measure.summary(by_hand)
  for _, name in ipairs(one:names()) do t.equal(d:col(name)[1], one:col(name)[1], name) end
  local rest = assert(face.track(t.real .. "/video/intel_asl_thanks.mkv", {progress = false}))
  local smile = assert(face.track(t.real .. "/video/intel_asl_student.mkv", {progress = false}))
  t.equal(d.commissure_l_peak[3], measure.summary(measure.of(smile, {neutral = rest})).commissure_l_peak[1])
  t.ok(d.commissure_l_peak[4] ~= d.commissure_l_peak[4], "without a neutral there is no change from it")
  t.equal(c:track("p01", "smile"):df().x31[7], track:df().x31[7])

  local w = c:wide()
  t.equal(#w, 3)
  t.equal(w.rest_fissure_l_peak[3], d.fissure_l_peak[4])
  t.ok(w.rest_fissure_l_peak[1] ~= w.rest_fissure_l_peak[1])
  t.equal(w.age[3], 70)

  local bytes = t.read(path .. ".sqlite")
  t.ok(bytes:find("p06", 1, true))
  local removed, note = c:forget("p06")
  t.equal(removed, 2)
  t.match(note, "still lists them")
  t.equal(#c:summary(), 2)
  for _, ending in ipairs {"", "-wal"} do
    local file = io.open(path .. ".sqlite" .. ending, "rb")
    t.ok(not file or not file:read("a"):find("p06", 1, true), "p06 is still in the file" .. ending)
    if file then file:close() end
  end
end)

t.test("kill -9 at any moment, then the same call again: the same bytes", function()
  local path = real_manifest()
  local folder = path:match("^(.*)/")
  local whole <close> = assert(cohort.open(path, {store = folder .. "/whole.sqlite"}))
  local wanted = results(assert(whole:extract{workers = 2}), folder .. "/whole")
  for _, finished in ipairs {0, 1, 3} do
    local store = folder .. "/killed" .. finished .. ".sqlite"
    local code = string.format("cohort.open(%q, {store = %q}):extract{workers = 2}", path, store)
    local c <close> = assert(cohort.open(path, {store = store}))
    local command = quoted(t.program) .. " --no-init -e " .. quoted(code) .. " >/dev/null 2>&1 & echo $!"
    local pid = run(command):match("%d+")
    -- Not by the clock: when so many files are in the store, or when the process has begun.
    repeat
      local tracks = c:sql("SELECT count(*) AS n FROM tracks").n[1]
      local alive = run("kill -0 " .. pid .. " && echo yes"):find("yes")
    until tracks >= finished or not alive
    run("kill -9 " .. pid)
    while run("kill -0 " .. pid .. " && echo yes"):find("^yes") do end
    local measured = #c:sql("SELECT 1 FROM recordings WHERE code IS NULL")
    t.ok(measured < 4, "it was killed too late to prove anything")
    t.equal(results(assert(c:extract{workers = 1}), folder .. "/killed"), wanted)
  end
end)

t.test("a renamed file is known again, another neutral needs no video", function()
  t.real_file("video/pyfeat_single_face.mp4")
  local path = manifest(HEADER .. "\np1,a,smile,one.mp4\n")
  local folder = path:match("^(.*)/")
  run("cp " .. quoted(t.real .. "/video/pyfeat_single_face.mp4") .. " " .. quoted(folder .. "/one.mp4"))
  local before
  do
    local c <close> = assert(cohort.open(path))
    assert(c:extract())
    before = results(c, folder .. "/r")
    t.ok(c:summary().brow_l_mean[1] ~= c:summary().brow_l_mean[1])
  end
  os.rename(folder .. "/one.mp4", folder .. "/two.mp4")
  t.write(path, HEADER .. "\np1,a,smile,two.mp4\n")
  local c <close> = assert(cohort.open(path))
  t.equal(#c:summary(), 0, "another file is another recording until it was looked at")
  local track = c:sql("SELECT id FROM tracks").id[1]
  assert(c:extract())
  t.equal(results(c, folder .. "/r"), before)
  t.equal(c:sql("SELECT id FROM tracks").id[1], track)
  os.remove(folder .. "/two.mp4")
  assert(c:extract{neutral = {0, 0.3}})
  t.equal(#c:problems(), 0)
  t.ok(c:summary().brow_l_mean[1] == c:summary().brow_l_mean[1])
end)
