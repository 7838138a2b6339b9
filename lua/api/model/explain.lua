-- SPDX-License-Identifier: GPL-3.0-or-later
-- Explanations of networks: a part of lua/api/model.lua.
local SETUP = [[e = model.load("demo"):explain(face.track(clip), {patch = 16, stride = 16})
]]

-- A method without arguments that gives a table.
local function table_of(name, summary, returns, example)
  return {
    name = "Explanation:" .. name, usage = "e:" .. name .. "()", summary = summary, arguments = {},
    returns = returns, failures = "Raises without an Explanation before the colon.",
    example = SETUP .. example, example_needs = "video", output = "true",
    see = {"Model:explain", "explanation"},
  }
end

local CONTRIBUTION = "contribution (fall of the logit, mean over participants), low and high (95 % bootstrap "
  .. "interval over participants; NaN below three), absolute (mean size whatever its sign), participants"

local function plot_of(name, summary, more, returns, see)
  local options = {
    {"file", "path", "none", "a PNG, SVG or PDF to write"}, {"title", "text", "none", "above the drawing"},
    {"size", "{width, height}", "fits", "in pixels"},
    {"label", "text", '"fall of the logit"', "what the numbers are"}, more,
  }
  return {
    name = "Explanation:" .. name, usage = "e:" .. name .. "([options])", summary = summary,
    arguments = {}, options = options, returns = {{"p", "Plot", returns}}, failures = "As " .. see .. ".",
    example = SETUP .. "print(e == nil or e:" .. name .. "() ~= nil)", example_needs = "video",
    output = "true", see = {"Model:explain", see},
  }
end

return {
  functions = {
    {
      name = "Model:explain", usage = "m:explain(recording [, options])",
      summary = "which parts of face, time and tasks a network used",
      arguments = {{"recording", "path, Track, Video, Cohort or Clips",
        "cut into clips like those of the training where it is no Clips"}},
      options = {
        {"participants", "name or list of names", "all", "clips of these alone"},
        {"level", "text", "all", "participants of this level alone; not of a model read from a file"},
        {"fill", '"blur", "grey" or "still"', '"blur"', "hidden parts become a blurred, still picture, the "
          .. "clip's mean grey (its border is an edge), or stay as they look and only stop moving"},
        {"patch", "pixels", "a fifth of the picture", "side of the square that is slid"},
        {"stride", "pixels", "half of patch", "how far it goes at a time"},
        {"frames", "number", "an eighth of the clip", "pictures that are held still at a time"},
        {"clips", "number", "24", "clips used at most, spread evenly"},
        {"per", "number", "3", "clips of a recording"},
        {"task", "name or list of names", "those of the training", "recordings of a cohort"},
        {"seed", "integer", "1", "of the bootstrap"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {{"e", "Explanation", "prints itself; the same bytes on any number of threads"}},
      failures = [[Raises on a wrong option, for models of measures, which have importance and
coefficients, and "stopped" after Ctrl-C. Returns nil, message, code where there is no clip,
or every network learned from all participants; otherwise as Model:predict.]],
      source = "occlusion: Zeiler and Fergus 2014, doi 10.1007/978-3-319-10590-1_53; borders of regions: "
        .. "between mean positions of Farkas 1994, Anthropometry of the Head and Face, rounded",
      example = [[m = model.load("demo")
e, problem = m:explain(face.track(clip), {patch = 16, stride = 16})
print(e == nil or #e:regions() == 14)]], example_needs = "video",
      output = "true",
      see = {"explanation", "Model:predict", "plot.face"},
    },
    table_of("regions", "contributions of named regions", {{"d", "data frame", "region, side (l and r are "
      .. "the participant's), " .. CONTRIBUTION}},
      "print(e == nil or e:regions().region[1] == \"forehead\")"),
    table_of("time", "contributions of moments", {{"d", "data frame", "from and to (seconds in the clip) of "
      .. "pictures that were held as the one before, " .. CONTRIBUTION}},
      "print(e == nil or e:time().from[1] == 0)"),
    table_of("tasks", "contributions of tasks", {{"d", "data frame or nil", "task, logit (mean over those "
      .. "with the task), " .. CONTRIBUTION .. " with other tasks as well. Here a part is left out, not "
      .. "hidden: the logit of all clips less that without the task's. nil where clips name no task"}},
      "print(e == nil or e:tasks() == nil or e:tasks():has(\"logit\"))"),
    table_of("map", "the occlusion map as numbers", {{"rows", "array of rows", "one number a pixel of the "
      .. "clip, from the upper left: the mean fall of the logit over the patches that hid it"}},
      "print(e == nil or #e:map() == #e:map()[1])"),
    plot_of("plot", "the map over the average face of the clips",
      {"face", "boolean", "true from 5 participants", "draw it over the average face, which may show who a "
        .. "person is; the file is then readable by you alone"},
      "the colour is stronger the farther from zero; axes count pixels", "plot.heatmap"),
    plot_of("plot_regions", "regions on a drawn face", nil, "nobody's face", "plot.face"),
    plot_of("plot_time", "contributions over the clip", nil, "at the middle of each block", "plot.line"),
  },
  topics = {
    {
      name = "explanation", summary = "what an occlusion map can and cannot say",
      text = [[
A part of the clip is hidden and the network asked again. What its logit loses is the
part's contribution: above zero it spoke for the higher level, below zero against it.
Participants of both levels may cancel each other in the mean: look at level =, or at
the column absolute. Each participant is judged by those networks of the model that did
not learn from them, and counts equally. A model read from a file does not know whom it
learned from, and says so; clips of a recording by itself name nobody.

It can say where, when and in which task the network found what it used.

It cannot say what is ill. A network may use what merely goes along with the group:
glasses, light, age, how the head is held. Nor can it say how: a mouth that moves less
and one that hangs look alike. What two parts both tell is missed, as either is enough
when the other is hidden, and parts do not add up to the logit. A hidden clip is one no
network has learned from: small contributions all over the face are such noise. Regions
are boxes about mean positions, fixed by the eyes; a mouth that opens wide reaches into
the chin. The patch blurs the map by its own width.

Where mirrored clips were learned from (augment = true), the network itself does not
tell left from right; a side then stands out because the face differs there.

Hidden parts become the clip's mean picture, blurred: no detail and no movement, and no
edges that the network could take for a feature, which grey patches make. A model with
moving = true sees movement alone; there all fillings are the same. A pretrained one
sees the picture, too. In time, pictures
are held as the one before; what follows then jumps, which may count as well.]],
    },
  },
}
