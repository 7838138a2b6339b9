# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds movement_truth.c when it is not there or older than its source, and runs it with the arguments given. B is the build folder.
set -eu
program=$B/bench/movement_truth
if [ ! -x "$program" ] || [ "$program" -ot scripts/bench.d/movement_truth.c ]; then
    mkdir -p "$B/bench"
    make --no-print-directory -s B="$B" "$B/lib/libmien-movement.a" "$B/lib/libmien-sim.a" "$B/lib/libmien-table.a" \
        "$B/lib/libmien-face.a" "$B/lib/libmien-video.a" "$B/lib/libmien-base.a" >&2
    "${CC:-gcc}" -std=c17 -D_GNU_SOURCE -O2 -Isrc -c scripts/bench.d/movement_truth.c -o "$program.o"
    "${CXX:-g++}" -pthread -o "$program.$$" "$program.o" -L"$B/lib" -lmien-movement -lmien-sim -lmien-table -lmien-face \
        -lmien-video -lmien-base -lopencv_video -lopencv_core \
        $(pkg-config --libs dlib-1 sqlite3 libavformat libavcodec libswscale libavutil) -lm
    mv "$program.$$" "$program"
fi
exec "$program" "$@"
