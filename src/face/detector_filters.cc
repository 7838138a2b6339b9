// SPDX-License-Identifier: GPL-3.0-or-later
//
// dlib decodes its detector from text within the program, which takes a quarter
// of a second and more. Its bytes as dlib serialises them are kept in the
// user's cache, for this version of dlib.
#include "face/detector_filters.h"

extern "C" {
#include "face/cache.h"
}

#include <dlib/revision.h>

#include <cstdio>
#include <istream>
#include <sstream>
#include <streambuf>
#include <string>

namespace {

constexpr char cache_name[] = "frontal-face.detector";

// Bytes that are read in place.
class Bytes : public std::streambuf {
public:
  Bytes(char *first, size_t size) { setg(first, first, first + size); }
};

mien_cache_origin origin_of_detector() {
  mien_cache_origin origin = {};
  std::snprintf(origin.maker, sizeof origin.maker, "dlib %d.%d.%d, format 1",
                DLIB_MAJOR_VERSION, DLIB_MINOR_VERSION, DLIB_PATCH_VERSION);
  return origin;
}

// False where the cache does not hold it.
bool load_detector(const mien_cache_origin &wanted,
                   dlib::frontal_face_detector &detector) {
  mien_cache_origin made;
  mien_cached cached = {};
  if (mien_cache_load(cache_name, wanted.maker, &made, &cached) != MIEN_OK)
    return false;
  bool whole = false;
  try {
    Bytes bytes(static_cast<char *>(cached.bytes), cached.size);
    std::istream in(&bytes);
    dlib::deserialize(detector, in);
    whole = detector.num_detectors() > 0;
  } catch (const std::exception &) {
    // The cache is of no use; the detector is made anew.
  }
  mien_cached_free(&cached);
  return whole;
}

// Works from memory where the cache cannot be written.
dlib::frontal_face_detector make_detector(const mien_cache_origin &origin) {
  dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
  std::ostringstream out;
  dlib::serialize(detector, out);
  const std::string bytes = out.str();
  mien_cache_save(cache_name, &origin, bytes.data(), bytes.size(), nullptr);
  return detector;
}

dlib::frontal_face_detector ready_detector() {
  const mien_cache_origin origin = origin_of_detector();
  dlib::frontal_face_detector detector;
  return load_detector(origin, detector) ? detector : make_detector(origin);
}

} // namespace

const dlib::frontal_face_detector &mien_frontal_detector() {
  static const dlib::frontal_face_detector made = ready_detector();
  return made;
}
