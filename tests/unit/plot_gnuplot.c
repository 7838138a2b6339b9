/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The real gnuplot: whole figures, hostile texts in every place, its errors, its absence, its death.
 */
#include "base/interrupt.h"
#include "plot/gnuplot.h"
#include "plot/output.h"
#include "plot/script.h"
#include "unit.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char canary[MIEN_PATH_SIZE];
static char folder[MIEN_PATH_SIZE];
static struct mien_gnuplot gnuplot;

static int set_up(void **state)
{
    (void)state;
    struct mien_error error;
    if (mien_private_folder(folder, &error) != MIEN_OK)
        return -1;
    snprintf(canary, sizeof canary, "/tmp/mien-canary-%ld", (long)getpid());
    unlink(canary);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    mien_gnuplot_stop(&gnuplot);
    mien_private_folder_remove(folder);
    assert_false(mien_path_exists(folder));
    unlink(canary);
    return 0;
}

/* A figure with every kind of layer and the text in every place that takes one. */
static enum mien_status draw(const char *text, enum mien_page_kind kind, struct mien_text *picture,
                             struct mien_error *error)
{
    const double x[] = {1, 2, 3, NAN, 5}, y[] = {0.3, NAN, 0.9, 0.1, 0.7}, x2[] = {1.5, 2.5, 3.5, 4.5, 5.5},
                 y2[] = {1, 1.5, 0.2, 0.4, 0.9}, colours[] = {0, 0xFF, 0xFFFFFF, 0xFF00, 0x123456};
    struct mien_layer layers[5];
    for (int i = 0; i < 5; i++)
        layers[i] = (struct mien_layer){(enum mien_layer_kind)i,
                                        text,
                                        5,
                                        x,
                                        y,
                                        x2,
                                        y2,
                                        0x0072B2,
                                        NULL,
                                        0.5,
                                        1.5,
                                        1,
                                        1,
                                        i + 1,
                                        false,
                                        false};
    layers[MIEN_LAYER_POINTS].colours = colours;
    layers[MIEN_LAYER_BARS].colours = colours;
    const struct mien_tick ticks[] = {{1, text}, {3, text}};
    const struct mien_note notes[] = {{2, 0.5, text, 0xD55E00, MIEN_ALIGN_RIGHT, 8}};
    const struct mien_figure figure = {
        .title = text,
        .x = {.label = text, .low = NAN, .high = NAN, .ticks = ticks, .tick_count = 2},
        .y = {.label = text, .low = NAN, .high = NAN, .ticks = ticks, .tick_count = 2},
        .width = 640,
        .height = 400,
        .layers = layers,
        .layer_count = 5,
        .notes = notes,
        .note_count = 1,
        .scale = {.label = text, .low = -1, .high = 2, .colours = colours, .count = 5},
    };
    const struct mien_page page = {
        .kind = kind, .columns = kind == MIEN_PAGE_TEXT ? 79 : 0, .rows = kind == MIEN_PAGE_TEXT ? 24 : 0};
    struct mien_text script = {0};
    assert_int_equal(mien_plot_script(&figure, &page, &script), 0);
    enum mien_status status = mien_gnuplot_start(&gnuplot, error);
    if (status == MIEN_OK)
        status = mien_gnuplot_run(&gnuplot, script.bytes, folder, 60, error);
    if (status == MIEN_OK)
        status = mien_picture_read(folder, kind, picture, error);
    free(script.bytes);
    return status;
}

/* gnuplot 6 puts a cursor move before the picture of a sixel page. */
static const char *begin_of(const struct mien_text *picture, const char *head)
{
    const char *found = memmem(picture->bytes, picture->length, head, strlen(head));
    return found && found - picture->bytes < 8 ? found : picture->bytes;
}

static void every_page_is_drawn(void **state)
{
    (void)state;
    static const char *const heads[] = {"\x89PNG", "<?xml", "%PDF", "", "\033P"};
    for (int kind = MIEN_PAGE_PNG; kind <= MIEN_PAGE_SIXEL; kind++) {
        struct mien_error error = {0};
        struct mien_text picture = {0};
        enum mien_status status = draw("a label", (enum mien_page_kind)kind, &picture, &error);
        assert_string_equal(error.text, "");
        assert_int_equal(status, MIEN_OK);
        assert_memory_equal(begin_of(&picture, heads[kind]), heads[kind], strlen(heads[kind]));
        free(picture.bytes);
    }
}

static void same_figure_gives_same_bytes(void **state)
{
    (void)state;
    for (int kind = MIEN_PAGE_PNG; kind <= MIEN_PAGE_PDF; kind++) {
        struct mien_error error = {0};
        struct mien_text first = {0}, second = {0};
        assert_int_equal(draw("same", (enum mien_page_kind)kind, &first, &error), MIEN_OK);
        /* A new process and, for the date in a PDF, a new second in another time zone. */
        mien_gnuplot_stop(&gnuplot);
        if (kind == MIEN_PAGE_PDF) {
            sleep(1);
            setenv("TZ", "AEST-10", 1);
        }
        assert_int_equal(draw("same", (enum mien_page_kind)kind, &second, &error), MIEN_OK);
        /* Newer versions of cairo compress the date of a PDF, which then cannot be settled. */
        bool dated = kind == MIEN_PAGE_PDF && !memmem(first.bytes, first.length, "/CreationDate", 13);
        if (!dated) {
            assert_int_equal(first.length, second.length);
            assert_memory_equal(first.bytes, second.bytes, first.length);
        }
        free(first.bytes);
        free(second.bytes);
    }
}

/* Each would create the canary if gnuplot or a shell ran it. %s is the canary's path. */
static const char *const attacks[] = {
    "`touch %s`",
    "'`touch %s`'",
    "\"`touch %s`\"",
    "x'\nsystem('touch %s')\n'",
    "x\"\nsystem(\"touch %s\")\n\"",
    "x\r!touch %s\r",
    "\n!touch %s\n",
    "'; system 'touch %s'; set title '",
    "''; system 'touch %s' #",
    "'.system('touch %s').'",
    "\".system(\"touch %s\").\"",
    "| touch %s",
    "|touch %s",
    "< touch %s",
    "<touch %s",
    "@x @ARGV $(touch %s) ; touch %s",
    "\\'; system 'touch %s'; '",
    "\\",
    "a \\",
    "\\\\' `touch %s` \\\\",
    "END\nsystem 'touch %s'\n",
    "$layer1 << END\n`touch %s`\nEND",
    "%%d %%s %%n %%f %% %%%% %%1$s %%*d %%h %%l %%T %%c %%P `touch %s`",
    "%%",
    "{/Symbol=400 a}_b^2 &{x} ~a{.8-} \\U+2192 `touch %s`",
    "\033]0;owned\007 \033Ptmux;\033 \302\233 `touch %s`",
    "<script>alert(1)</script> & ]]> <!-- `touch %s`",
    "\377\376 \300\257 \355\240\200 `touch %s`",
    "#!/bin/sh touch %s",
    "do for [i=1:3] { system 'touch %s' }",
    "set print '|touch %s'",
    "'''a''' 'b'' '`touch %s`'''''",
    "''",
    "'a'b'c'd'e'f'g'h'i'j'k'l'm'n'o'p'q'r's't'u'v'`touch %s`'a'b'c'd'e'f'g'h'i'j'",
    "##mien 2##\n##mien 3##\n`touch %s`",
};

static void hostile_texts_are_shown_and_never_run(void **state)
{
    (void)state;
    static const enum mien_page_kind kinds[] = {MIEN_PAGE_SVG, MIEN_PAGE_TEXT, MIEN_PAGE_PNG};
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        char text[MIEN_PATH_SIZE + 256];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof text, attacks[i], canary, canary);
#pragma GCC diagnostic pop
        for (int k = 0; k < 3; k++) {
            struct mien_error error = {0};
            struct mien_text picture = {0};
            enum mien_status status = draw(text, kinds[k], &picture, &error);
            if (status != MIEN_OK)
                print_error("%s\n%s\n", text, error.text);
            assert_int_equal(status, MIEN_OK);
            assert_false(mien_path_exists(canary));
            if (kinds[k] == MIEN_PAGE_SVG)
                assert_null(memmem(picture.bytes, picture.length, "<script", 7));
            free(picture.bytes);
        }
    }
}

static void any_bytes_make_a_picture(void **state)
{
    (void)state;
    unsigned seed = 12345;
    for (int round = 0; round < 40; round++) {
        static const char spice[] = "'\"`\\\n\r@|<>%{}$#&!;()^_ ";
        char text[120];
        size_t length = 0;
        while (length < 100) {
            seed = seed * 1664525u + 1013904223u;
            unsigned draw_from = seed >> 24;
            text[length++] =
                draw_from % 3 ? spice[draw_from % (sizeof spice - 1)] : (char)(draw_from ? draw_from : 1);
        }
        text[length] = '\0';
        struct mien_error error = {0};
        struct mien_text picture = {0};
        enum mien_status status = draw(text, round % 2 ? MIEN_PAGE_SVG : MIEN_PAGE_TEXT, &picture, &error);
        assert_string_equal(error.text, "");
        assert_int_equal(status, MIEN_OK);
        free(picture.bytes);
    }
}

static void text_is_shown_literally_in_svg(void **state)
{
    (void)state;
    struct mien_error error = {0};
    struct mien_text picture = {0};
    assert_int_equal(draw("it's 5 % {x}_1 `q`", MIEN_PAGE_SVG, &picture, &error), MIEN_OK);
    int count = 0;
    for (char *found = picture.bytes; (found = strstr(found, ">it's 5 % {x}_1 `q`</text>")); found++)
        count++;
    /* Title, two axis labels, three ticks (one lies outside), one note, five names in the legend, the bar's
     * label. */
    assert_int_equal(count, 13);
    free(picture.bytes);
}

static void gnuplots_own_words_become_the_error(void **state)
{
    (void)state;
    struct mien_error error = {0};
    assert_int_equal(mien_gnuplot_start(&gnuplot, &error), MIEN_OK);
    assert_int_equal(mien_gnuplot_run(&gnuplot, "plot nonsense\n", folder, 20, &error), MIEN_ERR_TOOL);
    assert_string_equal(error.text, "gnuplot: undefined variable: nonsense");
    /* It goes on after its error. */
    assert_int_equal(mien_gnuplot_run(&gnuplot, "x = 1\n", folder, 20, &error), MIEN_OK);
    assert_int_equal(mien_gnuplot_run(&gnuplot, "print x\n", folder, 20, &error), MIEN_ERR_TOOL);
}

static void a_dead_gnuplot_is_an_error_and_then_replaced(void **state)
{
    (void)state;
    struct mien_error error = {0};
    struct mien_text picture = {0};
    assert_int_equal(mien_gnuplot_start(&gnuplot, &error), MIEN_OK);
    assert_int_equal(mien_gnuplot_run(&gnuplot, "exit gnuplot\n", folder, 20, &error), MIEN_ERR_TOOL);
    assert_string_equal(error.text, "gnuplot ended unexpectedly");
    assert_int_equal(draw("again", MIEN_PAGE_SVG, &picture, &error), MIEN_OK);
    free(picture.bytes);
    kill(gnuplot.process, SIGKILL);
    usleep(50000);
    picture = (struct mien_text){0};
    assert_int_equal(draw("again", MIEN_PAGE_SVG, &picture, &error), MIEN_OK);
    free(picture.bytes);
}

static void a_silent_gnuplot_is_stopped(void **state)
{
    (void)state;
    struct mien_error error = {0};
    assert_int_equal(mien_gnuplot_start(&gnuplot, &error), MIEN_OK);
    assert_int_equal(mien_gnuplot_run(&gnuplot, "pause 30\n", folder, 0.3, &error), MIEN_ERR_TOOL);
    assert_string_equal(error.text, "gnuplot gave no answer for 0.3 s and was stopped");
    assert_int_equal(gnuplot.process, 0);
    assert_int_equal(mien_gnuplot_start(&gnuplot, &error), MIEN_OK);
    mien_interrupt_request();
    assert_int_equal(mien_gnuplot_run(&gnuplot, "pause 30\n", folder, 20, &error), MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
}

/* Much more than a pipe holds, in both directions. */
static void long_talk_does_not_lock(void **state)
{
    (void)state;
    struct mien_error error = {0};
    struct mien_text script = {0};
    for (int i = 0; i < 20000; i++)
        assert_int_equal(
            mien_text_print(&script, "set print '-'; print 'a line of output that fills the pipe'\n"), 0);
    assert_int_equal(mien_gnuplot_start(&gnuplot, &error), MIEN_OK);
    assert_int_equal(mien_gnuplot_run(&gnuplot, script.bytes, folder, 60, &error), MIEN_OK);
    free(script.bytes);
}

static void a_missing_gnuplot_is_named(void **state)
{
    (void)state;
    struct mien_error error = {0};
    char *path = strdup(getenv("PATH"));
    mien_gnuplot_stop(&gnuplot);
    static const char *const empty[] = {"", ".", ":", "/nonexistent"};
    for (size_t i = 0; i < 4; i++) {
        setenv("PATH", empty[i], 1);
        assert_int_equal(mien_gnuplot_start(&gnuplot, &error), MIEN_ERR_TOOL);
        assert_string_equal(error.text, "gnuplot was not found; install it with: apt install gnuplot-nox");
    }
    setenv("PATH", path, 1);
    free(path);
}

/* A home folder whose start-up file would write the canary. */
static void start_up_files_are_not_read(void **state)
{
    (void)state;
    struct mien_error error = {0};
    struct mien_text picture = {0};
    char file[MIEN_PATH_SIZE + 16], *home = strdup(getenv("HOME") ? getenv("HOME") : "/");
    snprintf(file, sizeof file, "%s/.gnuplot", folder);
    FILE *start = fopen(file, "w");
    assert_non_null(start);
    fprintf(start, "system 'touch %s'\n", canary);
    fclose(start);
    mien_gnuplot_stop(&gnuplot);
    setenv("HOME", folder, 1);
    assert_int_equal(draw("home", MIEN_PAGE_TEXT, &picture, &error), MIEN_OK);
    setenv("HOME", home, 1);
    assert_false(mien_path_exists(canary));
    unlink(file);
    free(picture.bytes);
    free(home);
}

static void complaints_are_found_in_the_noise(void **state)
{
    (void)state;
    char found[100];
    assert_true(mien_gnuplot_complaint(
        "\n\ngnuplot> plot x\n             ^\n         line 0: undefined variable: x\n\n", found,
        sizeof found));
    assert_string_equal(found, "undefined variable: x");
    assert_false(mien_gnuplot_complaint("         line 3: warning: Skipping data file with no valid points\n",
                                        found, sizeof found));
    assert_false(mien_gnuplot_complaint("Fontconfig warning: no line here\n", found, sizeof found));
    assert_false(mien_gnuplot_complaint(NULL, found, sizeof found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_page_is_drawn),
        cmocka_unit_test(same_figure_gives_same_bytes),
        cmocka_unit_test(hostile_texts_are_shown_and_never_run),
        cmocka_unit_test(any_bytes_make_a_picture),
        cmocka_unit_test(text_is_shown_literally_in_svg),
        cmocka_unit_test(gnuplots_own_words_become_the_error),
        cmocka_unit_test(a_dead_gnuplot_is_an_error_and_then_replaced),
        cmocka_unit_test(a_silent_gnuplot_is_stopped),
        cmocka_unit_test(long_talk_does_not_lock),
        cmocka_unit_test(a_missing_gnuplot_is_named),
        cmocka_unit_test(start_up_files_are_not_read),
        cmocka_unit_test(complaints_are_found_in_the_noise),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
