/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of the store. Those of the measures follow the list of measures in this program: when it changes
 * they are made anew and filled from the stored tracks, without looking at any video.
 */
#include "base/memory.h"
#include "measure/summary.h"
#include "table/extract.h"
#include "table/store_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char mien_store_schema[] =
    "CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE tracks (id INTEGER PRIMARY KEY,"
    " hash TEXT NOT NULL,"        /* SHA-256 of the video file. */
    " tracker TEXT NOT NULL,"     /* The landmark model and the version of the tracker. */
    " code INTEGER, reason TEXT," /* Why there is no track; NULL where there is one. */
    " frames INTEGER, width INTEGER, height INTEGER, fps REAL, seconds REAL, coverage REAL, second_face REAL,"
    " pose_known INTEGER, truncated INTEGER, damaged INTEGER, times_repaired INTEGER, first_frame INTEGER,"
    " time BLOB, found BLOB, faces BLOB, confidence BLOB, yaw BLOB, pitch BLOB, roll BLOB, x BLOB, y BLOB,"
    " sided_x BLOB, sided_y BLOB," /* Empty where the sides were not fitted. */
    " sharpness BLOB, light BLOB,"
    " eyes BLOB," /* Rows of struct mien_eye, right and left; empty where lids and iris were not looked for.
                   */
    " UNIQUE (hash, tracker));"
    "CREATE TABLE recordings (id INTEGER PRIMARY KEY,"
    " row INTEGER," /* Of the manifest as last read; NULL where it no longer lists the recording. */
    " participant TEXT NOT NULL, \"group\" TEXT, task TEXT NOT NULL,"
    " visit TEXT NOT NULL DEFAULT '', take TEXT NOT NULL DEFAULT '',"
    " file TEXT NOT NULL, path TEXT NOT NULL," /* As in the manifest, and where that was. */
    " size INTEGER, modified INTEGER, changed INTEGER, hash TEXT,"
    " neutral TEXT NOT NULL DEFAULT '', further TEXT NOT NULL DEFAULT '{}',"
    " track INTEGER REFERENCES tracks (id),"
    " made_from TEXT,"                      /* Everything that the results depend on. */
    " code TEXT, reason TEXT, remedy TEXT," /* Why there are none; NULL where there are. */
    " UNIQUE (participant, task, visit, take));"
    "CREATE INDEX recordings_path ON recordings (path);"
    "CREATE INDEX recordings_track ON recordings (track);";

/* FNV-1a: it names a layout and defends against nobody. */
static unsigned long long digest(unsigned long long state, const char *text)
{
    for (; *text; text++)
        state = (state ^ (unsigned char)*text) * 1099511628211ULL;
    return (state ^ 0xff) * 1099511628211ULL;
}

void mien_store_layout_name(char out[17])
{
    size_t count;
    const struct mien_measure_info *list = mien_measure_list(&count);
    unsigned long long state = digest(14695981039346656037ULL, MIEN_VERSION " " MIEN_EXTRACTION_VERSION);
    for (size_t i = 0; i < count; i++) {
        state = digest(state, list[i].name);
        state = digest(state, list[i].unit);
        state = digest(state, list[i].definition);
    }
    for (const char *const *statistic = mien_summary_statistics; *statistic; statistic++)
        state = digest(state, *statistic);
    snprintf(out, 17, "%016llx", state);
}

/* A unit that is part of the name comes last: mrd1_l_mm gives mrd1_l_low_mm. */
static int add_statistic(struct mien_text *sql, const char *measure, const char *statistic)
{
    size_t length = strlen(measure);
    const char *end = length > 3 ? measure + length - 3 : "";
    bool unit = strcmp(end, "_mm") == 0 || strcmp(end, "_px") == 0;
    return mien_text_print(sql, ", %.*s_%s%s REAL", (int)(unit ? length - 3 : length), measure, statistic,
                           unit ? end : "");
}

/* The columns of one table of measures; statistics NULL for the table of frames. */
static int add_columns(struct mien_text *sql, const char *const *statistics)
{
    size_t count;
    int bad = 0;
    const struct mien_measure_info *list = mien_measure_list(&count);
    for (size_t i = 0; i < count && !bad; i++) {
        if (!statistics)
            bad = mien_text_print(sql, ", %s REAL", list[i].name);
        for (const char *const *s = statistics; s && *s && !bad; s++)
            bad = add_statistic(sql, list[i].name, *s);
    }
    return bad;
}

static enum mien_status make_measure_tables(struct mien_store *store, struct mien_error *error)
{
    struct mien_text sql = {0};
    int bad = mien_text_print(&sql, "DROP VIEW IF EXISTS summary; DROP TABLE IF EXISTS frames;"
                                    "DROP TABLE IF EXISTS measured;"
                                    "CREATE TABLE frames (recording INTEGER NOT NULL"
                                    " REFERENCES recordings (id) ON DELETE CASCADE,"
                                    " frame INTEGER NOT NULL, time REAL, found INTEGER");
    if (!bad)
        bad = add_columns(&sql, NULL);
    if (!bad)
        bad = mien_text_print(&sql, ", PRIMARY KEY (recording, frame)) WITHOUT ROWID;"
                                    "CREATE TABLE measured (recording INTEGER PRIMARY KEY"
                                    " REFERENCES recordings (id) ON DELETE CASCADE,"
                                    " scale REAL, neutral_frames INTEGER, coverage REAL,"
                                    " frames_used INTEGER, blink_rate REAL, uncertain TEXT");
    if (!bad)
        bad = add_columns(&sql, mien_summary_statistics);
    if (!bad)
        bad = mien_text_print(&sql, ");");
    enum mien_status status = bad ? mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path)
                                  : mien_store_execute(store, sql.bytes, error);
    free(sql.bytes);
    return status;
}

enum mien_status mien_store_layout(struct mien_store *store, struct mien_error *error)
{
    char wanted[17], present[64];
    mien_store_layout_name(wanted);
    enum mien_status status = mien_store_about(store, "measures", present, sizeof present, error);
    if (status != MIEN_OK || strcmp(wanted, present) == 0)
        return status;
    status = make_measure_tables(store, error);
    if (status == MIEN_OK)
        status = mien_store_set_about(store, "measures", wanted, error);
    /* The view went with its table; the manifest's own columns come back when it is read next. */
    if (status == MIEN_OK)
        status = mien_store_execute(store, "DELETE FROM about WHERE key = 'manifest'", error);
    if (status == MIEN_OK)
        status = mien_store_make_view(store, NULL, 0, error);
    return status;
}

enum mien_status mien_store_make_view(struct mien_store *store, const char *const *further, size_t count,
                                      struct mien_error *error)
{
    sqlite3_str *sql = sqlite3_str_new(store->database);
    sqlite3_str_appendall(sql, "CREATE VIEW summary AS SELECT r.participant,"
                               " r.\"group\", r.task, r.visit, r.take");
    for (size_t i = 0; i < count; i++)
        sqlite3_str_appendf(sql, ", (SELECT value FROM json_each(r.further) WHERE key = %Q) AS \"%w\"",
                            further[i], further[i]);
    sqlite3_str_appendall(sql, ", t.frames, t.truncated, m.* FROM recordings r"
                               " JOIN measured m ON m.recording = r.id JOIN tracks t ON t.id = r.track"
                               " WHERE r.row IS NOT NULL ORDER BY r.row");
    char *text = sqlite3_str_finish(sql);
    enum mien_status status = text ? mien_store_execute(store, "DROP VIEW IF EXISTS summary", error)
                                   : mien_fail(error, MIEN_ERR_MEMORY, "%s: out of memory", store->path);
    if (status == MIEN_OK)
        status = mien_store_execute(store, text, error);
    sqlite3_free(text);
    return status;
}
