# SPDX-License-Identifier: GPL-3.0-or-later
#
# Still pictures as noisy videos of 2 s, for benchmarks that ask what is measured of a face that does not move. Sourced.

pictures='facerec_obama-480p.jpg pyfeat_single_face.jpg skimage_astronaut.png vladhuman_person-vlado.jpg
    vladhuman_stock-emotions-a-3.jpg dlib_2008_002079.jpg'

# stills STRENGTH STEM EXTENSION codec options ...: makes STEM-1.EXTENSION, STEM-2.EXTENSION, ... of the pictures that are
# there. ffmpeg's noise filter multiplies normal noise by its strength over the square root of 3. What it cannot encode is
# left out.
stills() {
    strength=$1 stem=$2 extension=$3 number=0
    shift 3
    for picture in $pictures; do
        [ -f "${MIEN_REAL:?set MIEN_REAL to the folder of real recordings}/images/$picture" ] || continue
        number=$((number + 1))
        ffmpeg -nostdin -v error -y -loop 1 -i "$MIEN_REAL/images/$picture" -t 2 -r 30 \
            -vf "scale='min(640,iw)':-2,crop=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p,noise=c0s=$strength:c0f=t" \
            "$@" "$stem-$number.$extension" 2>/dev/null || rm -f "$stem-$number.$extension"
    done
}
