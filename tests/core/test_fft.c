/* core/dsp/fft against the definition, summed up in double precision.
 *
 * Sources: dsp/fft.c dsp/fft_complex.c base/sine.c
 */
#include "dsp/fft.h"

#include <math.h>
#include <stdlib.h>

#include "base/float32.h"
#include "check.h"

#define TWO_PI    6.283185307179586476925286766559
#define LONGEST   SL_FFT_LONGEST
#define TOLERANCE 2e-7 /* error / spectrum, root mean square: the header's bound */

static float x[2 * LONGEST], input[2 * LONGEST];
static double turn[LONGEST], wanted[2 * LONGEST];
static uint32_t work[6 * LONGEST / 4];

static uint32_t random_state = 2463534242u;

static float random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return (float)(int32_t)random_state * 0x1p-31f;
}

static sl_status open_length(sl_fft *fft, uint32_t n)
{
    uint32_t word = SL_FFT_VERSION | n << 16;
    sl_status status = sl_fft_open(fft, &word, sizeof word);
    if (status == SL_OK) {
        CHECK(sl_fft_work_size(fft) <= sizeof work);
        sl_fft_prepare(fft, work);
    }
    return status;
}

/* `count` bins of the transform of n complex numbers, or real ones (step 1), from the definition.
 */
static void transform(const float *signal, uint32_t n, uint32_t step, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        double re = 0, im = 0;
        for (uint32_t m = 0; m < n; m++) {
            double c = turn[(k * m + n / 4) % n], s = turn[k * m % n]; /* sines */
            double a = signal[step * m], b = step == 2 ? (double)signal[2 * m + 1] : 0.0;
            re += a * c + b * s;
            im += b * c - a * s;
        }
        wanted[2 * k] = re;
        wanted[2 * k + 1] = im;
    }
}

static double relative_error(const float *values, uint32_t count)
{
    double error = 0, power = 0;
    for (uint32_t i = 0; i < count; i++) {
        error += (values[i] - wanted[i]) * (values[i] - wanted[i]);
        power += wanted[i] * wanted[i];
    }
    return sqrt(error / power);
}

static void fill(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        input[i] = random_number();
        x[i] = input[i];
    }
}

static double check_length(uint32_t n)
{
    sl_fft fft;
    CHECK(open_length(&fft, n) == SL_OK);
    for (uint32_t i = 0; i < n; i++) {
        turn[i] = sin(TWO_PI * i / n);
    }
    fill(2 * n);
    transform(input, n, 2, n);
    sl_fft_complex(&fft, x, work);
    double worst = relative_error(x, 2 * n);
    sl_fft_complex_inverse(&fft, x, work);
    for (uint32_t i = 0; i < 2 * n; i++) {
        wanted[i] = input[i];
    }
    CHECK(relative_error(x, 2 * n) < 2 * TOLERANCE);

    fill(n);
    transform(input, n, 1, n / 2 + 1);
    wanted[1] = wanted[n];
    sl_fft_real(&fft, x, work);
    double error = relative_error(x, n);
    worst = error > worst ? error : worst;
    sl_fft_real_inverse(&fft, x, work);
    for (uint32_t i = 0; i < n; i++) {
        wanted[i] = input[i];
    }
    CHECK(relative_error(x, n) < 2 * TOLERANCE);
    CHECK(worst < TOLERANCE);
    return worst;
}

static void check_open(void)
{
    sl_fft fft;
    uint32_t words[2] = {SL_FFT_VERSION | 256u << 16, 0};
    CHECK(sl_fft_open(&fft, words, 4) == SL_OK);
    CHECK(fft.n == 256 && sl_fft_work_size(&fft) == 1536);
    CHECK(sl_fft_open(&fft, words, 8) == SL_ERR_LENGTH);
    CHECK(sl_fft_open(&fft, words, 3) == SL_ERR_LENGTH);
    CHECK(sl_fft_open(&fft, (const char *)words + 2, 4) == SL_ERR_ALIGNMENT);
    words[0] += 1;
    CHECK(sl_fft_open(&fft, words, 4) == SL_ERR_VERSION);
    words[0] += 0x100 - 1;
    CHECK(sl_fft_open(&fft, words, 4) == SL_ERR_VERSION);
    static const uint32_t refused[] = {0, 1, 2, 8, 15, 17, 48, 4095, 8192, 32768, 65535};
    for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
        CHECK(open_length(&fft, refused[i]) == SL_ERR_RANGE);
    }
}

/* NaN come out as the one NaN, infinities and sums that overflow do no harm, and leave no trace. */
static void check_not_finite(void)
{
    static const float values[] = {INFINITY, -INFINITY, NAN, 3e38f, -3e38f};
    sl_fft fft;
    CHECK(open_length(&fft, 64) == SL_OK);
    for (unsigned v = 0; v < 5; v++) {
        for (uint32_t i = 0; i < 128; i++) {
            int nans = 0;
            fill(128);
            x[i] = values[v];
            x[i ^ 5] = -values[v];
            sl_fft_complex(&fft, x, work);
            for (uint32_t k = 0; k < 128; k++) {
                CHECK(!sl_is_nan(x[k]) || sl_float_bits(x[k]) == SL_NAN_BITS);
                nans += sl_is_nan(x[k]);
            }
            CHECK(v != 2 || nans == 128);
            fill(128);
            x[i % 64] = values[v];
            x[(i % 64) ^ 5] = -values[v];
            sl_fft_real(&fft, x, work);
            nans = 0;
            for (uint32_t k = 0; k < 64; k++) {
                CHECK(!sl_is_nan(x[k]) || sl_float_bits(x[k]) == SL_NAN_BITS);
                nans += sl_is_nan(x[k]);
            }
            CHECK(v != 2 || nans == 64);
        }
    }
}

int main(void)
{
    check_open();
#ifdef CHECK_BARE_METAL
    uint32_t longest = 256;
#else
    uint32_t longest = LONGEST;
#endif
    for (uint32_t n = SL_FFT_SHORTEST; n <= longest; n *= 2) {
        double error = check_length(n);
        printf("%lu: relative error %.2g\n", (unsigned long)n, error);
    }
    check_not_finite();
    for (uint32_t n = 256; n <= 1024; n *= 2) {
        sl_fft fft;
        CHECK(open_length(&fft, n) == SL_OK);
        fill(2 * n);
        printf("%lu: ", (unsigned long)n);
        CHECK_INSTRUCTIONS("real", 4, sl_fft_real(&fft, x, work));
        fill(2 * n);
        CHECK_INSTRUCTIONS("complex", 4, sl_fft_complex(&fft, x, work));
    }
    return check_summary("fft");
}
