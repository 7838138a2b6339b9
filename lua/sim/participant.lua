-- SPDX-License-Identifier: GPL-3.0-or-later
-- Invented participants: what of them can be chosen, and what the seed decides otherwise.

local kit = ...

local HAIR = {"short", "parted", "cropped", "receding", "long", "bob", "wavy", "tied", "curly"}
local BEARD = {"none", "stubble", "full"}
local OPTIONS = {"seed", "age", "sex", "skin", "beard", "glasses", "hair", "expressiveness", "imbalance",
  "weakness"}

local Participant = {__name = "mien.participant"}

function Participant:__tostring()
  local parts = {self.sex == "f" and "woman" or "man", string.format("%d years", self.age)}
  if self.beard ~= "none" then parts[#parts + 1] = self.beard == "full" and "beard" or "stubble" end
  if self.glasses then parts[#parts + 1] = "glasses" end
  if self.hair then parts[#parts + 1] = self.hair .. " hair" end
  return string.format("Participant %d: %s; expressiveness %.2f%s", self.seed, table.concat(parts, ", "),
    self.expressiveness, self.weakness and ", weak" or "")
end

local function choice(options, key, default, choices)
  local value = options[key]
  if value == nil then return default end
  for _, one in ipairs(choices) do
    if value == one then return value end
  end
  kit.wrong("sim.participant", '%s must be "%s", not "%s"', key, table.concat(choices, '", "'),
    tostring(value))
end

local function flag(options, key, default)
  local value = options[key]
  if value == nil then return default end
  if type(value) ~= "boolean" then
    kit.wrong("sim.participant", "%s must be true or false, not a %s", key, type(value))
  end
  return value
end

-- The expressiveness of people is spread widely: mean 0.75, standard deviation 0.14.
local function temperament(random) return math.min(math.max(0.75 + 0.14 * random, 0.4), 1) end

function kit.participant(options)
  local name = "sim.participant"
  options = kit.check_options(name, options, OPTIONS)
  local seed = math.tointeger(kit.number(name, options, "seed", 1, 0, 2 ^ 53, true))
  local start = seed * 7919 + 17 & 0x7fffffff
  local random, normal = kit.core.draws(start, 8), kit.core.draws(start + 1, 2, true)
  local sex = choice(options, "sex", random[1] < 0.5 and "f" or "m", {"f", "m"})
  local beard = BEARD[(sex == "f" or random[4] < 0.6) and 1 or random[4] < 0.8 and 2 or 3]
  local imbalance = math.min(math.max(0.03 * normal[2], -0.08), 0.08)
  local person = {
    seed = seed, sex = sex,
    age = math.tointeger(kit.number(name, options, "age", 20 + math.floor(random[2] * 60), 18, 95, true)),
    skin = kit.number(name, options, "skin", math.floor(random[3] * 1000) / 1000, 0, 1),
    beard = choice(options, "beard", beard, BEARD),
    glasses = flag(options, "glasses", random[5] < 0.25),
    hair = choice(options, "hair", nil, HAIR),
    expressiveness = kit.number(name, options, "expressiveness", temperament(normal[1]), 0, 1),
    imbalance = kit.number(name, options, "imbalance", imbalance, -1, 1),
    weakness = options.weakness,
  }
  kit.weakness_of(name, options.weakness)
  return setmetatable(person, Participant)
end

-- What the painter needs to know.
function kit.identity_of(person)
  local function place(list, value)
    for i, one in ipairs(list) do
      if one == value then return i - 1 end
    end
    return -1
  end
  return {
    seed = person.seed, woman = person.sex == "f", age = person.age, skin = person.skin,
    glasses = person.glasses,
    beard = place(BEARD, person.beard), hair = place(HAIR, person.hair),
  }
end

function kit.participant_of(caller, value)
  if value == nil then return kit.participant{} end
  if math.type(value) == "integer" then return kit.participant{seed = value} end
  if getmetatable(value) == Participant then return value end
  if type(value) == "table" then return kit.participant(value) end
  kit.wrong(caller, "participant must be a whole number or come from sim.participant, not a %s", type(value))
end
