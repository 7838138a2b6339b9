-- SPDX-License-Identifier: GPL-3.0-or-later
-- Who took part, how strongly each emotion is shown, and which movement is smaller in which emotion.

local study = ...

study.add_stage("participants", "Participants", function(page, run)
  local r = run.recordings
  local people = study.people(r)
  local columns = {}
  for _, name in ipairs {"age", "sex", "severity"} do
    if people:has(name) then columns[#columns + 1] = name end
  end
  if #columns == 0 then
    page:text("The manifest tells nothing about the participants: no age, sex or severity.")
    return
  end
  local counts = people:has("severity") and {"severity"} or {}
  local t = stats.table1(people, {group = "group", levels = r.levels, columns = columns, counts = counts})
  page:table("table1", t:df(), "Participants", t:notes())
  if not r.unseen then return end
  local unseen = {}
  for k, level in ipairs(r.levels) do
    unseen[k] = #people:where(function(row) return tostring(row.group) == level and row.split == "test" end)
  end
  page:text("Kept unseen until the last validation (split \"test\"): %d %s and %d %s.", unseen[1],
    r.levels[1],
    unseen[2], r.levels[2])
end)

-- One row per participant and emotion: the peak of that emotion's own expression. nil where no task is an
-- emotion.
local function intensity(r)
  local d = r.summary
  local columns = {{"participant", {}}, {"group", {}}, {"emotion", {}}, {"intensity", {}}}
  local emotions = {}
  for _, task in ipairs(r.tasks) do
    if d:has(task .. "_peak") then emotions[#emotions + 1] = task end
  end
  for _, emotion in ipairs(emotions) do
    for i = 1, #d do
      if d.task[i] == emotion then
        table.insert(columns[1][2], tostring(d.participant[i]))
        table.insert(columns[2][2], tostring(d.group[i]))
        table.insert(columns[3][2], emotion)
        table.insert(columns[4][2], d:col(emotion .. "_peak")[i])
      end
    end
  end
  return #emotions > 0 and df.new(columns) or nil
end

local function with_published(frame)
  local published = {}
  for i = 1, #frame do published[i] = study.published_intensity[frame.emotion[i]] or "" end
  return frame:with{["published p"] = published}
end

study.add_stage("intensity", "Expression intensity", function(page, run)
  local r = run.recordings
  local d = intensity(r)
  if not d then
    page:text("No task is named like an expression that mien measures, so intensities cannot be compared.")
    return
  end
  local c = stats.compare(d, {group = "group", levels = r.levels, measures = "intensity", by = "emotion",
    repeated = r.manifest:has("take") and "ignore" or nil})
  page:text("How strongly each emotion is shown at its peak, 0 to 1, while the participant is asked to "
    .. "show it.")
  local frame = with_published(c:df():select{"emotion", "n_1", "n_2", "mean_1", "mean_2", "diff", "ci_low",
    "ci_high",
    "g", "p", "p_adjusted"})
  page:table("intensity", frame, string.format("Intensity of %s (1) and %s (2)", r.levels[1], r.levels[2]),
    c.method
    .. ", two-sided; p_adjusted by Holm. Published: lower in patients, " .. study.source)
  page:figure("intensity", plot.box(d:with{shown = function(row) return row.emotion .. " " .. row.group end},
    {y = "intensity", by = "shown", ylabel = "intensity 0..1", xlabel = "", size = {900, 500}}),
      "Intensity; one point is one participant")
end)

local UNITS = {"au1_l_peak", "au1_r_peak", "au2_l_peak", "au2_r_peak", "au4_l_peak", "au4_r_peak",
  "au12_l_peak",
  "au12_r_peak", "au15_l_peak", "au15_r_peak", "au20_l_peak", "au20_r_peak", "au25_peak", "au26_peak"}

study.add_stage("patterns", "Patterns of decreased movement", function(page, run)
  local r = run.recordings
  local p, problem = r.cohort:patterns{levels = r.levels, measures = UNITS}
  if not p then
    page:text("Patterns could not be made: %s", tostring(problem))
    return
  end
  page:text("One test for each action unit and emotion, their p adjusted together. Below zero: less "
    .. "movement in %s. A star: the difference is no play of chance at 5 %% over all tests.", r.levels[1])
  page:figure("patterns", plot.heatmap(p), string.format("Hedges g, %s less %s", r.levels[1], r.levels[2]))
  page:table("patterns", p:select{"task", "measure", "mean_1", "mean_2", "diff", "g", "p", "p_adjusted"}
    :sort("p"), "Action units by emotion, the clearest first",
      "The study reports that patterns differ by emotion, "
    .. "without numbers in the text that was at hand", 20)
end)
