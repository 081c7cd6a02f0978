/* The naive reader of a "trees" payload, written from docs/FORMAT.md: whether it is well-formed.
 * What the core accepts, this must accept, and the reverse. Slow, and wordy where the core is
 * short. */
#ifndef TREES_REFERENCE_H
#define TREES_REFERENCE_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct reference_table {
    uint64_t at, count, size;
} reference_table;

static inline uint64_t reference_number(const uint8_t *payload, uint64_t at, uint64_t size)
{
    uint64_t number = 0;
    for (uint64_t i = 0; i < size; i++) {
        number |= (uint64_t)payload[at + i] << 8 * i;
    }
    return number;
}

static inline uint64_t reference_item(const uint8_t *payload, reference_table t, uint64_t index)
{
    return reference_number(payload, t.at + index * t.size, t.size);
}

static inline reference_table reference_take(uint64_t *at, uint64_t count, uint64_t size)
{
    reference_table t = {*at, count, size};
    *at += (count * size + 3) / 4 * 4;
    return t;
}

/* Whether no leaf hangs from the `levels` topmost levels of the narrow tree at `node`. */
static inline int reference_top(const uint8_t *payload, reference_table nodes, uint64_t node,
                                uint32_t levels)
{
    if (levels == 0) {
        return 1;
    }
    uint64_t word = reference_item(payload, nodes, node);
    if ((word >> 17 & 1) != 0 || (word >> 8 & 1) != 0) {
        return 0;
    }
    return reference_top(payload, nodes, node + 1, levels - 1) &&
           reference_top(payload, nodes, node + 1 + (word & 255), levels - 1);
}

static inline int reference_accepts(const uint8_t *p, uint64_t length)
{
    if (length < 40) {
        return 0;
    }
    uint64_t layout = p[1], domain = p[2], leaves = p[3], top = p[4], entry_size = p[5];
    uint64_t record_size = p[6], missing_left = p[7];
    uint64_t n_trees = reference_number(p, 8, 2), n_groups = reference_number(p, 10, 2);
    uint64_t inputs = reference_number(p, 12, 2), outputs = reference_number(p, 14, 2);
    uint64_t n_nodes = reference_number(p, 16, 4), n_leaves = reference_number(p, 20, 4);
    uint64_t n_records = reference_number(p, 24, 4), n_entries = reference_number(p, 28, 4);
    uint64_t n_values = reference_number(p, 32, 4), max_entries = reference_number(p, 36, 2);
    int narrow = layout == 0, votes = leaves == 0, distributions = leaves == 1,
        values = leaves == 2;

    if (p[0] != 1 || layout > 1 || domain > 1 || leaves > 2 || top != (layout == 0 ? 4 : 0) ||
        missing_left > 1 || n_trees < 1 || n_trees > 1000 || inputs < 1 || inputs > 4096 ||
        outputs < 1 || n_nodes < 1 || n_records < 1 || reference_number(p, 38, 2) != 0) {
        return 0;
    }
    if (narrow && (domain != 1 || record_size != 0 || missing_left != 0 || inputs > 64 ||
                   n_nodes > 65536 || n_leaves != 0 || n_records > 256)) {
        return 0;
    }
    if (!narrow && (n_leaves < 1 || (record_size != 0 && record_size != 1 && record_size != 2 &&
                                     record_size != 4))) {
        return 0;
    }
    if ((votes && (n_groups != 1 || n_records != outputs)) || (values && n_groups != 0) ||
        (distributions && (n_groups < 1 || n_groups > outputs))) {
        return 0;
    }
    if (distributions && ((entry_size != 2 && entry_size != 4 && entry_size != 8) ||
                          max_entries < 1 || max_entries > outputs)) {
        return 0;
    }

    uint64_t at = 40;
    reference_table groups = reference_take(&at, n_groups, 2);
    reference_table roots = reference_take(&at, n_trees * (narrow ? 1 : 2), narrow ? 2 : 4);
    reference_table nodes = reference_take(&at, n_nodes * (narrow ? 1 : 2), 4);
    reference_table records = reference_take(&at, record_size != 0 ? n_leaves : 0, record_size);
    reference_table first = reference_take(&at, distributions ? max_entries : 0, 4);
    reference_table entries =
        reference_take(&at, distributions ? 2 * n_entries : 0, entry_size / 2);
    reference_table shares = reference_take(&at, distributions ? n_values : 0, 4);
    reference_table exponents = reference_take(&at, values ? outputs : 0, 2);
    reference_table rows = reference_take(&at, values ? n_records * outputs : 0, 4);
    if (at != length) {
        return 0;
    }

    uint64_t sum = 0;
    for (uint64_t i = 0; i < n_groups; i++) {
        uint64_t classes = reference_item(p, groups, i);
        if (classes == 0) {
            return 0;
        }
        sum += classes;
    }
    if (n_groups != 0 && sum != outputs) {
        return 0;
    }

    for (uint64_t leaf = 0; !narrow && leaf < n_leaves; leaf++) {
        if ((record_size == 0 ? leaf : reference_item(p, records, leaf)) >= n_records) {
            return 0;
        }
    }

    uint64_t stride = narrow ? 1 : 2;
    for (uint64_t tree = 0; tree < n_trees; tree++) {
        int last = tree + 1 == n_trees;
        uint64_t start = reference_item(p, roots, stride * tree);
        uint64_t end = last ? n_nodes : reference_item(p, roots, stride * (tree + 1));
        uint64_t leaf = narrow ? 0 : reference_item(p, roots, 2 * tree + 1);
        uint64_t leaf_end = narrow ? 0 : last ? n_leaves : reference_item(p, roots, 2 * tree + 3);
        if ((tree == 0 && start != 0) || start >= end || end > n_nodes || leaf > leaf_end ||
            leaf_end > n_leaves) {
            return 0;
        }
        for (uint64_t node = start; node < end; node++) {
            uint64_t word = reference_item(p, nodes, narrow ? node : 2 * node + 1);
            uint64_t feature = narrow ? word >> 18 & 63 : word >> 17 & 4095;
            int left_leaf = (word >> (narrow ? 17 : 31) & 1) != 0;
            int right_leaf = (word >> (narrow ? 8 : 30) & 1) != 0;
            uint64_t right = narrow ? word & 255 : word & 0x1FFFF;
            if (feature >= inputs || (!narrow && missing_left == 0 && (word >> 29 & 1) != 0)) {
                return 0;
            }
            if (narrow) {
                if ((left_leaf && (word >> 9 & 255) >= n_records) ||
                    (right_leaf && right >= n_records) ||
                    (left_leaf && !right_leaf && right != 0)) {
                    return 0;
                }
            } else if (left_leaf || right_leaf) {
                uint64_t highest = left_leaf && right_leaf ? right + 1 : right;
                if (leaf + highest >= leaf_end) {
                    return 0;
                }
            }
            if ((!left_leaf || !right_leaf) && node + 1 >= end) {
                return 0;
            }
            if (!left_leaf && !right_leaf && node + 1 + right >= end) {
                return 0;
            }
        }
        if (narrow && !reference_top(p, nodes, start, (uint32_t)top)) {
            return 0;
        }
    }

    uint64_t scale = 0x80000000u / n_trees;
    if (distributions) {
        uint64_t before = 0, used = 0;
        for (uint64_t i = 0; i < max_entries; i++) {
            uint64_t end = reference_item(p, first, i);
            if (end < before || end > n_records) {
                return 0;
            }
            used += (end - before) * (i + 1);
            before = end;
        }
        if (before != n_records || used != n_entries) {
            return 0;
        }
        for (uint64_t i = 0; i < n_entries; i++) {
            uint64_t value = reference_item(p, entries, 2 * i + 1);
            if (reference_item(p, entries, 2 * i) >= outputs ||
                (entry_size == 8 ? value > scale : value >= n_values)) {
                return 0;
            }
        }
        for (uint64_t i = 0; i < n_values; i++) {
            if (reference_item(p, shares, i) > scale) {
                return 0;
            }
        }
    }
    for (uint64_t i = 0; values && i < outputs; i++) {
        int16_t exponent = (int16_t)reference_item(p, exponents, i);
        if (exponent < -1100 || exponent > 127) {
            return 0;
        }
    }
    for (uint64_t i = 0; i < rows.count; i++) {
        int64_t value = (int32_t)reference_item(p, rows, i);
        if (value > (int64_t)(0x7FFFFFFF / n_trees) || -value > (int64_t)(0x7FFFFFFF / n_trees)) {
            return 0;
        }
    }
    return 1;
}

#endif
