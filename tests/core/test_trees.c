/* core/models/trees against golden vectors, and against damaged payloads.
 *
 * Sources: models/trees.c models/trees_apply.c
 * Golden vectors: trees.vectors
 */
#include "models/trees.h"

#include "check.h"
#include "trees_reference.h"
#include "vectors.h"

/* What a record is about: tests/golden/make_trees.py. */
enum { RUN = 0, RUN_INT16 = 1, APPLY = 2, PREDICT = 3 };

/* Exactly as large as asked for, so that a sanitizer sees any step outside. */
static void *allocate(size_t bytes)
{
    void *memory = calloc(bytes == 0 ? 1 : bytes, 1);
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

/* Run one case into `out`, whose length is that of the record's outputs. */
static void run_case(const sl_trees *t, uint32_t variant, const void *in, uint32_t *out, void *work)
{
    const float *floats = in;
    if (variant == RUN) {
        CHECK(sl_trees_run(t, floats, (float *)(void *)out, work) == SL_OK);
    } else if (variant == RUN_INT16) {
        CHECK(sl_trees_run_i16(t, in, (float *)(void *)out, work) == SL_OK);
    } else if (variant == APPLY) {
        CHECK(sl_trees_apply(t, floats, out, work) == SL_OK);
    } else {
        int32_t class = sl_trees_predict(t, floats, work);
        for (uint32_t i = 0; i < t->n_groups; i++) {
            out[i] = (uint32_t)sl_trees_decide(t, i, work);
        }
        CHECK(class == (int32_t)out[0]);
    }
}

static void check_case(const vectors *v, const sl_trees *t, uint32_t index, void *work)
{
    const vectors_record *record = v->record;
    uint32_t outputs = record->outputs;
    void *in = copy_of(v->inputs + index * record->input_bytes, record->input_bytes);
    uint32_t *out = allocate(4 * outputs);
    run_case(t, record->variant, in, out, work);
    for (uint32_t i = 0; i < outputs; i++) {
        uint32_t at = index * outputs + i;
        double output = out[i];
        if (record->variant == RUN || record->variant == RUN_INT16) {
            float value;
            memcpy(&value, &out[i], 4);
            output = (double)value;
        }
        double difference = output - v->values[at];
        CHECK(out[i] == v->bits[at]);
        CHECK(difference <= v->tolerances[at] && -difference <= v->tolerances[at]);
    }
    free(out);
    free(in);
}

static void check_record(const vectors *v)
{
    const vectors_record *record = v->record;
    void *payload = copy_of(v->payload, record->payload_bytes);
    sl_trees t;
    sl_status status = sl_trees_open(&t, payload, record->payload_bytes);
    unsigned long failed = check_failed;
    CHECK(status == record->status);
    if (status == SL_OK && record->status == SL_OK) {
        uint32_t item = record->variant == RUN_INT16 ? 2 : 4;
        uint32_t outputs = record->variant == APPLY     ? t.n_trees
                           : record->variant == PREDICT ? t.n_groups
                                                        : t.outputs;
        CHECK(record->outputs == outputs);
        CHECK(record->input_bytes == item * t.inputs);
        void *work = allocate(sl_trees_work_size(&t));
        for (uint32_t i = 0; i < record->cases; i++) {
            check_case(v, &t, i, work);
        }
        free(work);
    }
    free(payload);
    if (check_failed != failed) {
        printf("  in record \"%.32s\", status %d\n", record->name, (int)status);
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

/* Every function on features of random bits: all stay inside their buffers. */
static void run_everything(const sl_trees *t)
{
    uint32_t *in = allocate(4 * t->inputs);
    int16_t *integers = allocate(2 * t->inputs);
    float *out = allocate(4 * t->outputs);
    uint32_t *leaves = allocate(4 * t->n_trees);
    void *work = allocate(sl_trees_work_size(t));
    for (uint32_t i = 0; i < t->inputs; i++) {
        uint32_t word = random_word();
        in[i] = (word & 7) == 0 ? 0x7FC00000u : (word & 1) != 0 ? 0x3F800000u : word;
        integers[i] = (int16_t)(word >> 16);
    }
    const float *features = (const float *)(const void *)in;
    sl_status status = sl_trees_run(t, features, out, work);
    CHECK(status == SL_OK || status == SL_ERR_VALUE);
    CHECK(sl_trees_apply(t, features, leaves, work) == status);
    CHECK(sl_trees_run_i16(t, integers, out, work) == SL_OK);
    int32_t class = sl_trees_predict_i16(t, integers, work);
    if (t->leaves == SL_TREES_VALUES) {
        CHECK(class == SL_ERR_LAYOUT);
    } else {
        CHECK(class >= 0 && class < t->groups[0]);
    }
    free(work);
    free(leaves);
    free(out);
    free(integers);
    free(in);
}

/* A payload is refused exactly if docs/FORMAT.md says so, or runs inside its buffers. */
static void check_payload(const void *bytes, size_t length)
{
    uint32_t *payload = copy_of(bytes, length);
    sl_trees t;
    sl_status status = sl_trees_open(&t, payload, length);
    CHECK(status <= SL_OK && status >= SL_ERR_MEMORY);
    CHECK((status == SL_OK) == reference_accepts((const uint8_t *)payload, length));
    if (status == SL_OK) {
        run_everything(&t);
    }
    free(payload);
}

static void check_damaged(const vectors *v, uint32_t times)
{
    size_t length = v->record->payload_bytes;
    for (uint32_t i = 0; i < times && length >= 4; i++) {
        uint32_t *payload = copy_of(v->payload, length);
        for (uint32_t changes = random_word() % 4; changes != 0; changes--) {
            uint32_t where = random_word() % (uint32_t)(length / 4);
            payload[where] ^= 1u << random_word() % 32;
        }
        check_payload(payload, length);
        free(payload);
    }
}

/* Every byte of a small payload gets other values, those one off among them: what lies just outside
 * a limit is refused, what lies just inside is not. */
static void check_every_byte(const vectors *v)
{
    static const uint8_t others[] = {0, 1, 2, 3, 4, 0x7F, 0x80, 0xFE, 0xFF};
    size_t length = v->record->payload_bytes;
    uint8_t *payload = copy_of(v->payload, length);
    for (size_t i = 0; i < length && length <= 1000; i++) {
        uint8_t value = payload[i];
        for (uint32_t k = 0; k < sizeof others + 6; k++) {
            payload[i] = k < sizeof others ? others[k] : (uint8_t)(value + k - sizeof others - 3);
            check_payload(payload, length);
        }
        payload[i] = value;
    }
    free(payload);
}

static void check_truncated(const vectors *v)
{
    for (uint32_t length = 0; length < v->record->payload_bytes; length += 1 + length / 64) {
        void *payload = copy_of(v->payload, length);
        sl_trees t;
        CHECK(sl_trees_open(&t, payload, length) != SL_OK);
        free(payload);
    }
}

static void check_alignment(const vectors *v)
{
    char *memory = allocate(v->record->payload_bytes + 4);
    sl_trees t;
    for (uint32_t shift = 1; shift < 4; shift++) {
        memcpy(memory + shift, v->payload, v->record->payload_bytes);
        CHECK(sl_trees_open(&t, memory + shift, v->record->payload_bytes) == SL_ERR_ALIGNMENT);
    }
    free(memory);
}

static void measure(const vectors *v)
{
    sl_trees t;
    if (sl_trees_open(&t, v->payload, v->record->payload_bytes) != SL_OK) {
        return;
    }
    void *work = allocate(sl_trees_work_size(&t));
    float *out = allocate(4 * t.outputs);
    const char *in = v->inputs;
    uint32_t step = v->record->input_bytes;
    char name[48];
    snprintf(name, sizeof name, "%.32s%s", v->record->name,
             v->record->variant == RUN ? "" : ", int16");
    if (v->record->variant == RUN) {
        CHECK_INSTRUCTIONS(
            name, v->record->cases,
            sl_trees_run(&t, (const float *)(const void *)(in + check_i * step), out, work));
    } else {
        CHECK_INSTRUCTIONS(name, v->record->cases,
                           sl_trees_run_i16(&t, (const void *)(in + check_i * step), out, work));
    }
    free(out);
    free(work);
}

int main(int argc, char **argv)
{
    vectors v;
    vectors_open(&v, argc > 1 ? argv[1] : "tests/golden/trees.vectors");
    while (vectors_next(&v)) {
        check_record(&v);
        if (v.record->status != SL_OK) {
            check_damaged(&v, 20);
        } else if (v.record->variant == RUN) {
            check_damaged(&v, 400);
            check_every_byte(&v);
            check_truncated(&v);
            check_alignment(&v);
        }
        if (v.record->status == SL_OK && v.record->variant <= RUN_INT16) {
            measure(&v);
        }
    }
    vectors_close(&v);
    return check_summary("trees");
}
