/* Decision trees and forests of them: classification and regression, exact.
 *
 * The leaf a sample reaches is the one that the trainer's own tree reaches, always: thresholds are
 * compared as order-preserving 32-bit keys of the float32 values, or as integers, so that no
 * arithmetic and no rounding takes part in a decision. Leaf values are summed in 32-bit fixed point
 * whose error is bounded below; the walk uses no floating-point instruction.
 *
 * Method: binary decision trees as in Breiman, Friedman, Olshen, Stone, "Classification and
 * Regression Trees" (1984); averages over trees as in Breiman, "Random Forests" (2001).
 *
 * Memory: sl_trees (~80 bytes) and sl_trees_work_size() bytes of work memory; the payload is read
 * in place and must neither move nor change while the sl_trees is in use.
 *
 * Payload (step kind "trees", all numbers little-endian, the payload 4-byte aligned):
 * docs/FORMAT.md.
 */
#ifndef SL_MODELS_TREES_H
#define SL_MODELS_TREES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* How nodes are stored. */
typedef enum sl_trees_layout {
    SL_TREES_NARROW =
        0,             /* 4 bytes: <= 64 integer features, thresholds -128 ... 127, <= 256 leaves */
    SL_TREES_WIDE = 1, /* 8 bytes: <= 4096 features, any 32-bit threshold */
} sl_trees_layout;

/* What thresholds are compared with. */
typedef enum sl_trees_domain {
    SL_TREES_FLOATS = 0,   /* float32 features, as order-preserving keys */
    SL_TREES_INTEGERS = 1, /* integer features, -32768 ... 32767 */
} sl_trees_domain;

/* What a leaf holds. */
typedef enum sl_trees_leaves {
    SL_TREES_VOTES = 0,         /* one class: the trees vote */
    SL_TREES_DISTRIBUTIONS = 1, /* class probabilities, averaged over the trees */
    SL_TREES_VALUES = 2,        /* one value for each output: regression, averaged */
} sl_trees_leaves;

/* Open trees. Fields are read-only for callers. */
typedef struct sl_trees {
    const void *roots; /* narrow: uint16_t a tree; wide: {uint32_t node, uint32_t leaf} a tree */
    const uint32_t *nodes;        /* narrow: a word a node; wide: two */
    const void *leaf_records;     /* wide: record of each leaf, or NULL where they are the same */
    const uint32_t *first_record; /* distributions: first record with more than i entries */
    const void *entries;          /* distributions: (class, value) pairs */
    const uint32_t *values;   /* distributions: probabilities; values: int32_t, records x outputs */
    const int16_t *exponents; /* values: output = sum * 2^exponent, one for each output */
    const uint16_t *groups;   /* classification: number of classes of each target */
    uint32_t n_trees;         /* 1 ... 1000 */
    uint32_t inputs;          /* features, 1 ... 4096 (narrow: 64) */
    uint32_t outputs;         /* classes of all targets, or regression targets: 1 ... 65535 */
    uint32_t n_groups;        /* targets: 1 ... outputs; regression: 0 */
    uint32_t scale;           /* weight of one vote: 2^31 / n_trees, rounded down */
    uint32_t max_entries;     /* distributions: length of first_record */
    uint8_t layout, domain, leaves;
    uint8_t entry_size;   /* bytes of an entry: 2, 4 or 8 */
    uint8_t record_size;  /* bytes of an item of leaf_records: 0, 1, 2 or 4 */
    uint8_t missing_left; /* 1 if some node sends missing values (NaN) to the left */
} sl_trees;

/* Check the whole payload and prepare `trees` to read it in place.
 * Afterwards no function can read outside it, whatever the samples are. Returns SL_OK,
 * SL_ERR_ALIGNMENT, SL_ERR_LENGTH, SL_ERR_VERSION, SL_ERR_LAYOUT, SL_ERR_RANGE or SL_ERR_STRUCTURE.
 */
sl_status sl_trees_open(sl_trees *trees, const void *payload, size_t length);

/* Bytes of work memory, 4-byte aligned, for the functions below: 4 a feature and 4 an output. */
size_t sl_trees_work_size(const sl_trees *trees);

/* Class probabilities (rows of all targets one after the other; votes: share of the trees), or
 * regression values, for one sample of `inputs` features, into `outputs` floats.
 * Error: probabilities 1.5 n_trees / 2^31 (100 trees: 7e-8) and the rounding to float32; values
 * n_trees / 2^31 of the largest leaf, and the rounding. A NaN feature is a missing value and goes
 * the way that the trainer gave each node. SL_ERR_VALUE if the trees take integers and a feature is
 * none, or lies outside -32768 ... 32767. */
sl_status sl_trees_run(const sl_trees *trees, const float *features, float *out, void *work);
sl_status sl_trees_run_i16(const sl_trees *trees, const int16_t *features, float *out, void *work);

/* Index of the most probable class (several targets: of the first), or a negative sl_status.
 * Probabilities nearer than n_trees / 2^31 (100 trees: 5e-8) count as equal: the lower class wins.
 * Regression trees: SL_ERR_LAYOUT. */
int32_t sl_trees_predict(const sl_trees *trees, const float *features, void *work);
int32_t sl_trees_predict_i16(const sl_trees *trees, const int16_t *features, void *work);

/* Class of target `group` < n_groups, after one of the functions above left its sums in `work`. */
int32_t sl_trees_decide(const sl_trees *trees, uint32_t group, const void *work);

/* The leaf that the sample reaches in each tree, into n_trees numbers: twice the index of the last
 * decision node in the payload, plus 1 if it was left to the right. For tests and explanations. */
sl_status sl_trees_apply(const sl_trees *trees, const float *features, uint32_t *leaves,
                         void *work);

#endif
