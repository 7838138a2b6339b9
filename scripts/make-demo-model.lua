-- SPDX-License-Identifier: GPL-3.0-or-later
-- Makes models/demo.model and its card: build/mien --no-init scripts/make-demo-model.lua [folder for the
-- videos]
-- It renders a small simulated cohort, so the model knows drawn faces only.

local folder = arg[1] or "build/demo-model"
os.execute(string.format("mkdir -p '%s'", folder))
local manifest = assert(sim.cohort(folder, {patients = 20, controls = 20, tasks = {"brow_raise"}, seed = 6,
  effect = 2,
  size = 240, seconds = 3}))
local cohort_ = assert(cohort.open(manifest)):extract()
local clips = assert(cohort_:clips{frames = 16, size = 32, per = 3, span = 2})
local result = assert(model.train{cohort = cohort_, clips = clips, positive = "MG", folds = 3,
  seed = 6,
  note = "trained on rendered faces with twice the usual loss of force; it shows how models work and "
    .. "must not be used on recordings of persons; its trunk learned from faces drawn alike, and the task "
    .. "was chosen on these very people, so its area is optimistic"})
print(result)
assert(result.model:save("models/demo.model"))
local card = assert(io.open("models/demo.txt", "w"))
card:write(tostring(result.model:card()))
card:close()
