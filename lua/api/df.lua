-- SPDX-License-Identifier: GPL-3.0-or-later
local frame = {"d", "data frame", "the data frame; call with a colon, d:verb(...)"}
local column = {"c", "column", "the column; call with a colon, c:method(...)"}
local new_frame = {{"d", "data frame", "a new one; the old one stays as it is"}}
local new_column = {{"c", "column", "a new one, as long as the old one"}}
local raises = "Raises on a column that does not exist (with a proposal) and on arguments of the wrong kind."
local text_raises = "Raises on a column of text."
return {
  module = "df", summary = "data frames: tables with named columns",
  about = [[
A data frame is a table of named columns, each numbers or text, all of one length.
d.age is a column, d[3] a row, #d the number of rows; verbs such as d:where{...}
return new data frames and leave d as it is. A verb wins over a column of its name:
d:col("count") always is the column. Data frames print themselves as tables fitted
to the terminal; d:print() shows every row.

Missing is NaN among numbers and false among text, df.NA on the way in, NA in files
and on the screen; df.missing(value) recognises all of them.

Options have names ({separator = ";"}), data have positions. df.new{b = ..., a = ...}
orders columns by name, because Lua tables have no order; df.new{{"b", ...}, {"a", ...}}
keeps yours, and so do :with and :agg.]],
  functions = {
    {
      name = "df.new", usage = "df.new(columns)", summary = "a data frame from arrays",
      arguments = {{"columns", "table",
        [[{name = values, ...}, sorted by name; or {{"name", values}, ...}, in that
order; or one table per row, {{name = value, ...}, ...}. Values are a column, an array,
or one value repeated]]}},
      options = {}, returns = {{"d", "data frame", "with a row for each value"}},
      failures = "Raises when columns differ in length, mix numbers and text, or have the same name.",
      example = [[print(df.new{{"participant", {"p01", "p02"}}, {"age", {43, 51}}})]],
      output = "   participant  age\n1  p01           43\n2  p02           51\n2 rows, 2 columns",
      see = {"df.read", "df.NA"},
    },
    {
      name = "df.read", usage = "df.read(file [, options])", summary = "a data frame from a CSV file",
      arguments = {{"file", "text", "its name"}},
      options = {
        {"separator", "one character", "\",\"", "between the cells"},
        {"decimal", "\".\" or \",\"", "\".\"", "the decimal sign; \",\" needs another separator"},
        {"na", "text or array of text", "{\"\", \"NA\", \"NaN\", \"nan\"}", "cells that stand for missing"},
        {"header", "boolean", "true", "false: the first line is data, columns are column_1, column_2, ..."},
        {"skip", "whole number", "0", "lines before the table, such as a title, that are passed over"},
        {"text", "array of column names", "none",
          "columns that stay text even if all their cells are numbers"},
      },
      returns = {{"d", "data frame",
        [[a column is numbers when every cell is a decimal number or missing; cells such as
007 make it text. Spaces around unquoted cells are dropped, blank lines skipped]]}},
      failures = [[Returns nil, message, code for a file that is missing, empty, no text, or has a row
with more or fewer cells than the header (named by its line). Raises on a misspelt option.]],
      example = [[df.new{id = {"007", "008"}, dose = {1.5, df.NA}}:write("doses.csv")
d = df.read("doses.csv")
print(d.id[1], d.dose:missing())
os.remove("doses.csv")]], output = "007\t1",
      see = {"Frame:write"},
    },
    {
      name = "df.from_columns", usage = "df.from_columns(names, columns)",
        summary = "a data frame from two arrays",
      arguments = {{"names", "array of text", "the names"}, {"columns", "array of columns or arrays",
        "as many"}},
      options = {}, returns = {{"d", "data frame", "with these columns in this order"}},
      failures = "Raises when columns differ in length or names repeat.",
      example = [[print(#df.from_columns({"a", "b"}, {{1, 2}, {"x", "y"}}))]], output = "2", see = {"df.new"},
    },
    {
      name = "df.column", usage = "df.column(values)", summary = "a column from an array",
      arguments = {{"values", "array", "numbers or text; true is 1, false is 0 (missing among text)"}},
      options = {}, returns = {{"c", "column", "which calculates item by item"}},
      failures = "Raises on an array of both text and numbers.",
      example = [[print(df.column{1, 2, 4} * 10)]], output = "3 numbers\n  10  20  40", see = {"df.new"},
    },
    {
      name = "df.is", usage = "df.is(value)", summary = "true for a data frame",
      arguments = {{"value", "anything", "what is asked about"}}, options = {},
      returns = {{"answer", "boolean", "true or false"}}, failures = "Never fails.",
      example = [[print(df.is(df.new{a = {1}}), df.is{1})]], output = "true\tfalse", see = {"df.is_column"},
    },
    {
      name = "df.is_column", usage = "df.is_column(value)", summary = "true for a column",
      arguments = {{"value", "anything", "what is asked about"}}, options = {},
      returns = {{"answer", "boolean", "true or false"}}, failures = "Never fails.",
      example = [[print(df.is_column(df.column{1}))]], output = "true", see = {"df.is"},
    },
    {
      name = "df.missing", usage = "df.missing(value)", summary = "true for NaN, false and nil",
      arguments = {{"value", "anything", "an item of a column or row"}}, options = {},
      returns = {{"answer", "boolean", "true or false"}}, failures = "Never fails.",
      example = [[print(df.missing(df.NA), df.missing(0))]], output = "true\tfalse", see = {"df.NA"},
    },
    {
      name = "df.NA", usage = "df.NA", summary = "missing: NaN, also in an array of text",
      arguments = {}, options = {}, returns = {{"NA", "number",
        "NaN, which equals nothing, not even itself"}},
      failures = "Never fails.", example = [[print(df.column{"MG", df.NA}:missing())]], output = "1",
      see = {"df.missing"},
    },
    {
      name = "df.width", usage = "df.width()", summary = "how wide tables are printed",
      arguments = {}, options = {}, returns = {{"width", "cells", "$COLUMNS, else the terminal's, else 80"}},
      failures = "Never fails.", example = [[print(df.width() >= 20)]], output = "true",
        see = {"Frame:print"},
    },

    -- Data frames: columns
    {
      name = "Frame:names", usage = "d:names()", summary = "names of the columns", arguments = {frame},
        options = {},
      returns = {{"names", "array of text", "in the order of the columns"}}, failures = raises,
      example = [[print(table.concat(df.new{a = {1}, b = {2}}:names(), " "))]], output = "a b",
        see = {"Frame:has"},
    },
    {
      name = "Frame:col", usage = "d:col(name)", summary = "a column, also one named like a verb",
      arguments = {frame, {"name", "text", "the column"}}, options = {}, returns = {{"c", "column",
        "the column"}},
      failures = raises, example = [[print(df.new{count = {3}}:col("count")[1])]], output = "3",
        see = {"Frame:has"},
    },
    {
      name = "Frame:has", usage = "d:has(name)", summary = "whether there is a column of this name",
      arguments = {frame, {"name", "text", "the column"}}, options = {}, returns = {{"answer", "boolean",
        ""}},
      failures = "Never fails.", example = [[print(df.new{age = {43}}:has("sex"))]], output = "false",
      see = {"Frame:names"},
    },
    {
      name = "Frame:select", usage = "d:select{names} or d:select(name, ...)",
        summary = "some columns, in this order",
      arguments = {frame, {"names", "array of text, or function(name, column)",
        "the columns; a function chooses"}},
      options = {}, returns = new_frame, failures = raises,
      example = [[d = df.new{a = {1}, b = {2}, c = {3}}
print(table.concat(d:select{"c", "a"}:names(), " "))]], output = "c a", see = {"Frame:drop"},
    },
    {
      name = "Frame:drop", usage = "d:drop{names} or d:drop(name, ...)", summary = "all columns but these",
      arguments = {frame, {"names", "array of text", "the columns"}}, options = {}, returns = new_frame,
      failures = raises, example = [[print(table.concat(df.new{a = {1}, b = {2}}:drop("a"):names(), " "))]],
      output = "b", see = {"Frame:select"},
    },
    {
      name = "Frame:rename", usage = "d:rename{old = \"new\", ...}", summary = "columns under other names",
      arguments = {frame, {"changes", "table", "new names by old ones"}}, options = {}, returns = new_frame,
      failures = raises .. " Raises when a name would be there twice.",
      example = [[print(df.new{a = {1}}:rename{a = "age"}.age[1])]], output = "1", see = {"Frame:with"},
    },
    {
      name = "Frame:with", usage = "d:with{name = values, ...}", summary = "columns added or replaced",
      arguments = {frame, {"columns", "table",
        [[each a column, an array, one value, or function(row, i); also as
{{"name", values}, ...} for their order]]}}, options = {}, returns = new_frame,
      failures = "Raises when a column has another length than the data frame.",
      example = [[d = df.new{left = {0.12, 0.1}, right = {0.08, 0.1}}
print(d:with{difference = d.left - d.right}.difference:round(2)[1])]],
      output = "0.04", see = {"Frame:select"},
    },

    -- Data frames: rows
    {
      name = "Frame:where", usage = "d:where(choice)", summary = "the rows that fulfil a condition",
      arguments = {frame, {"choice", "table, function or column",
        [[{column = value}, where a value may be a list of
values, a function of the value, or df.NA; function(row, i); or a column or array of one
true, false, 1 or 0 per row]]}},
      options = {}, returns = new_frame, failures = raises,
      example = [[d = df.new{group = {"MG", "HC", "MG"}, age = {43, 51, 38}}
print(#d:where{group = "MG"}, #d:where(function(row) return row.age > 40 end), #d:where(d.age:lt(40)))]],
      output = "2\t2\t1", see = {"Column:eq", "Column:lt"},
    },
    {
      name = "Frame:sort", usage = "d:sort(name [, \"desc\"] [, name ...])", summary = "rows in order",
      arguments = {frame, {"name", "text",
        "a column, followed by \"desc\" for high to low; then the next one"}},
      options = {}, returns = new_frame,
      failures = raises
        .. " Rows with equal values keep their order; missing comes last; text is compared by bytes.",
      example = [[d = df.new{id = {"a", "b", "c"}, age = {43, 51, 38}}
print(d:sort("age", "desc").id[1])]], output = "b", see = {"Column:sort"},
    },
    {
      name = "Frame:head", usage = "d:head([n])", summary = "the first rows",
      arguments = {frame, {"n", "number", "how many; 10 if left out"}}, options = {}, returns = new_frame,
      failures = raises, example = [[print(#df.new{a = {1, 2, 3}}:head(2))]], output = "2",
        see = {"Frame:tail"},
    },
    {
      name = "Frame:tail", usage = "d:tail([n])", summary = "the last rows",
      arguments = {frame, {"n", "number", "how many; 10 if left out"}}, options = {}, returns = new_frame,
      failures = raises, example = [[print(df.new{a = {1, 2, 3}}:tail(2).a[1])]], output = "2",
        see = {"Frame:head"},
    },
    {
      name = "Frame:rows", usage = "for row, i in d:rows() do", summary = "the rows, one by one",
        arguments = {frame},
      options = {}, returns = {{"next", "function",
        "gives each row, which has a field for each column, and its number"}},
      failures = raises, example = [[for row, i in df.new{id = {"a", "b"}}:rows() do print(i, row.id) end]],
      output = "1\ta\n2\tb", see = {"Frame:where"},
    },
    {
      name = "Frame:unique", usage = "d:unique([name, ...])", summary = "rows that differ",
      arguments = {frame, {"name", "text", "columns that tell rows apart; all if left out"}}, options = {},
      returns = {{"d", "data frame", "the first row of each combination"}}, failures = raises,
      example = [[print(#df.new{g = {"MG", "HC", "MG"}}:unique("g"))]], output = "2", see = {"Column:unique"},
    },
    {
      name = "Frame:append", usage = "d:append(e)", summary = "the rows of another data frame below",
      arguments = {frame, {"e", "data frame",
        "columns are matched by name; one that a side lacks is missing there"}},
      options = {}, returns = new_frame,
        failures = "Raises when a column is text on one side and numbers on the other.",
      example = [[print(#df.new{a = {1}}:append(df.new{a = {2, 3}}))]], output = "3", see = {"Frame:join"},
    },
    {
      name = "Frame:count", usage = "d:count(name, ...)", summary = "how many rows each value has",
      arguments = {frame, {"name", "text", "one or more columns"}}, options = {},
      returns = {{"d", "data frame", "the columns and n"}}, failures = raises,
      example = [[print(df.new{g = {"MG", "HC", "MG"}}:count("g").n[1])]], output = "2", see = {"Frame:by"},
    },

    -- Groups
    {
      name = "Frame:by", usage = "d:by(name, ...)", summary = "rows in groups",
      arguments = {frame, {"name", "text", "one or more columns; missing is a group of its own"}},
        options = {},
      returns = {{"groups", "Groups", "in the order of their first rows; #groups is their number"}},
        failures = raises,
      example = [[print(#df.new{g = {"MG", "HC", "MG"}}:by("g"))]], output = "2", see = {"Groups:agg",
        "Groups:each"},
    },
    {
      name = "Groups:agg", usage = "d:by(...):agg{name = statistic, ...}", summary = "one row of each group",
      arguments = {{"statistics", "table",
        [[name = "mean" for the column of that name; name = {"column", "mean"};
name = {"column", function(column)}; name = function(data frame of the group). Also as
{{"name", ...}, ...} for their order. Statistics: mean sd sum min max median count
missing first last, and rows. Without a table the mean (or the statistic named) of every
number column, and the text columns that do not vary within groups]]}},
      options = {}, returns = {{"d", "data frame", "the grouping columns, then the new ones"}},
      failures = raises,
      example = [[d = df.new{participant = {"p1", "p1", "p2"}, peak = {0.4, 0.5, 0.3}}
print(d:by("participant"):agg{{"takes", "rows"}, {"peak", "mean"}})]],
      output = "   participant  takes  peak\n1  p1               2  0.45\n2  p2               1  0.30\n"
        .. "2 rows, 3 columns",
      see = {"Frame:by"},
    },
    {
      name = "Groups:each", usage = "for part, key in d:by(name):each() do",
        summary = "the groups, one by one",
      arguments = {}, options = {}, returns = {{"next", "function",
        "gives the group's data frame and its key or keys"}},
      failures = "Never fails.",
      example = [[for part, g in df.new{g = {"MG", "HC", "MG"}}:by("g"):each() do print(g, #part) end]],
      output = "MG\t2\nHC\t1", see = {"Groups:agg"},
    },

    -- Two shapes
    {
      name = "Frame:join", usage = "d:join(e, key [, kind] [, options])",
        summary = "columns of another frame, by key",
      arguments = {frame, {"e", "data frame", "the right side"},
        {"key", "text, array, or {left = \"right\"}",
          "the column or columns that must be equal; missing equals nothing"},
        {"kind", "\"inner\", \"left\", \"outer\"",
          "inner: rows with a partner (if left out); left: also left ones without; outer: all"}},
      options = {{"suffix", "text", "\"_right\"", "added to names of the right side that are taken"}},
      returns = {{"d", "data frame",
        "in the order of the left; keys that repeat on both sides give every pair"}},
      failures = "Raises when a key is text on one side and numbers on the other.",
      example = [[d = df.new{id = {"a", "b"}, peak = {0.4, 0.5}}
print(d:join(df.new{id = {"b"}, age = {51}}, "id", "left").age:missing())]],
      output = "1", see = {"Frame:append"},
    },
    {
      name = "Frame:long", usage = "d:long{options}", summary = "columns stacked into rows",
        arguments = {frame},
      options = {
        {"columns", "array of column names", "all number columns", "what is stacked; all of one kind"},
        {"keep", "array of column names", "the others", "what is repeated beside"},
        {"name", "text", "\"name\"", "the column that says where a value came from"},
        {"value", "text", "\"value\"", "the column of the values"},
      },
      returns = new_frame, failures = raises,
      example = [[d = df.new{id = {"a"}, left = {0.4}, right = {0.3}}
print(d:long{name = "side", value = "fissure"}.side[2])]], output = "right", see = {"Frame:wide"},
    },
    {
      name = "Frame:wide", usage = "d:wide{name =, value = [, by =]}", summary = "rows spread into columns",
      arguments = {frame},
      options = {
        {"name", "column name", "required", "its values become the names of columns"},
        {"value", "column name or array of them", "required", "what they hold; of several, <name>_<value>"},
        {"by", "column name or array of them", "all others", "what tells the new rows apart"},
      },
      returns = new_frame, failures = raises .. " Raises when two rows belong in one place, naming both.",
      example = [[d = df.new{id = {"a", "a"}, task = {"smile", "frown"}, peak = {0.4, 0.3}}
print(d:wide{name = "task", value = "peak"}.frown[1])]], output = "0.3", see = {"Frame:long"},
    },

    -- Out
    {
      name = "Frame:summary", usage = "d:summary()", summary = "one row about each column",
        arguments = {frame},
      options = {}, returns = {{"d", "data frame", "column, type, n, missing, mean, sd, min, median, max"}},
      failures = raises, example = [[print(df.new{age = {43, 51, df.NA}}:summary().mean[1])]], output = "47",
      see = {"stats.describe"},
    },
    {
      name = "Frame:write", usage = "d:write(file [, options])", summary = "a CSV file from a data frame",
      arguments = {frame, {"file", "text", "its name; the file appears when it is complete"}},
      options = {{"separator", "one character", "\",\"", "between the cells"},
        {"decimal", "\".\" or \",\"", "\".\"", "the decimal sign"}},
      returns = {{"done", "boolean", "true"}},
      failures = [[Returns nil, message, code when the file cannot be written. Quotes only where
needed; numbers have the fewest digits that read back the same; missing is NA.]],
      example = [[print(df.new{a = {1, 0.1}}:write("a.csv"), io.open("a.csv"):read("a"))
os.remove("a.csv")]], output = "true\ta\n1\n0.1\n", see = {"df.read"},
    },
    {
      name = "Frame:print", usage = "d:print([rows])", summary = "prints more rows than usual",
      arguments = {frame, {"rows", "number", "how many at most; all if left out"}}, options = {},
        returns = {},
      failures = raises, example = [[df.new{a = {1}}:print()]], output = "   a\n1  1\n1 row, 1 column",
      see = {"Frame:head"},
    },

    -- Columns
    {
      name = "Column:map", usage = "c:map(f)", summary = "a column of f(item, i)",
      arguments = {column, {"f", "function", "gets NaN for a missing number, false for missing text"}},
        options = {},
      returns = new_column, failures = "Raises when the results mix numbers and text.",
      example = [[print(df.column{"a", "b"}:map(string.upper)[2])]], output = "B", see = {"Frame:with"},
    },
    {
      name = "Column:values", usage = "c:values()", summary = "a plain array of the items",
        arguments = {column},
      options = {}, returns = {{"array", "array", "missing is NaN, or false among text"}},
        failures = "Never fails.",
      example = [[print(#df.column{1, df.NA}:values())]], output = "2", see = {"df.column"},
    },
    {
      name = "Column:type", usage = "c:type()", summary = "\"number\" or \"text\"", arguments = {column},
        options = {},
      returns = {{"type", "text", "number or text"}}, failures = "Never fails.",
      example = [[print(df.column{"a"}:type())]], output = "text", see = {"Column:number", "Column:text"},
    },
    {
      name = "Column:number", usage = "c:number()", summary = "text read as numbers", arguments = {column},
      options = {}, returns = {{"c", "column", "numbers; missing where the text is none"}},
        failures = "Never fails.",
      example = [[print(df.column{"1.5", "?"}:number():missing())]], output = "1", see = {"Column:text"},
    },
    {
      name = "Column:text", usage = "c:text()", summary = "numbers written as text", arguments = {column},
        options = {},
      returns = new_column, failures = "Never fails.", example = [[print(df.column{0.1}:text()[1])]],
        output = "0.1",
      see = {"Column:number"},
    },
    {
      name = "Column:sum", usage = "c:sum()", summary = "the sum, missing dropped", arguments = {column},
        options = {},
      returns = {{"value", "number, unit of the column", "NaN where it is undefined"}},
        failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2, 9, df.NA, 4}:sum()))]], output = "15.000",
        see = {"stats.describe"},
    },
    {
      name = "Column:mean", usage = "c:mean()", summary = "the mean, missing dropped", arguments = {column},
        options = {},
      returns = {{"value", "number, unit of the column", "NaN where it is undefined"}},
        failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2, 9, df.NA, 4}:mean()))]], output = "5.000",
        see = {"stats.describe"},
    },
    {
      name = "Column:sd", usage = "c:sd()", summary = "standard deviation (n - 1), missing dropped",
        arguments = {column}, options = {},
      returns = {{"value", "number, unit of the column", "NaN where it is undefined"}},
        failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2, 9, df.NA, 4}:sd()))]], output = "3.606",
        see = {"stats.describe"},
    },
    {
      name = "Column:min", usage = "c:min()", summary = "the smallest, missing dropped", arguments = {column},
        options = {},
      returns = {{"value", "number, unit of the column", "NaN where it is undefined"}},
        failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2, 9, df.NA, 4}:min()))]], output = "2.000",
        see = {"stats.describe"},
    },
    {
      name = "Column:max", usage = "c:max()", summary = "the largest, missing dropped", arguments = {column},
        options = {},
      returns = {{"value", "number, unit of the column", "NaN where it is undefined"}},
        failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2, 9, df.NA, 4}:max()))]], output = "9.000",
        see = {"stats.describe"},
    },
    {
      name = "Column:median", usage = "c:median()", summary = "the median, missing dropped",
        arguments = {column}, options = {},
      returns = {{"value", "number, unit of the column", "NaN where it is undefined"}},
        failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2, 9, df.NA, 4}:median()))]], output = "4.000",
        see = {"stats.describe"},
    },
    {
      name = "Column:quantile", usage = "c:quantile(p)", summary = "a quantile, as R's type 7",
        arguments = {column, {"p", "number 0..1", "0.5 is the median"}}, options = {},
      returns = {{"value", "number, unit of the column", "missing dropped; NaN of nothing"}},
        failures = "Raises on p outside 0..1 and on text.",
      example = [[print(df.column{1, 2, 3, 10}:quantile(0.25))]], output = "1.75", see = {"Column:median"},
    },
    {
      name = "Column:count", usage = "c:count()", summary = "how many values there are", arguments = {column},
        options = {},
      returns = {{"n", "number", "without missing"}}, failures = "Never fails.",
      example = [[print(df.column{1, df.NA}:count())]], output = "1", see = {"Column:missing"},
    },
    {
      name = "Column:missing", usage = "c:missing()", summary = "how many values are missing",
        arguments = {column}, options = {},
      returns = {{"n", "number", "missing values"}}, failures = "Never fails.",
      example = [[print(df.column{1, df.NA}:missing())]], output = "1", see = {"Column:is_missing"},
    },
    {
      name = "Column:is_missing", usage = "c:is_missing()", summary = "1 where a value is missing, else 0",
        arguments = {column}, options = {},
      returns = new_column, failures = "Never fails.",
      example = [[print(df.column{1, df.NA}:is_missing():sum() == 1)]], output = "true",
        see = {"Column:fill"},
    },
    {
      name = "Column:eq", usage = "c:eq(x)", summary = "1 where an item is equal to x, else 0",
        arguments = {column, {"x", "number, text, column or array", "what each item is compared with"}},
        options = {},
      returns = {{"c", "column", "1 or 0; missing where a side is missing"}},
        failures = "Raises on lengths that differ and on text compared with numbers.",
      example = [[d = df.new{age = {38, 43, 51}}
print(#d:where(d.age:eq(43)))]], output = "1", see = {"Frame:where"},
    },
    {
      name = "Column:ne", usage = "c:ne(x)", summary = "1 where an item is different from x, else 0",
        arguments = {column, {"x", "number, text, column or array", "what each item is compared with"}},
        options = {},
      returns = {{"c", "column", "1 or 0; missing where a side is missing"}},
        failures = "Raises on lengths that differ and on text compared with numbers.",
      example = [[d = df.new{age = {38, 43, 51}}
print(#d:where(d.age:ne(43)))]], output = "2", see = {"Frame:where"},
    },
    {
      name = "Column:lt", usage = "c:lt(x)", summary = "1 where an item is less than x, else 0",
        arguments = {column, {"x", "number, text, column or array", "what each item is compared with"}},
        options = {},
      returns = {{"c", "column", "1 or 0; missing where a side is missing"}},
        failures = "Raises on lengths that differ and on text compared with numbers.",
      example = [[d = df.new{age = {38, 43, 51}}
print(#d:where(d.age:lt(43)))]], output = "1", see = {"Frame:where"},
    },
    {
      name = "Column:le", usage = "c:le(x)", summary = "1 where an item is at most x, else 0",
        arguments = {column, {"x", "number, text, column or array", "what each item is compared with"}},
        options = {},
      returns = {{"c", "column", "1 or 0; missing where a side is missing"}},
        failures = "Raises on lengths that differ and on text compared with numbers.",
      example = [[d = df.new{age = {38, 43, 51}}
print(#d:where(d.age:le(43)))]], output = "2", see = {"Frame:where"},
    },
    {
      name = "Column:gt", usage = "c:gt(x)", summary = "1 where an item is greater than x, else 0",
        arguments = {column, {"x", "number, text, column or array", "what each item is compared with"}},
        options = {},
      returns = {{"c", "column", "1 or 0; missing where a side is missing"}},
        failures = "Raises on lengths that differ and on text compared with numbers.",
      example = [[d = df.new{age = {38, 43, 51}}
print(#d:where(d.age:gt(43)))]], output = "1", see = {"Frame:where"},
    },
    {
      name = "Column:ge", usage = "c:ge(x)", summary = "1 where an item is at least x, else 0",
        arguments = {column, {"x", "number, text, column or array", "what each item is compared with"}},
        options = {},
      returns = {{"c", "column", "1 or 0; missing where a side is missing"}},
        failures = "Raises on lengths that differ and on text compared with numbers.",
      example = [[d = df.new{age = {38, 43, 51}}
print(#d:where(d.age:ge(43)))]], output = "2", see = {"Frame:where"},
    },
    {
      name = "Column:log", usage = "c:log()", summary = "natural logarithms", arguments = {column},
        options = {},
      returns = new_column, failures = text_raises,
      example = [[print(string.format("%.3f", df.column{1}:log()[1]))]], output = "0.000",
        see = {"Column:map"},
    },
    {
      name = "Column:exp", usage = "c:exp()", summary = "e to the power of each item", arguments = {column},
        options = {},
      returns = new_column, failures = text_raises,
      example = [[print(string.format("%.3f", df.column{0}:exp()[1]))]], output = "1.000",
        see = {"Column:map"},
    },
    {
      name = "Column:sqrt", usage = "c:sqrt()", summary = "square roots", arguments = {column}, options = {},
      returns = new_column, failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2.25}:sqrt()[1]))]], output = "1.500",
        see = {"Column:map"},
    },
    {
      name = "Column:abs", usage = "c:abs()", summary = "without the sign", arguments = {column},
        options = {},
      returns = new_column, failures = text_raises,
      example = [[print(string.format("%.3f", df.column{-3}:abs()[1]))]], output = "3.000",
        see = {"Column:map"},
    },
    {
      name = "Column:floor", usage = "c:floor()", summary = "rounded down", arguments = {column},
        options = {},
      returns = new_column, failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2.7}:floor()[1]))]], output = "2.000",
        see = {"Column:map"},
    },
    {
      name = "Column:ceil", usage = "c:ceil()", summary = "rounded up", arguments = {column}, options = {},
      returns = new_column, failures = text_raises,
      example = [[print(string.format("%.3f", df.column{2.2}:ceil()[1]))]], output = "3.000",
        see = {"Column:map"},
    },
    {
      name = "Column:round", usage = "c:round([digits])", summary = "rounded to decimals",
        arguments = {column, {"digits", "number", "0 if left out; halves go away from zero"}}, options = {},
      returns = new_column, failures = text_raises,
      example = [[print(df.column{2.346}:round(2)[1])]], output = "2.35", see = {"Column:floor"},
    },
    {
      name = "Column:fill", usage = "c:fill(value)", summary = "missing replaced", arguments = {column,
        {"value", "number or text", "what stands in"}}, options = {},
      returns = new_column, failures = "Raises on text for a number column and the other way round.",
      example = [[print(df.column{1, df.NA}:fill(0)[2])]], output = "0", see = {"Column:is_missing"},
    },
    {
      name = "Column:sort", usage = "c:sort([\"desc\"])", summary = "items in order, missing last",
        arguments = {column, {"direction", "\"asc\" or \"desc\"", "from low to high if left out"}},
        options = {},
      returns = new_column, failures = "Raises on another direction.",
      example = [[print(df.column{3, 1, 2}:sort()[1])]], output = "1", see = {"Frame:sort"},
    },
    {
      name = "Column:unique", usage = "c:unique()", summary = "each different value once",
        arguments = {column}, options = {},
      returns = {{"c", "column", "in the order of their first appearance, without missing"}},
        failures = "Never fails.",
      example = [[print(#df.column{"MG", "HC", "MG"}:unique())]], output = "2", see = {"Column:table"},
    },
    {
      name = "Column:table", usage = "c:table()", summary = "how often each value appears",
        arguments = {column}, options = {},
      returns = {{"d", "data frame", "value and n, the most frequent first; missing is counted, too"}},
        failures = "Never fails.",
      example = [[print(df.column{"MG", "HC", "MG"}:table().n[1])]], output = "2", see = {"Frame:count"},
    },
    {
      name = "Column:append", usage = "c:append(e)", summary = "the items of another column behind",
        arguments = {column, {"e", "column or array", "of the same kind"}}, options = {},
      returns = {{"c", "column", "as long as both"}}, failures = "Raises on text and numbers together.",
      example = "print(#df.column{1, 2}:append{3})", output = "3", see = {"Frame:append"},
    },
    {
      name = "Column:head", usage = "c:head([n])", summary = "the first items", arguments = {column, {"n",
        "number", "10 if left out"}}, options = {},
      returns = {{"c", "column", "a shorter one"}}, failures = "Never fails.",
      example = [[print(#df.column{1, 2, 3}:head(2))]], output = "2", see = {"Frame:head"},
    },
    {
      name = "Column:tail", usage = "c:tail([n])", summary = "the last items", arguments = {column, {"n",
        "number", "10 if left out"}}, options = {},
      returns = {{"c", "column", "a shorter one"}}, failures = "Never fails.",
      example = [[print(df.column{1, 2, 3}:tail(2)[1])]], output = "2", see = {"Frame:tail"},
    },
  },
  topics = {
    {
      name = "column", text = [[
A column holds numbers or text. #c is its length, c[i] an item (NaN, or false among
text, where it is missing), c:values() a plain array. Columns calculate item by item
with each other, with arrays of the same length and with numbers:
  + - * / // % ^ and minus; c .. "_" .. e joins text; missing stays missing.
Statistics drop missing:
  sum mean sd min max median quantile count missing
Comparisons give 1 and 0, missing where a side is:
  c:eq(x) ne lt le gt ge, c:is_missing()
Others give new columns, and c:table() counts the values:
  map log exp sqrt abs floor ceil round fill sort unique append head tail number text
Columns do not change: d = d:with{x = d.x * 100} replaces one.]],
    },
  },
}
