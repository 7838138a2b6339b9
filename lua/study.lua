-- SPDX-License-Identifier: GPL-3.0-or-later
-- The study (Ruiter et al. 2023) as one script: mien -m study [--quick] [--out DIR] ...; see mien -m study
-- --help. Every stage keeps what it found in DIR/stages, so that a run that was stopped goes on where it
-- was; the report is made from those.

local folder = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
local study = {}

for _, part in ipairs {"options", "published", "stage", "recordings", "groups", "learning", "beyond"} do
  local chunk, problem = loadfile(folder .. "/" .. part .. ".lua")
  if not chunk then error(problem, 0) end
  chunk(study)
end

local options = study.options(arg)
if options then
  local began = os.time()
  local cohort = study.recordings(options)
  local run = study.new_run(options, cohort)
  for _, stage in ipairs(study.stages) do study.run_stage(run, stage) end
  study.write_report(run)
  print(string.format("\n%s\n(%d s)", run.file, os.time() - began))
end
