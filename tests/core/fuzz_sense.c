/* libFuzzer target: a .sense file of any bytes is refused, or opens and runs inside its buffers.
 *
 * tests/core/fuzz.py builds and runs it. The harness puts magic, version, length and checksum
 * right, so that the fuzzer gets past them; every payload is opened as the kind that its step
 * names, as the runtime does, and run on fixed inputs of a few flavours. The last byte of the input
 * chooses: one in four times nothing is put right.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc32.h"
#include "dsp/sliding_window.h"
#include "features/time_features.h"
#include "file/sense.h"
#include "models/trees.h"
#include "trees_reference.h"

#define HEADER_SIZE 64u
#define CRC_START   16u
/* More than any board has; larger models are opened, but not run. */
#define MAX_VALUES 1000000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Exactly as large as asked for, so that a sanitizer sees any step outside. */
static void *allocate(size_t bytes)
{
    void *memory = malloc(bytes == 0 ? 1 : bytes);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

/* Inputs: integers that any trees take; any bits; missing values; zeros. */
static float *make_features(uint32_t count, uint32_t flavour)
{
    uint32_t *bits = allocate(4 * (size_t)count);
    uint32_t state = flavour * 2654435761u + 1;
    for (uint32_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        float integer = (float)((int32_t)(state >> 16) - 32768);
        memcpy(&bits[i], &integer, 4);
        if (flavour == 1) {
            bits[i] = state;
        } else if (flavour == 2) {
            bits[i] = (state & 0x10000u) != 0 ? 0x7FC00000u : state;
        } else if (flavour == 3) {
            bits[i] = 0;
        }
    }
    return (float *)(void *)bits;
}

static int is_one_nan(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, 4);
    return (bits & 0x7FFFFFFFu) <= 0x7F800000u || bits == 0x7FC00000u;
}

static void run_trees(const void *payload, size_t length)
{
    sl_trees t;
    sl_status status = sl_trees_open(&t, payload, length);
    require(status <= SL_OK && status >= SL_ERR_MEMORY);
    require((status == SL_OK) == reference_accepts(payload, length));
    if (status != SL_OK) {
        return;
    }
    void *work = allocate(sl_trees_work_size(&t));
    float *out = allocate(4 * (size_t)t.outputs);
    uint32_t *leaves = allocate(4 * (size_t)t.n_trees);
    int16_t *integers = allocate(2 * (size_t)t.inputs);
    for (uint32_t flavour = 0; flavour < 4; flavour++) {
        float *features = make_features(t.inputs, flavour);
        status = sl_trees_run(&t, features, out, work);
        require(status == SL_OK || (status == SL_ERR_VALUE && t.domain == SL_TREES_INTEGERS));
        require(sl_trees_apply(&t, features, leaves, work) == status);
        int32_t class = sl_trees_predict(&t, features, work);
        if (status == SL_OK && t.n_groups != 0) {
            require(class >= 0 && class < t.groups[0]);
            for (uint32_t i = 0; i < t.n_groups && i < 100; i++) {
                require(sl_trees_decide(&t, i, work) < t.groups[i]);
            }
        }
        if (status == SL_OK && flavour == 0) { /* integers: both paths give the same bits */
            for (uint32_t i = 0; i < t.inputs; i++) {
                integers[i] = (int16_t)features[i];
            }
            float *again = allocate(4 * (size_t)t.outputs);
            require(sl_trees_run_i16(&t, integers, again, work) == SL_OK);
            require(sl_trees_run(&t, features, out, work) == SL_OK);
            require(memcmp(out, again, 4 * (size_t)t.outputs) == 0);
            require(sl_trees_predict_i16(&t, integers, work) == class);
            free(again);
        }
        for (uint32_t i = 0; status == SL_OK && i < t.outputs; i++) {
            require(is_one_nan(out[i]));
        }
        free(features);
    }
    free(integers);
    free(leaves);
    free(out);
    free(work);
}

static void run_time_features(const void *payload, size_t length)
{
    sl_time_features f;
    sl_status status = sl_time_features_open(&f, payload, length);
    require(status <= SL_OK && status >= SL_ERR_MEMORY);
    /* Much work for few bytes would only slow the search down. */
    if (status != SL_OK || f.inputs > 20000 || (uint64_t)f.samples * f.outputs > 200000) {
        return;
    }
    void *work = allocate(sl_time_features_work_size(&f));
    float *out = allocate(4 * (size_t)f.outputs);
    for (uint32_t flavour = 0; flavour < 4; flavour++) {
        float *window = make_features(f.inputs, flavour);
        require(sl_time_features_run(&f, window, out, work) == SL_OK);
        for (uint32_t i = 0; i < f.outputs; i++) {
            require(is_one_nan(out[i]));
        }
        free(window);
    }
    free(out);
    free(work);
}

/* A stream of a window and a half, in blocks of three samples. */
static void run_window(const void *file, size_t length)
{
    sl_sliding_window w;
    require(sl_sliding_window_open(&w, file, length) == SL_OK);
    if ((uint64_t)w.window * w.channels > MAX_VALUES / 10) {
        return;
    }
    float *window = allocate(4 * (size_t)w.window * w.channels);
    float *block = make_features(3 * w.channels, 2);
    int16_t *integers = allocate(6 * (size_t)w.channels);
    memset(integers, 0x5A, 6 * (size_t)w.channels);
    for (uint32_t sample = 0; sample < w.window + w.window / 2; sample += 6) {
        uint32_t start = 0;
        while (start < 6) {
            start += start < 3 ? sl_sliding_window_push_f32(&w, block, start, 3, window)
                               : sl_sliding_window_push_i16(&w, integers, start - 3, 3, window);
            if (sl_sliding_window_is_full(&w)) {
                sl_sliding_window_advance(&w, window);
            }
        }
    }
    free(integers);
    free(block);
    free(window);
}

static void run_file(const void *file, size_t length)
{
    sl_sense s;
    sl_status status = sl_sense_open(&s, file, length);
    require(status <= SL_OK && status >= SL_ERR_MEMORY);
    if (status != SL_OK) {
        return;
    }
    uint32_t n_labels = sl_sense_number(&s, 7), sum = 0;
    for (uint32_t i = 0; i < n_labels && i < 300; i++) {
        uint32_t label_length;
        const char *label = sl_sense_label(&s, i, &label_length);
        for (uint32_t k = 0; k < label_length; k++) {
            sum += (uint8_t)label[k];
        }
    }
    require(sum < 300 * 255 * 255);
    for (uint32_t i = 0; i < s.header->n_steps; i++) {
        uint32_t kind_length;
        const char *kind = sl_sense_kind(&s, i, &kind_length);
        uint32_t bytes = sl_sense_step_number(&s, i, 1);
        /* A copy of its own, so that a sanitizer sees any step outside the payload. */
        void *payload = allocate(bytes);
        memcpy(payload, (const uint8_t *)file + sl_sense_step_number(&s, i, 0), bytes);
        if (kind_length == 5 && memcmp(kind, "trees", 5) == 0) {
            run_trees(payload, bytes);
        } else if (kind_length == 13 && memcmp(kind, "time_features", 13) == 0) {
            run_time_features(payload, bytes);
        }
        free(payload);
    }
    run_window(file, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    int repair = (data[size - 1] & 3) != 0;
    size_t length = (size - 1) & ~(size_t)(repair ? 3 : 0);
    uint8_t *file = allocate(length);
    memcpy(file, data, length);
    if (repair && length >= HEADER_SIZE) {
        uint32_t length_field = (uint32_t)length;
        memcpy(file, "SNSL\1\0\100\0", 8);
        file[4] = (uint8_t)(1 + (data[size - 1] >> 2 & 1)); /* version 1 or 2 */
        memcpy(file + 8, &length_field, 4);
        uint32_t crc = sl_crc32(0, file + CRC_START, length - CRC_START);
        memcpy(file + 12, &crc, 4);
    }
    run_file(file, length);
    free(file);
    return 0;
}
