-- SPDX-License-Identifier: GPL-3.0-or-later
-- Numbers that several benchmarks need; NaN is left out everywhere. A script beside this one gets them with
-- dofile.

local numbers = {met = 0, missed = 0}

local NAN = 0 / 0

local function present(list)
  local values = {}
  for i = 1, #list do
    if list[i] == list[i] then values[#values + 1] = list[i] end
  end
  return values
end

function numbers.mean(list)
  local values, sum = present(list), 0
  for _, value in ipairs(values) do sum = sum + value end
  return #values > 0 and sum / #values or NAN
end

function numbers.sd(list)
  local values, centre, sum = present(list), numbers.mean(list), 0
  for _, value in ipairs(values) do sum = sum + (value - centre) ^ 2 end
  return #values > 1 and math.sqrt(sum / (#values - 1)) or NAN
end

-- R's type 7.
function numbers.quantile(list, part)
  local values = present(list)
  if #values == 0 then return NAN end
  table.sort(values)
  local place = (#values - 1) * part + 1
  local low = math.floor(place)
  return values[low] + (place - low) * ((values[low + 1] or values[low]) - values[low])
end

function numbers.median(list) return numbers.quantile(list, 0.5) end

-- The rows that a part of scripts/bench validity measured, "identity,A,B,C,value", under the names of the
-- four behind the identity, and the number of identities. Only the second name's text may hold commas.
function numbers.rows(paths, names)
  local rows, identities, seen = {}, 0, {}
  for _, path in ipairs(paths) do
    for text in assert(io.lines(path)) do
      local identity, a, b, c, value = text:match("^(%d+),([^,]*),(.*),([^,]*),([^,]*)$")
      rows[#rows + 1] = {[names[1]] = a, [names[2]] = b, [names[3]] = c, [names[4]] = tonumber(value) or NAN}
      if not seen[identity] then seen[identity], identities = true, identities + 1 end
    end
  end
  return rows, identities
end

-- Slope of y on x and Pearson's r; NaN for fewer than three pairs, and where x, or for r also y, does not
-- vary.
function numbers.line(x, y)
  local n, sx, sy, sxx, syy, sxy = 0, 0, 0, 0, 0, 0
  for i = 1, #x do
    local a, b = x[i], y[i]
    if a == a and b == b then
      n, sx, sy = n + 1, sx + a, sy + b
      sxx, syy, sxy = sxx + a * a, syy + b * b, sxy + a * b
    end
  end
  local xx, yy, xy = sxx - sx * sx / n, syy - sy * sy / n, sxy - sx * sy / n
  if n < 3 or not (xx > 1e-12) then return NAN, NAN end
  return xy / xx, yy > 1e-12 and xy / math.sqrt(xx * yy) or NAN
end

function numbers.fixed(value, digits)
  return value == value and string.format("%." .. (digits or 3) .. "f", value) or "NA"
end

-- A cell of a CSV of rows.
function numbers.cell(value) return value == value and string.format("%.9g", value) or "NA" end

-- Counts targets as they are told.
function numbers.verdict(good)
  if good then numbers.met = numbers.met + 1 else numbers.missed = numbers.missed + 1 end
  return good and "met" or "NOT MET"
end

function numbers.print_verdicts()
  print(string.format("\n%d targets met, %d not met", numbers.met, numbers.missed))
end

return numbers
