#include "port/heap_paint.h"

#include "py/gc.h"
#include "py/mpstate.h"

#define PAINT                 ((uintptr_t)0x5e45e1e7)
#define WORDS_PER_BLOCK       (MICROPY_BYTES_PER_GC_BLOCK / sizeof(uintptr_t))
#define BLOCKS_PER_TABLE_BYTE (4) // two bits each in py/gc.c; 0 is free

static const mp_state_mem_area_t *area(void)
{
    return &MP_STATE_MEM(area);
}

static size_t block_count(void)
{
    return area()->gc_alloc_table_byte_len * BLOCKS_PER_TABLE_BYTE;
}

static bool block_is_free(size_t block)
{
    unsigned shift = block % BLOCKS_PER_TABLE_BYTE * 2;
    return (area()->gc_alloc_table_start[block / BLOCKS_PER_TABLE_BYTE] >> shift & 3) == 0;
}

static uintptr_t *block_words(size_t block)
{
    return (uintptr_t *)(void *)(area()->gc_pool_start + block * MICROPY_BYTES_PER_GC_BLOCK);
}

size_t heap_paint_mark(void)
{
    size_t used = 0;
    for (size_t block = 0; block < block_count(); ++block) {
        if (!block_is_free(block)) {
            used += 1;
            continue;
        }
        for (size_t i = 0; i < WORDS_PER_BLOCK; ++i) {
            block_words(block)[i] = PAINT;
        }
    }
    return used * MICROPY_BYTES_PER_GC_BLOCK;
}

static bool block_is_touched(size_t block)
{
    for (size_t i = 0; i < WORDS_PER_BLOCK; ++i) {
        if (block_words(block)[i] != PAINT) {
            return true;
        }
    }
    return false;
}

size_t heap_paint_peak(void)
{
    size_t used = 0;
    for (size_t block = 0; block < block_count(); ++block) {
        used += !block_is_free(block) || block_is_touched(block);
    }
    return used * MICROPY_BYTES_PER_GC_BLOCK;
}
