/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "table/number.h"

#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    LONGEST_NUMBER = 400 /* Characters; a longer cell is text. */
};

/* A decimal number taken apart: mantissa * 10^exponent, exact only while no digit was dropped. */
struct parts {
    uint64_t mantissa;
    int exponent;
    int digits; /* All digits seen, before and after the decimal sign. */
    bool exact, negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *read_digits(const char *at, const char *end, struct parts *parts, int exponent_step)
{
    for (; at < end && is_digit(*at); at++) {
        parts->digits++;
        if (parts->mantissa > (UINT64_MAX - 9) / 10) {
            parts->exact = false;
            continue;
        }
        parts->mantissa = parts->mantissa * 10 + (uint64_t)(*at - '0');
        parts->exponent += exponent_step;
    }
    return at;
}

/* NULL if the exponent has no digits; a huge exponent is left to strtod. */
static const char *read_exponent(const char *at, const char *end, struct parts *parts)
{
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at >= end || !is_digit(*at))
        return NULL;
    int exponent = 0;
    for (; at < end && is_digit(*at); at++)
        if (exponent < 100000)
            exponent = exponent * 10 + (*at - '0');
    parts->exponent += negative ? -exponent : exponent;
    return at;
}

/* False if the bytes are no decimal number. */
static bool take_apart(const char *at, const char *end, char decimal, struct parts *parts)
{
    *parts = (struct parts){.exact = true};
    if (at < end && (*at == '-' || *at == '+'))
        parts->negative = *at++ == '-';
    at = read_digits(at, end, parts, 0);
    if (at < end && *at == decimal)
        at = read_digits(at + 1, end, parts, -1);
    if (parts->digits == 0)
        return false;
    if (at < end && (*at == 'e' || *at == 'E'))
        at = read_exponent(at + 1, end, parts);
    return at == end;
}

static double read_in_c_locale(const char *text)
{
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double value = c ? strtod_l(text, NULL, c) : strtod(text, NULL);
    if (c)
        freelocale(c);
    return value;
}

static bool read_infinity(const char *bytes, size_t length, double *value)
{
    bool negative = length && bytes[0] == '-';
    if (length && (bytes[0] == '-' || bytes[0] == '+')) {
        bytes++;
        length--;
    }
    if (!(length == 3 && strncasecmp(bytes, "inf", 3) == 0) &&
        !(length == 8 && strncasecmp(bytes, "infinity", 8) == 0))
        return false;
    *value = negative ? -INFINITY : INFINITY;
    return true;
}

bool mien_number_read(const char *bytes, size_t length, char decimal, double *value)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    struct parts parts;
    if (length == 0 || length > LONGEST_NUMBER)
        return false;
    if (!take_apart(bytes, bytes + length, decimal, &parts))
        return read_infinity(bytes, length, value);
    /* Both factors are exact doubles here, so the one rounding is the right one. */
    if (parts.exact && parts.mantissa <= (UINT64_C(1) << 53) && parts.exponent >= -22 &&
        parts.exponent <= 22) {
        double mantissa = (double)parts.mantissa;
        double size =
            parts.exponent < 0 ? mantissa / powers[-parts.exponent] : mantissa * powers[parts.exponent];
        *value = parts.negative ? -size : size;
        return true;
    }
    char copy[LONGEST_NUMBER + 1];
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    char *sign = strchr(copy, decimal);
    if (sign)
        *sign = '.';
    *value = read_in_c_locale(copy);
    return true;
}

bool mien_number_is_label(const char *bytes, size_t length)
{
    if (length && (bytes[0] == '-' || bytes[0] == '+')) {
        bytes++;
        length--;
    }
    if (length >= 2 && bytes[0] == '0' && is_digit(bytes[1]))
        return true;
    if (length <= 15 || length > LONGEST_NUMBER)
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_digit(bytes[i]))
            return false;
    char copy[LONGEST_NUMBER + 1], again[LONGEST_NUMBER + 1];
    memcpy(copy, bytes, length);
    copy[length] = '\0';
    snprintf(again, sizeof again, "%.0f", read_in_c_locale(copy));
    return strcmp(copy, again) != 0;
}

size_t mien_number_write(char out[MIEN_NUMBER_SIZE], double value)
{
    if (isnan(value))
        return (size_t)snprintf(out, MIEN_NUMBER_SIZE, "NA");
    if (isinf(value))
        return (size_t)snprintf(out, MIEN_NUMBER_SIZE, value < 0 ? "-Inf" : "Inf");
    if (value == floor(value) && fabs(value) < 1e15)
        return (size_t)snprintf(out, MIEN_NUMBER_SIZE, "%.0f", value);
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = c ? uselocale(c) : (locale_t)0;
    int length = 0;
    /* Seventeen digits always read back, so only fewer are tried out. */
    for (int digits = 15; digits <= 17; digits++) {
        double again;
        length = snprintf(out, MIEN_NUMBER_SIZE, "%.*g", digits, value);
        if (digits == 17 || (mien_number_read(out, (size_t)length, '.', &again) && again == value))
            break;
    }
    if (c) {
        uselocale(before);
        freelocale(c);
    }
    return (size_t)length;
}
