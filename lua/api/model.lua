-- SPDX-License-Identifier: GPL-3.0-or-later
-- The documentation of the model module; each part's functions and topics are in lua/api/model.
return {
  module = "model",
  summary = "classifiers: trained, validated, explained",
  about = [[
Learns to tell groups, or degrees of severity, from recordings: networks that see clips
of the face, and classical learners that see measures. Participants, never recordings
or clips, are the unit of every split.]],
  functions = {},
}
