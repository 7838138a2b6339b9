// SPDX-License-Identifier: GPL-3.0-or-later
#include "face/detector_filters.h"

extern "C" {
#include "face/detector_maker.h"
}

#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

int mien_detector_make(char **bytes, size_t *size)
{
    try {
        std::ostringstream out;
        dlib::serialize(dlib::get_frontal_face_detector(), out);
        const std::string made = out.str();
        *bytes = static_cast<char *>(std::malloc(made.size()));
        if (!*bytes)
            return -1;
        std::memcpy(*bytes, made.data(), made.size());
        *size = made.size();
        return 0;
    } catch (const std::exception &) {
        return -1;
    }
}
