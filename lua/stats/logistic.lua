-- SPDX-License-Identifier: GPL-3.0-or-later
-- stats.logistic: terms are made here, the fit in C (src/stats/logistic.c).

local kit = ...
local core, stats, text, levels = kit.core, kit.stats, kit.text, kit.levels
local df = require "mien.df"
local words = require "mien.words"

local CALLER = "stats.logistic"

-- ---- Terms ----

-- The terms of one column: itself, or one for each level of text but the first.
local function terms_of(d, name)
  local values = levels.column(d, name, "x", CALLER)
  if not core.is_text(values) then
    return {{name = name, of = function(row) return values[row] end, values = values}}
  end
  local found, terms = levels.found(values, #d, name, CALLER), {}
  if #found < 2 then
    kit.wrong('%s: x: column "%s" has one level only (%s)', CALLER, name, levels.names(found))
  end
  for i = 2, #found do
    terms[i - 1] = {name = name .. ": " .. found[i], reference = found[1], values = values,
      of = function(row) return values[row] == found[i] and 1 or 0 end}
  end
  return terms
end

local function all_terms(d, x)
  if type(x) == "string" then x = {x} end
  if type(x) ~= "table" or #x == 0 then
    kit.wrong('%s: x must be the names of columns, such as x = {"age", "sex"}', CALLER)
  end
  local terms, known = {}, {}
  for _, name in ipairs(x) do
    for _, term in ipairs(terms_of(d, name)) do terms[#terms + 1] = term end
    if known[name] then kit.wrong('%s: x names "%s" twice', CALLER, name) end
    known[name] = true
  end
  return terms
end

-- The rows with nothing missing, as one array row by row with the intercept first.
local function design(d, terms, y)
  local x, outcome, rows = {}, {}, {}
  for row = 1, #d do
    local whole = y[row] ~= nil
    for _, term in ipairs(terms) do whole = whole and not df.missing(term.values[row]) end
    if whole then
      rows[#rows + 1], outcome[#outcome + 1] = row, y[row]
      x[#x + 1] = 1.0
      for _, term in ipairs(terms) do
        local value = term.of(row)
        if value == math.huge or value == -math.huge then
          kit.wrong('%s: row %d of "%s" is infinite', CALLER, row, term.name)
        end
        x[#x + 1] = value
      end
    end
  end
  return x, outcome, rows
end

-- ---- The function ----

local Logistic = {__name = "mien.logistic"}

local function outcome_of(d, options)
  local values = levels.column(d, options.y, "y", CALLER)
  local found = levels.found(values, #d, "y", CALLER)
  if #found > 2 then
    kit.wrong("%s: y must have two levels, but \"%s\" has %d (%s); choose rows with d:where", CALLER,
      options.y,
      #found, levels.names(found))
  end
  local positive = levels.positive(options.positive, found, "y", CALLER)
  local y, negative = {}, nil
  for row = 1, #d do
    local value = values[row]
    if not levels.missing(values, value) then y[row] = value == positive and 1 or 0 end
  end
  for _, level in ipairs(found) do
    if level ~= positive then negative = level end
  end
  return y, positive, negative
end

local function notes_of(fit, names, n, positives)
  local notes, separated, aliased = {}, {}, {}
  for i, state in ipairs(fit.states) do
    if state == "separated" and i > 1 then separated[#separated + 1] = names[i] end
    if state == "aliased" then aliased[#aliased + 1] = names[i] end
  end
  if fit.deviance ~= fit.deviance then
    notes[1] = (positives == 0 or positives == n) and "y has one outcome only"
      or "too few rows for so many terms"
  elseif fit.separated then
    notes[1] = "separation: " .. table.concat(separated, ", ")
      .. " tell the outcomes apart without error, so their odds ratios are infinite or 0"
  elseif not fit.converged then
    notes[1] = "the fit did not settle"
  end
  if #aliased > 0 then notes[#notes + 1] = "left out, as others say the same: " .. table.concat(aliased,
    ", ") end
  return #notes > 0 and table.concat(notes, "; ") or nil
end

local function full_length(fitted, rows, count)
  local list, at = {}, 1
  for row = 1, count do
    if rows[at] == row then
      list[row], at = fitted[at], at + 1
    else
      list[row] = df.NA
    end
  end
  return df.column(list)
end

-- stats.logistic(d, {y =, x = {...}, positive =, conf =})
function stats.logistic(d, options)
  d = levels.frame(d, CALLER)
  options = words.check_options(options, CALLER, {"y", "x", "positive", "conf"}, kit.wrong)
  local conf = levels.conf(options, CALLER)
  local y, positive, negative = outcome_of(d, options)
  local terms = all_terms(d, options.x)
  local x, outcome, rows = design(d, terms, y)
  local names, reference, positives = {"(intercept)"}, {}, 0
  for i, term in ipairs(terms) do
    names[i + 1] = term.name
    if term.reference then reference[#reference + 1] = term.name .. " against " .. term.reference end
  end
  for _, one in ipairs(outcome) do positives = positives + one end
  local fit = core.logistic(x, outcome, #names, conf)
  local frame = df.from_columns({"term"}, {names})
  for _, name in ipairs(fit.terms:names()) do frame = frame:with{[name] = fit.terms:col(name)} end
  local result = {
    term = names, n = #rows, positives = positives, dropped = #d - #rows, conf = conf, positive = positive,
    negative = negative, reference = reference, deviance = fit.deviance, null_deviance = fit.null_deviance,
    df = #rows - fit.estimated, null_df = #rows - 1, aic = fit.aic, log_likelihood = fit.log_likelihood,
    iterations = fit.iterations, converged = fit.converged, separated = fit.separated, states = fit.states,
    fitted = full_length(fit.fitted, rows, #d), note = notes_of(fit, names, #rows, positives),
    method = "logistic regression, maximum likelihood",
  }
  for _, name in ipairs {"estimate", "se", "z", "p", "odds_ratio", "low", "high"} do
    result[name] = fit.terms:col(name)
  end
  result.terms = frame
  return setmetatable(result, Logistic)
end

-- ---- Printing ----

local function short(value)
  if value == math.huge or value == -math.huge or value ~= value then return text.number(value) end
  local size = math.abs(value)
  if size ~= 0 and (size >= 1000 or size < 0.01) then return string.format("%.3g", value) end
  return string.format("%.2f", value)
end

local function row_of(r, i)
  local ratio = i == 1 and "" or short(r.odds_ratio[i])
  if i > 1 and r.low[i] == r.low[i] then
    ratio = string.format("%s [%s, %s]", ratio, short(r.low[i]), short(r.high[i]))
  elseif i > 1 and r.states[i] == "separated" then
    ratio = ratio .. " separated"
  end
  return {words.display(r.term[i], 30), text.number(r.estimate[i]), text.number(r.se[i]),
    text.number(r.z[i], 2), text.p(r.p[i]), ratio}
end

function Logistic.__tostring(r)
  local rows, widths, lines = {{"", "estimate", "SE", "z", "p", "odds ratio [" .. text.percent(r.conf)
    .. " CI]"}},
    {}, {}
  for i = 1, #r.term do rows[i + 1] = row_of(r, i) end
  for _, row in ipairs(rows) do
    for j, cell in ipairs(row) do
      widths[j] = math.max(widths[j] or 0, text.cells(cell))
    end
  end
  lines[1] = string.format("Logistic regression   P(%s), %d of %d", words.display(tostring(r.positive), 20),
    r.positives, r.n)
  for _, row in ipairs(rows) do
    local cells = {}
    for j, cell in ipairs(row) do
      local blank = string.rep(" ", widths[j] - text.cells(cell))
      cells[j] = (j == 1 or j == #row) and cell .. blank or blank .. cell
    end
    lines[#lines + 1] = ("  " .. table.concat(cells, "  ")):gsub("%s+$", "")
  end
  local pieces = {string.format("deviance %s on %d df (null %s on %d), AIC %s", text.number(r.deviance, 2),
    r.df,
    text.number(r.null_deviance, 2), r.null_df, text.number(r.aic, 2)), text.dropped(r.dropped, "row")}
  if #r.reference > 0 then pieces[#pieces + 1] = words.first(r.reference, 4) end
  pieces[#pieces + 1] = r.note
  lines[#lines + 1] = text.flow(pieces, "; ", "  ")
  return table.concat(lines, "\n")
end
