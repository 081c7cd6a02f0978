/* The nodes of trees and the walks over them: shared by trees.c and trees_apply.c, private to them.
 */
#ifndef SL_MODELS_TREES_WALK_H
#define SL_MODELS_TREES_WALK_H

#include "base/float32.h"
#include "models/trees.h"

/* clang-format off */
/* A node's link word, beside its threshold:
 *                   narrow (the threshold shares the word)   wide (the threshold is the word before)
 *   threshold       31 ... 24, signed                        -
 *   feature         23 ... 18                                28 ... 17
 *   left is a leaf  17                                       31
 *   right is a leaf 8                                        30
 *   missing left    -                                        29
 *   payload         16 ... 9 (left leaf), 7 ... 0 (right)    16 ... 0
 * A child that is no leaf: on the left it is the next node; on the right, if the left is a leaf, too,
 * else the payload (narrow: right field) is added to the index of the next node. So every step goes
 * forward, and a walk ends.
 * A leaf: narrow: the field has its record's number. Wide: the payload is its number in the tree; if
 * both children are leaves the right one has the number after it. */
/* clang-format on */
#define NARROW_LEFT_LEAF   (1u << 17)
#define NARROW_RIGHT_LEAF  (1u << 8)
#define NARROW_LEFT_SHIFT  9
#define NARROW_RIGHT_SHIFT 23 /* brings "right is a leaf" to the sign, the field below it */
#define NARROW_FIELD       0xFFu
#define WIDE_LEFT_LEAF     (1u << 31)
#define WIDE_RIGHT_LEAF    (1u << 30)
#define WIDE_MISSING_LEFT  (1u << 29)
#define WIDE_PAYLOAD       0x1FFFFu

#define TOP_LEVELS 4u

/* An empty instruction sequence: gcc and clang then branch around a short block instead of
 * executing it conditionally, which is shorter by an instruction on Thumb-2 when the block is
 * skipped. */
#define BRANCH_AROUND() __asm__ volatile("")

/* Boards have no time to count to four; the laptop does. */
#ifdef __x86_64__
#define UNROLL
#else
#define UNROLL _Pragma("GCC unroll 4")
#endif

/* Likewise empty; the value stands in a register here, so the code before and after stay apart. */
#define HOLD(value) __asm__ volatile("" : "+r"(value))

typedef struct wide_root {
    uint32_t node; /* index of the root */
    uint32_t leaf; /* number of the tree's first leaf among all leaves */
} wide_root;

static inline uint32_t narrow_feature(uint32_t word)
{
    return (word >> 18) & 63u;
}

static inline int32_t narrow_threshold(uint32_t word)
{
    return (int32_t)word >> 24;
}

static inline uint32_t wide_feature(uint32_t link)
{
    return (link >> 17) & 4095u;
}

/* The walks return the number of the leaf's record (narrow) or of the leaf in the tree (wide), and
 * leave in *last the node after the last one they visited, in *right whether they left it to the
 * right; sl_trees_apply needs those, elsewhere the compiler drops them. */
#define WALK static inline __attribute__((always_inline)) uint32_t

/* Written for the fewest instructions: the loop stands twice, once for coming from the left and
 * once from the right, so that neither way has a jump more than it needs (Thumb-2: 7 and 8
 * instructions a node, 5 and 7 in the top levels, which have no leaf to look for). */
WALK walk_narrow(const uint32_t *node, const int16_t *x, const uint32_t **last, uint32_t *right)
{
    uint32_t word;
    HOLD(node);
    UNROLL
    for (uint32_t level = 0; level < TOP_LEVELS; level++) {
        word = *node++;
        if (x[narrow_feature(word)] > narrow_threshold(word)) {
            BRANCH_AROUND();
            node += word & NARROW_FIELD;
        }
    }
    for (;;) {
        do {
            word = *node++;
            if (x[narrow_feature(word)] > narrow_threshold(word)) {
                goto go_right;
            }
        } while ((word & NARROW_LEFT_LEAF) == 0);
        HOLD(word); /* keeps the two loops apart */
        break;
    go_right:
        do {
            uint32_t field = word << NARROW_RIGHT_SHIFT;
            if ((int32_t)field < 0) {
                *last = node;
                *right = 1;
                return word & NARROW_FIELD;
            }
            /* The field times four, in one shift: everything below it is zero. */
            node = (const void *)((const uint8_t *)node + (field >> (NARROW_RIGHT_SHIFT - 2)));
            word = *node++;
        } while (x[narrow_feature(word)] > narrow_threshold(word));
        HOLD(word);
        if ((word & NARROW_LEFT_LEAF) != 0) {
            break;
        }
    }
    *last = node;
    *right = 0;
    return (word >> NARROW_LEFT_SHIFT) & NARROW_FIELD;
}

/* `missing`: whether some feature is a missing value, in a model that sends some of them left. */
WALK walk_wide(const uint32_t *node, const int32_t *keys, int missing, const uint32_t **last,
               uint32_t *right)
{
    for (;;) {
        int32_t threshold = (int32_t)node[0];
        uint32_t link = node[1];
        node += 2;
        int32_t key = keys[wide_feature(link)];
        int left = key <= threshold;
        if (missing && key > (int32_t)SL_INFINITY_BITS) {
            left = (link & WIDE_MISSING_LEFT) != 0;
        }
        if (left) {
            if ((link & WIDE_LEFT_LEAF) != 0) {
                *last = node;
                *right = 0;
                return link & WIDE_PAYLOAD;
            }
        } else {
            BRANCH_AROUND();
            if ((link & WIDE_RIGHT_LEAF) != 0) {
                *last = node;
                *right = 1;
                return (link & WIDE_PAYLOAD) + (link >> 31);
            }
            if ((link & WIDE_LEFT_LEAF) == 0) {
                node += 2 * (link & WIDE_PAYLOAD);
            }
        }
    }
}

/* Puts float32 features into the form that the nodes compare with, int16_t or keys, at the front of
 * work. *missing becomes 1 if a feature is missing in a model that sends some of those left. */
sl_status sl_trees_convert_floats(const sl_trees *trees, const float *features, void *work,
                                  int *missing);

#endif
