/* core/dsp/fft_q15 against the definition, summed up in double precision.
 *
 * Sources: dsp/fft_q15.c dsp/fft_q15_inverse.c base/sine.c
 */
#include "dsp/fft_q15.h"

#include <math.h>
#include <stdlib.h>

#include "check.h"

#define TWO_PI  6.283185307179586476925286766559
#define LONGEST SL_FFT_Q15_LONGEST

static int16_t x[2 * LONGEST], input[2 * LONGEST];
static double turn[LONGEST], wanted[2 * LONGEST];
static uint32_t work[3 * LONGEST / 4];

static uint32_t random_state = 2463534242u;

static int16_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return (int16_t)(random_state >> 16);
}

static sl_status open_length(sl_fft_q15 *fft, uint32_t n)
{
    uint32_t word = SL_FFT_Q15_VERSION | n << 16;
    sl_status status = sl_fft_q15_open(fft, &word, sizeof word);
    if (status == SL_OK) {
        CHECK(sl_fft_q15_work_size(fft) <= sizeof work);
        sl_fft_q15_prepare(fft, work);
    }
    return status;
}

/* `count` bins of the transform of n complex numbers, or real ones (step 1), from the definition.
 */
static void transform(uint32_t n, uint32_t step, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        double re = 0, im = 0;
        for (uint32_t m = 0; m < n; m++) {
            double c = turn[(k * m + n / 4) % n], s = turn[k * m % n]; /* sines */
            double a = input[step * m], b = step == 2 ? (double)input[2 * m + 1] : 0.0;
            re += a * c + b * s;
            im += b * c - a * s;
        }
        wanted[2 * k] = re / (step * n);
        wanted[2 * k + 1] = im / (step * n);
    }
}

static void want_input(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        wanted[i] = input[i];
    }
}

/* Decibels; and the largest single error. */
static double signal_to_noise(uint32_t count, double *largest)
{
    double noise = 1e-9, power = 0;
    *largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        double error = fabs(x[i] - wanted[i]);
        noise += error * error;
        power += wanted[i] * wanted[i];
        *largest = error > *largest ? error : *largest;
    }
    return 10 * log10(power / noise);
}

static void use(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        x[i] = input[i];
    }
}

/* Noise of full scale: its n bins are sqrt(2^30 / 6n) units, the error of rounding them alone is
 * sqrt(1/12): 10 log10(2^31 / n) dB, 69 dB at n = 256. The passes may cost 5 dB, and there
 * and back 8 dB. The complex
 * transform's bins are smaller by sqrt(1/2). */
static void check_length(uint32_t n)
{
    sl_fft_q15 fft;
    double largest;
    CHECK(open_length(&fft, n) == SL_OK);
    for (uint32_t i = 0; i < n; i++) {
        turn[i] = sin(TWO_PI * i / n);
    }
    for (uint32_t i = 0; i < 2 * n; i++) {
        input[i] = random_number();
    }
    double ideal = 10 * log10(2147483648.0 / n);
    transform(n, 1, n / 2 + 1);
    wanted[1] = wanted[n];
    use(n);
    sl_fft_q15_real(&fft, x, work);
    double ratio = signal_to_noise(n, &largest);
    CHECK(ratio > ideal - 5.0 && largest < 4.0);
    printf("%lu: real %.1f dB", (unsigned long)n, ratio);
    sl_fft_q15_real_inverse(&fft, x, work);
    want_input(n);
    CHECK(signal_to_noise(n, &largest) > ideal - 8.0);

    transform(n, 2, n);
    use(2 * n);
    sl_fft_q15_complex(&fft, x, work);
    ratio = signal_to_noise(2 * n, &largest);
    CHECK(ratio > ideal - 8.0 && largest < 4.0);
    printf(", complex %.1f dB\n", ratio);
    sl_fft_q15_complex_inverse(&fft, x, work);
    want_input(2 * n);
    CHECK(signal_to_noise(2 * n, &largest) > ideal - 8.0);
}

/* Nothing overflows at full scale: constants, alternating signs, and squares of every frequency. */
static void check_full_scale(uint32_t n)
{
    sl_fft_q15 fft;
    double largest;
    CHECK(open_length(&fft, n) == SL_OK);
    for (uint32_t i = 0; i < n; i++) {
        turn[i] = sin(TWO_PI * i / n);
    }
    for (uint32_t frequency = 0; frequency <= n / 2; frequency += 1 + n / 32) {
        for (uint32_t i = 0; i < 2 * n; i++) {
            uint32_t phase = (frequency * i + n / 8) % n;
            input[i] = phase < n / 2 ? INT16_MAX : INT16_MIN;
        }
        transform(n, 1, n / 2 + 1);
        wanted[1] = wanted[n];
        use(n);
        sl_fft_q15_real(&fft, x, work);
        (void)signal_to_noise(n, &largest);
        CHECK(largest < 4.0);
        transform(n, 2, n);
        use(2 * n);
        sl_fft_q15_complex(&fft, x, work);
        (void)signal_to_noise(2 * n, &largest);
        CHECK(largest < 4.0);
    }
    /* Spectra of nothing that int16 can hold: the inverse keeps its sign. */
    for (uint32_t i = 0; i < 2 * n; i++) {
        x[i] = INT16_MAX;
    }
    sl_fft_q15_complex_inverse(&fft, x, work);
    CHECK(x[0] == INT16_MAX && x[1] == INT16_MAX);
    for (uint32_t i = 0; i < 2 * n; i++) {
        x[i] = INT16_MIN;
    }
    sl_fft_q15_real_inverse(&fft, x, work);
    CHECK(x[0] == INT16_MIN);
}

static void check_open(void)
{
    sl_fft_q15 fft;
    uint32_t words[2] = {SL_FFT_Q15_VERSION | 256u << 16, 0};
    CHECK(sl_fft_q15_open(&fft, words, 4) == SL_OK);
    CHECK(fft.n == 256 && sl_fft_q15_work_size(&fft) == 768);
    CHECK(sl_fft_q15_open(&fft, words, 8) == SL_ERR_LENGTH);
    CHECK(sl_fft_q15_open(&fft, words, 3) == SL_ERR_LENGTH);
    CHECK(sl_fft_q15_open(&fft, (const char *)words + 2, 4) == SL_ERR_ALIGNMENT);
    words[0] += 1;
    CHECK(sl_fft_q15_open(&fft, words, 4) == SL_ERR_VERSION);
    words[0] += 0x100 - 1;
    CHECK(sl_fft_q15_open(&fft, words, 4) == SL_ERR_VERSION);
    static const uint32_t refused[] = {0, 1, 2, 8, 15, 17, 48, 4095, 8192, 32768, 65535};
    for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
        CHECK(open_length(&fft, refused[i]) == SL_ERR_RANGE);
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
    for (uint32_t n = SL_FFT_Q15_SHORTEST; n <= longest; n *= 2) {
        check_length(n);
    }
    check_full_scale(16);
    check_full_scale(64);
    check_full_scale(128);
    for (uint32_t n = 256; n <= 1024; n *= 2) {
        sl_fft_q15 fft;
        CHECK(open_length(&fft, n) == SL_OK);
        printf("%lu: ", (unsigned long)n);
        CHECK_INSTRUCTIONS("real", 4, sl_fft_q15_real(&fft, x, work));
        CHECK_INSTRUCTIONS("complex", 4, sl_fft_q15_complex(&fft, x, work));
    }
    return check_summary("fft_q15");
}
