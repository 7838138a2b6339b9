-- SPDX-License-Identifier: GPL-3.0-or-later

-- The options every plot takes, after its own.
local function with_common(own)
  local options = {}
  for _, option in ipairs(own or {}) do options[#options + 1] = option end
  for _, option in ipairs {
    {"title", "text", "none", "above the plot"},
    {"xlabel", "text", "the column's name", "name of the x axis, with its unit"},
    {"ylabel", "text", "the column's name", "name of the y axis, with its unit"},
    {"file", "text", "none: show", "write here instead of showing; must end in .png, .svg or .pdf"},
    {"size", "{width, height} pixels", "{800, 500}", "size of the picture; 96 pixels are an inch in a PDF"},
    {"xlim", "{low, high}", "from the data", "what the x axis covers"},
    {"ylim", "{low, high}", "from the data", "what the y axis covers"},
    {"legend", "boolean or text", "true",
      'true: where it hides no data; false: none; or "above", "below", "top left", "top right", '
        .. '"bottom left", "bottom right"'},
  } do options[#options + 1] = option end
  return options
end

local RETURNS = {{"p", "Plot", "saved or shown; p:save(file), p:show(), p:script()"}}
local FAILURES = [[Raises on wrong arguments and options. Returns nil, message, code: "data" when there is no
value to draw, "tool" when gnuplot is missing or complains, "missing", "access" or "io" when the file cannot
be written; an existing file is then left as it was.]]

return {
  module = "plot",
  summary = "figures: lines, distributions, ROC, maps, faces",
  about = [[
Draws with gnuplot (5.4 or newer; Debian: gnuplot-nox). Data are arrays, or a data
frame with the names of its columns. With file= a plot is written there; the ending
says which kind: .png, .svg or .pdf. Without file= it is shown where standard output
is a terminal: in a window where there is a display, as a picture where the terminal
draws sixel, as text otherwise. In a script whose output goes to a file or a pipe
nothing is shown; p:show() then prints the text.

Missing values leave gaps. The participant's left is always blue, the right always
vermillion; the colours can be told apart by colour-blind readers. Titles, names and
labels are shown as they are, whatever signs they hold. The same data and options
give the same file.]],
  functions = {
    {
      name = "plot.line", usage = "plot.line(x, y [, options]) or plot.line(d, options)",
      summary = "lines, such as a measure over time",
      arguments = {
        {"x", "numbers", "places along the x axis, or a data frame d"},
        {"y", "numbers, or named arrays", "one line, or several: {left = ..., right = ...}"},
      },
      options = with_common {
        {"x", "column name", "required with d", "with a data frame: the column of the x axis"},
        {"y", "column name or list", "required with d", "with a data frame: the columns to draw"},
        {"by", "column name", "none", "with a data frame and one y: a line for each group"},
      },
      returns = RETURNS, failures = FAILURES,
      example = [[smile = {left = {0.10, 0.14, 0/0, 0.2}, right = {0.1, 0.12, 0.13, 0.13}}
p = plot.line({0, 0.1, 0.2, 0.3}, smile, {xlabel = "time (s)", ylabel = "smile (iod)"})
print(p.kind)]],
      output = "line",
      see = {"plot.scatter", "Plot:save"},
    },
    {
      name = "plot.scatter", usage = "plot.scatter(x, y [, options]) or plot.scatter(d, options)",
      summary = "points, one measure against another",
      arguments = {
        {"x", "numbers", "places along the x axis, or a data frame d"},
        {"y", "numbers, or named arrays", "one cloud of points, or several with names"},
      },
      options = with_common {
        {"x", "column name", "required with d", "with a data frame: the column of the x axis"},
        {"y", "column name or list", "required with d", "with a data frame: the column of the y axis"},
        {"by", "column name", "none", "with a data frame and one y: a colour for each group"},
      },
      returns = RETURNS, failures = FAILURES,
      example = [[d = df.new{age = {31, 45, 62, 58}, smile = {0.2, 0.18, 0.12, 0.16},
  group = {"HC", "HC", "MG", "MG"}}
p = plot.scatter(d, {x = "age", y = "smile", by = "group"})
print(p.about)]],
      output = "2 groups, 4 points",
      see = {"plot.line", "stats.cor"},
    },
    {
      name = "plot.hist", usage = "plot.hist(x [, options]) or plot.hist(d, options)",
      summary = "histogram of one or several samples",
      arguments = {{"x", "numbers, or named arrays",
        "one sample, or several over the same bins; or a data frame d"}},
      options = with_common {
        {"bins", "whole number 1..500", "Freedman-Diaconis",
          "so many bins from the least to the greatest value; by default the width is rounded to 1, 2, 2.5 "
            .. "or 5 times a power of ten. A bin holds its lower edge, the last one both"},
        {"x", "column name or list", "required with d", "with a data frame: the column"},
        {"by", "column name", "none", "with a data frame: a histogram for each group"},
      },
      returns = RETURNS, failures = FAILURES,
      example = [[print(plot.hist({1.2, 3.4, 2.2, 2.9, 2.4, 1.9}, {bins = 3}).about)]],
      output = "6 values, 3 bins of 0.7333",
      source = "Freedman and Diaconis 1981",
      see = {"plot.box", "stats.describe"},
    },
    {
      name = "plot.box", usage = "plot.box(y [, options]) or plot.box(d, options)",
      summary = "box plots with the values as points",
      arguments = {{"y", "numbers, or named arrays",
        "one sample, or several: {MG = ..., HC = ...}; or a data frame d"}},
      options = with_common {
        {"y", "column name or list", "required with d",
          "with a data frame: the columns; several columns with by stand in clusters coloured by group"},
        {"by", "column name", "none", "with a data frame: a box for each group"},
      },
      returns = RETURNS, failures = FAILURES,
      example = [[d = df.new{group = {"MG", "MG", "MG", "HC", "HC", "HC"},
  smile = {0.31, 0.4, 0/0, 0.55, 0.61, 0.48}}
print(plot.box(d, {y = "smile", by = "group", ylabel = "smile (iod)"}).about)]],
      output = "2 boxes, 5 values, 1 missing",
      source = "Tukey 1977: quartiles of type 7, whiskers to the last value within 1.5 interquartile ranges. "
        .. "Samples over 1000 show only the values outside the whiskers",
      see = {"plot.violin", "stats.compare"},
    },
    {
      name = "plot.violin", usage = "plot.violin(y [, options]) or plot.violin(d, options)",
      summary = "densities of samples side by side, with boxes",
      arguments = {{"y", "numbers, or named arrays",
        "one sample, or several: {MG = ..., HC = ...}; or a data frame d"}},
      options = with_common {
        {"y", "column name or list", "required with d", "with a data frame: the columns"},
        {"by", "column name", "none", "with a data frame: a violin for each group"},
      },
      returns = RETURNS, failures = FAILURES,
      example = [[d = {MG = {1, 2.5, 3, 3.2, 5}, HC = {2, 4, 4.4, 6}}
print(plot.violin(d, {title = "peak"}).about)]],
      output = "2 violins, 9 values",
      source = "Gaussian kernel, bandwidth as R's bw.nrd, cut at the least and greatest value",
      see = {"plot.box"},
    },
    {
      name = "plot.bar", usage = "plot.bar(labels, heights [, options]) or plot.bar(d, options)",
      summary = "bars from zero, with intervals",
      arguments = {
        {"labels", "text", "one for each bar, or a data frame d"},
        {"heights", "numbers", "one for each bar"},
      },
      options = with_common {
        {"low", "numbers or column name", "none", "lower ends of intervals; comes with high"},
        {"high", "numbers or column name", "none", "upper ends of intervals"},
        {"x", "column name", "required with d", "with a data frame: the labels"},
        {"y", "column name", "required with d", "with a data frame: the heights"},
      },
      returns = RETURNS, failures = FAILURES,
      example = [[p = plot.bar({"anger", "fear"}, {0.4, 0.2}, {low = {0.3, 0.1}, high = {0.5, 0.3}})
print(p.about)]],
      output = "2 bars",
      see = {"plot.box"},
    },
    {
      name = "plot.roc", usage = "plot.roc(result [, options])",
      summary = "ROC curves with AUC, interval and Youden point",
      arguments = {{"result", "a result of stats.roc, or several by name",
        "{happiness = a, anger = b} draws two curves"}},
      options = with_common{{"band", "boolean", "false",
        "the pointwise 95 % band of each curve, see help(\"Roc:band\"); not drawn in text"}},
      returns = RETURNS, failures = FAILURES,
      example = [[r = stats.roc({0.2, 0.5, 0.3, 0.9, 0.7}, {"MG", "MG", "MG", "HC", "HC"},
  {positive = "MG", direction = "lower"})
print(plot.roc(r).kind)]],
      output = "roc",
      see = {"stats.roc"},
    },
    {
      name = "plot.confusion", usage = "plot.confusion(result [, options])",
      summary = "counts of true and predicted levels",
      arguments = {{"result", "a result of stats.confusion",
        "true levels downwards, predicted ones across; the colour is the share of the true level"}},
      options = with_common(),
      returns = RETURNS, failures = FAILURES,
      example = [[c = stats.confusion({1, 0, 1, 0}, {1, 0, 0, 0})
print(plot.confusion(c).kind)]],
      output = "confusion",
      see = {"stats.confusion", "plot.roc"},
    },
    {
      name = "plot.survival", usage = "plot.survival(result [, options])",
      summary = "Kaplan-Meier curves with censor marks",
      arguments = {{"result", "a result of stats.survival", "one curve for each group; a dot where "
        .. "somebody was "
        .. "censored"}},
      options = with_common(),
      returns = RETURNS, failures = FAILURES,
      example = [[s = stats.survival({12, 30, 60, 25, 60}, {1, 1, 0, 1, 0},
  {group = {"MG", "MG", "MG", "HC", "HC"}})
print(plot.survival(s).kind)]],
      output = "survival",
      see = {"stats.survival"},
    },
    {
      name = "plot.heatmap",
      usage = "plot.heatmap(d, options) or plot.heatmap(numbers [, options])",
      summary = "a table of numbers as coloured cells",
      arguments = {
        {"d", "data frame", "one row for each cell, as cohort:patterns gives; or"},
        {"numbers", "array of rows",
          "{{1, 2}, {3, 4}}; or {values = , rows = , columns = , marks = }, all in one table"},
      },
      options = with_common {
        {"x", "column name", "required with d", "with a data frame: what the columns of cells stand for"},
        {"y", "column name", "required with d", "with a data frame: what the rows of cells stand for"},
        {"value", "column name", "required with d", "with a data frame: the numbers"},
        {"mark", "column name", "none",
          "with a data frame: what stands behind the numbers; text, or numbers, of which all but 0 give a "
            .. "star"},
        {"rows", "text", "1, 2, ...", "with a table of numbers: names of its rows"},
        {"columns", "text", "1, 2, ...", "with a table of numbers: names of its columns"},
        {"marks", "array of rows", "none",
          "with a table of numbers: a mark for each cell; text, or true for a star"},
        {"label", "text", "the name of value", "what the numbers are, beside the colour bar"},
        {"limits", "{low, high}", "from the data",
          "what the colours cover; numbers beyond have the colour of the end"},
        {"numbers", "boolean", "where they fit", "write the numbers into the cells"},
        {"under", "array of rows", "none",
          "grey levels 0 to 255 below the colours, one for each cell, such as a picture"},
      },
      returns = RETURNS,
      failures = FAILURES .. [[ Raises when two rows of d belong to one cell.]],
      example = [[d = df.new{task = {"smile", "smile", "frown", "frown"},
  measure = {"brow", "mouth", "brow", "mouth"}, g = {0.25, -1.5, -0.75, 0/0}, star = {0, 1, 0, 0}}
p = plot.heatmap(d, {x = "task", y = "measure", value = "g", mark = "star"})
print(p.about)]],
      output = "2 rows, 2 columns, 1 missing",
      source = "Colours: purple below zero, white at zero, green above; even about zero where the numbers "
        .. "have both signs, one half of them where the signs agree; grey where missing. In text: a table, "
        .. "or where that has no room one sign per cell",
      see = {"Cohort:patterns", "plot.face"},
    },
    {
      name = "plot.image", usage = "plot.image(picture [, options])",
      summary = "a picture as it is",
      arguments = {{"picture", "Image or text", "a frame of a video, or the name of a PNG or JPEG file"}},
      options = with_common(),
      returns = RETURNS,
      failures = FAILURES .. [[ The file may show a person: it can be read by you alone.]],
      example = [[p = plot.image(video.open(clip):at(0.5), {title = "frame at 0.5 s"})
print(p.kind)]],
      example_needs = "video", output = "image",
      see = {"video.open", "plot.face"},
    },
    {
      name = "plot.face",
      usage = "plot.face(track, frame [, options]) or plot.face(image, landmarks [, options]) or "
        .. "plot.face(map [, options])",
      summary = "landmarks over the frame, or a map of the face",
      arguments = {
        {"track", "Track or Image",
          "the frame is read from the video the track was made of; a track from face.load has "
          .. "no pictures and shows its landmarks alone"},
        {"frame", "frame number, {time = seconds} or {x = {...}, y = {...}}",
          "as in the column frame of track:df(), or the frame nearest to a time; landmarks for an image"},
        {"map", "named numbers, 68 numbers or data frame",
          "{cheek_l = 0.2, cheek_r = 0.5, nose = 0.1}: a number for each region and side (forehead brow eye "
          .. "cheek nose mouth chin; without side, both); or one for each landmark; or a data frame with a "
          .. "row for each region"},
      },
      options = with_common {
        {"zoom", "boolean", "false", "show the face alone, not the whole frame"},
        {"region", "column name", '"region"', "with a data frame: the regions, with or without _l and _r"},
        {"side", "column name", '"side"',
          'with a data frame: "l", "r" or "both"; needed where regions lack it'},
        {"value", "column name", "required with a data frame", "the numbers"},
        {"mark", "column name", "none",
          "with a data frame: what stands behind the numbers; text, or numbers, of which all but 0 give a "
            .. "star"},
        {"marks", "named texts", "none", 'with named numbers: {cheek_l = "*"}; true gives a star'},
        {"label", "text", "the name of value", "of a map: what the numbers are, beside the colour bar"},
        {"limits", "{low, high}", "from the data", "of a map: what the colours cover, as in plot.heatmap"},
      },
      returns = RETURNS,
      failures = FAILURES .. [[ Code "face" when no face was found in the frame. A file with a frame of a
video shows a person: it can be read by you alone. A map shows a drawn face, the participant's right at the
left; regions without a number are grey.]],
      example = [[p = plot.face({mouth_l = -0.8, mouth_r = -0.2, cheek_l = -0.5},
  {marks = {mouth_l = true}, label = "Cohen's d"})
print(p.about)]],
      output = "3 of 14 regions",
      see = {"face.track", "face.landmarks", "plot.heatmap"},
    },
    {
      name = "Plot:save", usage = "p:save(file)",
      summary = "writes the plot to a file",
      arguments = {{"file", "text",
        "must end in .png, .svg or .pdf; an existing file is replaced, whole or not at all"}},
      options = {}, returns = {{"p", "Plot", "the plot itself"}}, failures = FAILURES,
      example = [[p = plot.line({1, 2}, {3, 5})
print(p:save(os.tmpname() .. ".svg") == p)]],
      output = "true",
      see = {"Plot:show", "Plot:script"},
    },
    {
      name = "Plot:show", usage = "p:show()",
      summary = "shows the plot: window, sixel or text",
      arguments = {}, options = {}, returns = {{"p", "Plot", "the plot itself"}}, failures = FAILURES,
      example = [[plot.bar({"a", "b"}, {1, 2}):show()]],
      see = {"Plot:save"},
    },
    {
      name = "Plot:bytes", usage = "p:bytes(kind)",
      summary = "the picture itself, to put elsewhere",
      arguments = {{"kind", '"png", "svg" or "pdf"', "of the picture"}},
      options = {}, returns = {{"bytes", "text", "what Plot:save would write"}},
      failures = "Raises on another kind. Returns nil, message, code when gnuplot is missing or complains.",
      example = [[print(plot.line({1, 2}, {3, 5}):bytes("png"):sub(2, 4))]],
      output = "PNG",
      see = {"Plot:save", "Report:figure"},
    },
    {
      name = "Plot:script", usage = "p:script([kind])",
      summary = "the text that gnuplot gets",
      arguments = {{"kind", '"png", "svg", "pdf" or "text"', "the page it is for; png by default"}},
      options = {}, returns = {{"script", "text",
        "writes figure.png and the like into the folder gnuplot runs in"}},
      failures = "Raises on another kind.",
      example = [[p = plot.line({1, 2}, {3, 5})
print(p:script("svg"):match("set terminal (%w+)"))]],
      output = "svg",
      see = {"Plot:save"},
    },
  },
}
