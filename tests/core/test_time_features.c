/* core/features/time_features against golden vectors, and against hostile payloads.
 *
 * Sources: features/time_features.c
 * Golden vectors: time_features.vectors
 */
#include "features/time_features.h"

#include "base/float32.h"
#include "check.h"
#include "vectors.h"

/* Damaged copies of each payload to try. */
#ifdef CHECK_BARE_METAL
#define DAMAGED_PAYLOADS 10
#else
#define DAMAGED_PAYLOADS 100
#endif

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

static void check_record(const vectors *v)
{
    const vectors_record *record = v->record;
    void *payload = copy_of(v->payload, record->payload_bytes);
    sl_time_features features;
    sl_status status = sl_time_features_open(&features, payload, record->payload_bytes);
    unsigned long failed = check_failed;
    CHECK(status == record->status);
    if (status == SL_OK && record->status == SL_OK) {
        CHECK(features.outputs == record->outputs);
        CHECK(4 * features.inputs == record->input_bytes);
        float *out = allocate(4 * features.outputs);
        void *work = allocate(sl_time_features_work_size(&features));
        for (uint32_t i = 0; i < record->cases; i++) {
            float *in = copy_of(v->inputs + i * record->input_bytes, record->input_bytes);
            CHECK(sl_time_features_run(&features, in, out, work) == SL_OK);
            for (uint32_t k = 0; k < features.outputs; k++) {
                uint32_t at = i * features.outputs + k;
                CHECK(sl_float_bits(out[k]) == v->bits[at]);
                CHECK(is_within(out[k], v->values[at], v->tolerances[at]));
            }
            free(in);
        }
        free(work);
        free(out);
    }
    free(payload);
    if (check_failed != failed) {
        printf("  in record \"%.32s\"\n", record->name);
    }
}

static uint32_t random_state = 1;

static uint32_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/* Damaged payloads are refused, or run inside their buffers on windows of random bits. */
static void check_damaged(const vectors *v, uint32_t times)
{
    size_t length = v->record->payload_bytes;
    if (length < 16 || v->record->input_bytes > 20000) {
        return;
    }
    for (uint32_t i = 0; i < times; i++) {
        uint32_t *payload = copy_of(v->payload, length);
        for (uint32_t changes = random_word() % 3; changes != 0; changes--) {
            uint32_t where = random_word() % (uint32_t)(length / 4);
            payload[where] ^= 1u << random_word() % 32;
        }
        sl_time_features features;
        sl_status status = sl_time_features_open(&features, payload, length);
        CHECK(status <= SL_OK && status >= SL_ERR_MEMORY);
        if (status == SL_OK && features.inputs <= 100000) {
            uint32_t *in = allocate(4 * features.inputs);
            float *out = allocate(4 * features.outputs);
            void *work = allocate(sl_time_features_work_size(&features));
            uint32_t exponents = random_word();
            for (uint32_t k = 0; k < features.inputs; k++) {
                in[k] = random_word() & (exponents | 0x807FFFFFu);
            }
            CHECK(sl_time_features_run(&features, (const float *)(void *)in, out, work) == SL_OK);
            for (uint32_t k = 0; k < features.outputs; k++) {
                CHECK(sl_canonical(out[k]) == out[k] || sl_float_bits(out[k]) == SL_NAN_BITS);
            }
            free(work);
            free(out);
            free(in);
        }
        free(payload);
    }
}

static void check_alignment(const vectors *v)
{
    char *memory = allocate(v->record->payload_bytes + 4);
    memcpy(memory + 1, v->payload, v->record->payload_bytes);
    sl_time_features features;
    CHECK(sl_time_features_open(&features, memory + 1, v->record->payload_bytes) ==
          SL_ERR_ALIGNMENT);
    free(memory);
}

/* The largest window: 65535 samples that alternate between the extremes, the worst case of all
 * sums. */
static void check_largest_window(void)
{
    static const uint32_t payload[] = {1 | 1 << 8 | 65535u << 16, 1 | 15u << 16, 0,
                                       0x3FFF | 1u << 24, 0x20000000};
    sl_time_features features;
    CHECK(sl_time_features_open(&features, payload, sizeof payload) == SL_OK);
    float *in = allocate(4 * 65535);
    float out[15];
    void *work = allocate(sl_time_features_work_size(&features));
    for (uint32_t i = 0; i < 65535; i++) {
        in[i] = (i & 1) != 0 ? -3.0f : 3.0f;
    }
    sl_time_features_run(&features, in, out, work);
    CHECK(is_within(out[SL_STATISTIC_MEAN], 3.0 / 65535, 1e-9));
    CHECK(is_within(out[SL_STATISTIC_VARIANCE], 9.0, 1e-6));
    CHECK(is_within(out[SL_STATISTIC_STANDARD_DEVIATION], 3.0, 3e-7));
    CHECK(is_within(out[SL_STATISTIC_ENERGY], 9.0, 1e-6));
    CHECK(is_within(out[SL_STATISTIC_SKEWNESS], -2.0 / 65535, 1e-7));
    CHECK(is_within(out[SL_STATISTIC_KURTOSIS], -2.0, 3e-7));
    CHECK(out[SL_STATISTIC_ZERO_CROSSINGS] == 65534.0f);
    CHECK(out[SL_STATISTIC_MEAN_CROSSINGS] == 65534.0f);
    CHECK(out[SL_STATISTIC_MEAN_ABSOLUTE_DIFFERENCE] == 6.0f);
    CHECK(is_within(out[SL_STATISTIC_MEAN_ABSOLUTE_DEVIATION], 3.0, 3e-7));
    CHECK(out[14] == 3.0f);                /* median */
    for (uint32_t i = 0; i < 65535; i++) { /* one sample outside: the worst case of the fourths */
        in[i] = i == 40000 ? 1.0f : 0.0f;
    }
    sl_time_features_run(&features, in, out, work);
    CHECK(is_within(out[SL_STATISTIC_SKEWNESS], 255.99219, 1e-3));
    CHECK(is_within(out[SL_STATISTIC_KURTOSIS], 65530.0, 0.1));
    CHECK(out[14] == 0.0f);
    free(work);
    free(in);
}

int main(int argc, char **argv)
{
    vectors v;
    vectors_open(&v, argc > 1 ? argv[1] : "tests/golden/time_features.vectors");
    while (vectors_next(&v)) {
        check_record(&v);
        check_damaged(&v, DAMAGED_PAYLOADS);
        if (strcmp(v.record->name, "motion") == 0) {
            check_alignment(&v);
            sl_time_features features;
            float out[128];
            sl_time_features_open(&features, v.payload, v.record->payload_bytes);
            void *work = allocate(sl_time_features_work_size(&features));
            CHECK_INSTRUCTIONS("100 samples x 6 channels, 104 features", v.record->cases,
                               sl_time_features_run(&features,
                                                    (const float *)(const void *)v.inputs +
                                                        check_i * features.inputs,
                                                    out, work));
            free(work);
        }
    }
    vectors_close(&v);
    check_largest_window();
    return check_summary("time_features");
}
