/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "own_file.h"
#include "unit.h"

#include "base/interrupt.h"
#include "table/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void put(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static struct mien_table *read_text(const char *text, const struct mien_csv_options *options)
{
    struct mien_table *table = NULL;
    struct mien_error error;
    put(text, strlen(text));
    if (mien_csv_read(path, options, &table, &error) != MIEN_OK)
        fail_msg("%s", error.text);
    return table;
}

/* The file is refused as badly formed, and the message after the path is this. */
static void refuse_bytes(const char *bytes, size_t length, const struct mien_csv_options *options,
                         const char *message)
{
    struct mien_table *table = NULL;
    struct mien_error error;
    put(bytes, length);
    assert_int_equal(mien_csv_read(path, options, &table, &error), MIEN_ERR_FORMAT);
    assert_null(table);
    assert_memory_equal(error.text, path, strlen(path));
    assert_string_equal(error.text + strlen(path) + 2, message);
}

static void refuse(const char *text, const char *message)
{
    refuse_bytes(text, strlen(text), NULL, message);
}

static void numbers_and_text_are_told_apart(void **state)
{
    (void)state;
    struct mien_table *t =
        read_text("a,b,c,d,e,f\n1,x,NA,007,12345678901234567,0x1F\n-2.5e3,,,8,1,2\n", NULL);
    assert_int_equal(t->rows, 2);
    assert_int_equal(t->count, 6);
    assert_false(t->columns[0].is_text);
    assert_close(t->columns[0].numbers[1], -2500, 0);
    assert_string_equal(t->columns[1].texts[0], "x");
    assert_null(t->columns[1].texts[1]);
    assert_false(t->columns[2].is_text);
    assert_true(isnan(t->columns[2].numbers[0]));
    assert_string_equal(t->columns[3].texts[0], "007");
    assert_string_equal(t->columns[3].texts[1], "8");
    assert_string_equal(t->columns[4].texts[0], "12345678901234567");
    assert_true(t->columns[5].is_text);
    mien_table_free(t);
}

static void a_word_that_reads_as_infinity_makes_no_numbers(void **state)
{
    (void)state;
    struct mien_table *t = read_text("muscle,x\ninf,Inf\ninf,3\n", NULL);
    assert_string_equal(t->columns[0].texts[1], "inf");
    assert_true(isinf(t->columns[1].numbers[0]));
    mien_table_free(t);
}

static void quoted_cells_keep_what_is_in_them(void **state)
{
    (void)state;
    struct mien_table *t =
        read_text("id,note,n\n1,\"a, \"\"b\"\"\r\nsecond line\",\"5\"\n2,\"NA\",\"\"\n3, plain  ,7\n", NULL);
    assert_int_equal(t->rows, 3);
    assert_string_equal(t->columns[1].texts[0], "a, \"b\"\r\nsecond line");
    assert_string_equal(t->columns[1].texts[1], "NA");
    assert_string_equal(t->columns[1].texts[2], "plain");
    assert_close(t->columns[2].numbers[0], 5, 0);
    assert_true(isnan(t->columns[2].numbers[1]));
    assert_int_equal(t->lines[0], 2);
    assert_int_equal(t->lines[1], 4);
    mien_table_free(t);
}

static void line_ends_and_marks_of_all_systems_are_read(void **state)
{
    (void)state;
    static const char *const files[] = {"a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y\r",
                                        "\xef\xbb\xbf"
                                        "a,b\n\n1,x\n  \n2,y",
                                        " a , \"b\" \n 1 , \"x\" \n2,y\n\n\n"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct mien_table *t = read_text(files[i], NULL);
        assert_int_equal(t->rows, 2);
        assert_string_equal(t->names[0], "a");
        assert_string_equal(t->names[1], "b");
        assert_close(t->columns[0].numbers[1], 2, 0);
        assert_string_equal(t->columns[1].texts[0], "x");
        assert_ptr_equal(mien_table_column(t, "b"), &t->columns[1]);
        assert_null(mien_table_column(t, "c"));
        mien_table_free(t);
    }
}

static void options_change_the_reading(void **state)
{
    (void)state;
    static const char *const na[] = {"-99", "?", NULL}, *const texts[] = {"id", NULL};
    struct mien_csv_options options = {.separator = ';', .decimal = ',', .na = na, .texts = texts};
    struct mien_table *t = read_text("id;x;y\n1;1,5;?\n2;-99;NA\n", &options);
    assert_string_equal(t->columns[0].texts[1], "2");
    assert_close(t->columns[1].numbers[0], 1.5, 0);
    assert_true(isnan(t->columns[1].numbers[1]));
    assert_null(t->columns[2].texts[0]);
    assert_string_equal(t->columns[2].texts[1], "NA");
    mien_table_free(t);
    options = (struct mien_csv_options){.no_header = true, .separator = '\t'};
    t = read_text("1\tx\n2\t\n", &options);
    assert_int_equal(t->rows, 2);
    assert_string_equal(t->names[1], "column_2");
    assert_null(t->columns[1].texts[1]);
    mien_table_free(t);
}

static void decimal_commas_left_as_text_are_told(void **state)
{
    (void)state;
    const struct mien_csv_options options = {.separator = ';'};
    struct mien_table *t = read_text("id;dose\na;1,5\nb;2\n", &options);
    assert_true(t->columns[1].is_text);
    assert_string_equal(t->note,
                        "column \"dose\" was read as text, but looks like numbers with decimal commas: add "
                        "decimal = \",\"");
    mien_table_free(t);
}

static void bytes_that_are_no_utf8_stay(void **state)
{
    (void)state;
    struct mien_table *t = read_text("n\nM\xfcller\n", NULL);
    assert_string_equal(t->columns[0].texts[0], "M\xfcller");
    mien_table_free(t);
}

static void a_header_alone_gives_no_rows(void **state)
{
    (void)state;
    struct mien_table *t = read_text("a,,c\n", NULL);
    assert_int_equal(t->rows, 0);
    assert_string_equal(t->names[1], "column_2");
    assert_int_equal(t->columns[2].count, 0);
    mien_table_free(t);
}

static void bad_files_are_refused_with_their_line(void **state)
{
    (void)state;
    refuse("", "the file is empty; a header line was expected");
    refuse("\xef\xbb\xbf", "the file is empty; a header line was expected");
    refuse("\n \n", "the file holds only blank lines; a header line was expected");
    refuse("a,b\n1,2\n\n3\n", "line 4 has 1 cell, but the header has 2; write NA where a value is missing");
    refuse("a,b\n1,\"x\ny\"\n3,4,5\n",
           "line 4 has 3 cells, but the header has 2; put quotes around a cell that contains the separator");
    refuse("a,b,a\n1,2,3\n", "line 1: columns 1 and 3 are both named \"a\"; give each a name of its own");
    refuse(
        "a,b\n1,2\n3,\"x\n4,5\n",
        "line 3: a quote opens here and is never closed; close it, or double it if it is part of the text");
    refuse("a,b\n1,\"x\"y\n",
           "line 2: text follows a closing quote; a quote inside a quoted cell is written twice");
    refuse("a;b\n1;2\n",
           "the cells seem to be separated by semicolons; add {separator = \";\"}, and decimal = \",\" "
           "if numbers have decimal commas");
    refuse("a\tb\n1\t2\n", "the cells seem to be separated by tabs; add {separator = \"\\t\"}");
}

static void what_is_no_text_is_refused(void **state)
{
    (void)state;
    refuse_bytes("a,b\n1,2\n3,\0\n", 12, NULL, "line 3: a zero byte; the file is damaged or no text");
    refuse_bytes("\xff\xfe"
                 "a\0",
                 4, NULL, "the file is UTF-16 text; save it as UTF-8 first");
    refuse_bytes("\x1f\x8b\x08\0", 4, NULL, "the file is compressed with gzip; unpack it first (gunzip)");
    refuse_bytes("PK\x03\x04\0", 5, NULL,
                 "the file is a spreadsheet or zip archive; save the sheet as CSV (UTF-8) first");
    static const char *const texts[] = {"idd", NULL};
    const struct mien_csv_options options = {.texts = texts};
    refuse_bytes("id\n1\n", 5, &options, "no column \"idd\" to read as text");
}

static void a_missing_file_and_a_folder_are_named(void **state)
{
    (void)state;
    struct mien_table *table;
    struct mien_error error;
    assert_int_equal(mien_csv_read("/nowhere/x.csv", NULL, &table, &error), MIEN_ERR_MISSING);
    assert_string_equal(error.text, "/nowhere/x.csv: no such file");
    assert_int_equal(mien_csv_read(folder, NULL, &table, &error), MIEN_ERR_FORMAT);
}

static void reading_and_writing_stop_when_asked(void **state)
{
    (void)state;
    struct mien_table *table = NULL, *t = read_text("a\n1\n", NULL);
    struct mien_error error;
    const struct mien_column *columns[] = {t->columns};
    mien_interrupt_request();
    assert_int_equal(mien_csv_read(path, NULL, &table, &error), MIEN_ERR_CANCELLED);
    assert_int_equal(mien_csv_write(path, (const char *const *)t->names, columns, 1, NULL, &error),
                     MIEN_ERR_CANCELLED);
    mien_interrupt_clear();
    mien_table_free(t);
    t = read_text("a\n1\n", NULL);
    assert_int_equal(t->rows, 1);
    mien_table_free(t);
}

static char *contents(void)
{
    static char text[512];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void write_table(const struct mien_table *t, const struct mien_csv_options *options)
{
    struct mien_error error;
    const struct mien_column *columns[8];
    for (size_t i = 0; i < t->count; i++)
        columns[i] = &t->columns[i];
    if (mien_csv_write(path, (const char *const *)t->names, columns, t->count, options, &error) != MIEN_OK)
        fail_msg("%s", error.text);
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    static const char text[] =
        "\"a,b\",t,x\n0.1,\"say \"\"hi\"\"\",1e+300\nNA,\"NA\",-0.30000000000000004\n7,NA,NA\n"
        "123456,\"\",5\n2,\" x\",0\n1,\"two\nlines\",Inf\n";
    struct mien_table *t = read_text(text, NULL);
    write_table(t, NULL);
    assert_string_equal(contents(), text);
    const struct mien_csv_options european = {.separator = ';', .decimal = ','};
    write_table(t, &european);
    assert_string_equal(contents(),
                        "a,b;t;x\n0,1;\"say \"\"hi\"\"\";1e+300\nNA;\"NA\";-0,30000000000000004\n7;NA;NA\n"
                        "123456;\"\";5\n2;\" x\";0\n1;\"two\nlines\";Inf\n");
    mien_table_free(t);
}

static void a_failed_write_leaves_the_old_file(void **state)
{
    (void)state;
    struct mien_table *t = read_text("a\n1\n", NULL);
    struct mien_error error;
    const struct mien_column *columns[] = {t->columns};
    const char *const *names = (const char *const *)t->names;
    assert_int_equal(mien_csv_write("/nowhere/x.csv", names, columns, 1, NULL, &error), MIEN_ERR_MISSING);
    assert_string_equal(error.text, "/nowhere/x.csv: there is no folder /nowhere/; make it first");
    assert_int_equal(mien_csv_write(folder, names, columns, 1, NULL, &error), MIEN_ERR_FORMAT);
    assert_int_equal(mien_csv_write("/dev/full", names, columns, 1, NULL, &error), MIEN_ERR_IO);
    assert_string_equal(error.text, "/dev/full: the disk is full");
    assert_string_equal(contents(), "a\n1\n");
    mien_table_free(t);
}

static void a_replaced_file_keeps_its_permissions(void **state)
{
    (void)state;
    struct mien_table *t = read_text("a\n1\n", NULL);
    struct stat info;
    assert_int_equal(chmod(path, 0640), 0);
    write_table(t, NULL);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
    mien_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_text_are_told_apart),
        cmocka_unit_test(a_word_that_reads_as_infinity_makes_no_numbers),
        cmocka_unit_test(quoted_cells_keep_what_is_in_them),
        cmocka_unit_test(line_ends_and_marks_of_all_systems_are_read),
        cmocka_unit_test(options_change_the_reading),
        cmocka_unit_test(decimal_commas_left_as_text_are_told),
        cmocka_unit_test(bytes_that_are_no_utf8_stay),
        cmocka_unit_test(a_header_alone_gives_no_rows),
        cmocka_unit_test(bad_files_are_refused_with_their_line),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(a_missing_file_and_a_folder_are_named),
        cmocka_unit_test(reading_and_writing_stop_when_asked),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(a_failed_write_leaves_the_old_file),
        cmocka_unit_test(a_replaced_file_keeps_its_permissions),
    };
    return cmocka_run_group_tests_name("table_csv", tests, make_folder, remove_folder);
}
