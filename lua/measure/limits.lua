-- SPDX-License-Identifier: GPL-3.0-or-later
-- What 68 points see of the action units of the Facial Action Coding System, one unit per row, listed by
-- measure.limits().
--
-- `seen` is "yes", "weak" or "no". `proxy` names the measure. `r` is the median correlation with the drawn
-- activation, one side active, as `scripts/bench validity --part units` printed it for
-- 18 identities (seeds from 100001); nil where there is no proxy. `why` is one sentence.

local measure = (...).measure
local NAN = 0 / 0

local ROWS = {
  {"au1", "inner brow raiser", "yes", "au1", 0.99, "moves the brow's points"},
  {"au2", "outer brow raiser", "yes", "au2", 0.98, "moves the brow's points"},
  {"au4", "brow lowerer", "yes", "au4", 0.96, "the way is short; the frown between the brows is not seen"},
  {"au5", "upper lid raiser", "weak", "au5", 0.86,
    "a millimetre or two of the upper lid; the sides are told apart less well than by mrd1"},
  {"au6", "cheek raiser", "no", nil, nil, "no point lies on the cheek; a smile without it looks the same"},
  {"au7", "lid tightener", "weak", "au7", 0.89,
    "cheek raising, smiles, hanging lids and half closed eyes narrow the lids as well"},
  {"au9", "nose wrinkler", "no", nil, nil, "the wrinkles have no points; what is left looks like au10"},
  {"au10", "upper lip raiser", "weak", "au10", 0.92,
    "parting lips lift the upper lip as well; held at 0 in smiles"},
  {"au11", "nasolabial deepener", "no", nil, nil, "a fold has no points"},
  {"au12", "lip corner puller", "yes", "au12", 0.99, "moves the mouth corner out and up"},
  {"au14", "dimpler", "no", nil, nil, "the corner goes inwards into the cheek, hardly to any side"},
  {"au15", "lip corner depressor", "yes", "au15", 0.98,
    "moves the mouth corner down; stretching does a little, too"},
  {"au16", "lower lip depressor", "no", nil, nil, "not told from au25"},
  {"au17", "chin raiser", "no", nil, nil, "the chin's boss has no points; lower_lip rises"},
  {"au18", "lip pucker", "no", nil, nil, "no proxy; mouth_width becomes smaller"},
  {"au20", "lip stretcher", "weak", "au20", 0.94, "not told from au12 within a smile, where it is held at 0"},
  {"au22", "lip funneler", "no", nil, nil, "goes towards the camera"},
  {"au23", "lip tightener", "weak", "au23", 0.98, "on real lips the change of thickness is near the noise"},
  {"au24", "lip pressor", "no", nil, nil, "not told from au23"},
  {"au25", "lips part", "yes", "au25", 0.93, "any parting counts, of a dropping jaw as well"},
  {"au26", "jaw drop", "yes", "au26", 0.99,
    "moves chin and lower lip; AU27, the stretched mouth, is more of it"},
  {"au28", "lip suck", "no", nil, nil, "lips that are not seen have no points"},
  {"au34", "cheek puff", "no", nil, nil, "no point lies on the cheek"},
  {"au38", "nostril dilator", "no", nil, nil, "smaller than the noise of the nose's points"},
  {"au39", "nostril compressor", "no", nil, nil, "smaller than the noise of the nose's points"},
  {"au45", "eye closure (43), blink", "yes", "au45", 0.96,
    "landmark lids are coarse: narrow slits may read as open"},
}

-- measure.limits() -> which action units 68 points see.
function measure.limits()
  local names = {"action_unit", "name", "seen", "proxy", "r", "why"}
  local columns = {}
  for c, name in ipairs(names) do
    columns[name] = {}
    local missing = name == "r" and NAN or ""
    for i, row in ipairs(ROWS) do columns[name][i] = row[c] == nil and missing or row[c] end
  end
  return require("mien.df").new(columns):select(names)
end
