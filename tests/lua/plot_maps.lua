-- SPDX-License-Identifier: GPL-3.0-or-later
-- plot.heatmap, plot.image and the maps of plot.face: data, colours, texts, failures.

local t = require "harness"

local folder = t.folder()
local function file(name) return folder .. "/" .. name end
local NA = 0 / 0

-- What p:show() prints where standard output is no terminal.
local function shown(p)
  local write, parts = io.write, {}
  io.write = function(...)
    for _, part in ipairs {...} do parts[#parts + 1] = part end
  end
  local ok, problem = pcall(p.show, p)
  io.write = write
  t.ok(ok, problem)
  return table.concat(parts)
end

local function cells()
  return df.new{task = {"smile", "smile", "frown", "frown"}, measure = {"brow", "lips", "lips", "brow"},
    g = {-1.25, 0.5, NA, 2}, significant = {1, 0, NA, 1}, text = {"", "a", "", "**"}}
end

-- The colours of the cells, as numbers.
local function colours(p) return p.figure.layers[1].colours end

-- ---- plot.heatmap ----

t.test("a heat map of a data frame puts each number into its cell", function()
  local p = t.ok(plot.heatmap(cells(), {x = "task", y = "measure", value = "g", mark = "significant",
    file = file("h.svg")}))
  t.equal(p.about, "2 rows, 2 columns, 1 missing")
  t.equal(shown(p), "        smile   frown\n  brow  -1.25*   2.00*\n  lips   0.50      NA\n  cells: g\n")
  local svg = t.read(file("h.svg"))
  for _, text in ipairs {"smile", "frown", "brow", "lips", "-1.25*", "2.00*", "0.50", "NA", "g"} do
    t.ok(svg:find(">" .. text .. "<", 1, true), text .. " is not in the picture")
  end
end)

t.test("a table of numbers is drawn like a data frame", function()
  local a = t.ok(plot.heatmap({{1, -2}, {0, NA}}, {rows = {"u", "v"}, columns = {"a", "b"},
    marks = {{true, false}, {"", "+"}}, file = file("a.svg")}))
  local b = t.ok(plot.heatmap({values = {{1, -2}, {0, NA}}, rows = {"u", "v"}, columns = {"a", "b"},
    marks = {{"*", ""}, {"", "+"}}}, {file = file("b.svg")}))
  t.equal(a:script(), b:script())
  t.equal(shown(a), "      a    b\n  u   1*  -2\n  v   0   NA+\n")
end)

t.test("colours are even about zero, grey where missing, and one half where signs agree", function()
  local p = plot.heatmap({{-4, 0, 4, NA, 2}}, {file = file("c.svg")})
  local purple, white, green, grey, between = table.unpack(colours(p))
  t.equal(white, 0xF7F7F7)
  t.equal(grey, 0xBBBBBB)
  t.equal(p.figure.scale.low, -4)
  t.equal(p.figure.scale.high, 4)
  t.equal(purple, 0x40004B)
  t.equal(green, 0x00441B)
  t.ok(between ~= white and between ~= green)
  -- Half as far below zero as the other end is above: half as strong.
  p = plot.heatmap({{-1, 4}}, {limits = {-4, 4}, file = file("c.svg")})
  t.equal(colours(p)[1], colours(plot.heatmap({{-1, -4}}, {file = file("c.svg")}))[1])
  p = plot.heatmap({{0, 3, 6}}, {file = file("c.svg")})
  t.equal(p.figure.scale.low, 0)
  t.equal(colours(p)[1], 0xF7F7F7)
  t.equal(colours(p)[3], 0x00441B)
  p = plot.heatmap({{0, 3, 6}}, {limits = {0, 3}, file = file("c.svg")})
  t.equal(colours(p)[2], colours(p)[3])
  t.ok(plot.heatmap({{0, 0}}, {file = file("c.svg")}))
end)

t.test("the script has a colour for each cell and a bar that says what colours mean", function()
  local script = plot.heatmap({{-1, 3}}, {label = "g", file = file("s.svg")}):script()
  t.match(script, "\n 0.5 0.5 0.5 1.5 0.5 1.5 %d+\n 1.5 0.5 1.5 2.5 0.5 1.5 17435\n")
  t.match(script, "using 1:2:3:4:5:6:7 with boxxyerror .*fillcolor rgb variable")
  t.match(script, "set palette defined %(0 '#40004b', .* 20 '#00441b'%)\nset cbrange %[ %-3 : 3 %]")
  t.match(script, "set cblabel 'g'")
  t.ok(not plot.line({1, 2}, {1, 2}, {file = file("s.svg")}):script():find("palette", 1, true))
end)

t.test("many cells are drawn without numbers and shown as characters", function()
  local matrix = {}
  for i = 1, 20 do
    matrix[i] = {}
    for j = 1, 70 do matrix[i][j] = (j - 35) * i end
  end
  matrix[1][1] = NA
  local p = t.ok(plot.heatmap(matrix, {file = file("many.png")}))
  t.equal(#p.figure.notes, 0)
  local text = shown(p)
  t.match(text, "\n  20  ih.*a%.%.%.1.*89+\n")
  t.match(text, "\n  1   %?%.")
  for line in text:gmatch("[^\n]+") do t.ok(#line <= 79, line) end
  t.equal(#plot.heatmap(matrix, {numbers = true, file = file("many.svg")}).figure.notes, 1400)
end)

t.test("a wide heat map is shown in blocks of columns", function()
  local row, names = {}, {}
  for j = 1, 14 do row[j], names[j] = j / 10, "measure_" .. j end
  local text = shown(plot.heatmap({row}, {columns = names, rows = {"only"}, file = file("w.svg")}))
  local heads = 0
  for line in text:gmatch("[^\n]+") do
    t.ok(#line <= 79, line)
    if line:find("measure", 1, true) then heads = heads + 1 end
  end
  t.equal(heads, 3)
  t.match(text, "measure_14\n  only .* 1.40\n$")
end)

t.test("wrong heat maps raise and name what is wrong", function()
  local d = cells()
  local twice = df.new{x = {"a", "a"}, y = {"b", "b"}, v = {1, 2}}
  t.raises('plot.heatmap: rows 1 and 2 are both x "a", y "b"', plot.heatmap, twice,
    {x = "x", y = "y", value = "v"})
  t.raises('plot.heatmap: no column "tsk"; did you mean "task"', plot.heatmap, d,
    {x = "tsk", y = "measure", value = "g"})
  t.raises("plot.heatmap: value must be the name of a column", plot.heatmap, d, {x = "task", y = "measure"})
  t.raises("plot.heatmap: value must be numbers, not a column of text", plot.heatmap, d,
    {x = "task", y = "measure", value = "text"})
  t.raises("plot.heatmap: rows belongs to a table of numbers", plot.heatmap, d, {rows = {"a"}})
  t.raises("plot.heatmap: value names a column of a data frame", plot.heatmap, {{1}}, {value = "g"})
  t.raises("plot.heatmap: row 2 of values has 1 value, row 1 has 2", plot.heatmap, {{1, 2}, {3}})
  t.raises("plot.heatmap: there are 2 rows of numbers, but 1 names in rows", plot.heatmap, {{1}, {2}},
    {rows = {"a"}})
  t.raises("plot.heatmap: row 1 must be an array of numbers", plot.heatmap, {1, 2})
  t.raises("plot.heatmap: needs a data frame", plot.heatmap, 3)
  t.raises("plot.heatmap: limits must be {low, high}", plot.heatmap, {{1}}, {limits = {1, 1}})
  t.raises("plot.heatmap: marks must have as many rows", plot.heatmap, {{1}, {2}}, {marks = {{"*"}}})
  t.raises("plot.heatmap: numbers must be true or false", plot.heatmap, {{1}}, {numbers = 3})
  t.raises('plot.heatmap: no option "vaues"; did you mean "values"', plot.heatmap,
    {values = {{1}}, vaues = 1})
  t.fails("plot.heatmap: there is nothing to plot, all 2 values are missing", "data",
    plot.heatmap({{NA, NA}}))
end)

-- ---- plot.image ----

t.test("a picture is shown as it is, in its own shape", function()
  local matrix = {{-1, 1}}
  t.ok(plot.heatmap(matrix, {file = file("source.png"), size = {400, 300}}))
  local p = t.ok(plot.image(file("source.png"), {file = file("copy.png"), title = "a picture"}))
  t.equal(p.about, "400x300 pixels")
  t.equal(p.figure.width, 420)
  local image = t.ok(t.ok(video.open(file("source.png"))):at(0))
  local again = t.ok(plot.image(image, {file = file("copy2.png")}))
  -- The dark half of the heat map is still at the left.
  local copy = t.ok(t.ok(video.open(file("copy2.png"))):at(0))
  local r, g, b = image:pixel(120, 100)
  local r2, g2, b2 = copy:pixel(130, 110)
  t.equal(string.format("%d %d %d", r2, g2, b2), string.format("%d %d %d", r, g, b))
  t.equal(again.about, p.about)
  local text = shown(p)
  t.match(text, "^a picture\n")
  local lines = 0
  for line in text:gmatch("[^\n]+") do
    t.ok(#line <= 79, line)
    lines = lines + 1
  end
  t.equal(lines, 31)
  t.match(io.popen("stat -c %a '" .. file("copy.png") .. "'"):read("l"), "^600$")
end)

t.test("what is no picture is refused", function()
  t.fails("plot.image: .*none.png: no such file", "missing", plot.image(file("none.png")))
  t.write(file("text.png"), "no picture\n")
  t.fails("^plot.image: .*text.png", nil, plot.image(file("text.png")))
  t.raises("plot.image: needs an Image or the name of a PNG file, not a number", plot.image, 3)
  t.raises("plot.image: needs an Image", plot.image, nil)
end)

-- ---- Maps of plot.face ----

t.test("a map of regions colours each side and prints its table", function()
  local map = {brow_l = -2, brow_r = 1, ["left cheek"] = 0.5, mouth = NA, nose = 0}
  local p = t.ok(plot.face(map, {marks = {brow_l = true}, label = "d", file = file("f.svg")}))
  t.equal(p.kind, "face map")
  t.equal(p.about, "5 of 14 regions")
  t.equal(shown(p), [[
            right   left
  forehead     NA     NA
  brow       1.00  -2.00*
  eye          NA     NA
  cheek        NA   0.50
  nose       0.00   0.00
  mouth        NA     NA
  chin         NA     NA
  cells: d
]])
  -- Layers come region by region, the right first: brow right, brow left.
  local right, left = p.figure.layers[3], p.figure.layers[4]
  t.equal(left.colour, 0x40004B)
  t.ok(right.x[3] < 0 and left.x[3] > 0, "the participant's right is at the left")
  t.equal(p.figure.layers[1].colour, 0xBBBBBB)
  local svg = t.read(file("f.svg"))
  t.match(svg, ">participant's right<")
  t.match(svg, ">%-2.00%*<")
end)

t.test("a map is read from a data frame", function()
  local d = df.new{region = {"cheek", "cheek", "nose"}, side = {"left", "r", "both"}, d = {0.5, 0.25, 1},
    star = {1, 0, 0}}
  local p = t.ok(plot.face(d, {value = "d", mark = "star", file = file("d.svg")}))
  t.match(shown(p), "cheek +0.25 +0.50%*\n  nose +1.00 +1.00\n")
  local named = df.new{where = {"cheek_l", "cheek_r", "nose"}, d = {0.5, 0.25, 1}}
  t.match(shown(t.ok(plot.face(named, {region = "where", value = "d", file = file("d.svg")}))),
    "cheek +0.25 +0.50\n  nose +1.00 +1.00\n")
end)

t.test("a map of landmarks has 68 coloured points", function()
  local values = {}
  for i = 1, 68 do values[i] = i - 34 end
  values[9] = NA
  local p = t.ok(plot.face(values, {file = file("l.png")}))
  t.equal(p.about, "68 landmarks, 1 missing")
  local dots = p.figure.layers[3]
  t.equal(dots.colours[9], 0xBBBBBB)
  t.equal(dots.colours[68], 0x00441B)
  t.ok(dots.x[1] < 0 and dots.x[17] > 0 and dots.y[9] > dots.y[28])
  for i = 1, 68 do t.ok(dots.x[i] and dots.y[i], "landmark " .. i .. " has no place") end
  t.match(shown(p), "jaw         1 to 17  %-33 %-32")
  t.ok(plot.face(df.new{v = values}.v, {file = file("l.png")}))
end)

t.test("wrong maps raise and name what is wrong", function()
  t.raises('plot.face: no region "cheec_l"; did you mean "cheek"', plot.face, {cheec_l = 1})
  t.raises("plot.face: two numbers for the left cheek", plot.face, {cheek = 1, cheek_l = 2})
  t.raises("plot.face: cheek_l must be a number, not a string", plot.face, {cheek_l = "1"})
  t.raises("plot.face: a map of landmarks needs 68 numbers, not 3", plot.face, {1, 2, 3})
  t.raises("plot.face: marks names nose", plot.face, {cheek_l = 1}, {marks = {nose = true}})
  t.raises('plot.face: side must be "l"', plot.face,
    df.new{region = {"nose"}, side = {"up"}, v = {1}}, {value = "v"})
  t.raises("plot.face: zoom belongs to a frame", plot.face, {nose = 1}, {zoom = true})
  local x = {}
  for i = 1, 68 do x[i] = i end
  t.raises("plot.face: limits belongs to a map", plot.face, nil, {x = x, y = x}, {limits = {0, 1}})
  t.raises('plot.face: no option "colour"', plot.face, {cheek_l = 1}, {colour = 1})
  t.fails("plot.face: there is nothing to plot, no region has a number", "data", plot.face({nose = NA}))
end)

-- ---- Safety ----

t.test("hostile texts are shown, not run", function()
  local canary = file("canary")
  for _, text in ipairs {"`touch " .. canary .. "`", "x'\nsystem('touch " .. canary .. "')\n'", "%s%n",
    "\27[2J", "END\n!touch " .. canary, "'; set output 'x", "\255"} do
    local d = df.new{x = {text, "b"}, y = {text, text}, v = {1, -2}, m = {text, ""}}
    local p = t.ok(plot.heatmap(d, {x = "x", y = "y", value = "v", mark = "m", title = text, label = text,
      numbers = true, file = file("safe.svg")}))
    t.ok(not shown(p):find("\27", 1, true))
    p = t.ok(plot.face({nose = 1}, {title = text, label = text, marks = {nose = text},
      file = file("safe.svg")}))
    t.ok(not shown(p):find("\27", 1, true))
    t.ok(not io.open(canary), "ran: " .. text)
  end
end)
