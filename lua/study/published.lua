-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the study printed, to stand beside results of this program: numbers of its abstract. They are the
-- study's, on its patients, and never results of mien.

local study = ...

study.source = "Ruiter et al. 2023, Annals of Clinical and Translational Neurology (PMC10424649), abstract"

-- p of lower expression intensity in patients.
study.published_intensity = {anger = ".026", fear = ".003", happiness = "< .001"}

study.published_results = {
  ["diagnosis, cross-validated"] = {auc = "0.75 [0.65, 0.85]", sensitivity = "0.76", specificity = "0.76",
    accuracy = "0.76"},
  ["severity, cross-validated"] = {auc = "0.75 [0.60, 0.90]", sensitivity = "0.93", specificity = "0.63",
    accuracy = "0.80"},
  ["diagnosis, unseen"] = {auc = "0.82 [0.67, 0.97]", sensitivity = "1.00", specificity = "0.74",
    accuracy = "0.87"},
  ["severity, unseen"] = {auc = "0.88 [0.67, 1.00]", sensitivity = "1.00", specificity = "0.86",
    accuracy = "0.94"},
}
