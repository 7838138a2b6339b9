-- SPDX-License-Identifier: GPL-3.0-or-later
-- Networks, saved models and predictions: a part of lua/api/model.lua.
local PROGRESS = {"progress", "boolean", "true", "show a progress line where there is a terminal"}
local WHAT = {"recording", "path, Track, Video, Cohort or Clips",
  "cut into clips like those of the training where it is no Clips"}

local functions = {
  {
    name = "model.train", usage = "model.train(options)",
    summary = "a network trained on clips, and validated",
    arguments = {},
    options = {
      {"cohort", "Cohort", "cohort or clips is required", "extracted; clips are cut of it unless given"},
      {"clips", "Clips", "c:clips{task = task}", "what the network sees"},
      {"data", "data frame", "the cohort's manifest", "one row per participant, with the label"},
      {"label", "column name", '"group"', "what is to be told"},
      {"positive", "text", "needed with two groups", "the level that probabilities are of"},
      {"levels", "list", "none", 'ordered levels instead, such as {"mild", {"moderate", "severe"}}'},
      {"task", "name or list of names", "all", "recordings of these tasks"},
      {"architecture", '"conv3d" or "conv2plus1d"', '"conv3d"', "the kind of network"},
      {"size", '"small", "medium" or "large"', '"small"', "how many channels it has"},
      {"pretrained", "boolean", "true for the small conv3d, unless motion or moving is given",
        "begin with a trunk that has learned from drawn faces how they move and how high lids hang; only the "
        .. "last layer learns from the clips, seen as pictures of 32 pixels a side, and no part is watched"},
      {"motion", "boolean", "false", "let it see differences between pictures, too"},
      {"moving", "boolean", "true where it is not pretrained", "take the mean picture of each clip away, so "
        .. "that what does not move is not seen: who somebody is, but also lids that droop all the time"},
      {"augment", "boolean", "true", "change the clips of each epoch at random: mirrored, shifted, "
        .. "gain, speed"},
      {"epochs", "1..10000", "15 pretrained, else 40", "passes over the clips at most"},
      {"patience", "1..10000", "12", "epochs without a lower validation loss after which training ends"},
      {"batch", "1..1024", "16", "clips in one step"},
      {"learning_rate", "number", "0.003", "the highest rate of Adam; it rises, then falls as a half cosine"},
      {"weight_decay", "0..1", "0.01", "decoupled from the gradient"},
      {"covariates", "column names", "none", "for the adjusted area; never learnt from"},
      {"split", "column name", '"split"', "says who is held out"},
      {"participant", "column name", '"participant"', "who is who in data"},
      {"folds", "count", "5", "folds of participants, stratified"},
      {"repeats", "count", "1", "how often they are dealt anew"},
      {"leave_one_out", "boolean", "false", "every participant a fold"},
      {"heldout", "value of split, or participants", "none", "kept out of all folds, then judged by the "
        .. "mean of "
        .. "the folds' networks"},
      {"threshold", "number 0..1", "none", "fixed beforehand; else Youden's on training participants"},
      {"permutations", "count", "2000", "labels by lot over the fixed out-of-fold scores: networks are not "
        .. "trained again"},
      {"seed", "integer", "1", "same seed, same bytes"},
      {"conf", "number 0..1", "0.95", "level of the intervals"},
      {"nested", "boolean", "false", "has no effect where there is one setting to choose from"},
      {"inner", "count", "5", "inner folds, where there are settings to choose from"},
      {"threads", "number", "the processors there are", "the result is the same"},
      {"checkpoint", "prefix of files", "none", "a run that was killed goes on from them; they go when "
        .. "all is "
        .. "done, and are refused with other data or settings"},
      {"note", "text", "none", "said in the card"},
      {"progress", "boolean or function", "true",
        "a progress line; a function(kind, done, total, note) is told as well"},
    },
    returns = {{"r", "Result", "r.model is the model, r:curve() the losses of every epoch, r.stopped where "
      .. "Ctrl-C ended a fold"}},
    failures = [[Raises on a wrong option, and "stopped" after a second Ctrl-C or one before the first
epoch has
ended. Returns nil, message, code where clips cannot be cut or a checkpoint is of other data.]],
    example = [[ok, problem = pcall(model.train, {epochs = 0})
print(ok)]],
    output = "false",
    source = "Adam: Kingma and Ba 2015; weight decay: Loshchilov and Hutter 2019; rate: the same "
      .. "authors 2017",
    see = {"networks", "model.fit", "Model:predict", "Model:explain"},
  },
  {
    name = "Result:curve", usage = "r:curve()", summary = "the losses of every epoch",
    arguments = {},
    returns = {{"d", "data frame",
      "member (fold), epoch, training_loss, validation_loss, kept (1 where the weights come from)"}},
    failures = "Raises where the result is not of networks.",
    example = [[d = {participant = {}, group = {}, x = {}}
for i = 1, 20 do d.participant[i], d.group[i], d.x[i] = i, i % 2 == 0 and "a" or "b", i % 5 + i % 2 end
r = model.fit{data = df.new(d), positive = "b", permutations = 0}
ok, problem = pcall(r.curve, r) -- No network, so there are no epochs.
print(ok)]],
    output = "false",
    see = {"model.train", "Result:plot_curve"},
  },
  {
    name = "Result:plot_curve", usage = "r:plot_curve([options])", summary = "the learning curve",
    arguments = {}, options = {{"options", "table", "none", "those of plot.line"}},
    returns = {{"p", "Plot", "mean over the folds that still trained in each epoch"}},
    failures = "As plot.line.",
    example = [[d = {participant = {}, group = {}, x = {}}
for i = 1, 20 do d.participant[i], d.group[i], d.x[i] = i, i % 2 == 0 and "a" or "b", i % 5 + i % 2 end
r = model.fit{data = df.new(d), positive = "b", permutations = 0}
ok, problem = pcall(r.plot_curve, r)
print(ok)]],
    output = "false",
    see = {"Result:curve"},
  },
  {
    name = "model.load", usage = "model.load(file [, options])", summary = "a saved model",
    arguments = {{"file", "path or name", 'a file of m:save, or "demo", which comes with mien'}},
    options = {{"threads", "number", "the processors there are", "predictions are the same"}},
    returns = {{"m", "Model", "predicts the same bytes as the one that was saved"}},
    failures = [[Returns nil, message, code where the file is missing, is no model, is damaged or is of
another
version. Nothing in a file is run.]],
    example = [[m = model.load("demo")
print(m.kind, #m.members)]],
    output = "conv3d\t3",
    see = {"Model:save", "Model:card"},
  },
  {
    name = "Model:save", usage = "m:save(file)", summary = "writes the model with its card",
    arguments = {{"file", "path", "replaced as a whole; readable by you alone"}},
    returns = {{"m", "Model", "itself"}},
    failures = "Returns nil, message, code where the file cannot be written.",
    example = [[file = os.tmpname()
print(model.load("demo"):save(file) ~= nil)]],
    output = "true",
    see = {"model.load"},
  },
  {
    name = "Model:card", usage = "m:card()", summary = "what the model was trained on, and for what",
    arguments = {},
    returns = {{"card", "Card", "prints; its lines are fields, such as card.participants"}},
    failures = "None.",
    source = "Mitchell et al. 2019, doi 10.1145/3287560.3287596",
    example = [[print(model.load("demo"):card().architecture)]],
    output = "conv3d",
    see = {"model.load"},
  },
  {
    name = "Model:predict", usage = "m:predict(recording [, options])",
    summary = "probabilities of clips, recordings, participants",
    arguments = {WHAT},
    options = {
      {"accept", "boolean", "false", "use recordings unlike those of the training, too"},
      {"per", "number", "3", "clips of a recording"},
      {"task", "name or list of names", "those of the training", "recordings of a cohort; of one recording "
        .. "what was done in it, which is refused where the model did not learn from it"},
      PROGRESS,
    },
    returns = {{"p", "Prediction", "data frames p.clips, p.recordings and p.participants; p.probability "
      .. "of one "
      .. "recording, p.task_known whether its task was said. Clips are averaged to recordings, those to "
      .. "participants. The column refused says why a "
      .. "recording was not used. A model of measures takes a cohort or a data frame and has "
        .. "participants alone"}},
    failures = [[Returns nil, message, code for a single recording that is refused, for Clips of another
shape,
and where no clip can be cut.]],
    example = [[m = model.load("demo")
p, problem = m:predict(face.track(clip))
print(p == nil or p.probability ~= nil)]], example_needs = "video",
    output = "true",
    see = {"Model:explain", "networks"},
  },
}

return {
  functions = functions,
  topics = {
    {
      name = "networks", summary = "training on clips: what happens",
      text = [[
model.train cuts participants into folds. Each group counts equally, in it each
participant, of whom each clip. The model is the mean of the networks of all folds.

Dozens of participants teach a network who they are before they teach it how they move.
The small conv3d therefore begins with a trunk that has learned from hundreds of drawn
faces how far they move on each side and how high their lids hang (models/conv3d.txt is
its card). It stays as it is; the last layer alone learns from your clips, for all
epochs. It sees pictures of 32 pixels a side, and beside them what moves. A cohort of
sim.cohort is drawn by the same painter: there it does better than among real people.

With pretrained = false everything is learned from your clips. A fifth of the training
part is then watched: after every epoch its loss is found, and the weights of the epoch
with the least loss are kept.

Clips should show a movement as a whole, from rest to its height. Of those that begin
in its middle, little moves.

Ctrl-C ends the fold that trains and keeps its best epoch so far; later folds train for
no more epochs than that one had, and the result says so. A second Ctrl-C ends all.

With checkpoint = "prefix" finished folds and the running one are kept in files. The same
call again goes on from them and gives the same bytes as one that was never stopped.

Same clips, options and seed give the same bytes on any number of threads, in a saved
model as well. Between kinds of processors the last digits may differ.

Small cohorts: dozens of participants teach a network little that measures do not say.
Compare with model.benchmark before you believe it.]],
    },
  },
}
