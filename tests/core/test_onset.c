/* core/features/onset against golden vectors and damaged payloads; streams cut into any blocks.
 *
 * Sources: features/onset.c base/logarithm.c
 * Golden vectors: onset.vectors
 */
#include "features/onset.h"

#define STEP(name) sl_onset##name
#include "step.h"

enum { SAMPLES = 3000, CHANNELS = 2, HOP = 50 };

/* Clicks in noise, two channels. */
static void make_stream(int16_t *integers, float *floats)
{
    int32_t ringing = 0;
    for (uint32_t i = 0; i < SAMPLES * CHANNELS; i++) {
        if (i % 1400 == 901) {
            ringing = 20000;
        }
        ringing = -ringing * 15 / 16;
        integers[i] = (int16_t)(ringing + (int32_t)(random_word() % 101) - 50);
        floats[i] = (float)integers[i] / 32768.0f;
    }
}

static void check_stream(void)
{
    static const uint32_t payload[7] = {1 | CHANNELS << 8 | 1 << 16,
                                        1 | 1 << 8 | 3 << 16 | 6 << 24,
                                        HOP | 2 << 16,
                                        0x461C4000,
                                        0x41200000,
                                        0x42700000,
                                        128};
    sl_onset onset;
    CHECK(sl_onset_open(&onset, payload, sizeof payload) == SL_OK);
    int16_t *integers = allocate(2 * SAMPLES * CHANNELS);
    float *floats = allocate(4 * SAMPLES * CHANNELS);
    make_stream(integers, floats);
    void *work = allocate_work(sl_onset_work_size(&onset));
    uint32_t whole[200];
    CHECK(sl_onset_most(&onset, SAMPLES) <= 200);
    sl_onset_prepare(&onset, work);
    uint32_t items = sl_onset_process_i16(&onset, integers, SAMPLES, whole, work);
    CHECK(items == 2 * 4);
    for (uint32_t i = 0; i < items; i += 2) { /* the sample that the click starts with, or nearly */
        uint32_t after = (whole[i] * CHANNELS + 1 + 1400 - 901) % 1400;
        CHECK(after <= 2 * CHANNELS);
        CHECK(whole[i + 1] > 10 << 16);
    }
    /* Blocks of random lengths, 0 too, of both types in turn. */
    for (uint32_t trial = 0; trial < 20; trial++) {
        sl_onset_prepare(&onset, work);
        uint32_t found = 0;
        for (uint32_t at = 0; at < SAMPLES;) {
            uint32_t count = random_word() % (trial < 10 ? 40 : 400);
            count = count < SAMPLES - at ? count : SAMPLES - at;
            uint32_t *some = allocate(4 * sl_onset_most(&onset, count));
            uint32_t n =
                (random_word() & 1) != 0
                    ? sl_onset_process_i16(&onset, integers + at * CHANNELS, count, some, work)
                    : sl_onset_process_f32(&onset, floats + at * CHANNELS, count, some, work);
            CHECK(found + n <= items && memcmp(whole + found, some, 4 * n) == 0);
            found += n;
            at += count;
            free(some);
        }
        CHECK(found == items);
        CHECK(sl_onset_missing(work) == 0);
    }
    CHECK_INSTRUCTIONS("onset, int16, 3000 samples", 1,
                       sl_onset_process_i16(&onset, integers, SAMPLES, whole, work));
    CHECK_INSTRUCTIONS("onset, float32, 3000 samples", 1,
                       sl_onset_process_f32(&onset, floats, SAMPLES, whole, work));
    free(work);
    free(floats);
    free(integers);
}

/* After NaN and infinities the next onsets are found as if there had been silence. */
static void check_recovery(void)
{
    static const uint32_t payload[7] = {1 | 1 << 8 | 1 << 16, 1 << 8 | 3 << 16, HOP, 0x461C4000,
                                        0x41200000,           0x42700000,       128};
    sl_onset onset;
    CHECK(sl_onset_open(&onset, payload, sizeof payload) == SL_OK);
    void *work = allocate_work(sl_onset_work_size(&onset));
    sl_onset_prepare(&onset, work);
    float block[HOP];
    uint32_t found[4];
    for (uint32_t frame = 0; frame < 30; frame++) {
        for (uint32_t i = 0; i < HOP; i++) {
            block[i] = frame < 20 ? sl_float_from_bits(random_word() | 0x7F800000u) : 0.0f;
        }
        if (frame == 26) {
            block[17] = 0.5f;
        }
        uint32_t items = sl_onset_process_f32(&onset, block, HOP, found, work);
        CHECK(items == (frame == 26 ? 2 : 0));
    }
    CHECK(found[0] == 26 * HOP + 17);
    CHECK(sl_onset_missing(work) == 20 * HOP);
    free(work);
}

int main(int argc, char **argv)
{
    check_step(argc, argv);
    check_stream();
    check_recovery();
    return check_summary("onset");
}
