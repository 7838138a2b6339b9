/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Smooth functions of which faces are made, and repeatable noise.
 */
#ifndef MIEN_SIM_SOFT_H
#define MIEN_SIM_SOFT_H

#include <math.h>
#include <stdint.h>

static inline float mien_sim_clamp(float value)
{
    return value < 0 ? 0 : value > 1 ? 1 : value;
}

/* 1 in the middle, falling off with the two standard deviations. */
static inline double mien_sim_hill(double dx, double width, double dy, double height)
{
    double a = dx / width, b = dy / height, r = 0.5 * (a * a + b * b);
    return r > 12 ? 0 : exp(-r);
}

static inline double mien_sim_bell(double distance, double width)
{
    double a = distance / width, r = 0.5 * a * a;
    return r > 12 ? 0 : exp(-r);
}

/* 0 below low, 1 above high, smooth between. */
static inline double mien_sim_ramp(double value, double low, double high)
{
    double part = fmin(fmax((value - low) / (high - low), 0), 1);
    return part * part * (3 - 2 * part);
}

/* Noise of a point of a grid, 0..1. */
static inline float mien_sim_grain(int x, int y)
{
    uint32_t h = (uint32_t)x * 0x9E3779B1u ^ (uint32_t)y * 0x85EBCA77u;
    h ^= h >> 15;
    h *= 0x2C1B3C6Du;
    h ^= h >> 12;
    h *= 0x297A2D39u;
    h ^= h >> 15;
    return (float)(h >> 8) / 16777216.0f;
}

/* As mien_sim_grain, quicker and a little less random: enough for noise. */
static inline float mien_sim_speck(uint32_t column, uint32_t row)
{
    uint32_t h = column ^ row;
    h = (h ^ h >> 15) * 0x2C1B3C6Du;
    h = (h ^ h >> 13) * 0x297A2D39u;
    return (float)(h >> 8) * (1 / 16777216.0f);
}

/* Smooth noise of a place in a cell of the plane. */
static inline float mien_sim_noise_in(int i, int j, float u, float v)
{
    u = u * u * (3 - 2 * u), v = v * v * (3 - 2 * v);
    uint32_t left = (uint32_t)i * 0x9E3779B1u, right = left + 0x9E3779B1u;
    uint32_t up = (uint32_t)j * 0x85EBCA77u, down = up + 0x85EBCA77u;
    float a = mien_sim_speck(left, up), b = mien_sim_speck(left, down);
    float top = a + u * (mien_sim_speck(right, up) - a), low = b + u * (mien_sim_speck(right, down) - b);
    return 2 * (top + v * (low - top)) - 1;
}

/* Smooth noise of the plane with details about 1 apart, -1..1. */
static inline double mien_sim_noise(double x, double y)
{
    int i = (int)x - (x < 0), j = (int)y - (y < 0);
    return mien_sim_noise_in(i, j, (float)(x - i), (float)(y - j));
}

/* The same for what is drawn anew in every frame. */
static inline float mien_sim_noise_of(float x, float y)
{
    int i = (int)x - (x < 0), j = (int)y - (y < 0);
    return mien_sim_noise_in(i, j, x - (float)i, y - (float)j);
}

#endif
