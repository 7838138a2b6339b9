-- SPDX-License-Identifier: GPL-3.0-or-later

local itself = {{"r", "Report", "the report itself, so that calls can follow each other"}}

return {
  module = "report",
  summary = "texts, tables and figures in one HTML file",
  about = [[
A report is one HTML file that needs no other and no network: figures stand in it as
data. It reads well on paper, too. Text from data is shown as it is and can never become
markup or a script.

  r = report.new{title = "Smile and age"}
  r:heading("Participants"):table(stats.table1(d, {group = "group"}))
  r:figure(plot.roc(curve), {caption = "Diagnosis"})
  r:save("smile.html")]],
  functions = {
    {
      name = "report.new", usage = "report.new([options])", summary = "begins a report",
      arguments = {},
      options = {{"title", "text", "\"Report\"", "of the page"}, {"subtitle", "text", "none",
        "below the title"}},
      returns = {{"r", "Report", "empty"}}, failures = "Raises on wrong options.",
      example = [[print(report.new{title = "Smiles"})]],
        output = "Report Smiles   0 headings, 0 tables, 0 figures",
      see = {"Report:save"},
    },
    {
      name = "Report:heading", usage = "r:heading(text [, level])", summary = "a heading",
      arguments = {{"text", "text", ""}, {"level", "2, 3 or 4", "2 by default: a section"}}, options = {},
      returns = itself, failures = "Raises on wrong arguments.",
      example = [[report.new():heading("Participants"):heading("Age", 3)]], see = {"Report:text"},
    },
    {
      name = "Report:text", usage = "r:text(text)", summary = "paragraphs",
      arguments = {{"text", "text", "blank lines part paragraphs"}}, options = {},
      returns = itself, failures = "Raises on anything but text.",
      example = [[report.new():text("Seventy patients smiled.")]], see = {"Report:output"},
    },
    {
      name = "Report:output", usage = "r:output(value)", summary = "a value as the prompt prints it",
      arguments = {{"value", "anything", "such as a result of stats"}}, options = {},
      returns = itself, failures = "Never fails.",
      example = [[report.new():output(stats.describe({1, 2, 3}))]], see = {"Report:table"},
    },
    {
      name = "Report:table", usage = "r:table(value [, options])", summary = "a numbered table",
      arguments = {{"value", "data frame or result", "of stats.table1, compare, confusion, logistic, ..."}},
      options = {
        {"caption", "text", "none", "above the table"}, {"note", "text", "none", "below it"},
        {"digits", "whole number", "3", "significant digits of numbers"},
        {"most", "whole number", "1000", "rows shown; what is left out is said"},
      },
      returns = itself, failures = "Raises on what has no data frame; Report:output shows anything.",
      example = [[report.new():table(df.new{smile = {0.3, 0.5}}, {caption = "Smiles"})]],
      see = {"Report:output", "stats.table1"},
    },
    {
      name = "Report:figure", usage = "r:figure(picture [, options])", summary = "a numbered figure",
      arguments = {{"picture", "Plot or file name", "a Plot becomes SVG; files must be PNG or SVG"}},
      options = {
        {"caption", "text", "none", "below the figure"},
        {"alt", "text", "the caption", "for those who cannot see it"},
        {"width", "number 10..100", "its own", "percent of the page's width"},
        {"person", "boolean", "of a Plot: known",
          "a person can be recognised: the saved page is then readable by "
          .. "its owner alone"},
      },
      returns = itself,
      failures = [[Raises on wrong arguments. Returns nil, message, code when a file cannot be read or gnuplot
complains.]],
      example = [[print(report.new():figure(plot.line({1, 2}, {3, 5})))]],
      output = "Report   0 headings, 0 tables, 1 figure",
      see = {"Plot:bytes"},
    },
    {
      name = "Report:html", usage = "r:html()", summary = "the page as text",
      arguments = {}, options = {}, returns = {{"page", "text", "HTML"}}, failures = "Never fails.",
      example = [[print(report.new():html():sub(1, 15))]], output = "<!DOCTYPE html>", see = {"Report:save"},
    },
    {
      name = "Report:save", usage = "r:save(file)", summary = "writes the page",
      arguments = {{"file", "text", "its name, which ends in .html"}}, options = {}, returns = itself,
      failures = [[Raises on another ending. Returns nil, message, code when the file cannot be written; an
existing one is then left as it was.]],
      example = [[print(report.new():save(os.tmpname() .. ".html") ~= nil)]], output = "true",
      see = {"Report:html"},
    },
  },
}
