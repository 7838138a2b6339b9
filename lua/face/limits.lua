-- SPDX-License-Identifier: GPL-3.0-or-later
-- What a recording must offer to be measured: one limit per row, used by Track:report, listed by
-- face.limits() and printed by help "quality". Pure data, so that all three say the same.
--
-- A value beyond `care` makes the recording usable with care, beyond `unusable` not usable; nil: never.
-- `worse` is the side on which it gets worse. `advice` says what to do. `source` says where the limit comes
-- from: "measured" are own measurements on drawn and real clips (see help "quality").

return {
  {
    name = "coverage", unit = "fraction of frames", worse = "below", care = 0.95, unusable = 0.5,
    meaning = "frames with the participant's face",
    advice = "keep the whole face in view, hair and hands away from it; or use only the part with the face, "
      .. "with start and stop of face.track",
    source = "convention: under 95 % peaks may be missed, under half nothing stands for the task",
  },
  {
    name = "frames", unit = "number", worse = "below", care = 10,
    meaning = "decoded frames",
    advice = "single pictures show positions, no movement; give absolute measures only",
    source = "convention",
  },
  {
    name = "longest_lost", unit = "s", worse = "above", care = 0.5,
    meaning = "longest stretch without the face",
    advice = "see with track:sheet what hid the face; a movement in this stretch is not measured",
    source = "convention: a blink lasts 0.1 to 0.4 s, a smile begins within 0.5 s",
  },
  {
    name = "face_px", unit = "pixels", worse = "below", care = 100, unusable = 60,
    meaning = "width of the face from ear to ear, median",
    advice = "move the camera closer, or record in a higher resolution: 100 pixels or more from ear to ear",
    source = "measured: points move by 0.8 % of the eye distance at 100 pixels, 2 % at 60; "
      .. "under 50 faces are missed",
  },
  {
    name = "sharpness", unit = "0..1", worse = "below", care = 0.35, unusable = 0.2,
    meaning = "sharpness of the face, median",
    advice = "focus on the face, clean the lens, use more light, compress less",
    source = "measured: points move by 1 to 2 % of the eye distance at 0.35, 3 % and more at 0.2",
  },
  {
    name = "sharpness_low", unit = "0..1", worse = "below", care = 0.25,
    meaning = "sharpness of the face in the worst 5 % of the frames",
    advice = "more light shortens the exposure and freezes movement; ask to keep the head still",
    source = "measured: points move by 2 to 3 % of the eye distance at 0.25",
  },
  {
    name = "dark", unit = "0..1", worse = "below", care = 0.15, unusable = 0.08,
    meaning = "light of the face, median (0 black, 1 white); dark skin counts as well",
    advice = "put a lamp in front of the participant, not behind",
    source = "measured, with noise of 6 grey values: points move by 2 % of the eye distance at 0.2, 4 % at "
      .. "0.1; below, faces are missed",
  },
  {
    name = "bright", unit = "0..1", worse = "above", care = 0.85, unusable = 0.93,
    meaning = "light of the face, median (0 black, 1 white)",
    advice = "less light on the face, or a shorter exposure",
    source = "measured: points move by 0.8 % of the eye distance at 0.8, 5 % at 0.96",
  },
  {
    name = "cut_off", unit = "fraction of frames", worse = "above", care = 0.02, unusable = 0.5,
    meaning = "found frames in which a point of the face lies outside of the picture",
    advice = "move the camera back or turn it, so that chin and forehead are in the picture",
    source = "convention: what lies outside is guessed by the model",
  },
  {
    name = "yaw", unit = "degrees", worse = "above", care = 20, unusable = 40,
    meaning = "head turned away: larger end of the usual range (5 to 95 % of the frames)",
    advice = "place the camera in front of the participant, at the height of the eyes",
    source = "convention: 15 to 20 degrees are the usual limit for measuring in the picture; "
      .. "the model knows no profiles",
  },
  {
    name = "pitch", unit = "degrees", worse = "above", care = 25, unusable = 45,
    meaning = "as yaw, up or down",
    advice = "place the camera in front of the participant, at the height of the eyes",
    source = "convention: as yaw, and the zero of pitch is uncertain by about 10 degrees",
  },
  {
    name = "roll", unit = "degrees", worse = "above", care = 30, unusable = 60,
    meaning = "as yaw, tilted to a shoulder",
    advice = "hold the camera upright, or ask to hold the head upright",
    source = "convention: tilted faces are turned upright before they are measured",
  },
  {
    name = "second_face", unit = "fraction of frames", worse = "above", care = 0.02,
    meaning = "frames with another face in view",
    advice = "see with track:sheet that the track is on the participant; let others sit out of view",
    source = "convention",
  },
  {
    name = "fps", unit = "frames/s", worse = "below", care = 20, unusable = 8,
    meaning = "frames per second",
    advice = "record 25 frames per second or more; blinks and speeds need them",
    source = "convention: the closing of a blink lasts about 0.1 s",
  },
  {
    name = "dropped", unit = "fraction of frames", worse = "above", care = 0.02, unusable = 0.5,
    meaning = "frames that seem to be missing, by the steps between time stamps, as a share of all",
    advice = "close other programs while recording; peaks stand, speeds and times are less sure",
    source = "convention",
  },
  {
    name = "times_repaired", unit = "fraction of frames", worse = "above", care = 0.02, unusable = 0.5,
    meaning = "frames without a usable time stamp, which was interpolated",
    advice = "use the camera's original file; speeds and times are less sure",
    source = "convention",
  },
  {
    name = "damaged", unit = "fraction of frames", worse = "above", care = 0, unusable = 0.3,
    meaning = "frames that the decoder reported as damaged",
    advice = "copy the file again from its source",
    source = "convention",
  },
  {
    name = "truncated", unit = "0 or 1", worse = "above", care = 0,
    meaning = "whether the file breaks off before its end",
    advice = "copy the file again from its source; what is there can be used",
    source = "convention",
  },
  {
    name = "jumps", unit = "number", worse = "above", care = 0,
    meaning = "movements between two frames by more than half the eye distance, faster than 12 a second",
    advice = "see with track:sheet whether the recording was cut together, or the track took somebody else",
    source = "measured: the fastest head in 20 real clips moved by 0.34 between frames, 8.5 a second",
  },
  {
    name = "confidence", unit = "0..1", worse = "below", care = 0.75, unusable = 0.4,
    meaning = "confidence, median",
    advice = "see with track:sheet where the points lie",
    source = "by the calibration of confidence, see help \"confidence\"",
  },
  {
    name = "unsure", unit = "fraction of frames", worse = "above", care = 0.05, unusable = 0.5,
    meaning = "found frames whose confidence is below 0.5",
    advice = "see with track:sheet what is wrong with them; leave out frames of low confidence",
    source = "by the calibration of confidence, see help \"confidence\"",
  },
}
