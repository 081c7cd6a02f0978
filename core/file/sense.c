#include "file/sense.h"

#include "base/crc32.h"

_Static_assert(sizeof(sl_sense_header) == 64, "the header is read in place");
_Static_assert(sizeof(sl_sense_step) == 32, "the step table is read in place");

#define CRC_START 16u /* the first byte that the checksum covers */

/* Whether `bytes` are UTF-8 as RFC 3629 has it: shortest forms, no surrogates, up to U+10FFFF. */
static int is_utf8(const uint8_t *bytes, uint32_t length)
{
    uint32_t i = 0;
    while (i < length) {
        uint32_t lead = bytes[i++];
        if (lead < 0x80) {
            continue;
        }
        uint32_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
        if (lead < 0xC2 || lead > 0xF4 || more > length - i) {
            return 0;
        }
        uint32_t code = lead & (0x3Fu >> more);
        for (uint32_t k = 0; k < more; k++) {
            uint32_t byte = bytes[i++];
            if ((byte & 0xC0u) != 0x80) {
                return 0;
            }
            code = (code << 6) | (byte & 0x3Fu);
        }
        uint32_t smallest = more == 3 ? 0x10000 : more == 2 ? 0x800 : 0x80;
        if (code < smallest || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
            return 0;
        }
    }
    return 1;
}

/* Whether `length` bytes at `offset` lie inside the file. */
static int inside(const sl_sense_header *h, uint32_t offset, uint32_t length)
{
    return offset <= h->length && length <= h->length - offset;
}

static int is_kind(const char *kind)
{
    uint32_t i = 0;
    while (i < SL_SENSE_KIND_LENGTH && ((kind[i] >= 'a' && kind[i] <= 'z') ||
                                        (kind[i] >= '0' && kind[i] <= '9') || kind[i] == '_')) {
        i++;
    }
    int empty = i == 0;
    while (i < SL_SENSE_KIND_LENGTH && kind[i] == 0) {
        i++;
    }
    return !empty && i == SL_SENSE_KIND_LENGTH;
}

static sl_status check_steps(const sl_sense *s)
{
    const sl_sense_header *h = s->header;
    if (h->n_steps > (h->length - sizeof(sl_sense_header)) / sizeof(sl_sense_step)) {
        return SL_ERR_LENGTH;
    }
    uint32_t inputs = 0;                        /* of the step, and of those beside it */
    uint32_t outputs = h->window * h->channels; /* of all of these; at first the window */
    uint32_t beside = 0;
    for (uint32_t i = 0; i < h->n_steps; i++) {
        const sl_sense_step *step = &s->steps[i];
        beside = step->inputs & SL_SENSE_BESIDE;
        if (beside == 0) {
            inputs = outputs;
            outputs = 0;
        } else if (i == 0 || h->version < 2) {
            return SL_ERR_STRUCTURE;
        }
        outputs += step->outputs; /* may wrap around only if one of them is refused below */
        if (!is_kind(step->kind) || (step->offset & 3u) != 0 ||
            !inside(h, step->offset, step->length) || step->inputs != (inputs | beside) ||
            step->outputs == 0 || step->outputs >= SL_SENSE_BESIDE || outputs >= SL_SENSE_BESIDE) {
            return SL_ERR_STRUCTURE;
        }
    }
    /* The last step gives its outputs to the caller's memory, which has no room for others. */
    return beside == 0 && outputs == h->outputs ? SL_OK : SL_ERR_STRUCTURE;
}

static sl_status check_labels(sl_sense *s)
{
    const sl_sense_header *h = s->header;
    if (!inside(h, h->labels_offset, h->labels_length) ||
        !inside(h, h->text_offset, h->text_length) ||
        (h->n_labels != 0 && h->n_labels != h->outputs)) {
        return SL_ERR_STRUCTURE;
    }
    s->labels = (const uint8_t *)h + h->labels_offset;
    s->text = (const char *)h + h->text_offset;
    uint32_t at = 0;
    for (uint32_t i = 0; i < h->n_labels; i++) {
        if (at >= h->labels_length || s->labels[at] > h->labels_length - at - 1) {
            return SL_ERR_STRUCTURE;
        }
        uint32_t length = s->labels[at];
        if (!is_utf8(s->labels + at + 1, length)) {
            return SL_ERR_STRUCTURE;
        }
        at += 1 + length;
    }
    return is_utf8((const uint8_t *)s->text, h->text_length) ? SL_OK : SL_ERR_STRUCTURE;
}

sl_status sl_sense_open(sl_sense *s, const void *file, size_t length)
{
    if (((uintptr_t)file & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    const sl_sense_header *h = file;
    const uint8_t *bytes = file;
    if (length < sizeof(*h)) {
        return SL_ERR_LENGTH;
    }
    if (h->magic[0] != 'S' || h->magic[1] != 'N' || h->magic[2] != 'S' || h->magic[3] != 'L') {
        return SL_ERR_MAGIC;
    }
    if (h->version == 0 || h->version > SL_SENSE_VERSION || h->header_size != sizeof(*h)) {
        return SL_ERR_VERSION;
    }
    if (h->length != length || (length & 3u) != 0) {
        return SL_ERR_LENGTH;
    }
    if (sl_crc32(0, bytes + CRC_START, length - CRC_START) != h->crc) {
        return SL_ERR_CRC;
    }
    /* 2^24 values a window keep every product of sizes below 2^32. */
    if (h->window == 0 || h->channels == 0 || h->window > 0x1000000u / h->channels || h->hop == 0 ||
        h->hop > h->window || h->sample_type > SL_SENSE_INT16 || h->n_steps == 0 ||
        h->outputs == 0 || h->outputs > 65535 || h->reserved != 0 || h->reserved_2 != 0) {
        return SL_ERR_RANGE;
    }
    /* The scale is a positive finite number. */
    if (h->scale_bits == 0 || h->scale_bits >= 0x7F800000u) {
        return SL_ERR_RANGE;
    }
    s->header = h;
    s->steps = (const void *)(h + 1);
    sl_status status = check_steps(s);
    return status == SL_OK ? check_labels(s) : status;
}

const char *sl_sense_label(const sl_sense *s, uint32_t index, uint32_t *length)
{
    const uint8_t *label = s->labels;
    while (index-- != 0) {
        label += 1 + label[0];
    }
    *length = label[0];
    return (const char *)label + 1;
}

const char *sl_sense_kind(const sl_sense *s, uint32_t index, uint32_t *length)
{
    const char *kind = s->steps[index].kind;
    uint32_t i = 0;
    while (i < SL_SENSE_KIND_LENGTH && kind[i] != 0) {
        i++;
    }
    *length = i;
    return kind;
}

uint32_t sl_sense_number(const sl_sense *s, uint32_t field)
{
    const sl_sense_header *h = s->header;
    switch (field) {
    case 0:
        return h->rate;
    case 1:
        return h->scale_bits;
    case 2:
        return h->window;
    case 3:
        return h->hop;
    case 4:
        return h->channels;
    case 5:
        return h->sample_type;
    case 6:
        return h->n_steps;
    case 7:
        return h->n_labels;
    default:
        return h->outputs;
    }
}

uint32_t sl_sense_step_number(const sl_sense *s, uint32_t index, uint32_t field)
{
    const sl_sense_step *step = &s->steps[index];
    switch (field) {
    case 0:
        return step->offset;
    case 1:
        return step->length;
    case 2:
        return step->inputs & ~SL_SENSE_BESIDE;
    case 3:
        return step->outputs;
    default:
        return step->inputs >> 31;
    }
}
