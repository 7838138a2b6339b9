-- SPDX-License-Identifier: GPL-3.0-or-later
-- Topics of the measure module: a part of lua/api/measure.lua.

return {
  topics = {
    {
      name = "fatigue",
      text = [[
What a lid or a smile loses while it is held. It is easy to measure something else.

  The lid follows the eye. In up-gaze it stands higher than at rest, and when the
  gaze sinks the lid sinks with it. So the baseline is the first seconds in up-gaze,
  never rest; give gaze where it is known: frames whose gaze sank below the task's are
  flagged, counted and left out. A gaze that is not known is not flagged, because a lid
  that droops hides the iris: gaze_unknown counts those frames.
  Blinks are masked. A closure longer than 0.6 s is not: it may be the ptosis.
  Raised brows hold up a lid: brow_change beside the decrement shows who compensates.
  Time to ptosis is a censored time. Who was watched for 60 s without ptosis has a
  time of more than 60 s, not of 60: use stats.survival, no t-test and no mean.
  A loss of 30 % is timed against the participant's own first up-gaze, to about 1 s on
  drawn people whose lids fall in 10 to 40 s. A level in millimetres, such as mrd1 below
  2 mm, is what clinics use, but a lid that is measured 0.2 mm too high meets it 3 s
  late. Behind a rim of glasses no lid is measured: have them taken off.
  Ptosis may change sides between visits: keep worst, best and difference.
  Lids of 68 points move less than real ones and never close: a loss of 30 % on
  them is a larger one in truth. Image-based lids (mrd1, _mm) are better.
  Intervals of the slope take the errors of neighbouring seconds as independent. A
  swaying head makes them dependent; then intervals are too narrow.

Reference: in 306 patients with myasthenia gravis ptosis came after 27.6 s (SD 19.8) of
up-gaze, in 58 % within 30 s (Journal of Neuromuscular Diseases 2020). The decrement of
10 % of repetitive nerve stimulation is an electrical one: do not use it here. Closure
strength is part of QMG and MGC and cannot be seen on a video, only completeness.]],
    },
    {
      name = "neutral",
      text = [[
A change needs something to change from. mien never guesses it: name a window in
which the participant's face is at rest, neutral = {0, 0.5} (seconds), or give
another recording of the participant at rest, neutral = rest_track. The median of
the window is the baseline. A window in the middle of a smile makes the smile
disappear, and the resting face a frown: look at mouth_width over time first.

When another recording is the neutral one, each of the two is divided by its own
interocular distance, so that they may show the participant in different sizes.]],
    },
    {
      name = "sides",
      text = [[
Left and right are the participant's own. In an unmirrored video the participant's
right side is at the left of the picture. A selfie camera may have mirrored the
recording: then left and right are swapped in every measure, and mien cannot tell.

An asymmetry is 2 (left - right) / (left + right): positive when the left is larger,
0 when both are the same, at most 2. It is NA when the sum is not positive. The
difference_ measures are left - right of the same lengths, in iod.

The mid-line at the mouth lies, sideways in the frontal face, at a weighted mean of the
middle of the canthi, the nose's base, the end of the philtrum and the chin: 0.4, 0.2, 0.2
and 0.2 for asymmetry_mouth and difference_mouth; 0.7, 0.1, 0.1 and 0.1 for commissure and
smile_angle. The canthi alone would be left behind when a head turns, by more in a face with
a prominent mouth. The others are drawn to the stronger side of a face that moves: a smile
of one side loses a twentieth of its excursion and a fifth of its difference by that, and the
other side's excursion is a little above 0.]],
    },
    {
      name = "action units",
      text = [[
au1_l, au1_r, ... are proxies of action units of the Facial Action Coding System: 0 as
in the neutral window, 1 as far as a healthy face goes. They come from the points
alone: each is a weighted sum of a few changes since neutral (heights of brow thirds,
lids, mouth corners, lips and chin, distances from the mid-line, in iod; the lids'
opening as a fraction of that at rest), less 0.05 to 0.15 for noise, cut off at 0 and 1.
au45 is the closing of the eye, of a blink or held (AU43).

How they were calibrated: least squares on drawn faces (help "sim.video") of which the
activation is known, every unit moved on both sides and on one, alone and with others,
heads straight, turned and swaying; the direction in which a unit moves a point is the
published one, and further points take away what the head and other units do.
scripts/calibrate does it again. So a 1 is the drawings' idea of a full movement:
compare within a participant or between groups, do not read it as a FACS intensity.
Real faces differ, and no human coder has seen these numbers.

Not everything can be told apart. measure.limits() lists what points cannot see (AU6,
AU9, AU11, AU14, cheek puffing, ...) and what is weak (au5, au7, au10, au20, au23). A
smile lifts the upper lip and stretches the mouth, so au10 and au20 fade to 0 as au12
grows; lids that are nearly shut are not tight, so au7 does as au45 grows.]],
    },
    {
      name = "expressions",
      text = [[
Each expression is the mean of its action units, after the short form of EMFACS
(Friesen and Ekman 1983), without what points cannot see. Both sides of a unit are
averaged before it is cut off at 0: a mouth that slips to one side expresses nothing.
Of the mean m counts m^3 / (m^2 + s^2), s = 0.22 (happiness 0.1, disgust 0.3): small
means, which faces at rest have as well, count little, and large ones nearly whole. au5
and au7, whose points jump in some faces, count only as far as the margins of the lids on
the picture have moved by d iod, d^2 / (d^2 + 0.016^2) of it: the upper one (mrd1) for
au5, both (the fissure) for au7. Where the picture does not show them (glasses, a turned
eye), half of what the points say counts; in tracks without pictures all of it.

  happiness  au12                            without AU6
  sadness    au1 au4 au15
  anger      au4 au5 au7 au23, at most au4
  fear       au1 au2 au4 au5 au20 au26
  disgust    au10 for AU9, au15; at most au10    without AU9, AU16
  surprise   au1 au2 au5 au26
  neutral    1 less the strongest of these
  valence    happiness less the strongest of sadness, anger, fear, disgust; -1..1

They say how the face moves, not what is felt, and a smile without the cheeks counts
as happiness. Anger is hard to reach: au5 and au7 pull the lids against each other.
The s is chosen on drawn people who do nothing but sway twice as much as usual, and blink:
the mean of the proxies reaches 0.04 to 0.07 in the usual person's worst frame, in the
worst person's 0.25 (happiness: 0.13). A mean of 0.1 comes out as 0.02 (happiness: 0.05),
of 0.4 as 0.31 (0.38): so compare faint expressions with each other, or look at the
proxies. measure.expression defines your own, from which nothing is taken away.]],
    },
    {
      name = "noise",
      text = [[
The column noise of measure.list() is the standard deviation of the measure from frame
to frame on a face that does not move: medians over pictures of six people made into
videos with noise of 5 grey levels, stored as H.264; a recording of somebody at rest
gives nearly the same. scripts/bench noise prints both. Poor light and small faces are
noisier. An effect in one frame below two or three times the noise is none; means over
many frames are steadier, but not where the head moves. Proxies of action units are cut
off near 0, and expressions weighed down, so that while a unit is active their noise is
larger than the one at rest which is listed; 0 means that the cut takes all of it.]],
    },
  },
}
