-- SPDX-License-Identifier: GPL-3.0-or-later
-- Movement of the skin between the landmarks: a part of lua/api/measure.lua.
return {
  functions = {
    {
      name = "measure.movement", usage = "measure.movement(track, options)",
      summary = "movement of the skin between the landmarks (exploratory)",
      arguments = {{"track", "Track", "from face.track or a cohort; its video is read again"}},
      options = {
        {"neutral", "{t0, t1} seconds, or a Track", "none, must be given",
          "the participant's face at rest: a window of this recording, both ends included, or all of another "
            .. "recording, whose video is read as well"},
        {"start", "seconds", "the beginning", "earlier frames are not looked at and stay NA"},
        {"stop", "seconds", "the end", "later frames are not looked at and stay NA"},
        {"side", "\"each\" or \"plain\"", "\"each\"", "the landmarks the mesh is laid on, see help "
          .. "\"halves\""},
        {"video", "path", "the track's own", "where the recording is now, when it was moved"},
        {"progress", "boolean", "true", "show a progress line where there is a terminal"},
      },
      returns = {
        {"d", "data frame", "one row per frame of the track: time; for each region (forehead, brow, eye, "
          .. "cheek, "
          .. "nose, mouth, chin) and side its displacement from rest, such as cheek_l, its strain, such as "
          .. "cheek_strain_l, and what the landmarks alone say of the same skin, such as cheek_points_l; "
          .. "lost, "
          .. "the share of the face's cells that could not be followed (0..1). Displacements are per cent of "
          .. "the interocular distance, strains per cent"},
        {"note", "text", "how much was lost, and how many frames at rest there were"},
      },
      failures = [[Raises on a wrong option. Returns nil, message, code: "missing" when the video is gone,
"data" when it is not the one that was tracked, when the track has no video (face.load), or when no frame at
rest has the face, "tool" where mien was built without OpenCV.]],
      example = [[t = face.track(clip)
d = measure.movement(t, {neutral = {0, 0.3}, stop = 0.5})
print(#d == #t, d:has("cheek_l"), d:has("cheek_points_l"), d:has("lost"))]],
      example_needs = "video",
      output = "true\ttrue\ttrue\ttrue",
      source = "flow: Kroeger et al. 2016; strain: Shreve et al. 2011",
      see = {"measure.of", "Cohort:movement_map", "movement"},
    },
  },
  topics = {
    {
      name = "movement",
      text = [[
68 points see lids, brows and lips; the skin between them moves unseen. measure.movement
lays every frame on one average face, by a mesh over the points, compares it with the
participant's own face at rest by dense optical flow, and adds the two: what the points
did and what they missed. What turning and moving the head would have done to the
picture is taken out: a robust fit over the whole face, and what the rest frames show of
the pose's own pattern. Values are means over small cells of a region, of the size of
the displacement: they have no direction and are never negative.

It is EXPLORATORY. On simulated faces raised cheeks and wrinkled noses follow the truth
(r about .95 and more); of movement that the points miss between half (smooth cheeks) and
nine tenths (the nose) is found; a face that does nothing has 0.2 to 0.5 per cent of the
interocular distance (scripts/bench validity --part movement). On real recordings:

  wide smiles can invent asymmetry: creases and shine are new patterns, not moved ones;
  open mouths break the flow beside the lips;
  large turns of the head leave 2 per cent and more in the lower face;
  fringes, beards, glasses and hands move as skin would.

A neutral window that shows the head in the poses of the task helps against turns. Further,
cells whose picture no longer fits the one at rest (correlation under 60 per cent of
its value there) are NA, a region of which half is lost is NA, and the column lost says
how much. Beside every value stands what the landmarks alone say, cheek_points_l beside
cheek_l: believe a difference between sides that both show. The opening of the eyes, the
inside of the mouth and the edge of the jaw are in no region.

A cohort's c:movement() keeps the peak of every recording: for every cell the median
displacement over the tenth of the frames with the most movement of the whole face.
c:movement_map{} tests where two groups differ in it: Welch's t in every cell, people
dealt into the groups at random thousands of times, and p adjusted by the largest |t|
of the map, so that the chance of any false cell is at most .05 whatever their number.
Cells that are NA in some people are tested in the others; n is told per cell.]],
    },
  },
}
