/* core/file/sense against golden files, and against damaged ones.
 *
 * Sources: file/sense.c base/crc32.c
 * Golden vectors: sense.vectors
 */
#include "file/sense.h"

#include "base/crc32.h"
#include "check.h"
#include "vectors.h"

#define CRC_AT    12u
#define CRC_START 16u

/* Exactly as large as asked for, so that a sanitizer sees any step outside. */
static void *copy_of(const void *data, size_t bytes)
{
    void *memory = malloc(bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        printf("no memory\n");
        exit(2);
    }
    return bytes == 0 ? memory : memcpy(memory, data, bytes);
}

/* Read everything that an open file offers; returns the number of words, of which the first `room`
 * go to `words` (see tests/golden/make_trees.py). */
static uint32_t read_everything(const sl_sense *s, uint32_t *words, uint32_t room)
{
    uint32_t count = 0, length, sum = 0;
    for (uint32_t i = 0; i < SL_SENSE_NUMBERS; i++) {
        uint32_t number = sl_sense_number(s, i);
        if (count++ < room) {
            words[count - 1] = number;
        }
    }
    for (uint32_t step = 0; step < s->header->n_steps; step++) {
        const char *kind = sl_sense_kind(s, step, &length);
        CHECK(length >= 1 && length <= SL_SENSE_KIND_LENGTH);
        for (uint32_t i = 0; i < length; i++) {
            CHECK(kind[i] > ' ' && kind[i] < 127);
        }
        for (uint32_t i = 0; i < SL_SENSE_STEP_NUMBERS; i++) {
            uint32_t number = sl_sense_step_number(s, step, i);
            if (count++ < room) {
                words[count - 1] = number;
            }
        }
        const uint8_t *payload = (const uint8_t *)s->header + sl_sense_step_number(s, step, 0);
        for (uint32_t i = 0; i < sl_sense_step_number(s, step, 1); i++) {
            sum += payload[i];
        }
    }
    for (uint32_t i = 0; i < s->header->n_labels; i++) {
        const char *label = sl_sense_label(s, i, &length);
        for (uint32_t k = 0; k < length; k++) {
            sum += (uint8_t)label[k];
        }
        if (count++ < room) {
            words[count - 1] = length;
        }
    }
    for (uint32_t i = 0; i < s->header->text_length; i++) {
        sum += (uint8_t)s->text[i];
    }
    CHECK(sum != 0xFFFFFFFFu); /* all of it was needed */
    return count;
}

static void check_record(const vectors *v)
{
    const vectors_record *record = v->record;
    void *file = copy_of(v->payload, record->payload_bytes);
    sl_sense sense;
    sl_status status = sl_sense_open(&sense, file, record->payload_bytes);
    unsigned long failed = check_failed;
    CHECK(status == record->status);
    if (status == SL_OK && record->cases == 1 && record->variant == 0) {
        uint32_t words[64];
        CHECK(record->outputs <= 64);
        CHECK(read_everything(&sense, words, 64) == record->outputs);
        CHECK(memcmp(words, v->bits, 4 * record->outputs) == 0);
    }
    free(file);
    if (check_failed != failed) {
        printf("  in record \"%.32s\", status %d\n", record->name, (int)status);
    }
}

/* Any one bit flipped: the checksum (or what lies before it) refuses. With a checksum that fits,
 * the file is refused or can be read to its end. */
static void check_flipped_bits(const vectors *v)
{
    uint32_t length = v->record->payload_bytes;
    uint32_t step = length > 1200 ? 7 : 1;
    for (uint32_t bit = 0; bit < 8 * length; bit += step) {
        uint8_t *file = copy_of(v->payload, length);
        file[bit / 8] = (uint8_t)(file[bit / 8] ^ 1u << bit % 8);
        sl_sense sense;
        CHECK(sl_sense_open(&sense, file, length) != SL_OK);
        if (bit / 8 >= CRC_START) {
            uint32_t crc = sl_crc32(0, file + CRC_START, length - CRC_START);
            memcpy(file + CRC_AT, &crc, 4);
            sl_status status = sl_sense_open(&sense, file, length);
            CHECK(status <= SL_OK && status >= SL_ERR_MEMORY && status != SL_ERR_CRC);
            if (status == SL_OK) {
                read_everything(&sense, NULL, 0);
            }
        }
        free(file);
    }
}

static void check_truncated(const vectors *v)
{
    for (uint32_t length = 0; length < v->record->payload_bytes; length++) {
        void *file = copy_of(v->payload, length);
        sl_sense sense;
        CHECK(sl_sense_open(&sense, file, length) == SL_ERR_LENGTH);
        free(file);
    }
}

static void check_alignment(const vectors *v)
{
    uint32_t length = v->record->payload_bytes;
    char *memory = malloc(length + 4);
    for (uint32_t shift = 1; memory != NULL && shift < 4; shift++) {
        memcpy(memory + shift, v->payload, length);
        sl_sense sense;
        CHECK(sl_sense_open(&sense, memory + shift, length) == SL_ERR_ALIGNMENT);
    }
    free(memory);
}

int main(int argc, char **argv)
{
    CHECK(sl_crc32(0, "123456789", 9) == 0xCBF43926u); /* the check value of CRC-32 */
    CHECK(sl_crc32(sl_crc32(0, "1234", 4), "56789", 5) == 0xCBF43926u);
    CHECK(sl_crc32(0, "", 0) == 0);
    vectors v;
    vectors_open(&v, argc > 1 ? argv[1] : "tests/golden/sense.vectors");
    while (vectors_next(&v)) {
        check_record(&v);
        if (v.record->status == SL_OK) {
            check_flipped_bits(&v);
            check_truncated(&v);
            check_alignment(&v);
        }
    }
    vectors_close(&v);
    return check_summary("sense");
}
