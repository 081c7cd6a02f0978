/* core/dsp/sliding_window: whole windows, however the stream is cut into blocks.
 *
 * Sources: dsp/sliding_window.c file/sense.c base/crc32.c
 * Golden vectors: sense.vectors
 */
#include "dsp/sliding_window.h"

#include "check.h"
#include "vectors.h"

static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        printf("no memory\n");
        exit(2);
    }
    return memory;
}

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state % below;
}

/* Push a block as the header says; every full window must be the expected one. Returns how many
 * windows were full. */
static uint32_t push_block(sl_sliding_window *w, const void *block, int is_i16, uint32_t count,
                           float *window, const uint32_t *expected)
{
    uint32_t start = 0, windows = 0;
    size_t values = w->window * w->channels;
    while (start < count) {
        start += is_i16 ? sl_sliding_window_push_i16(w, block, start, count, window)
                        : sl_sliding_window_push_f32(w, block, start, count, window);
        if (sl_sliding_window_is_full(w)) {
            CHECK(memcmp(window, expected + windows * values, 4 * values) == 0);
            windows++;
            sl_sliding_window_advance(w, window);
        }
    }
    return windows;
}

static void check_cuts(const vectors *v, uint32_t longest, int is_i16)
{
    sl_sliding_window w;
    CHECK(sl_sliding_window_open(&w, v->payload, v->record->payload_bytes) == SL_OK);
    uint32_t values = w.window * w.channels;
    uint32_t n_samples = v->record->input_bytes / 4 / w.channels;
    uint32_t n_windows = v->record->outputs / values;
    const float *floats = (const void *)v->inputs;
    float *window = allocate(4 * values);
    uint32_t *expected = allocate(4 * n_windows * values);
    int16_t *integers = allocate(2 * n_samples * w.channels);
    memcpy(expected, v->bits, 4 * n_windows * values);
    if (is_i16) { /* the same samples in thousandths */
        float scale;
        memcpy(&scale, &w.scale_bits, 4);
        for (uint32_t i = 0; i < n_samples * w.channels; i++) {
            integers[i] = (int16_t)(floats[i] * 1000);
        }
        for (uint32_t i = 0; i < n_windows; i++) {
            for (uint32_t k = 0; k < values; k++) {
                float value = (float)integers[i * w.hop * w.channels + k] * scale;
                memcpy(&expected[i * values + k], &value, 4);
            }
        }
    }
    uint32_t done = 0, windows = 0;
    while (done < n_samples) {
        uint32_t count = 1 + random_below(longest);
        count = count < n_samples - done ? count : n_samples - done;
        /* A block of exactly this length, so that a sanitizer sees any step outside. */
        size_t bytes = (size_t)count * w.channels * (is_i16 ? 2 : 4);
        void *block = allocate(bytes);
        size_t at = (size_t)done * w.channels;
        memcpy(block, is_i16 ? (const void *)(integers + at) : (const void *)(floats + at), bytes);
        windows += push_block(&w, block, is_i16, count, window, expected + windows * values);
        free(block);
        done += count;
    }
    CHECK(windows == n_windows);
    free(integers);
    free(expected);
    free(window);
}

static void check_corners(const vectors *v)
{
    sl_sliding_window w;
    CHECK(sl_sliding_window_open(&w, v->payload, v->record->payload_bytes - 4) == SL_ERR_LENGTH);
    CHECK(sl_sliding_window_open(&w, v->payload, v->record->payload_bytes) == SL_OK);
    float *window = allocate(4 * w.window * w.channels);
    const float *floats = (const void *)v->inputs;
    CHECK(sl_sliding_window_push_f32(&w, floats, 5, 5, window) == 0);
    CHECK(sl_sliding_window_push_f32(&w, floats, 0xFFFFFFFFu, 5, window) == 0);
    CHECK(sl_sliding_window_push_f32(&w, floats, 0, 1, window) == 1);
    sl_sliding_window_advance(&w, window); /* not full: nothing happens */
    CHECK(w.filled == 1);
    sl_sliding_window_clear(&w);
    CHECK(sl_sliding_window_push_f32(&w, floats, 0, 40, window) == w.window);
    CHECK(sl_sliding_window_is_full(&w));
    CHECK(sl_sliding_window_push_f32(&w, floats, w.window, 40, window) == 0); /* no room */
    free(window);
}

/* Scaling: every NaN becomes the one NaN; denormals and infinities as IEEE-754 has them. */
static void check_special_values(void)
{
    static const uint32_t in[] = {0x7F800001u, 0xFFC12345u, 0x7F800000u,
                                  0xFF800000u, 1u,          0x80000001u};
    static const uint32_t half[] = {0x7FC00000u, 0x7FC00000u, 0x7F800000u,
                                    0xFF800000u, 0,           0x80000000u};
    uint32_t out[6];
    sl_sliding_window w = {6, 1, 1, 0, 0x3F000000u};
    CHECK(sl_sliding_window_push_f32(&w, (const float *)(const void *)in, 0, 6,
                                     (float *)(void *)out) == 6);
    CHECK(memcmp(out, half, sizeof half) == 0);
    static const int16_t extremes[] = {-32768, 32767};
    sl_sliding_window integers = {2, 1, 1, 0, 0x3F800000u};
    CHECK(sl_sliding_window_push_i16(&integers, extremes, 0, 2, (float *)(void *)out) == 2);
    CHECK(out[0] == 0xC7000000u && out[1] == 0x46FFFE00u);
}

int main(int argc, char **argv)
{
    vectors v;
    vectors_open(&v, argc > 1 ? argv[1] : "tests/golden/sense.vectors");
    uint32_t streams = 0;
    while (vectors_next(&v)) {
        if (v.record->variant == 1) {
            streams++;
            for (uint32_t longest = 1; longest <= 40; longest++) {
                check_cuts(&v, longest, 0);
                check_cuts(&v, longest, 1);
            }
            check_corners(&v);
        }
    }
    vectors_close(&v);
    CHECK(streams == 3);
    check_special_values();
    return check_summary("sliding_window");
}
