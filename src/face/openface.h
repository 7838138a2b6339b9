/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * OpenFace's signs: it turns by Rx about the x axis (right), then Ry about y (down), then Rz about z
 * (forward), in radians. Looking down, turning to the own right and tilting to the own left shoulder are
 * positive there. Its files hold turns against the axes of the camera, ours what the camera sees: a head that
 * looks straight ahead from beside the axis is turned away from it.
 */
#ifndef MIEN_FACE_OPENFACE_H
#define MIEN_FACE_OPENFACE_H

#define MIEN_DEGREES 57.29577951308232

static inline double mien_openface_rx(double pitch)
{
    return -pitch / MIEN_DEGREES;
}

static inline double mien_openface_ry(double yaw)
{
    return -yaw / MIEN_DEGREES;
}

static inline double mien_openface_rz(double roll)
{
    return roll / MIEN_DEGREES;
}

static inline double mien_pitch_of_openface(double rx)
{
    return -rx * MIEN_DEGREES;
}

static inline double mien_yaw_of_openface(double ry)
{
    return -ry * MIEN_DEGREES;
}

static inline double mien_roll_of_openface(double rz)
{
    return rz * MIEN_DEGREES;
}

#endif
