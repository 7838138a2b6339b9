-- SPDX-License-Identifier: GPL-3.0-or-later
-- Stages: what one finds is kept as files in DIR/stages/NAME (texts, tables, figures in the order of the
-- report), with the settings and participants it is of, and is taken from there by a later run.

local study = ...

local function quoted(path) return "'" .. path:gsub("'", "'\\''") .. "'" end

function study.make_folder(path)
  if not os.execute("mkdir -p " .. quoted(path)) then error("study: cannot make the folder " .. path, 0) end
  return path
end

function study.read(path)
  local file = io.open(path, "rb")
  local text = file and file:read("a")
  if file then file:close() end
  return text
end

-- Whole or not at all.
function study.write(path, text)
  local file, problem = io.open(path .. ".part", "wb")
  if not file then error("study: " .. problem, 0) end
  local ok = file:write(text) and file:close()
  if not ok or not os.rename(path .. ".part", path) then error("study: cannot write " .. path, 0) end
end

-- {options =, cohort = what study.recordings gives, key = of what results depend on, out =}
function study.new_run(options, recordings)
  local out = options.out
  for _, name in ipairs {"stages", "tables", "figures"} do study.make_folder(out .. "/" .. name) end
  return {options = options, recordings = recordings, out = out, file = out .. "/report.html", done = {},
    key = study.settings(options) .. "\n" .. recordings.text}
end

-- ---- What a stage writes ----

local Page = {}
Page.__index = Page

function Page:add(ending, text)
  self.count = self.count + 1
  study.write(string.format("%s/%02d_%s", self.folder, self.count, ending), text)
end

function Page:heading(text) self:add("heading.txt", text) end
function Page:subheading(text) self:add("subheading.txt", text) end
function Page:text(text, ...) self:add("text.txt", select("#", ...) > 0 and text:format(...) or text) end
function Page:output(value) self:add("output.txt", tostring(value)) end

local function cell_text(name, value)
  if type(value) ~= "number" then return df.missing(value) and "" or tostring(value) end
  if value ~= value then return "NA" end
  if name == "p" or name == "p_adjusted" then
    return value < 0.001 and "< .001" or (string.format(value < 0.1 and "%.3f" or "%.2f", value):gsub("^0",
      ""))
  end
  return string.format(value % 1 == 0 and math.abs(value) < 1e15 and "%.0f" or "%.3g", value)
end

-- The frame for the report as text, and with all digits in tables/NAME.csv; most: rows of it in the report.
function Page:table(name, frame, caption, note, most)
  assert(frame:write(self.out .. "/tables/" .. name .. ".csv"))
  local names, columns = frame:names(), {}
  local shown = math.min(#frame, most or 60)
  for j, column_name in ipairs(names) do
    columns[j] = {}
    for i = 1, shown do
      local text = cell_text(column_name, frame:col(column_name)[i])
      columns[j][i] = text
    end
  end
  local lines = {}
  local function line(cells)
    for j, cell in ipairs(cells) do cells[j] = cell:gsub("[\t\n]", " ") end
    lines[#lines + 1] = table.concat(cells, "\t")
  end
  line(table.move(names, 1, #names, 1, {}))
  for i = 1, shown do
    local cells = {}
    for j = 1, #names do cells[j] = columns[j][i] end
    line(cells)
  end
  note = (note and note .. ". " or "") .. (shown < #frame and string.format("%d of %d rows, all of them in ",
    shown,
    #frame) or "All digits in ") .. "tables/" .. name .. ".csv"
  self:add("table.tsv", caption .. "\n" .. note .. "\n" .. table.concat(lines, "\n") .. "\n")
end

-- A Plot, or nothing where it cannot be drawn, which is then said.
function Page:figure(name, plot, caption, problem)
  if not plot then
    self:text("No figure %s: %s", name, tostring(problem))
    return
  end
  local file = self.out .. "/figures/" .. name .. ".svg"
  assert(plot:save(file))
  self:add("figure.txt", file .. "\n" .. caption .. "\n")
end

-- ---- Running ----

study.stages = {}

-- Stages run in the order in which they are added. body(page, run)
function study.add_stage(name, title, body)
  study.stages[#study.stages + 1] = {name = name, title = title, body = body}
end

function study.run_stage(run, stage)
  local folder = run.out .. "/stages/" .. stage.name
  if study.read(folder .. "/done") == run.key then
    print(stage.title .. ": done before")
    return
  end
  os.execute("rm -rf " .. quoted(folder))
  study.make_folder(folder)
  local began = os.time()
  print(stage.title .. " ...")
  local page = setmetatable({folder = folder, out = run.out, count = 0}, Page)
  page:heading(stage.title)
  stage.body(page, run)
  study.write(folder .. "/done", run.key)
  print(string.format("%s: %d s", stage.title, os.time() - began))
end

-- ---- The report ----

local function files_of(folder)
  local listing, files = assert(io.popen("ls -1 " .. quoted(folder))), {}
  for name in listing:lines() do files[#files + 1] = name end
  listing:close()
  return files
end

local function table_of(text)
  local caption, note, rest = text:match("^(.-)\n(.-)\n(.*)$")
  local names, columns
  for line in rest:gmatch("(.-)\n") do
    local cells = {}
    for cell in (line .. "\t"):gmatch("(.-)\t") do cells[#cells + 1] = cell end
    if not names then
      names, columns = cells, {}
      for j = 1, #names do columns[j] = {} end
    else
      for j = 1, #names do columns[j][#columns[j] + 1] = cells[j] end
    end
  end
  return df.from_columns(names, columns), caption, note
end

local function add_file(r, folder, name)
  local kind, text = name:match("^%d+_(%w+)%."), study.read(folder .. "/" .. name)
  if kind == "heading" then
    r:heading(text)
  elseif kind == "subheading" then
    r:heading(text, 3)
  elseif kind == "text" then
    r:text(text)
  elseif kind == "output" then
    r:output(text)
  elseif kind == "table" then
    local frame, caption, note = table_of(text)
    r:table(frame, {caption = caption, note = note})
  elseif kind == "figure" then
    local file, caption = text:match("^(.-)\n(.-)\n")
    assert(r:figure(file, {caption = caption}))
  end
end

function study.write_report(run)
  local r = report.new{title = "Facial weakness from videos: the study as one script",
    subtitle = run.recordings.about}
  r:text(study.introduction(run))
  for _, stage in ipairs(study.stages) do
    local folder = run.out .. "/stages/" .. stage.name
    for _, name in ipairs(files_of(folder)) do add_file(r, folder, name) end
  end
  assert(r:save(run.file))
end
