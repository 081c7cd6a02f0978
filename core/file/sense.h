/* The .sense model file: one trained sensor in one file, read in place.
 *
 * docs/FORMAT.md specifies the bytes. The file is untrusted input: sl_sense_open() checks all that
 * this reader uses, and the other functions then can't read outside it, whatever the bytes are.
 * What is inside a step's payload is checked by that step's own open function.
 *
 * Memory: an sl_sense; nothing else. The file must neither move nor change while it is in use.
 */
#ifndef SL_FILE_SENSE_H
#define SL_FILE_SENSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define SL_SENSE_VERSION     2u  /* the highest that is read; 1 is, too */
#define SL_SENSE_KIND_LENGTH 16u /* bytes of a step's kind, padded with zeros */

/* What one sample of the sensor is before scaling. */
typedef enum sl_sense_sample {
    SL_SENSE_FLOAT32 = 0,
    SL_SENSE_INT16 = 1,
} sl_sense_sample;

/* The header as stored, little-endian. */
typedef struct sl_sense_header {
    uint8_t magic[4];       /* "SNSL" */
    uint16_t version;       /* 1, or 2 if there are steps beside each other */
    uint16_t header_size;   /* 64 */
    uint32_t length;        /* bytes of the whole file, a multiple of 4 */
    uint32_t crc;           /* CRC-32 of all bytes after this field */
    uint32_t rate;          /* samples a second and channel, in thousandths; 0: no fixed rate */
    uint32_t scale_bits;    /* binary32: value in the sensor's unit = sample * scale */
    uint32_t window;        /* samples a window, each of `channels` values: 1 ... */
    uint32_t hop;           /* samples from one window's start to the next one's: 1 ... window */
    uint16_t channels;      /* 1 ... */
    uint8_t sample_type;    /* sl_sense_sample */
    uint8_t reserved;       /* 0 */
    uint16_t n_steps;       /* 1 ... */
    uint16_t n_labels;      /* 0, or one for each output */
    uint32_t outputs;       /* values that the last step gives */
    uint32_t labels_offset; /* from the start of the file */
    uint32_t labels_length;
    uint32_t text_offset;
    uint32_t text_length;
    uint32_t reserved_2; /* 0 */
} sl_sense_header;

/* Set in a step's `inputs`: it stands beside the step before it. */
#define SL_SENSE_BESIDE 0x80000000u

/* One step: `inputs` float32 values in, `outputs` out. The table follows the header.
 *
 * A step takes the outputs of the step before it, the first one the window. In files of version 2 a
 * step may stand beside the one before it: it takes the same values as that one, and its outputs
 * follow that one's, so that the next step takes both. */
typedef struct sl_sense_step {
    char kind[SL_SENSE_KIND_LENGTH]; /* a-z, 0-9 and _, padded with zeros: "time_features", "trees"
                                      */
    uint32_t offset;  /* of the payload, from the start of the file; divisible by 4 */
    uint32_t length;  /* bytes of the payload */
    uint32_t inputs;  /* first step: window * channels; else outputs before; SL_SENSE_BESIDE */
    uint32_t outputs; /* 1 ... 2^31 - 1 */
} sl_sense_step;

typedef struct sl_sense {
    const sl_sense_header *header;
    const sl_sense_step *steps; /* n_steps */
    const uint8_t *labels;      /* n_labels times: length (1 byte), UTF-8 */
    const char *text; /* UTF-8, TOML: what no program on the board needs (docs/FORMAT.md) */
} sl_sense;

/* Check the file and prepare `sense` to read it in place. SL_OK, SL_ERR_ALIGNMENT (file not at a
 * multiple of 4), SL_ERR_LENGTH, SL_ERR_MAGIC, SL_ERR_VERSION, SL_ERR_CRC, SL_ERR_RANGE or
 * SL_ERR_STRUCTURE. */
sl_status sl_sense_open(sl_sense *sense, const void *file, size_t length);

/* The label with this number < n_labels, *length bytes of UTF-8 without a final zero. */
const char *sl_sense_label(const sl_sense *sense, uint32_t index, uint32_t *length);

/* The kind of the step with this number < n_steps, *length bytes. */
const char *sl_sense_kind(const sl_sense *sense, uint32_t index, uint32_t *length);

/* Numbers of the header by number, for the bindings: 0 rate, 1 scale_bits, 2 window, 3 hop,
 * 4 channels, 5 sample_type, 6 n_steps, 7 n_labels, 8 outputs. */
#define SL_SENSE_NUMBERS 9u
uint32_t sl_sense_number(const sl_sense *sense, uint32_t field);

/* Numbers of the step with this number < n_steps: 0 offset, 1 length, 2 inputs, 3 outputs, 4
 * whether it stands beside the step before it. */
#define SL_SENSE_STEP_NUMBERS 5u
uint32_t sl_sense_step_number(const sl_sense *sense, uint32_t index, uint32_t field);

#endif
