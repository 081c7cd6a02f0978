/* What the test of any step does: replay golden vectors, and hold damaged payloads off.
 *
 * A test defines STEP, which puts the step's prefix before a name, and includes this file:
 *
 *     #include "features/scaling.h"
 *     #define STEP(name) sl_scaling##name
 *     #include "step.h"
 *
 * (and STEP_PREPARES if it has a function _prepare)
 *
 *     int main(int argc, char **argv)
 *     {
 *         check_step(argc, argv);
 *         return check_summary("scaling");
 *     }
 */
#ifndef STEP_H
#define STEP_H

#include "base/float32.h"
#include "check.h"
#include "vectors.h"

/* Damaged copies of each payload to try. */
#ifdef CHECK_BARE_METAL
#define DAMAGED_PAYLOADS 10
#else
#define DAMAGED_PAYLOADS 100
#endif

#ifdef STEP_PREPARES
#define PREPARE(self, work) STEP(_prepare)(self, work)
#else
#define PREPARE(self, work)
#endif

/* Exactly as large as asked for, so that a sanitizer sees any step outside. */
static inline void *allocate(size_t bytes)
{
    void *memory = malloc(bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        printf("no memory\n");
        exit(2);
    }
    return memory;
}

static inline void *copy_of(const void *data, size_t bytes)
{
    return bytes == 0 ? allocate(0) : memcpy(allocate(bytes), data, bytes);
}

/* Memory for work, filled as the heap may be. */
static inline void *allocate_work(size_t bytes)
{
    return memset(allocate(bytes), 0xA5, bytes);
}

static inline int is_within(float output, double value, double tolerance)
{
    double difference = (double)output - value;
    if (value != value) {
        return sl_float_bits(output) == SL_NAN_BITS;
    }
    return (double)output == value || (difference <= tolerance && -difference <= tolerance);
}

static inline void check_vectors_record(const vectors *v)
{
    const vectors_record *record = v->record;
    void *payload = copy_of(v->payload, record->payload_bytes);
    STEP() self;
    sl_status status = STEP(_open)(&self, payload, record->payload_bytes);
    unsigned long failed = check_failed;
    CHECK(status == record->status);
    if (status == SL_OK && record->status == SL_OK) {
        CHECK(self.outputs == record->outputs);
        CHECK(4 * self.inputs == record->input_bytes);
        float *out = allocate(4 * self.outputs);
        void *work = allocate_work(STEP(_work_size)(&self));
        PREPARE(&self, work);
        for (uint32_t i = 0; i < record->cases; i++) {
            float *in = copy_of(v->inputs + i * record->input_bytes, record->input_bytes);
            CHECK(STEP(_run)(&self, in, out, work) == SL_OK);
            for (uint32_t k = 0; k < self.outputs; k++) {
                uint32_t at = i * self.outputs + k;
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

static inline uint32_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/* Damaged payloads are refused, or run inside their buffers on windows of random bits. */
static inline void check_damaged(const vectors *v, uint32_t times)
{
    size_t length = v->record->payload_bytes;
    if (length < 8 || v->record->input_bytes > 20000) {
        return;
    }
    for (uint32_t i = 0; i < times; i++) {
        uint32_t *payload = copy_of(v->payload, length);
        for (uint32_t changes = random_word() % 3; changes != 0; changes--) {
            uint32_t where = random_word() % (uint32_t)(length / 4);
            payload[where] ^= 1u << random_word() % 32;
        }
        STEP() self;
        sl_status status = STEP(_open)(&self, payload, length);
        CHECK(status <= SL_OK);
        if (status == SL_OK && self.inputs <= 20000) {
            uint32_t *in = allocate(4 * self.inputs);
            float *out = allocate(4 * self.outputs);
            void *work = allocate_work(STEP(_work_size)(&self));
            PREPARE(&self, work);
            uint32_t exponents = random_word();
            for (uint32_t k = 0; k < self.inputs; k++) {
                in[k] = random_word() & (exponents | 0x807FFFFFu);
            }
            CHECK(STEP(_run)(&self, (const float *)(void *)in, out, work) == SL_OK);
            for (uint32_t k = 0; k < self.outputs; k++) {
                CHECK(!sl_is_nan(out[k]) || sl_float_bits(out[k]) == SL_NAN_BITS);
            }
            free(work);
            free(out);
            free(in);
        }
        free(payload);
    }
}

static inline void check_step(int argc, char **argv)
{
    vectors v;
    if (argc != 2) {
        printf("usage: %s FILE.vectors\n", argv[0]);
        exit(2);
    }
    vectors_open(&v, argv[1]);
    while (vectors_next(&v)) {
        check_vectors_record(&v);
        if (v.record->status == SL_OK) {
            check_damaged(&v, DAMAGED_PAYLOADS);
            char *memory = allocate(v.record->payload_bytes + 4); /* misaligned */
            memcpy(memory + 1, v.payload, v.record->payload_bytes);
            STEP() self;
            CHECK(STEP(_open)(&self, memory + 1, v.record->payload_bytes) == SL_ERR_ALIGNMENT);
            free(memory);
        }
    }
    vectors_close(&v);
}

#endif
