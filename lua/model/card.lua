-- SPDX-License-Identifier: GPL-3.0-or-later
-- Model cards (Mitchell et al. 2019, doi 10.1145/3287560.3287596): what a model was trained on, how well it
-- did, what it is for. The card is text, made when the model is, and kept in its file.

local kit = ...

local Card = {__name = "mien.model.card"}
Card.__index = Card
function Card.__tostring(card) return card.text end

local function number(x, ci)
  if x == nil or x ~= x then return "NA" end
  if not ci or ci[1] ~= ci[1] then return string.format("%.2f", x) end
  return string.format("%.2f [%.2f, %.2f]", x, ci[1], ci[2])
end

local function people(levels, n)
  local parts = {}
  for k, name in ipairs(levels) do parts[k] = string.format("%s %d", name, n[k]) end
  return table.concat(parts, ", ")
end

local function skill(line, r, first)
  line(first .. "auc", string.format("%s (%s)", number(r.auc, r.ci), r.auc_kind or "pooled"))
  for _, name in ipairs {"sensitivity", "specificity", "accuracy"} do
    if type(r[name]) == "number" then line(first .. name, number(r[name], r[name .. "_ci"])) end
  end
  if r.kappa then line(first .. "kappa", number(r.kappa.quadratic, r.kappa.quadratic_ci)
    .. " (quadratic)") end
end

local function design(line, m, result)
  local o = result.options
  line("validation", o.leave_one_out and "each participant left out once"
    or string.format("%d folds x %d repeats, by %s", o.folds, o.repeats, result.unit))
  line("seed", o.seed)
  line("members", #m.members .. ", one per fold; a prediction is the mean of all")
  line("settings", kit.settings_words(result.grid))
end

function kit.settings_words(grid)
  local parts, names = {}, {}
  for name in pairs(grid[1] or {}) do names[#names + 1] = tostring(name) end
  table.sort(names)
  for i, name in ipairs(names) do parts[i] = name .. " " .. tostring(grid[1][name]) end
  return table.concat(parts, ", ") .. (#grid > 1 and string.format(" and %d more to choose from",
    #grid - 1) or "")
end

local function input(line, m)
  local seen = m.seen
  line("tasks", #seen.tasks > 0 and table.concat(seen.tasks, ", ") or "not named")
  if not seen.frames then return end
  line("clips", string.format("%d pictures of %dx%d at %.4g a second", seen.frames, seen.size, seen.size,
    seen.rate))
  line("recordings", string.format("%.4g to %.4g frames a second, eyes %.0f to %.0f pixels apart, "
    .. "coverage at least %.2f", seen.fps_low or 0 / 0, seen.fps_high or 0 / 0, seen.face_low or 0 / 0,
    seen.face_high or 0 / 0, seen.coverage or 0 / 0))
end

function kit.card_of(m, given)
  local data, result, lines = given.data, given.result, {}
  local function line(name, value)
    lines[#lines + 1] = name .. ": " .. tostring(value):gsub("%c", " ")
  end
  line("model", m.title)
  line("architecture", m.kind)
  line("mien", mien and mien.version or "unknown")
  line("label", string.format("%s (%s)", m.label, m.rule or ""))
  line("participants", people(m.levels, result.n))
  line("left out", result.left_out_text)
  line("manifest", data.manifest_hash or "none")
  input(line, m)
  design(line, m, result)
  skill(line, result, "cross-validated ")
  if result.heldout then
    skill(line, result.heldout, "held out ")
    line("held out looks", result.heldout.looks)
  end
  line("intervals", string.format("%.4g %%, conditional on the fitted models", 100 * result.conf))
  if result.leakage and result.leakage.found then line("LEAKAGE", "these results are not to be believed") end
  if data.note then line("note", data.note) end
  line("intended use", "research and teaching on recordings like those it was trained on")
  line("limits", "no medical device, no diagnosis of a person; tells groups apart as they were "
    .. "recruited, and may use age, sex, camera or place where these differ between them; not validated "
      .. "elsewhere")
  return table.concat(lines, "\n") .. "\n"
end

function kit.model_methods.card(m)
  kit.check_model(m, "Model:card")
  local card = {text = m.card_text}
  for name, value in m.card_text:gmatch("([^:\n]+): ([^\n]*)") do card[name] = value end
  return setmetatable(card, Card)
end
