-- SPDX-License-Identifier: GPL-3.0-or-later
local RECORDING = {
  {"participant", "text or number", "as in the manifest"},
  {"task", "text or number", "as in the manifest"},
}
local WHICH = {
  {"visit", "text or number", "none", "which visit, where there are several recordings of the task"},
  {"take", "text or number", "none", "which take, where there are several"},
}
local STORE_FAILURES = "Raises on a closed cohort. Returns nil, message, code when the store cannot be read."

local PATTERN_OPTIONS = {
  {"group", "column name", '"group"', "what tells the two groups apart"},
  {"levels", "two groups", "in order of appearance",
    "{\"MG\", \"HC\"}: which groups, the first less the second"},
  {"measures", "column names", "every column that ends in _peak", "which columns of the summary to compare"},
  {"tasks", "names", "all", "which tasks"},
  {"visit", "text or number", "all", "which visit, where participants came more than once"},
  {"take", "text or number", "all", "which take, where there are several"},
  {"test", '"welch", "student" or "mannwhitney"', '"welch"', "as in stats.compare"},
  {"adjust", '"holm", "bh", "bonferroni" or "none"', '"holm"', "p of all tests of the call together"},
  {"conf", "0..1", "0.95", "level of the intervals"},
}
local PATTERN_COLUMNS = {
  {"task, measure", "text", "one row for each pair of them"},
  {"n_1 n_2 mean_1 mean_2 sd_1 sd_2", "number", "of the first and the second group"},
  {"diff ci_low ci_high", "number", "difference of the groups with its interval"},
  {"g g_low g_high", "number", "Hedges g with its interval; negative: the first group is lower"},
  {"p p_adjusted", "0..1", "of the test, and adjusted over all tests of the call"},
  {"significant", "0 or 1", "1 where p_adjusted is below 0.05; NA where there is no p"},
  {"dropped", "number", "missing values left out of the test"},
}
local PATTERN_FAILURES = [[Raises on wrong options, on a group without two levels, and where a participant
has several recordings of a task. Returns nil, message, "data" when nothing is extracted yet. It prints as a
table of g, measure by task; plot.heatmap(p) draws it with stars where p_adjusted is below 0.05.]]

-- A cohort of one recording that does not exist: enough to show what does not need a video.
local MAKE = [[
path = os.tmpname()
df.new{{"participant", {"p01"}}, {"group", {"MG"}}, {"task", {"smile"}}, {"video", {"none.mp4"}}}:write(path)
c = cohort.open(path)
]]

return {
  module = "cohort",
  summary = "many recordings: extraction, store, summaries",
  about = [[
A cohort is a manifest, a CSV with one row per recording, and a store, one SQLite
file beside it. c:extract() tracks and measures what the store does not hold yet,
over several processors; c:summary() is then one row per recording, ready for
stats.compare, stats.roc and plots. help "manifest" and help "store" say what is in
the two files.

Extraction can be stopped at any moment (Ctrl-C, kill, power failure) and goes on
where it was when called again. A file that cannot be used stops nothing: it becomes
a row of c:problems().]],
  functions = {
    {
      name = "cohort.open", usage = "cohort.open(manifest [, options])",
      summary = "a cohort from its manifest",
      arguments = {
        {"manifest", "path", "CSV with the columns participant, group, task, video; see help \"manifest\""},
      },
      options = {{"store", "path", "<manifest>.sqlite", "the SQLite file that keeps the results"}},
      returns = {{"c", "Cohort", "prints as participants per group, recordings per task, how many are done"}},
      failures = [[Returns nil, message, code when the manifest is missing, empty, ragged, lacks a column,
repeats a recording (both rows are named) or has a neutral that cannot be, and when the store cannot be
opened: no SQLite file, another format, no permission to write in the folder.]],
      example = MAKE .. [[print(c:problems():names()[1], #c:summary())]], output = "row\t0",
      see = {"Cohort:extract", "Cohort:summary", "manifest", "store"},
    },
    {
      name = "Cohort:extract", usage = "c:extract([options])",
      summary = "track and measure what is not in the store yet",
      arguments = {},
      options = {
        {"workers", "1..1024", "number of processors",
          "threads; each reads whole recordings; results do not depend on it"},
        {"neutral", "{t0, t1} seconds, or a task", "none",
          "the neutral of rows whose manifest names none: a window of the recording, or the participant's "
          .. "recording of that task"},
        {"side", "\"each\" or \"plain\"", "\"each\"",
          "points that are measured, see help \"halves\"; the store keeps both"},
        {"who", "as of face.track", "\"largest\"",
          "the participant where several people are in view: the same rule for all recordings"},
        {"lean", "boolean", "false",
          "one placing of the model a frame, see help \"face.track\"; the sides are then not told apart"},
        {"eyes", "boolean", "true", "lids and iris fitted on the picture, see help \"lids\""},
        {"retry", "boolean", "false", "try again what failed before, although its file is the same"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {{"c", "Cohort", "itself, so that :summary() can follow"}},
      failures = [[Raises on wrong options and when stopped by Ctrl-C; what was finished is kept. Returns nil,
message, code when nothing can be done at all: no landmark model, another extraction is running, the store
cannot be written, the disk is full. A file that cannot be used is no failure but a row of c:problems(); it is
tried again when the file changes.]],
      example = MAKE .. [[c:extract()
print(c:problems().reason[1])]], output = "no such file",
      source = "a recording is known by its file's SHA-256: a renamed file is not extracted "
        .. "again, a changed one is",
      see = {"Cohort:problems", "Cohort:notes", "Cohort:summary"},
    },
    {
      name = "Cohort:summary", usage = "c:summary()",
      summary = "one row per extracted recording",
      arguments = {}, options = {},
      returns = {
        {"participant ...", "text or number",
          "participant, group, task, visit and take if present, the manifest's further columns"},
        {"coverage", "0..1", "fraction of the frames in which the face was found"},
        {"truncated", "0 or 1", "1 where the file ends early"},
        {"frames_used", "count", "frames in which anything was measured"},
        {"blink_rate", "per minute", "blinks of both eyes, see measure.blinks"},
        {"uncertain", "text", "measures that moved no more than noise moves them, as in measure.summary"},
        {"<measure>_<statistic>", "number",
          "peak, low, mean, range, velocity and time_to_peak of every measure, as in measure.summary"},
      },
      failures = STORE_FAILURES,
      example = MAKE .. [[print(#c:summary())]], output = "0",
      see = {"Cohort:wide", "measure.summary", "stats.compare"},
    },
    {
      name = "Cohort:wide", usage = "c:wide()",
      summary = "one row per participant",
      arguments = {}, options = {},
      returns = {{"d", "data frame",
        "participant, group, further columns, then <task>_<measure>_<statistic>. Where a participant has "
        .. "several recordings of a task: <task>_visit<visit>_take<take>_<measure>_<statistic>. A further "
        .. "column "
        .. "whose value differs between a participant's rows is NA there"}},
      failures = STORE_FAILURES,
      example = MAKE .. [[print(#c:wide())]], output = "0",
      see = {"Cohort:summary"},
    },
    {
      name = "Cohort:patterns", usage = "c:patterns([options])",
      summary = "where two groups differ: measure by task",
      arguments = {}, options = PATTERN_OPTIONS,
      returns = PATTERN_COLUMNS, failures = PATTERN_FAILURES,
      example = MAKE .. [[print((select(3, c:patterns{levels = {"MG", "HC"}})))]],
      output = "data",
      source = "each test as in stats.compare, one for each measure and task",
      see = {"cohort.patterns", "plot.heatmap", "stats.compare"},
    },
    {
      name = "cohort.patterns", usage = "cohort.patterns(d [, options])",
      summary = "the same from a table of summaries",
      arguments = {{"d", "data frame",
        "one row per recording, with participant, group, task and measures, such as c:summary(), or "
          .. "summaries of what measure.import read"}},
      options = PATTERN_OPTIONS, returns = PATTERN_COLUMNS, failures = PATTERN_FAILURES,
      example = [[d = df.new{{"participant", {1, 2, 3, 4, 5, 6}},
  {"group", {"MG", "MG", "MG", "HC", "HC", "HC"}},
  {"task", {"smile", "smile", "smile", "smile", "smile", "smile"}},
  {"commissure_peak", {0.11, 0.13, 0.12, 0.31, 0.28, 0.33}}}
p = cohort.patterns(d)
print(p.g[1] < -2, p.significant[1])]],
      output = "true\t1",
      see = {"Cohort:patterns", "plot.heatmap"},
    },
    {
      name = "Cohort:problems", usage = "c:problems()",
      summary = "the recordings that failed: why, and what to do",
      arguments = {}, options = {},
      returns = {
        {"row", "number", "of the manifest, 1 for the first below the header"},
        {"file", "text", "as in the manifest"},
        {"reason", "text", "what was wrong"},
        {"remedy", "text", "what to do about it"},
        {"participant ...", "text or number", "whose: participant, task, visit and take if present"},
      },
      failures = STORE_FAILURES,
      example = MAKE .. [[print(#c:extract():problems())]], output = "1",
      see = {"Cohort:notes", "Cohort:extract"},
    },
    {
      name = "Cohort:notes", usage = "c:notes()",
      summary = "what to know of recordings that were extracted",
      arguments = {}, options = {},
      returns = {{"d", "data frame",
        "row, file, note, participant, task: files that end early, damaged frames, little coverage, another "
        .. "face in view"}},
      failures = STORE_FAILURES,
      example = MAKE .. [[print(#c:notes())]], output = "0",
      see = {"Cohort:problems"},
    },
    {
      name = "Cohort:report", usage = "c:report()",
      summary = "is each recording good enough, and what to do if not",
      arguments = {}, options = {},
      returns = {
        {"row", "number", "of the manifest, 1 for the first below the header; every row has one"},
        {"file", "text", "as in the manifest"},
        {"verdict", "text",
          "as of Track:report; \"not usable\" where it failed; NA where it is not extracted yet"},
        {"reasons", "text", "what is beyond a limit, or why it failed; NA where all is good"},
        {"advice", "text", "what to do about it"},
        {"coverage ...", "number",
          "as of Track:report: coverage face_px sharpness light confidence second_face fps"},
        {"participant ...", "text or number", "whose: participant, task, visit and take if present"},
      },
      failures = STORE_FAILURES,
      example = MAKE .. [[print(c:report().reasons[1])]], output = "not extracted yet",
      see = {"Track:report", "Cohort:problems", "Cohort:track"},
    },
    {
      name = "Cohort:frames", usage = "c:frames(participant, task [, options])",
      summary = "the measures of one recording, frame by frame",
      arguments = RECORDING, options = WHICH,
      returns = {{"d", "data frame", "time in seconds, then the measures, as measure.of gives them"}},
      failures = [[Raises where the manifest has no such recording, or several. Returns nil, message, code
where it failed or was not extracted yet.]],
      example = MAKE .. [[print(c:frames("p01", "smile"))]],
      output = "nil\tCohort:frames: none.mp4: not extracted yet; call c:extract() first\tmissing",
      see = {"Cohort:track", "measure.of"},
    },
    {
      name = "Cohort:track", usage = "c:track(participant, task [, options])",
      summary = "the landmarks of one recording",
      arguments = RECORDING, options = WHICH,
      returns = {{"t", "Track", "as face.track gives it, from the store: the video is not needed"}},
      failures = "As Cohort:frames.",
      example = MAKE .. [[print(c:track("p01", "smile"))]],
      output = "nil\tCohort:track: none.mp4: not extracted yet; call c:extract() first\tmissing",
      see = {"Cohort:frames", "face.track"},
    },
    {
      name = "Cohort:movement", usage = "c:movement([options])",
      summary = "peak movement of the skin per recording (exploratory)",
      arguments = {},
      options = {
        {"task", "text or number", "all", "recordings of this task"},
        {"visit", "text or number", "all", ""}, {"take", "text or number", "all", ""},
        {"group", "text or number", "all", "recordings of this group"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {
        {"d", "data frame", "one row per recording: row, participant, group, task, lost (share of the "
          .. "skin that "
          .. "could not be followed), peak_time (s), and the displacement at the peak of each region and "
          .. "side, "
          .. "forehead_l .. chin_r, per cent of the interocular distance; see help \"movement\""},
        {"note", "text", "how much was lost, and which recordings could not be used and why"},
      },
      failures = [[Raises on a wrong option and when stopped by Ctrl-C; what was finished is kept in the
store. Returns nil, message, code when no recording could be used, "tool" where mien was built without
OpenCV.]],
      example = MAKE .. [[print(select(2, c:movement{task = "smile"}) ~= nil)]], output = "true",
      source = "the videos are read again, once; the store keeps numbers, no pictures",
      see = {"measure.movement", "Cohort:movement_map", "movement"},
    },
    {
      name = "Cohort:movement_map", usage = "c:movement_map(options)",
      summary = "where on the face two groups move differently",
      arguments = {},
      options = {
        {"task", "text or number", "none, must be given", "one map for each task"},
        {"measure", "\"magnitude\" or \"asymmetry\"", "\"magnitude\"",
          "size of the displacement at the peak, or the left side's less the right's"},
        {"group", "column name", "\"group\"", "column of the manifest that tells the groups"},
        {"levels", "two values", "the two there are", "which groups; the difference is first less second"},
        {"permutations", "19..1000000", "5000", "random dealings of the people into the groups"},
        {"seed", "whole number", "1", "of the dealings"},
        {"visit", "text or number", "none", "which visit, where there are several"},
        {"take", "text or number", "none", "which take, where there are several"},
        {"file", "PNG", "none", "also draw the map: Hedges g in colour, significant cells outlined"},
        {"face", "boolean", "true", "draw it over the average face of both groups at rest, for which the "
          .. "videos "
          .. "are read again; over lines where fewer than 5 people are in it, or with false"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {{"d", "data frame", "one row per region, then one per cell: part (region, cell), "
        .. "region, side, "
        .. "column and line (of the cell, from the participants' right, from the forehead down), n_1 n_2 "
        .. "mean_1 "
        .. "mean_2 diff (% of the interocular distance), g (Hedges), t (Welch), p, p_adjusted; prints as the "
        .. "regions and where the significant cells are"}},
      failures = [[Raises on a wrong option, on groups that are not two, and where a participant has several
recordings of the task. Returns nil, message, code when no recording could be used, when a group has fewer
than 3 people, and when the picture cannot be written.]],
      example = MAKE .. [[print(pcall(c.movement_map, c, {}))]],
      output = "false\tCohort:movement_map: task must be given; there is one map for each task",
      source = "Westfall and Young 1993; Nichols and Holmes 2002 (largest statistic of a map)",
      see = {"Cohort:movement", "Cohort:average_face", "Cohort:patterns", "movement"},
    },
    {
      name = "Cohort:average_face", usage = "c:average_face(options)",
      summary = "the mean face of a group, as a picture",
      arguments = {},
      options = {
        {"file", "PNG", "none, must be given", "written for the user alone to read"},
        {"group", "text or number", "everybody", "value of the manifest's column group"},
        {"task", "text or number", "all", "recordings of this task"},
        {"at", "\"peak\" or \"neutral\"", "\"peak\" with a task, else \"neutral\"",
          "a fifth of a second about the most movement, or the recording's neutral"},
        {"visit", "text or number", "all", ""}, {"take", "text or number", "all", ""},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {
        {"people", "number", "how many people are in it: each counts once, with the first usable recording"},
        {"note", "text or nothing", "that few people can be recognised in it; recordings that were left out"},
      },
      failures = [[Raises on a wrong option. Returns nil, message, code when no recording could be used or the
file cannot be written.]],
      example = MAKE .. [[print((c:average_face{file = os.tmpname() .. ".png", progress = false}))]],
      output = "nil",
      source = "every frame is warped to one mesh, averaged, and warped to the group's mean shape",
      see = {"Cohort:movement_map", "movement"},
    },
    {
      name = "Cohort:sql", usage = "c:sql(query)",
      summary = "ask the store in SQL",
      arguments = {
        {"query", "text",
          "one SELECT; help \"store\" describes the tables. group is a word of SQL: write \"group\""},
      },
      options = {},
      returns = {{"d", "data frame", "the rows of the answer"}},
      failures = [[Returns nil, message, "data" with SQLite's own words when the query is wrong, and "access"
when it would write.]],
      example = MAKE .. [[print(c:sql("SELECT count(*) AS n FROM summary").n[1])]], output = "0",
      see = {"store"},
    },
    {
      name = "Cohort:forget", usage = "c:forget(participant)",
      summary = "remove everything about one participant",
      arguments = {
        {"participant", "text or number",
          "as in the manifest, or as in the store where the manifest no longer lists them"},
      },
      options = {},
      returns = {
        {"n", "number", "recordings removed from the store"},
        {"note", "text or nothing", "a reminder that the manifest still lists the participant"},
      },
      failures = [[Raises for a participant that neither manifest nor store knows. Returns nil, message, code
when another program uses the store. Rows, landmarks and measures are overwritten and the file is rewritten
without them, and so are the pictures of c:clips(); copies and backups are yours to find.]],
      example = MAKE .. [[print((c:forget("p01")))]], output = "0",
      see = {"store"},
    },
    {
      name = "Cohort:close", usage = "c:close()",
      summary = "close the store",
      arguments = {}, options = {}, returns = {},
      failures = "Never fails; closing twice is fine. A cohort that is no longer used closes by itself.",
      example = MAKE .. [[c:close()]],
      see = {"cohort.open"},
    },
  },
  topics = {
    { name = "manifest", summary = "the CSV that lists the recordings of a cohort", text = [[
A manifest is a CSV file with one row per recording:

    participant,group,task,video,neutral,age
    p01,MG,rest,p01_rest.mp4,,54
    p01,MG,happiness,p01_happy.mp4,rest,54
    p02,HC,happiness,p02_happy.mp4,0:0.5,61

participant, group, task and video are required. Paths of videos count from the
manifest's folder. Optional: visit and take, where a participant did a task more
than once; neutral; and any further columns (age, sex, severity, split), which are
carried to the summary. The same participant, task, visit and take twice is an
error.

neutral says where this participant's face is at rest: a window of the recording in
seconds, such as 0:0.5, or the task of another recording of the same participant
and visit, all of which is then at rest. Without a neutral, measures that are changes
from it are NA; c:extract{neutral = ...} gives one to the rows that name none.]] },
    { name = "store", summary = "the SQLite file of a cohort and its tables", text = [[
The store of a cohort is one SQLite file, readable by you alone, with numbers and no
pictures. c:sql() asks it; so does any SQLite client. Its tables:

    summary      (a view) one row per extracted recording: participant, "group",
                 task, visit, take, further columns, frames, coverage,
                 <measure>_<statistic>
    recordings   every recording that was tried: row of the manifest, file, hash,
                 neutral; code, reason and remedy where it failed
    frames       one row per frame: recording (its id), frame, time, found, measures;
                 missing is NULL
    measured     what summary shows of the measures
    tracks       landmarks per file content: frames, width, height, fps, coverage, and
                 arrays of little-endian 64-bit floats (time confidence yaw pitch roll
                 one per frame, x and y 68 per frame) or bytes (found faces)
    movements    of recordings that c:movement() looked at: the displacement of every cell
                 of the face at the peak, arrays x and y (26 columns of 32 rows, % of the
                 interocular distance), lost, peak_time
    about        format and versions

An example: mean and number per group of one measure.

    c:sql('SELECT "group", avg(fissure_l_low) AS mean, count(*) AS n FROM summary
           WHERE task = \'rest\' GROUP BY "group"')

Landmarks stay in the store, so that measures of a later version need no video. Only
one extraction runs into a store at a time; others may read meanwhile. c:clips() keeps
its pictures in a file of their own, <store>.clips, see help "clips".]] },
  },
}
