-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot: arguments, data, files, failures, hostile texts. What gnuplot is told is tested in
-- tests/unit/plot_gnuplot.c.

local t = require "harness"

local folder = t.folder()
local function file(name) return folder .. "/" .. name end
local NA = 0 / 0

local function exists(path)
  local handle = io.open(path, "rb")
  if handle then handle:close() end
  return handle ~= nil
end

local function frame()
  return df.new{group = {"MG", "MG", "HC", "HC", "HC"}, a = {1.5, NA, 2.25, 4, 3}, b = {2, 1, 5, 3.5, 3}}
end

-- ---- Every kind, every ending ----

t.test("each ending writes its kind of file", function()
  for name, head in pairs {["a.png"] = "\x89PNG", ["a.svg"] = "<?xml", ["a.PDF"] = "%PDF"} do
    local p = t.ok(plot.line({1, 2, 3}, {4, 6, 5}, {file = file(name)}))
    t.equal(t.read(file(name)):sub(1, #head), head)
    t.equal(p.file, file(name))
  end
end)

t.test("every kind of plot draws arrays and data frames", function()
  local d = frame()
  local out = {file = file("kind.svg")}
  local function with(options)
    options.file = file("kind.svg")
    return options
  end
  t.equal(t.ok(plot.line(d.a, {left = d.b, right = d.a}, out)).about, "2 series, 8 points, 2 missing")
  t.equal(t.ok(plot.line(d, with {x = "b", y = {"a", "b"}})).about, "2 series, 9 points, 1 missing")
  t.equal(t.ok(plot.scatter(d, with {x = "a", y = "b", by = "group"})).about, "2 groups, 4 points, 1 missing")
  t.equal(t.ok(plot.hist(d, with {x = "b", by = "group", bins = 2})).about, "2 groups, 5 values, 2 bins of 2")
  t.equal(t.ok(plot.box({1, 2, NA, 7}, out)).about, "3 values, 1 missing")
  t.equal(t.ok(plot.box(d, with {y = {"a", "b"}, by = "group"})).about, "4 boxes, 9 values, 1 missing")
  t.equal(t.ok(plot.violin(d, with {y = "b", by = "group"})).about, "2 violins, 5 values")
  t.equal(t.ok(plot.bar(d:col("group"), d.b, out)).about, "5 bars")
  t.equal(t.ok(plot.bar(d, with {x = "group", y = "b"})).about, "5 bars")
end)

t.test("a plot of constant, single and huge values is drawn", function()
  for _, values in ipairs {{3}, {3, 3, 3}, {1e300, -1e300}, {1e-300, 2e-300}, {0, 1 / 0, 2}} do
    t.ok(plot.hist(values, {file = file("odd.svg")}))
    t.ok(plot.box(values, {file = file("odd.svg")}))
    t.ok(plot.violin(values, {file = file("odd.svg")}))
    t.ok(plot.line(values, values, {file = file("odd.svg")}))
  end
end)

t.test("the same plot gives the same bytes", function()
  for _, name in ipairs {"x.png", "x.svg", "x.pdf"} do
    local function bytes()
      t.ok(plot.box(frame(), {y = "b", by = "group", file = file(name)}))
      return t.read(file(name))
    end
    t.ok(bytes() == bytes(), name .. " differs")
  end
end)

t.test("left and right have their own colours", function()
  local p = plot.line({1, 2}, {smile_r_peak = {1, 2}, smile_l_peak = {2, 1}, other = {0, 1}},
    {file = file("s.svg")})
  local layers = p.figure.layers
  t.equal(layers[1].title, "other")
  t.equal(layers[2].colour, 0x0072B2)
  t.equal(layers[3].colour, 0xD55E00)
  t.ok(layers[1].colour ~= 0x0072B2 and layers[1].colour ~= 0xD55E00)
end)

t.test("missing values break a line in the script", function()
  local p = plot.line({1, 2, 3, 4, 5}, {7, NA, 8, NA, 9.5}, {file = file("gap.svg")})
  t.match(p:script(), "%$layer1 << END\n 1 7\n\n 3 8\n\n 5 9.5\nEND")
  t.match(p:script(), "%$alone1 << END\n 1 7\n 3 8\n 5 9.5\nEND")
end)

t.test("a plot without a file in a batch job is silent", function()
  local program = "p = plot.line({1, 2}, {3, 4}); print(p.kind)"
  local path = t.write(file("batch.lua"), program)
  local pipe = io.popen("'" .. t.program .. "' '" .. path .. "' </dev/null")
  t.equal(pipe:read("a"), "line\n")
  pipe:close()
end)

t.test("a Plot prints itself, shows as text and draws again", function()
  local p = plot.scatter({1, 2}, {3, 4}, {title = "twice", file = file("first.png")})
  t.match(tostring(p), "^Plot scatter   2 points\n  saved to .*first.png$")
  t.equal(p:save(file("second.svg")), p)
  t.match(t.read(file("second.svg")), ">twice</text>")
  t.match(p:script("text"), "set terminal dumb")
  t.raises('^.*Plot:script: kind must be "png"', p.script, p, "gif")
end)

-- ---- Wrong use ----

t.test("wrong arguments raise and name what is wrong", function()
  t.raises("plot.line: x has 3 values, y has 2", plot.line, {1, 2, 3}, {1, 2})
  t.raises("plot.line: x has 1 value, y %(left%) has 2", plot.line, {1}, {left = {1, 2}})
  t.raises("plot.line: y is missing", plot.line, {1, 2})
  t.raises("plot.line: y must be numbers, but item 2 is a string", plot.line, {1, 2}, {1, "a"})
  t.raises("plot.box: group must be numbers, not a column of text", plot.box, frame(), {y = "group"})
  t.raises('plot.box: no column "grop"; did you mean "group"', plot.box, frame(), {y = "a", by = "grop"})
  t.raises("plot.box: y must be the name of a column", plot.box, frame(), {})
  t.raises("plot.scatter: with by, y must be one column", plot.scatter, frame(), {x = "a", y = {"a", "b"},
    by = "group"})
  t.raises("plot.line: by names a column of a data frame", plot.line, {1, 2}, {1, 2}, {by = "group"})
  t.raises("plot.bar: there are 2 labels and 1 heights", plot.bar, {"a", "b"}, {1})
  t.raises("plot.bar: low and high come together", plot.bar, {"a"}, {1}, {low = {0}})
  t.raises("plot.roc: needs a result of stats.roc", plot.roc, {1, 2})
  t.raises("plot.face: needs a Track", plot.face, {}, 1)
  t.raises("68 points, but x has 2", plot.face, nil, {x = {1, 2}, y = {1, 2}})
end)

t.test("wrong options raise and name what is allowed", function()
  local function try(options) return pcall(plot.line, {1, 2}, {1, 2}, options) end
  local function raises(pattern, options)
    local ok, problem = try(options)
    t.ok(not ok, "no error for " .. pattern)
    t.match(problem, pattern)
  end
  raises('plot.line: no option "tilte"; did you mean "title"', {tilte = "x"})
  raises("plot.line: title must be text, not a table", {title = {}})
  raises("plot.line: file must end in .png, .svg or .pdf, not \"x.gif\"", {file = "out/x.gif"})
  raises("plot.line: file must end in", {file = "png"})
  raises("plot.line: file must be the name of a file", {file = 3})
  raises("plot.line: size must be two numbers", {size = {1}})
  raises("plot.line: size must be whole numbers of pixels between 100 and 10000, not 99", {size = {400, 99}})
  raises("plot.line: xlim must be {low, high} with low less than high", {xlim = {2, 1}})
  raises("plot.line: ylim must be {low, high}", {ylim = {NA, 1}})
  raises("plot.line: legend must be", {legend = "left"})
  t.raises("plot.hist: bins must be a whole number between 1 and 500, not 0", plot.hist, {1, 2}, {bins = 0})
end)

t.test("an error carries the place of the caller", function()
  local chunk = load("plot.line({1}, {1, 2})", "=user")
  local _, problem = pcall(chunk)
  t.match(problem, "^user:1: plot.line: x has")
end)

-- ---- Failures of the outside world ----

t.test("data without a value are refused", function()
  t.fails("plot.line: the data are empty", "data", plot.line({}, {}))
  t.fails("plot.line: there is nothing to plot, all 2 values are missing", "data", plot.line({1, 2}, {NA,
    NA}))
  t.fails("plot.box: there is nothing to plot, the only value is missing", "data", plot.box({NA}))
  t.fails("plot.hist: the data are empty", "data", plot.hist({}))
  t.fails("plot.bar: no bar has a height", "data", plot.bar({"a"}, {NA}))
end)

t.test("a file that cannot be written is named, nothing is left behind", function()
  t.fails("plot.line: .*no/x.png: there is no folder .*no/; make it first", "missing",
    plot.line({1, 2}, {3, 4}, {file = file("no/x.png")}))
  os.execute("mkdir '" .. file("folder.png") .. "'")
  t.fails("folder.png: is a folder", "format", plot.line({1, 2}, {3, 4}, {file = file("folder.png")}))
  t.fails("a.svg/x.png: there is no folder", "missing",
    plot.line({1, 2}, {3, 4}, {file = file("a.svg/x.png")}))
  local left = io.popen("ls -A '" .. folder .. "' | grep -c 'png[.]......$'"):read("l")
  t.equal(left, "0")
end)

t.test("a missing gnuplot says what to install", function()
  local path = t.write(file("no_gnuplot.lua"), [[print(plot.line({1, 2}, {3, 4}, {file = arg[1]}))]])
  local pipe = io.popen("PATH= '" .. t.program .. "' '" .. path .. "' '" .. file("never.png") .. "'")
  t.match(pipe:read("a"),
    "^nil\tplot.line: gnuplot was not found; install it with: apt install gnuplot%-nox\ttool")
  pipe:close()
  t.ok(not exists(file("never.png")))
end)

-- ---- Safety ----

t.test("hostile texts in every place are shown, not run", function()
  local canary = file("canary")
  local texts = {
    "`touch " .. canary .. "`", "x'\nsystem('touch " .. canary .. "')\n'", "| touch " .. canary,
    "< touch " .. canary, '"; system("touch ' .. canary .. '"); "', "''", "\\", "%s%n%d", "END\n!touch "
      .. canary,
    "@x{/Bold y}_z^2 \0 end", "\255\254", "$(touch " .. canary .. ")",
  }
  for _, text in ipairs(texts) do
    local out = file("safe.svg")
    local d = df.new{g = {(text:gsub("%z", "")), "other"}, v = {1, 2}}
    t.ok(plot.line({1, 2}, {[text] = {1, 2}, b = {2, 1}}, {title = text, xlabel = text, ylabel = text,
      file = out}))
    t.ok(plot.box(d, {y = "v", by = "g", file = out}))
    t.ok(plot.scatter(d, {x = "v", y = "v", by = "g", file = out}))
    t.ok(plot.bar(d, {x = "g", y = "v", file = out}))
    t.ok(plot.hist({[text] = {1, 2}, b = {1}}, {file = out}))
    t.ok(not exists(canary), "ran: " .. text)
  end
end)

t.test("hostile file names are file names", function()
  local canary = file("canary2")
  local here = file("")
  for _, name in ipairs {"|touch canary2 .png", "< x.png", "'q' \"d\" `touch canary2`.png", "new\nline.svg",
    "-d.pdf",
    "$(touch canary2).svg", "\255.png", "%d%s.png"} do
    t.ok(plot.line({1, 2}, {3, 4}, {file = here .. name}))
    t.ok(exists(here .. name), name)
  end
  t.ok(not exists(canary) and not exists("canary2"))
end)

t.test("no folder is left behind", function()
  os.execute("mkdir '" .. file("temporary") .. "'")
  local path = t.write(file("left.lua"), [[
assert(plot.line({1, 2}, {3, 4}, {file = arg[1]}))
print(plot.line({1}, {2}, {file = arg[1] .. "/no.png"}))
os.exit(0)]])
  local pipe = io.popen("TMPDIR='" .. file("temporary") .. "' '" .. t.program .. "' '" .. path .. "' '"
    .. file("left.png")
    .. "'")
  t.match(pipe:read("a"), "there is no folder")
  pipe:close()
  t.equal(io.popen("ls -A '" .. file("temporary") .. "' | wc -l"):read("n"), 0)
end)

t.test("pictures of a face can be read by the user alone", function()
  local x, y = {}, {}
  for i = 1, 68 do x[i], y[i] = 20 + 7 * i % 61, 30 + 11 * i % 53 end
  local p = t.ok(plot.face(nil, {x = x, y = y}, {file = file("points.png"), title = "landmarks"}))
  t.equal(p.about, "68 landmarks, no picture")
  local truth, problem = sim.video(file("p.mp4"), {seed = 5, seconds = 0.4})
  if not truth then t.skip("no simulated video: " .. tostring(problem)) end
  local image = t.ok(t.ok(video.open(file("p.mp4"))):at(0.2))
  local track, _, code = face.track(file("p.mp4"))
  if not track and code == "model" then t.skip("no landmark model") end
  t.raises('plot.face: "file" does not belong into {time = seconds}; give options as the third argument',
    plot.face, track, {time = 0.2, file = file("unseen.png")})
  t.ok(plot.face(image, {x = x, y = y}, {file = file("face.png"), zoom = true}))
  t.match(io.popen("stat -c %a '" .. file("face.png") .. "'"):read("l"), "^600$")
end)
