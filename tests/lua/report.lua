-- SPDX-License-Identifier: GPL-3.0-or-later
-- report: what is given is shown as it is, in one file that is whole or not there.

local t = require "harness"

local EVIL = "<script>alert('x')</script> & \"q\" \xff\0"

t.test("no text becomes markup", function()
  local r = report.new{title = EVIL, subtitle = EVIL}:heading(EVIL):text(EVIL):output(EVIL)
  local name = EVIL:gsub("%z", "")
  r:table(df.new{[name] = {name, "b"}}, {caption = EVIL, note = EVIL})
  local page = r:html()
  t.equal(page:find("<script", 1, true), nil)
  t.equal(page:find("\0", 1, true), nil)
  t.ok(utf8.len(page))
  t.match(page, "&lt;script&gt;")
  -- Even if something got through, the page's own rule lets nothing run or load.
  t.match(page, "default%-src 'none'")
  t.equal(page:find("http", 1, true) == page:find("http-equiv", 1, true), true)
end)

t.test("tables are numbered and say what they leave out", function()
  local r = report.new():table(df.new{x = {1, 2.34567, df.NA}, p = {0.0001, 0.04, 0.5}}, {most = 2})
  local page = r:html()
  t.match(page, "Table 1")
  t.match(page, "2 of 3 rows shown")
  t.match(page, ">2.35<")
  t.match(page, "&lt; .001")
  t.match(r:table(stats.table1(df.new{age = {1, 2}})):html(), "Table 2.*age, mean")
  t.raises("needs a data frame", r.table, r, 7)
end)

t.test("figures stand in the page", function()
  local folder = t.folder()
  local r = report.new()
  t.ok(r:figure(plot.line({1, 2, 3}, {1, 4, 9}), {caption = "rise", width = 50}))
  local png = folder .. "/a.png"
  t.ok(plot.line({1, 2}, {1, 2}, {file = png}))
  t.ok(r:figure(png))
  local page = r:html()
  t.match(page, "data:image/svg%+xml;base64,")
  t.match(page, "data:image/png;base64,iVBORw0KGgo")
  t.match(page, "Figure 2")
  t.fails("neither PNG nor SVG", "data", r:figure(t.write(folder .. "/b.png", "GIF89a")))
  t.fails("No such file", nil, r:figure(folder .. "/none.png"))
  t.raises("needs a Plot", r.figure, r, {})
end)

t.test("a page is written whole, and by its owner alone where it shows a person", function()
  local folder = t.folder()
  local r = report.new{title = "One"}:text("body")
  local file = folder .. "/r.html"
  t.ok(r:save(file))
  t.equal(t.read(file), r:html())
  t.fails("Report:save", nil, r:save(folder .. "/none/r.html"))
  t.raises("must end in .html", r.save, r, folder .. "/r.txt")
  local png = folder .. "/a.png"
  t.ok(plot.line({1, 2}, {1, 2}, {file = png}))
  t.ok(r:figure(png, {person = true}))
  t.ok(r:save(file))
  local pipe = io.popen("stat -c %a " .. file)
  t.equal(pipe:read("l"), "600")
  pipe:close()
  t.equal(#io.popen("ls -A " .. folder):read("a"), #"a.png\nr.html\n", "no draft is left")
end)

t.test("the same report gives the same page", function()
  local function page() return report.new{title = "x"}:heading("a"):text("b"):html() end
  t.equal(page(), page())
end)
