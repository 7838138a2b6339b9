-- SPDX-License-Identifier: GPL-3.0-or-later
-- The program itself: help, the functions of `mien`, and what the manual page and mien -h say.

return {
  module = "mien",
  summary = "the shell: help, settings, session, history",
  about = [[
mien is a terminal shell for measuring how faces move in cohorts of videos. A recording becomes a track (68
landmarks per frame), the track becomes measures, the measures of many recordings become a table, and the
table is tested and plotted. Everything is Lua 5.4; the modules are global, and require "mien.stats" gives the
same table.

At the prompt an expression prints its value, which is also kept as ans and _; a semicolon at the end keeps it
quiet. A failure of the outside world, such as a missing file, prints as one line; in a script put assert(...)
around the call and the same line ends the script with exit status 1.]],

  functions = {
    { name = "help", usage = "help([topic])", summary = "explain a module, a function or a topic",
      about = [[Without a topic it shows the map of the modules. At the prompt ?topic is short for help
"topic".]],
      arguments = {
        {"topic", "text, function, module or object",
          [[such as "stats", "stats.ttest", "ttest", stats.ttest or "keys"]]},
      },
      failures = "raises on a topic that is not known, and proposes the nearest",
      example = [[help "mien.options"]], see = {"mien.history"} },

    { name = "mien.version", usage = "mien.version", summary = "the version of mien, as text",
      returns = { {"version", "text", "such as 0.1.0"} },
      example = [[mien.version:match("^%d+%.%d+") ~= nil]], output = "true" },

    { name = "mien.options", usage = "mien.options([options])",
      summary = "read or change how values are shown",
      options = {
        {"digits", "whole number 1..17", "6",
          "significant digits of numbers; string.format(\"%.17g\", x) shows all"},
        {"width", "whole number 20..1000", "the terminal's", "columns that tables and objects may use"},
        {"colour", "boolean", "on a terminal", "whether colour may be used"},
        {"items", "whole number 3..100000", "40", "items of a plain table that are shown"},
      },
      returns = { {"options", "table", "without an argument: the settings in force, width always a number"} },
      failures = "raises on an unknown option or a value outside its range",
      example = [[mien.options{digits = 3}; mien.show(2 / 3); mien.options{digits = 6}]], output = "0.667",
      see = {"mien.show"} },

    { name = "mien.show", usage = "mien.show(...)", summary = "print values as the prompt does",
      arguments = { {"...", "any", "each value is printed on lines of its own"} },
      example = [[mien.show({1, 2.5, name = "smile"})]], output = [[{1, 2.5, name = "smile"}]],
      see = {"mien.options"} },

    { name = "mien.session", usage = "mien.session(file [, options])",
      summary = "save what was typed and worked as a script",
      about = [[Inputs that failed, questions and shell commands are left out. Values that were shown are
printed by the script with mien.show.]],
      arguments = { {"file", "text", "name of the script to write, such as \"smile.lua\""} },
      options = { {"overwrite", "boolean", "false", "replace a file that exists"} },
      failures = [[raises when file is no text; returns nil, message, "access" when the file exists or cannot
be written]],
      example = [[name = os.tmpname(); mien.session(name, {overwrite = true}); os.remove(name);]],
        see = {"mien.history"} },

    { name = "mien.history", usage = "mien.history([which])", summary = "inputs of this and earlier sessions",
      arguments = { {"which", "whole number or text",
        "how many of the last inputs (20), or a text they contain"} },
      returns = { {"list", "array of text", "oldest first; prints itself"} },
      failures = "raises when which is neither a positive whole number nor a text",
      example = [[#mien.history(1) <= 1]], output = "true", see = {"mien.session"} },
  },

  topics = {
    { name = "keys", text = [[
  Tab            complete names, methods after a colon, columns of a data
                 frame, names of files in a string, options of a call
  Up, Down       earlier and later inputs, also of earlier sessions
  Ctrl-R         search them
  Ctrl-C         drop the line; during a job: stop it and keep what is done
  Ctrl-D, quit   leave
  ?topic         help; ?stats.ttest or just ?ttest
  !command       run a command of the system, such as !ls

An input that is not complete goes on at the prompt "..". Text pasted with its prompts works too. Keys are
those of Readline and follow ~/.inputrc.]] },
    { name = "results", text = [[
The value of an expression is printed, and kept as ans and as _; so is that of an expression at the end of a
line, as in "r = 6 * 7; r". Several values print one below the other. A semicolon at the end prints nothing.
Numbers show six significant digits, which mien.options{digits = 10} changes; string.format("%.17g", x) gives
all of them. Text is printed in quotes, a plain table with its keys sorted, up to four levels deep and 40
items long. nan is a missing or undefined number.

A call that gives nil, a message and a code word has failed for a reason outside the program. The prompt
prints the message alone. In a script, write

    t = assert(face.track("p07_happiness.mp4"))

so that the message ends the script. Wrong use of a function raises an error, which names the function and the
argument.]] },
    { name = "scripts", text = [[
mien file.lua runs a script; arg[1], arg[2] ... are its arguments, and require finds files beside it. A script
may print to standard output, where nothing else appears. The session at the prompt becomes a script with
mien.session("name.lua"). An error ends a script with exit status 1 and one line on standard error; when it
arose in the script's own code, a traceback through the user's files follows.]] },
  },

  program = {
    usage = {
      "mien [options] [file.lua [arguments]]",
      "mien [options] -e code",
      "mien [options] -m name [arguments]",
      "mien [options] -   (a script on standard input)",
    },
    options = {
      {"-e code", "run this Lua code; may be repeated, and comes before the script"},
      {"-i", "go on at the prompt after the code or the script"},
      {"-", "run the script on standard input; so does a pipe without any argument"},
      {"-m name", "run a script that comes with mien, such as demo"},
      {"--no-init", "do not run the init file at the prompt"},
      {"-V, --version", "print version, libraries and purpose, and leave"},
      {"-h, --help", "print this list, and leave"},
      {"--", "what follows is the script and its arguments"},
    },
    exit_summary = "0 done, 1 error in a script, 2 wrong usage, 130 stopped by Ctrl-C",
    exit = {
      {"0", "All went well."},
      {"1", "A script failed; the reason is on standard error."},
      {"2", "The command line was wrong."},
      {"130", "Ctrl-C stopped a script."},
    },
    environment = {
      {"MIEN_LANDMARKS", "The file of the 68-point landmark model, where it is not in its usual place."},
      {"MIEN_CPU", "How landmarks are worked off: plain, sse2 (Arm: neon), avx2, avx512; else the fastest."},
      {"XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "Folders of the user, by the usual rules."},
      {"NO_COLOR", "When set, no colour is used."},
      {"COLUMNS", "Width of tables and objects, instead of the terminal's."},
      {"INPUTRC", "Readline's own settings."},
    },
    files = {
      {"$XDG_CONFIG_HOME/mien/init.lua",
        "Run before the first prompt, not for scripts. ~/.config without the variable."},
      {"$XDG_STATE_HOME/mien/history",
        "The inputs typed, readable by the user alone. ~/.local/state without the variable."},
      {"/usr/share/dlib/shape_predictor_68_face_landmarks.dat",
        "The landmark model as Debian's libdlib-data installs it."},
    },
    examples = {
      {"mien", "starts the prompt."},
      {"mien -e 'print(stats.ttest({5.1, 4.9, 6.2}, {4.1, 4.0, 5.2}).p)'", "computes one p-value."},
      {"mien analysis.lua cohort.csv", "runs a script with an argument."},
      {"mien -m demo", "runs the demonstration."},
      {"mien -m study --quick", "does the study anew, on simulated participants; --help tells more."},
    },
    notes = [[
For research and teaching, not a medical device. The program is free software under the GNU General Public
Licence, version 3 or later. The landmark model that Debian ships was trained on the iBUG 300-W data and may
not be used commercially.]],
  },
}
