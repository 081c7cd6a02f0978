/* FFT, windows, STFT and Goertzel against golden vectors, to the bit, streams cut in pieces.
 *
 * Sources: base/sine.c base/square_root.c dsp/fft.c dsp/fft_complex.c dsp/fft_q15.c
 * Sources: dsp/fft_q15_inverse.c dsp/window.c dsp/window_fill.c dsp/window_q15.c dsp/stft_open.c
 * Sources: dsp/stft.c dsp/stft_q15.c dsp/goertzel_open.c dsp/goertzel.c dsp/goertzel_q15.c
 *
 * Golden vectors: spectra.vectors
 */
#include "base/float32.h"
#include "check.h"
#include "dsp/fft.h"
#include "dsp/fft_q15.h"
#include "dsp/goertzel_q15.h"
#include "dsp/stft_q15.h"
#include "vectors.h"

#define MOST 2048 /* outputs of a record */

static union {
    float f32[MOST];
    int16_t i16[MOST];
    int32_t i32[MOST];
    uint32_t u32[MOST];
} out;
static uint32_t work[4096];

/* Pieces of these lengths, again and again. */
static const uint32_t pieces[] = {1, 7, 64, 0, 300};

static void run_fft(const vectors *v)
{
    uint32_t variant = v->record->variant;
    memcpy(&out, v->inputs, v->record->input_bytes);
    if (variant < 4) {
        sl_fft fft;
        CHECK(sl_fft_open(&fft, v->payload, v->record->payload_bytes) == SL_OK);
        CHECK(sl_fft_work_size(&fft) <= sizeof work);
        sl_fft_prepare(&fft, work);
        sl_fft_transform(&fft, (sl_fft_kind)variant, out.f32, work);
    } else {
        sl_fft_q15 fft;
        CHECK(sl_fft_q15_open(&fft, v->payload, v->record->payload_bytes) == SL_OK);
        CHECK(sl_fft_q15_work_size(&fft) <= sizeof work);
        sl_fft_q15_prepare(&fft, work);
        sl_fft_q15_transform(&fft, (sl_fft_kind)(variant - 4), out.i16, work);
    }
}

static void run_window(const vectors *v)
{
    sl_window window;
    CHECK(sl_window_open(&window, v->payload, v->record->payload_bytes) == SL_OK);
    if (v->record->variant == 8) {
        sl_window_fill(&window, out.f32);
    } else {
        sl_window_q15_fill(&window, out.i16);
    }
}

static uint32_t run_stft(const vectors *v, int fixed)
{
    sl_stft stft;
    uint32_t count = v->record->input_bytes / (fixed ? 2 : 4);
    uint32_t rows = 0;
    CHECK(sl_stft_open(&stft, v->payload, v->record->payload_bytes) == SL_OK);
    CHECK((fixed ? sl_stft_q15_work_size(&stft) : sl_stft_work_size(&stft)) <= sizeof work);
    if (fixed) {
        sl_stft_q15_prepare(&stft, work);
    } else {
        sl_stft_prepare(&stft, work);
    }
    for (uint32_t at = 0, i = 0; at < count; i++) {
        uint32_t taken = pieces[i % 5] < count - at ? pieces[i % 5] : count - at;
        uint32_t expected = sl_stft_rows(&stft, taken, work);
        uint32_t done = rows * stft.row;
        uint32_t more = 0;
        if (!fixed) {
            const float *in = (const void *)v->inputs;
            more = sl_stft_process(&stft, in + at, taken, out.f32 + done, work);
        } else {
            const int16_t *in = (const void *)v->inputs;
            void *to = stft.output == SL_STFT_POWER ? (void *)(out.u32 + done) : out.i16 + done;
            more = sl_stft_q15_process(&stft, in + at, taken, to, work);
        }
        CHECK(more == expected);
        rows += more;
        at += taken;
    }
    CHECK(rows * stft.row == v->record->outputs);
    return stft.output;
}

static void run_goertzel(const vectors *v, int fixed)
{
    sl_goertzel tones;
    uint32_t count = v->record->input_bytes / (fixed ? 2 : 4);
    uint32_t rows = 0;
    CHECK(sl_goertzel_open(&tones, v->payload, v->record->payload_bytes) == SL_OK);
    CHECK(sl_goertzel_q15_work_size(&tones) <= sizeof work);
    if (fixed) {
        sl_goertzel_q15_prepare(&tones, work);
    } else {
        sl_goertzel_prepare(&tones, work);
    }
    for (uint32_t at = 0, i = 0; at < count; i++) {
        uint32_t taken = pieces[i % 5] < count - at ? pieces[i % 5] : count - at;
        if (fixed) {
            const int16_t *in = (const void *)v->inputs;
            rows += sl_goertzel_q15_process(&tones, in + at, taken, out.i32, work);
        } else {
            const float *in = (const void *)v->inputs;
            rows += sl_goertzel_process(&tones, in + at, taken, out.f32, work);
        }
        at += taken;
    }
    CHECK(rows == 1);
}

static void check_record(const vectors *v)
{
    uint32_t variant = v->record->variant;
    int is_short = (variant >= 4 && variant < 8) || variant == 9;
    CHECK(v->record->outputs <= MOST && v->record->cases == 1);
    if (variant < 8) {
        run_fft(v);
    } else if (variant < 10) {
        run_window(v);
    } else if (variant < 12) {
        is_short = run_stft(v, variant == 11) != SL_STFT_POWER && variant == 11;
    } else {
        run_goertzel(v, variant == 13);
    }
    for (uint32_t i = 0; i < v->record->outputs; i++) {
        uint32_t bits = is_short ? (uint32_t)out.i16[i] : out.u32[i];
        CHECK(bits == v->bits[i]);
    }
}

static void check_open(void)
{
    sl_window window;
    uint32_t words[6] = {SL_WINDOW_VERSION | 5u << 8 | 100u << 16, 81920};
    CHECK(sl_window_open(&window, words, 8) == SL_OK);
    CHECK(sl_window_open(&window, words, 4) == SL_ERR_LENGTH);
    CHECK(sl_window_open(&window, (const char *)words + 1, 8) == SL_ERR_ALIGNMENT);
    words[1] = 81921;
    CHECK(sl_window_open(&window, words, 8) == SL_ERR_RANGE);
    words[0] = SL_WINDOW_VERSION | 6u << 8 | 100u << 16;
    CHECK(sl_window_open(&window, words, 8) == SL_ERR_LAYOUT);
    words[0] = 2;
    CHECK(sl_window_open(&window, words, 8) == SL_ERR_VERSION);
    words[0] = SL_WINDOW_VERSION;
    words[1] = 0;
    CHECK(sl_window_open(&window, words, 8) == SL_ERR_RANGE);

    sl_goertzel tones;
    words[0] = SL_GOERTZEL_VERSION | 2u << 8 | 10u << 16;
    words[1] = 2;
    words[2] = 0x80000000u;
    CHECK(sl_goertzel_open(&tones, words, 12) == SL_OK);
    CHECK(sl_goertzel_open(&tones, words, 8) == SL_ERR_LENGTH);
    CHECK(sl_goertzel_open(&tones, words, 16) == SL_ERR_LENGTH);
    CHECK(sl_goertzel_open(&tones, words, 0) == SL_ERR_LENGTH);
    CHECK(sl_goertzel_open(&tones, (const char *)words + 2, 12) == SL_ERR_ALIGNMENT);
    words[2] = 0x80000002u;
    CHECK(sl_goertzel_open(&tones, words, 12) == SL_ERR_RANGE);
    words[2] = 3;
    CHECK(sl_goertzel_open(&tones, words, 12) == SL_ERR_RANGE);
    words[0] = SL_GOERTZEL_VERSION | 2u << 8;
    CHECK(sl_goertzel_open(&tones, words, 12) == SL_ERR_RANGE);
    words[0] = SL_GOERTZEL_VERSION | 65u << 8 | 10u << 16;
    CHECK(sl_goertzel_open(&tones, words, 24) == SL_ERR_RANGE);
    words[0] = 2;
    CHECK(sl_goertzel_open(&tones, words, 12) == SL_ERR_VERSION);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        return 2;
    }
    vectors v;
    vectors_open(&v, argv[1]);
    uint32_t seen = 0;
    while (vectors_next(&v)) {
        check_record(&v);
        seen |= 1u << v.record->variant;
    }
    CHECK(seen == (1u << 14) - 1);
    vectors_close(&v);
    check_open();
    return check_summary("spectra");
}
