#include "dsp/window.h"

#include "base/sine.h"

#define WINDOW_ONE (1 << 30)

sl_status sl_window_open(sl_window *window, const void *payload, size_t length)
{
    const uint32_t *words = payload;
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length != 8) {
        return SL_ERR_LENGTH;
    }
    if ((words[0] & 0xFFu) != SL_WINDOW_VERSION) {
        return SL_ERR_VERSION;
    }
    window->kind = words[0] >> 8 & 0x7F;
    window->n = words[0] >> 16;
    window->period = window->n - (words[0] >> 15 & 1);
    window->beta = words[1];
    if (window->kind >= SL_WINDOW_KINDS) {
        return SL_ERR_LAYOUT;
    }
    if (window->n == 0 || window->beta > SL_WINDOW_LARGEST_BETA ||
        (window->beta != 0 && window->kind != SL_WINDOW_KAISER)) {
        return SL_ERR_RANGE;
    }
    return SL_OK;
}

/* numerator / denominator in 2^-32, rounded down; less than 1; denominator < 2^63. */
static __attribute__((noinline)) uint32_t fraction(uint64_t numerator, uint64_t denominator)
{
    uint32_t quotient = 0;
    for (uint32_t i = 0; i < 32; i++) {
        numerator <<= 1;
        quotient <<= 1;
        if (numerator >= denominator) {
            numerator -= denominator;
            quotient++;
        }
    }
    return quotient;
}

/* Weights of the cosines in 2^-30, rounded so that their sum is that of the decimal fractions. */
static int32_t cosine_sum(uint32_t kind, uint32_t phase)
{
    static const int32_t weights[SL_WINDOW_KINDS][5] = {
        [SL_WINDOW_RECTANGULAR] = {WINDOW_ONE},
        [SL_WINDOW_HANN] = {536870912, -536870912},
        [SL_WINDOW_HAMMING] = {579820585, -493921239},
        [SL_WINDOW_BLACKMAN] = {450971566, -536870912, 85899346},
        [SL_WINDOW_FLAT_TOP] = {231476135, -447354752, 297709049, -89742211, 7459680},
    };
    int64_t sum = (int64_t)weights[kind][0] << 30;
    for (uint32_t i = 1; i < 5; i++) {
        sum += (int64_t)weights[kind][i] * sl_cosine(i * phase);
    }
    return (int32_t)((sum + WINDOW_ONE / 2) >> 30);
}

/* The Bessel function I0 of 2 sqrt(y): sum of y^k / k!^2; y in 2^-25, 0 ... 100; result in 2^-30,
 * below 2^56. */
static uint64_t bessel(uint32_t y)
{
    uint64_t term = WINDOW_ONE;
    uint64_t sum = 0;
    for (uint32_t k = 1; term != 0; k++) {
        sum += term;
        term = ((term >> 32) * y << 7) + ((term & UINT32_MAX) * y >> 25);
        /* Divided by k^2 < 2^16, 16 bits at a time: a 64-bit division would need a helper. */
        uint64_t quotient = 0;
        uint32_t rest = 0;
        for (uint32_t i = 0; i < 4; i++) {
            uint32_t digits = rest << 16 | (uint32_t)(term >> 48);
            term <<= 16;
            quotient = quotient << 16 | digits / (k * k);
            rest = digits % (k * k);
        }
        term = quotient;
    }
    return sum;
}

int32_t sl_window_value(const sl_window *window, uint32_t i)
{
    uint32_t period = window->period;
    i = i > period / 2 ? period - i : i; /* the two halves mirror each other */
    if (period == 0 || window->n == 1) {
        return WINDOW_ONE;
    }
    if (window->kind != SL_WINDOW_KAISER) {
        return cosine_sum(window->kind, fraction(i, period));
    }
    /* beta^2 / 4 in 2^-25, and the part 1 - (2 i / M - 1)^2 = 4 i / M (1 - i / M) of it. */
    uint32_t full = (uint32_t)(((uint64_t)window->beta * window->beta) << 1 >> 2);
    uint64_t part = 4 * (uint64_t)i * (period - i);
    uint64_t whole = (uint64_t)period * period;
    if (part >= whole) {
        return WINDOW_ONE;
    }
    uint32_t y = (uint32_t)(((uint64_t)full * fraction(part, whole) + (1u << 31)) >> 32);
    uint64_t above = bessel(y);
    uint64_t below = bessel(full);
    return above >= below ? WINDOW_ONE : (int32_t)((fraction(above, below) >> 1) + 1) >> 1;
}
