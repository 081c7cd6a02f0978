/* Golden vector files (tests/golden/README.md) for C tests. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct vectors_record {
    uint32_t bytes; /* of the whole record */
    int32_t status;
    uint32_t payload_bytes;
    uint32_t cases;
    uint32_t input_bytes; /* a case */
    uint32_t outputs;     /* a case */
    uint32_t variant;
    uint32_t reserved;
    char name[32];
} vectors_record;

/* Record with its sections; `payload` is 8-byte aligned, as are the others. */
typedef struct vectors {
    const vectors_record *record;
    const void *payload;
    const char *inputs;       /* case after case */
    const uint32_t *bits;     /* cases x outputs */
    const double *values;     /* cases x outputs */
    const double *tolerances; /* cases x outputs */
    const char *next;
    uint32_t left; /* records after this one */
    char *data;    /* the file */
} vectors;

/* Read a whole file into memory, 8-byte aligned; exits when it can't be read. */
static inline char *vectors_read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    size_t space = 65536;
    char *data = malloc(space);
    *length = 0;
    while (file != NULL && data != NULL) {
        size_t got = fread(data + *length, 1, space - *length, file);
        if (got == 0) {
            fclose(file);
            return data;
        }
        *length += got;
        if (*length == space) {
            space += space / 2;
            data = realloc(data, space);
        }
    }
    printf("can't read %s\n", path);
    exit(2);
}

/* Begin with the file at `path`; then `while (vectors_next(&v))`, and vectors_close at the end. */
static inline void vectors_open(vectors *v, const char *path)
{
    size_t length;
    char *data = vectors_read_file(path, &length);
    uint32_t version;
    memcpy(&version, data + 8, 4);
    if (length < 16 || memcmp(data, "SLVECTOR", 8) != 0 || version != 1) {
        printf("%s is no golden vector file of version 1\n", path);
        exit(2);
    }
    memcpy(&v->left, data + 12, 4);
    v->next = data + 16;
    v->data = data;
}

static inline void vectors_close(vectors *v)
{
    free(v->data);
}

static inline const void *vectors_section(const char **at, size_t bytes)
{
    const void *section = *at;
    *at += (bytes + 7) & ~(size_t)7;
    return section;
}

static inline int vectors_next(vectors *v)
{
    if (v->left == 0) {
        return 0;
    }
    const vectors_record *record = (const void *)v->next;
    const char *at = v->next + sizeof *record;
    size_t words = (size_t)record->cases * record->outputs;
    v->left--;
    v->record = record;
    v->payload = vectors_section(&at, record->payload_bytes);
    v->inputs = vectors_section(&at, (size_t)record->cases * record->input_bytes);
    v->bits = vectors_section(&at, 4 * words);
    v->values = vectors_section(&at, 8 * words);
    v->tolerances = vectors_section(&at, 8 * words);
    v->next = at;
    return 1;
}

#endif
