// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes tests/unit/face_dlib_points.h: the points of dlib's own predictor in a drawn picture. From the
// project's folder:
//   g++ -std=c++17 -O2 -Isrc -Itests/unit -o /tmp/landmarks scripts/oracle/landmarks.cc $(pkg-config --libs
//   dlib-1) /tmp/landmarks /usr/share/dlib/shape_predictor_68_face_landmarks.dat >
//   tests/unit/face_dlib_points.h
#include <dlib/image_processing.h>

#include <cstdio>

static const int width = 320, height = 240;
static const int boxes[][4] = {
    {60, 40, 150, 150}, {0, 0, 320, 240}, {110, 71, 93, 88}, {-40, -30, 200, 190}, {201, 150, 133, 133}};

int main(int count, char **arguments)
{
    dlib::shape_predictor predictor;
    dlib::array2d<unsigned char> picture(height, width);
    if (count != 2)
        return 2;
    dlib::deserialize(arguments[1]) >> predictor;
    // As draw_pattern in tests/unit/model_fixture.h.
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            picture[y][x] =
                static_cast<unsigned char>((x * x * 3 + y * y * 5 + x * y * 7) / 96 + 60 * (x / 23 + y / 19));
    std::printf(
        "/* SPDX-License-Identifier: GPL-3.0-or-later\n *\n"
        " * dlib's points in the picture of draw_pattern; made by scripts/oracle/landmarks.cc.\n */\n");
    std::printf("enum { DLIB_WIDTH = %d, DLIB_HEIGHT = %d };\n\n", width, height);
    std::printf("/* Left, top, width, height. */\nstatic const int dlib_boxes[][4] = {\n");
    for (const auto &b : boxes)
        std::printf("    {%d, %d, %d, %d},\n", b[0], b[1], b[2], b[3]);
    std::printf("};\n\nstatic const int dlib_points[][68][2] = {\n");
    for (const auto &b : boxes) {
        const auto shape = predictor(picture, dlib::rectangle(b[0], b[1], b[0] + b[2] - 1, b[1] + b[3] - 1));
        std::printf("    {");
        for (unsigned long i = 0; i < 68; i++)
            std::printf("%s{%ld, %ld}", i ? ", " : "", shape.part(i).x(), shape.part(i).y());
        std::printf("},\n");
    }
    std::printf("};\n");
    return 0;
}
