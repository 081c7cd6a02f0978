/* The filters of core/dsp against golden vectors, however a stream is cut, and against damaged
 * payloads.
 *
 * Sources: base/sine.c dsp/biquad.c dsp/biquad_fixed.c dsp/biquad_q15.c dsp/biquad_q31.c
 * Sources: dsp/biquad_design.c dsp/fir.c dsp/fir_q15.c dsp/moving_average.c dsp/median.c
 * Sources: dsp/moving_average_f32.c dsp/smoothing.c dsp/dc_blocker.c dsp/dc_blocker_f32.c
 * Sources: dsp/envelope.c dsp/envelope_f32.c dsp/autocorrelation.c dsp/pitch.c
 * Golden vectors: filters.vectors
 */
#include "base/float32.h"
#include "dsp/autocorrelation.h"
#include "dsp/biquad.h"
#include "dsp/biquad_design.h"
#include "dsp/biquad_q15.h"
#include "dsp/biquad_q31.h"
#include "dsp/dc_blocker.h"
#include "dsp/envelope.h"
#include "dsp/fir.h"
#include "dsp/fir_q15.h"
#include "dsp/median.h"
#include "dsp/moving_average.h"
#include "dsp/pitch.h"

#include "check.h"
#include "vectors.h"

#ifdef CHECK_BARE_METAL
#define DAMAGED_PAYLOADS 4
#else
#define DAMAGED_PAYLOADS 60
#endif
#define LARGEST_WORK 1000000 /* bytes; larger ones of damaged payloads are not tried */

/* The struct of any filter. */
typedef union filter {
    sl_biquad biquad;
    sl_biquad_fixed fixed;
    sl_fir fir;
    sl_fir_q15 fir_q15;
    sl_moving_average moving_average;
    sl_dc_blocker dc_blocker;
    sl_envelope envelope;
    sl_median median;
    sl_biquad_design design;
    sl_autocorrelation autocorrelation;
    sl_pitch pitch;
} filter;

/* The variants of the vectors, in their order. */
enum {
    BIQUAD,
    BIQUAD_Q15,
    BIQUAD_Q31,
    BIQUAD_Q31_I16,
    FIR,
    FIR_Q15,
    MOVING_AVERAGE,
    MOVING_AVERAGE_I16,
    DC_BLOCKER,
    DC_BLOCKER_I16,
    ENVELOPE,
    ENVELOPE_I16,
    MEDIAN,
    MEDIAN_I16,
    DESIGN_FLOATS,
    DESIGN_INTEGERS,
    AUTOCORRELATION,
    PITCH,
};

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

static sl_status open_filter(filter *f, uint32_t variant, const void *payload, size_t length)
{
    switch (variant) {
    case BIQUAD:
        return sl_biquad_open(&f->biquad, payload, length);
    case BIQUAD_Q15:
        return sl_biquad_q15_open(&f->fixed, payload, length);
    case BIQUAD_Q31:
    case BIQUAD_Q31_I16:
        return sl_biquad_q31_open(&f->fixed, payload, length);
    case FIR:
        return sl_fir_open(&f->fir, payload, length);
    case FIR_Q15:
        return sl_fir_q15_open(&f->fir_q15, payload, length);
    case MOVING_AVERAGE:
    case MOVING_AVERAGE_I16:
        return sl_moving_average_open(&f->moving_average, payload, length);
    case DC_BLOCKER:
    case DC_BLOCKER_I16:
        return sl_dc_blocker_open(&f->dc_blocker, payload, length);
    case ENVELOPE:
    case ENVELOPE_I16:
        return sl_envelope_open(&f->envelope, payload, length);
    case MEDIAN:
    case MEDIAN_I16:
        return sl_median_open(&f->median, payload, length);
    case DESIGN_FLOATS:
    case DESIGN_INTEGERS:
        return sl_biquad_design_open(&f->design, payload, length);
    case AUTOCORRELATION:
        return sl_autocorrelation_open(&f->autocorrelation, payload, length);
    default:
        return sl_pitch_open(&f->pitch, payload, length);
    }
}

/* Bytes of work memory; fills it where there is any. */
static size_t prepare(const filter *f, uint32_t variant, void *work)
{
#define PREPARED(name, member)                                                                     \
    if (work != NULL) {                                                                            \
        sl_##name##_prepare(&f->member, work);                                                     \
    }                                                                                              \
    return sl_##name##_work_size(&f->member)
    switch (variant) {
    case BIQUAD:
        PREPARED(biquad, biquad);
    case BIQUAD_Q15:
        PREPARED(biquad_q15, fixed);
    case BIQUAD_Q31:
    case BIQUAD_Q31_I16:
        PREPARED(biquad_q31, fixed);
    case FIR:
        PREPARED(fir, fir);
    case FIR_Q15:
        PREPARED(fir_q15, fir_q15);
    case MOVING_AVERAGE:
    case MOVING_AVERAGE_I16:
        PREPARED(moving_average, moving_average);
    case DC_BLOCKER:
    case DC_BLOCKER_I16:
        PREPARED(dc_blocker, dc_blocker);
    case ENVELOPE:
    case ENVELOPE_I16:
        PREPARED(envelope, envelope);
    case MEDIAN:
    case MEDIAN_I16:
        PREPARED(median, median);
    case AUTOCORRELATION:
        return sl_autocorrelation_work_size(&f->autocorrelation);
    case PITCH:
        return sl_pitch_work_size(&f->pitch);
    default:
        return 0;
    }
}

static size_t item_size(uint32_t variant)
{
    switch (variant) {
    case BIQUAD_Q15:
    case BIQUAD_Q31_I16:
    case FIR_Q15:
    case MOVING_AVERAGE_I16:
    case DC_BLOCKER_I16:
    case ENVELOPE_I16:
    case MEDIAN_I16:
        return 2;
    default:
        return 4;
    }
}

/* A block of `count` samples in place, or else to `out`; the number of outputs. */
static size_t process(const filter *f, uint32_t variant, const void *in, size_t count, void *out,
                      void *work)
{
    switch (variant) {
    case BIQUAD:
        sl_biquad_process(&f->biquad, in, out, count, work);
        break;
    case BIQUAD_Q15:
        sl_biquad_q15_process(&f->fixed, in, out, count, work);
        break;
    case BIQUAD_Q31:
        sl_biquad_q31_process(&f->fixed, in, out, count, work);
        break;
    case BIQUAD_Q31_I16:
        sl_biquad_q31_process_i16(&f->fixed, in, out, count, work);
        break;
    case FIR: {
        size_t outputs = sl_fir_outputs(&f->fir, count, work);
        CHECK(sl_fir_process(&f->fir, in, count, out, work) == outputs);
        return outputs;
    }
    case FIR_Q15: {
        size_t outputs = sl_fir_q15_outputs(&f->fir_q15, count, work);
        CHECK(sl_fir_q15_process(&f->fir_q15, in, count, out, work) == outputs);
        return outputs;
    }
    case MOVING_AVERAGE:
        sl_moving_average_process(&f->moving_average, in, out, count, work);
        break;
    case MOVING_AVERAGE_I16:
        sl_moving_average_process_i16(&f->moving_average, in, out, count, work);
        break;
    case DC_BLOCKER:
        sl_dc_blocker_process(&f->dc_blocker, in, out, count, work);
        break;
    case DC_BLOCKER_I16:
        sl_dc_blocker_process_i16(&f->dc_blocker, in, out, count, work);
        break;
    case ENVELOPE:
        sl_envelope_process(&f->envelope, in, out, count, work);
        break;
    case ENVELOPE_I16:
        sl_envelope_process_i16(&f->envelope, in, out, count, work);
        break;
    case MEDIAN:
        sl_median_process(&f->median, in, out, count, work);
        break;
    default:
        sl_median_process_i16(&f->median, in, out, count, work);
    }
    return count;
}

static uint32_t random_state = 1;

static uint32_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static void check_output(const vectors *v, uint32_t at, const void *out, uint32_t index,
                         size_t size)
{
    uint32_t bits;
    double found;
    if (size == 2) {
        int16_t value;
        memcpy(&value, (const char *)out + 2 * index, 2);
        bits = (uint32_t)(int32_t)value;
        found = value;
    } else {
        memcpy(&bits, (const char *)out + 4 * index, 4);
        found = v->record->variant == BIQUAD_Q31 ? (double)(int32_t)bits
                                                 : (double)sl_float_from_bits(bits);
    }
    double difference = found - v->values[at];
    difference = difference < 0 ? -difference : difference;
    CHECK(bits == v->bits[at]);
    CHECK(difference <= v->tolerances[at] || v->tolerances[at] > 1e300);
}

/* A stream, cut at `cut` samples and again after as many. */
static void check_stream(const vectors *v, const filter *f, void *work, size_t cut)
{
    uint32_t variant = v->record->variant;
    size_t size = item_size(variant);
    size_t count = v->record->input_bytes / size;
    char *out = allocate(v->record->outputs * size);
    char *at = out;
    prepare(f, variant, work);
    for (size_t done = 0; done < count;) {
        size_t part = cut < count - done ? cut : count - done;
        char *block = copy_of(v->inputs + done * size, part * size);
        size_t outputs = process(f, variant, block, part, at, work);
        CHECK(process(f, variant, block, 0, at, work) == 0);
        at += outputs * size;
        done += part;
        free(block);
    }
    CHECK(at == out + v->record->outputs * size);
    for (uint32_t i = 0; i < v->record->outputs; i++) {
        check_output(v, i, out, i, size);
    }
    free(out);
}

static void check_record(const vectors *v)
{
    const vectors_record *record = v->record;
    void *payload = copy_of(v->payload, record->payload_bytes);
    filter f;
    unsigned long failed = check_failed;
    sl_status status = open_filter(&f, record->variant, payload, record->payload_bytes);
    CHECK(status == record->status);
    if (status == SL_OK && record->status == SL_OK) {
        void *work = allocate(prepare(&f, record->variant, NULL));
        if (record->variant < DESIGN_FLOATS) {
            check_stream(v, &f, work, 1000);
            check_stream(v, &f, work, 37);
            check_stream(v, &f, work, 1);
        } else {
            uint32_t *out = allocate((size_t)4 * record->outputs);
            for (uint32_t i = 0; i < record->cases; i++) {
                const void *in = v->inputs + (size_t)i * record->input_bytes;
                if (record->variant == DESIGN_FLOATS) {
                    sl_biquad_design_float(&f.design, out);
                } else if (record->variant == DESIGN_INTEGERS) {
                    CHECK(sl_biquad_design_fixed(&f.design, out) == SL_OK);
                } else if (record->variant == AUTOCORRELATION) {
                    sl_autocorrelation_run(&f.autocorrelation, in, (float *)out, work);
                } else {
                    sl_pitch_run(&f.pitch, in, (float *)out, work);
                }
                for (uint32_t k = 0; k < record->outputs; k++) {
                    check_output(v, i * record->outputs + k, out, k, 4);
                }
            }
            free(out);
        }
        free(work);
    }
    free(payload);
    if (check_failed != failed) {
        printf("  in record \"%.32s\", variant %u\n", record->name, (unsigned)record->variant);
    }
}

/* Damaged payloads are refused, or give filters that keep within their memory and do no undefined
 * arithmetic, whatever the samples are. */
static void check_damaged(const vectors *v)
{
    size_t length = v->record->payload_bytes;
    uint32_t variant = v->record->variant;
    enum { COUNT = 100 };
    if (length < 8 || variant >= DESIGN_FLOATS) {
        return;
    }
    for (uint32_t i = 0; i < DAMAGED_PAYLOADS; i++) {
        uint32_t *payload = copy_of(v->payload, length);
        for (uint32_t changes = 1 + random_word() % 2; changes != 0; changes--) {
            payload[random_word() % (uint32_t)(length / 4)] ^= 1u << random_word() % 32;
        }
        filter f;
        sl_status status = open_filter(&f, variant, payload, length);
        CHECK(status <= SL_OK && status >= SL_ERR_UNSTABLE);
        if (status == SL_OK && prepare(&f, variant, NULL) < LARGEST_WORK) {
            void *work = allocate(prepare(&f, variant, NULL));
            uint32_t *in = allocate(4 * COUNT);
            uint32_t exponents = random_word() | random_word();
            for (uint32_t k = 0; k < COUNT; k++) {
                in[k] = random_word() & (exponents | 0x807FFFFFu);
            }
            prepare(&f, variant, work);
            size_t outputs = COUNT;
            if (variant == FIR) {
                outputs = sl_fir_outputs(&f.fir, COUNT, work);
            } else if (variant == FIR_Q15) {
                outputs = sl_fir_q15_outputs(&f.fir_q15, COUNT, work);
            }
            void *out = allocate(4 * outputs);
            size_t channels = variant == BIQUAD ? f.biquad.channels : 1;
            process(&f, variant, in, COUNT / channels * channels, out, work);
            free(out);
            free(in);
            free(work);
        }
        free(payload);
    }
}

/* Full scale in a filter that overshoots: cut off there, and nowhere else, not turned over. */
static void check_saturation(void)
{
    /* Butterworth high-pass of 20 Hz at 48 kHz, Q28. */
    static const uint32_t payload[7] = {
        1 | 1 << 8, 267939008, (uint32_t)-535878016, 267939008, (uint32_t)-535877100,
        267443476,  28};
    sl_biquad_q31 q31;
    CHECK(sl_biquad_q31_open(&q31, payload, sizeof payload) == SL_OK);
    void *work = allocate(sl_biquad_q31_work_size(&q31));
    sl_biquad_q31_prepare(&q31, work);
    int16_t step[2400];
    for (uint32_t i = 0; i < 2400; i++) {
        step[i] = i < 1200 ? INT16_MIN : INT16_MAX;
    }
    sl_biquad_q31_process_i16(&q31, step, step, 2400, work);
    CHECK(step[0] < -32000);
    /* After 25 ms at the lower end the filter has swung through 0; the step of twice full scale is
     * cut off, and comes back when the ideal output does: by exp and cos, about 105 samples later.
     */
    CHECK(step[1200] == INT16_MAX);
    uint32_t clipped = 0;
    for (uint32_t i = 1200; i < 2400; i++) {
        clipped += step[i] == INT16_MAX;
        CHECK(i == 1200 || step[i] <= step[i - 1] || step[i - 1] < 0);
    }
    CHECK(clipped > 50 && clipped < 300);
    free(work);
}

int main(int argc, char **argv)
{
    vectors v;
    vectors_open(&v, argc > 1 ? argv[1] : "tests/golden/filters.vectors");
    while (vectors_next(&v)) {
        check_record(&v);
        check_damaged(&v);
    }
    vectors_close(&v);
    check_saturation();
    return check_summary("filters");
}
