/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What lua/face/report.lua and lua/face/sheet.lua need of a Track: its quality in numbers, as a whole and
 * frame by frame.
 */
#include "face/report.h"
#include "lua/lua_util.h"
#include "lua/track.h"

#include <math.h>
#include <string.h>

static void set_range(lua_State *L, const char *name, const struct mien_range *range)
{
    lua_createtable(L, 2, 0);
    lua_pushnumber(L, range->low);
    lua_rawseti(L, -2, 1);
    lua_pushnumber(L, range->high);
    lua_rawseti(L, -2, 2);
    lua_setfield(L, -2, name);
}

/* What the track says of itself. */
static void set_flaws(lua_State *L, const struct mien_track *track)
{
    mien_lua_set_number(L, "damaged", (double)track->damaged);
    mien_lua_set_number(L, "times_repaired", (double)track->times_repaired);
    mien_lua_set_boolean(L, "truncated", track->truncated);
    mien_lua_set_boolean(L, "has_picture", track->width > 0);
    mien_lua_set_number(L, "duration", mien_track_duration(track));
    mien_lua_set_text(L, "path", track->source ? track->source : "");
}

/* report_numbers(track, caller) -> table */
int mien_lua_track_report(lua_State *L)
{
    struct mien_error error;
    struct mien_track_report report;
    const struct mien_track *track = mien_lua_check_track(L, 1, luaL_checkstring(L, 2));
    if (mien_track_report(track, &report, &error) != MIEN_OK)
        return luaL_error(L, "%s: %s", lua_tostring(L, 2), error.text);
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"frames", (double)report.frames},
        {"found", (double)report.found},
        {"coverage", report.coverage},
        {"lost", (double)report.lost},
        {"longest_lost", report.longest_lost},
        {"longest_lost_at", report.longest_lost_at},
        {"sharpness", report.sharpness},
        {"sharpness_low", report.sharpness_low},
        {"light", report.light},
        {"cut_off", report.cut_off},
        {"face_px", report.face_px},
        {"face_px_low", report.face_px_low},
        {"iod_px", report.iod_px},
        {"second_face", report.second_face},
        {"fps", report.fps},
        {"irregular", report.irregular},
        {"dropped", report.dropped},
        {"longest_step", report.longest_step},
        {"speed", report.speed},
        {"jumps", report.jumps},
        {"confidence", report.confidence},
        {"unsure", report.unsure},
    };
    lua_createtable(L, 0, 40);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        mien_lua_set_number(L, numbers[i].name, numbers[i].value);
    set_range(L, "yaw", &report.yaw);
    set_range(L, "pitch", &report.pitch);
    set_range(L, "roll", &report.roll);
    set_flaws(L, track);
    return 1;
}

static void set_numbers(lua_State *L, const char *name, const double *values, size_t count)
{
    memcpy(mien_lua_push_numbers(L, count), values, count * sizeof *values);
    lua_setfield(L, -2, name);
}

/* frame_numbers(track, caller) -> {name = column, ...}, one value per frame */
int mien_lua_track_frames(lua_State *L)
{
    const struct mien_track *track = mien_lua_check_track(L, 1, luaL_checkstring(L, 2));
    size_t count = track->count;
    lua_createtable(L, 0, 12);
    set_numbers(L, "time", track->time, count);
    set_numbers(L, "confidence", track->confidence, count);
    set_numbers(L, "yaw", track->yaw, count);
    set_numbers(L, "pitch", track->pitch, count);
    set_numbers(L, "roll", track->roll, count);
    set_numbers(L, "sharpness", track->sharpness, count);
    set_numbers(L, "light", track->light, count);
    const struct {
        const char *name;
        const uint8_t *flags;
    } flags[] = {{"found", track->found}, {"second_face", track->second_face}};
    for (size_t k = 0; k < sizeof flags / sizeof *flags; k++) {
        double *values = mien_lua_push_numbers(L, count);
        for (size_t i = 0; i < count; i++)
            values[i] = flags[k].flags[i];
        lua_setfield(L, -2, flags[k].name);
    }
    double *frame = mien_lua_push_numbers(L, count);
    for (size_t i = 0; i < count; i++)
        frame[i] = (double)track->frame[i] + 1;
    lua_setfield(L, -2, "frame");
    double *eyes = mien_lua_push_numbers(L, count);
    for (size_t i = 0; i < count; i++)
        eyes[i] = mien_track_interocular(track, i);
    lua_setfield(L, -2, "iod");
    return 1;
}
