/* Sound level meter and band filters: golden vectors in pieces of any size, hostile payloads, NaN.
 *
 * Sources: dsp/level.c dsp/level_q31.c dsp/level_f32.c dsp/bands.c base/logarithm.c
 * Sources: dsp/bands_q31.c dsp/bands_f32.c
 * Golden vectors: level.vectors
 */
#include "dsp/bands_f32.h"
#include "dsp/bands_q31.h"
#include "dsp/level_f32.h"
#include "dsp/level_q31.h"

#include "base/float32.h"
#include "check.h"
#include "vectors.h"

enum {
    Q31_I16 = 0,
    Q31_I32 = 1,
    F32_F32 = 2,
    F32_I16 = 3,
    BANDS_Q31_I16 = 4,
    BANDS_Q31_I32 = 5,
    BANDS_F32_F32 = 6,
};

/* Exactly as large as asked for, so that a sanitizer sees any step outside. */
static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        printf("no memory\n");
        exit(2);
    }
    return memory;
}

static void *copy_of(const void *data, size_t bytes)
{
    return bytes == 0 ? allocate(0) : memcpy(allocate(bytes), data, bytes);
}

static int is_within(float output, double value, double tolerance)
{
    double difference = (double)output - value;
    if (value != value) {
        return sl_float_bits(output) == SL_NAN_BITS;
    }
    return (double)output == value || (difference <= tolerance && -difference <= tolerance);
}

static size_t item_size(uint32_t variant)
{
    return variant == Q31_I16 || variant == F32_I16 || variant == BANDS_Q31_I16 ? 2 : 4;
}

/* Either of them. */
typedef struct instrument {
    uint32_t variant;
    sl_level level;
    sl_bands bands;
} instrument;

static sl_status open_as(instrument *i, uint32_t variant, const void *payload, size_t length)
{
    i->variant = variant;
    return variant < BANDS_Q31_I16 ? sl_level_open(&i->level, payload, length)
                                   : sl_bands_open(&i->bands, payload, length);
}

static void *prepared(const instrument *i)
{
    void *work;
    switch (i->variant) {
    case Q31_I16:
    case Q31_I32:
        work = allocate(sl_level_q31_work_size(&i->level));
        sl_level_q31_prepare(&i->level, work);
        return work;
    case F32_F32:
    case F32_I16:
        work = allocate(sl_level_f32_work_size(&i->level));
        sl_level_f32_prepare(&i->level, work);
        return work;
    case BANDS_Q31_I16:
    case BANDS_Q31_I32:
        work = allocate(sl_bands_q31_work_size(&i->bands));
        sl_bands_q31_prepare(&i->bands, work);
        return work;
    default:
        work = allocate(sl_bands_f32_work_size(&i->bands));
        sl_bands_f32_prepare(&i->bands, work);
        return work;
    }
}

static int32_t push(const instrument *i, const void *in, uint32_t count, void *work)
{
    switch (i->variant) {
    case Q31_I16:
        return sl_level_q31_process_i16(&i->level, in, count, work);
    case Q31_I32:
        return sl_level_q31_process_i32(&i->level, in, count, work);
    case F32_F32:
        return sl_level_f32_process_f32(&i->level, in, count, work);
    case F32_I16:
        return sl_level_f32_process_i16(&i->level, in, count, work);
    case BANDS_Q31_I16:
        return sl_bands_q31_process_i16(&i->bands, in, count, work);
    case BANDS_Q31_I32:
        return sl_bands_q31_process_i32(&i->bands, in, count, work);
    default:
        return sl_bands_f32_process_f32(&i->bands, in, count, work);
    }
}

static void check_stream(const vectors *v, const instrument *i, uint32_t piece)
{
    uint32_t count = v->record->input_bytes / (uint32_t)item_size(i->variant);
    void *work = prepared(i);
    for (uint32_t done = 0; done < count;) {
        uint32_t n = count - done < piece ? count - done : piece;
        const char *from = v->inputs + done * item_size(i->variant);
        void *in = copy_of(from, n * item_size(i->variant));
        CHECK(push(i, in, 0, work) == 0);
        CHECK(push(i, in, n, work) >= 0);
        free(in);
        done += n;
    }
    uint32_t outputs = v->record->outputs;
    float *out = allocate(4 * outputs);
    if (i->variant < BANDS_Q31_I16) {
        CHECK(outputs == SL_LEVEL_RESULTS + 1);
        outputs--;
        CHECK(sl_level_read(&i->level, work, out) == SL_OK);
        CHECK(sl_level_flags(&i->level, work) == v->bits[outputs]);
    } else {
        CHECK(outputs == i->bands.outputs);
        CHECK(sl_bands_read(&i->bands, work, 0, out) == SL_OK);
    }
    for (uint32_t k = 0; k < outputs; k++) {
        CHECK(sl_float_bits(out[k]) == v->bits[k]);
        CHECK(is_within(out[k], v->values[k], v->tolerances[k]));
    }
    free(out);
    free(work);
}

static uint32_t random_state = 1;

static uint32_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/* Whatever a payload holds: it is refused, or samples of any value do no harm. */
static void check_damage(const vectors *v, uint32_t times)
{
    uint32_t bytes = v->record->payload_bytes;
    uint32_t *payload = copy_of(v->payload, bytes);
    static int32_t noise[600];
    for (uint32_t k = 0; k < 600; k++) {
        noise[k] = (int32_t)(k < 300 ? random_word() : 0x7FFFFFFFu);
    }
    for (uint32_t t = 0; t < times; t++) {
        uint32_t at = random_word() % (bytes / 4);
        uint32_t before = payload[at];
        payload[at] ^= 1u << random_word() % 32;
        instrument i;
        if (open_as(&i, v->record->variant, payload, bytes) == SL_OK &&
            v->record->variant != Q31_I16 && v->record->variant != BANDS_Q31_I16) {
            void *work = prepared(&i);
            float out[SL_BANDS_MAX];
            push(&i, noise, 600, work);
            if (i.variant < BANDS_Q31_I16) {
                CHECK(sl_level_read(&i.level, work, out) == SL_OK);
            } else {
                CHECK(sl_bands_read(&i.bands, work, 0, out) == SL_OK);
            }
            free(work);
        }
        payload[at] = before;
    }
    free(payload);
}

static void check_record(const vectors *v)
{
    const vectors_record *record = v->record;
    unsigned long failed = check_failed;
    void *payload = copy_of(v->payload, record->payload_bytes);
    instrument i;
    sl_status status = open_as(&i, record->variant, payload, record->payload_bytes);
    CHECK(status == record->status);
    if (status == SL_OK && record->cases != 0) {
        uint32_t count = record->input_bytes / (uint32_t)item_size(record->variant);
        check_stream(v, &i, count);
        check_stream(v, &i, 1 + random_word() % 700);
        check_stream(v, &i, 17);
    }
    free(payload);
    if (check_failed != failed) {
        printf("  in record \"%.32s\"\n", record->name);
    }
}

/* NaN and infinities count as 0, are told of, and leave nothing behind. */
static void check_not_finite(const vectors *v)
{
    instrument i;
    CHECK(open_as(&i, v->record->variant, v->payload, v->record->payload_bytes) == SL_OK);
    static float in[4410];
    void *work = prepared(&i);
    float out[SL_LEVEL_RESULTS];
    for (uint32_t k = 0; k < 4410; k++) {
        in[k] = k % 7 == 3 ? sl_nan() : sl_float_from_bits(k % 7 == 4 ? 0xFF800000u : 0x7F000000u);
    }
    push(&i, in, 4410, work);
    CHECK((sl_level_flags(&i.level, work) & SL_LEVEL_INVALID) != 0);
    sl_level_read(&i.level, work, out);
    CHECK(sl_is_finite(out[SL_LEVEL_F]) && out[SL_LEVEL_F] < 0.0f);
    for (uint32_t k = 0; k < 4410; k++) {
        in[k] = k % 40 < 20 ? 0.5f : -0.5f;
    }
    for (uint32_t k = 0; k < 10; k++) {
        push(&i, in, 4410, work);
    }
    sl_level_read(&i.level, work, out);
    CHECK(out[SL_LEVEL_F] > 100.0f && out[SL_LEVEL_F] < 120.0f);
    sl_level_restart(&i.level, work);
    CHECK(sl_level_flags(&i.level, work) == 0);
    free(work);
}

/* The wrong type of samples, calibration without and with a measurement. */
static void check_use(const vectors *v)
{
    instrument i;
    CHECK(open_as(&i, v->record->variant, v->payload, v->record->payload_bytes) == SL_OK);
    void *work = prepared(&i);
    int32_t wide[2] = {0, 0};
    CHECK(sl_level_q31_process_i32(&i.level, wide, 2, work) == SL_ERR_TYPE);
    CHECK(sl_level_calibrate(&i.level, work, 94.0f) == SL_ERR_VALUE);
    push(&i, v->inputs, v->record->input_bytes / 2, work);
    float out[SL_LEVEL_RESULTS];
    CHECK(sl_level_calibrate(&i.level, work, sl_nan()) == SL_ERR_VALUE);
    CHECK(sl_level_calibrate(&i.level, work, 1e30f) == SL_ERR_VALUE);
    CHECK(sl_level_calibrate(&i.level, work, 94.0f) == SL_OK);
    sl_level_read(&i.level, work, out);
    CHECK(is_within(out[SL_LEVEL_INTERVAL_EQ], 94.0, 1e-4));
    CHECK(sl_level_set_full_scale(&i.level, 1000.0f) == SL_ERR_VALUE);
    CHECK(sl_level_set_full_scale(&i.level, -20.25f) == SL_OK);
    sl_level_read(&i.level, work, out);
    CHECK(is_within(out[SL_LEVEL_FULL_SCALE], -20.25, 0.0));
    CHECK_INSTRUCTIONS("level q31, int16, a block of 1000 samples", 10,
                       push(&i, v->inputs, 1000, work));
    CHECK_INSTRUCTIONS("level: read", 10, sl_level_read(&i.level, work, out));
    free(work);
    CHECK(sl_level_open(&i.level, (const char *)v->payload + 1, v->record->payload_bytes) ==
          SL_ERR_ALIGNMENT);
}

static void measure(const vectors *v)
{
    instrument i;
    if (open_as(&i, v->record->variant, v->payload, v->record->payload_bytes) == SL_OK) {
        void *work = prepared(&i);
        CHECK_INSTRUCTIONS(v->record->name, 4, push(&i, v->inputs, 1024, work));
        free(work);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        printf("usage: %s level.vectors\n", argv[0]);
        return 2;
    }
    vectors v;
    int used = 0;
    int floats = 0;
    vectors_open(&v, argv[1]);
    while (vectors_next(&v)) {
        check_record(&v);
        if (v.record->status == SL_OK) {
#ifdef CHECK_BARE_METAL
            check_damage(&v, 10);
            measure(&v);
#else
            check_damage(&v, 300);
            (void)measure;
#endif
            if (v.record->variant == Q31_I16 && used++ == 0) {
                check_use(&v);
            }
            if (v.record->variant == F32_F32 && floats++ == 0) {
                check_not_finite(&v);
            }
        }
    }
    vectors_close(&v);
    CHECK(used != 0 && floats != 0);
    return check_summary("level");
}
