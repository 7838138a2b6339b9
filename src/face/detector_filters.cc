// SPDX-License-Identifier: GPL-3.0-or-later
//
// dlib decodes its detector from text within the program, which takes a quarter
// of a second and more. Its bytes as dlib serialises them are kept in the
// user's cache, for this version of dlib.
#include "face/detector_filters.h"

extern "C" {
#include "base/paths.h"
#include "face/cache.h"
#include "face/detector_maker.h"
}

#include <dlib/revision.h>

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <istream>
#include <new>
#include <stdexcept>
#include <streambuf>

namespace
{

constexpr char cache_name[] = "frontal-face.detector";

// Bytes that are read in place.
class Bytes : public std::streambuf
{
  public:
    Bytes(char *first, size_t size)
    {
        setg(first, first, first + size);
    }
};

mien_cache_origin origin_of_detector()
{
    mien_cache_origin origin = {};
    std::snprintf(origin.maker, sizeof origin.maker, "dlib %d.%d.%d, format 1", DLIB_MAJOR_VERSION,
                  DLIB_MINOR_VERSION, DLIB_PATCH_VERSION);
    return origin;
}

// False where these are not the bytes of a detector.
bool read_detector(char *bytes, size_t size, dlib::frontal_face_detector &detector)
{
    try {
        Bytes buffer(bytes, size);
        std::istream in(&buffer);
        dlib::deserialize(detector, in);
        return detector.num_detectors() > 0;
    } catch (const std::exception &) {
        return false;
    }
}

bool load_detector(const mien_cache_origin &wanted, dlib::frontal_face_detector &detector)
{
    mien_cache_origin made;
    mien_cached cached = {};
    if (mien_cache_load(cache_name, wanted.maker, &made, &cached) != MIEN_OK)
        return false;
    const bool whole = read_detector(static_cast<char *>(cached.bytes), cached.size, detector);
    mien_cached_free(&cached);
    return whole;
}

// Takes the maker from its shared object, which stays loaded: what it started cannot be stopped.
mien_detector_maker *find_maker()
{
    char path[MIEN_PATH_SIZE];
    void *object =
        mien_path_plugin(path, MIEN_DETECTOR_MAKER) == 0 ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
    void *maker = object ? dlsym(object, "mien_detector_make") : nullptr;
    if (!maker)
        throw std::runtime_error(MIEN_DETECTOR_MAKER " cannot be loaded; install mien again");
    return reinterpret_cast<mien_detector_maker *>(maker);
}

// Works from memory where the cache cannot be written.
void make_detector(const mien_cache_origin &origin, dlib::frontal_face_detector &detector)
{
    char *bytes = nullptr;
    size_t size = 0;
    if (find_maker()(&bytes, &size) != 0)
        throw std::bad_alloc();
    const bool whole = read_detector(bytes, size, detector);
    if (whole)
        mien_cache_save(cache_name, &origin, bytes, size, nullptr);
    std::free(bytes);
    if (!whole)
        throw std::runtime_error("dlib does not read what it wrote");
}

dlib::frontal_face_detector ready_detector()
{
    const mien_cache_origin origin = origin_of_detector();
    dlib::frontal_face_detector detector;
    if (!load_detector(origin, detector))
        make_detector(origin, detector);
    return detector;
}

} // namespace

const dlib::frontal_face_detector &mien_frontal_detector()
{
    static const dlib::frontal_face_detector made = ready_detector();
    return made;
}
