#include "models/trees.h"

#include "models/trees_walk.h"

#define MAX_TREES 1000u

/* ---- Opening ------------------------------------------------------------------------------------
 */

/* Header of the payload, as stored. */
typedef struct trees_header {
    uint8_t version, layout, domain, leaves;
    uint8_t top_levels, entry_size, record_size, missing_left;
    uint16_t n_trees, n_groups;
    uint16_t inputs, outputs;
    uint32_t n_nodes;
    uint32_t n_leaves;  /* wide: leaves of all trees; narrow: 0 */
    uint32_t n_records; /* distinct leaf contents; votes: classes */
    uint32_t n_entries; /* distributions */
    uint32_t n_values;  /* distributions: distinct probabilities; 0 if entries hold them */
    uint16_t max_entries, reserved;
} trees_header;

_Static_assert(sizeof(trees_header) == 40, "the header is read in place");

/* Takes `count` items of `size` bytes off the front of the payload; tables are padded to 4 bytes.
 */
typedef struct reader {
    const uint8_t *next;
    size_t left;
} reader;

static const void *take(reader *r, uint32_t count, uint32_t size, sl_status *status)
{
    const uint8_t *table = r->next;
    if (count > r->left / size) {
        *status = SL_ERR_LENGTH;
        return table;
    }
    size_t bytes = ((size_t)count * size + 3u) & ~(size_t)3u;
    if (bytes > r->left) {
        *status = SL_ERR_LENGTH;
        return table;
    }
    r->next += bytes;
    r->left -= bytes;
    return table;
}

static sl_status check_header(const trees_header *h)
{
    if (h->version != 1) {
        return SL_ERR_VERSION;
    }
    if (h->layout > SL_TREES_WIDE || h->domain > SL_TREES_INTEGERS || h->leaves > SL_TREES_VALUES ||
        (h->top_levels != (h->layout == SL_TREES_NARROW ? TOP_LEVELS : 0))) {
        return SL_ERR_LAYOUT;
    }
    if (h->n_trees == 0 || h->n_trees > MAX_TREES || h->inputs == 0 || h->outputs == 0 ||
        h->n_nodes == 0 || h->n_records == 0 || h->missing_left > 1 || h->reserved != 0) {
        return SL_ERR_RANGE;
    }
    if (h->layout == SL_TREES_NARROW) {
        if (h->inputs > 64 || h->n_records > 256 || h->n_nodes > 65536 || h->n_leaves != 0 ||
            h->record_size != 0 || h->missing_left != 0 || h->domain != SL_TREES_INTEGERS) {
            return SL_ERR_RANGE;
        }
    } else {
        if (h->inputs > 4096 || h->n_leaves == 0) {
            return SL_ERR_RANGE;
        }
        if (h->record_size != 0 && h->record_size != 1 && h->record_size != 2 &&
            h->record_size != 4) {
            return SL_ERR_LAYOUT;
        }
        if (h->record_size == 0 && h->n_leaves > h->n_records) {
            return SL_ERR_STRUCTURE;
        }
    }
    if (h->leaves == SL_TREES_VALUES) {
        return h->n_groups == 0 ? SL_OK : SL_ERR_RANGE;
    }
    if (h->n_groups == 0 || h->n_groups > h->outputs) {
        return SL_ERR_RANGE;
    }
    if (h->leaves == SL_TREES_VOTES) {
        /* A vote names one class of one target. */
        return h->n_groups == 1 && h->n_records == h->outputs ? SL_OK : SL_ERR_STRUCTURE;
    }
    if (h->entry_size != 2 && h->entry_size != 4 && h->entry_size != 8) {
        return SL_ERR_LAYOUT;
    }
    return h->max_entries == 0 || h->max_entries > h->outputs ? SL_ERR_RANGE : SL_OK;
}

/* The nodes first ... end-1 of one tree: children inside the tree, features and leaves that exist.
 */
static sl_status check_tree(const sl_trees *t, uint32_t first, uint32_t end, uint32_t n_leaves,
                            uint32_t n_records)
{
    if (first >= end) {
        return SL_ERR_STRUCTURE;
    }
    for (uint32_t i = first; i < end; i++) {
        uint32_t word, feature, left_leaf, right_leaf, payload, next = end - i - 1;
        if (t->layout == SL_TREES_NARROW) {
            word = t->nodes[i];
            feature = narrow_feature(word);
            left_leaf = word & NARROW_LEFT_LEAF;
            right_leaf = word & NARROW_RIGHT_LEAF;
            payload = word & NARROW_FIELD;
            if ((left_leaf != 0 && ((word >> NARROW_LEFT_SHIFT) & NARROW_FIELD) >= n_records) ||
                (right_leaf != 0 && payload >= n_records)) {
                return SL_ERR_STRUCTURE;
            }
            if (left_leaf != 0 && right_leaf == 0 && payload != 0) {
                return SL_ERR_STRUCTURE; /* the right child must be the next node */
            }
        } else {
            word = t->nodes[2 * i + 1];
            feature = wide_feature(word);
            left_leaf = word & WIDE_LEFT_LEAF;
            right_leaf = word & WIDE_RIGHT_LEAF;
            payload = word & WIDE_PAYLOAD;
            uint32_t leaves = (word >> 31) + ((word >> 30) & 1u);
            if (leaves != 0 && payload + leaves > n_leaves) {
                return SL_ERR_STRUCTURE;
            }
            if ((word & WIDE_MISSING_LEFT) != 0 && t->missing_left == 0) {
                return SL_ERR_STRUCTURE;
            }
        }
        if (feature >= t->inputs) {
            return SL_ERR_STRUCTURE;
        }
        /* Exactly one leaf: the other child is the next node. None: right is payload further on. */
        if ((left_leaf == 0 || right_leaf == 0) && next == 0) {
            return SL_ERR_STRUCTURE;
        }
        if (left_leaf == 0 && right_leaf == 0 && payload >= next) {
            return SL_ERR_STRUCTURE;
        }
    }
    return SL_OK;
}

/* No leaf hangs from the first levels: all paths of that length, one after the other. */
static sl_status check_top(const sl_trees *t, uint32_t root)
{
    for (uint32_t path = 0; path < (1u << TOP_LEVELS); path++) {
        uint32_t node = root;
        for (uint32_t level = 0; level < TOP_LEVELS; level++) {
            uint32_t word = t->nodes[node];
            if ((word & (NARROW_LEFT_LEAF | NARROW_RIGHT_LEAF)) != 0) {
                return SL_ERR_STRUCTURE;
            }
            node += 1;
            if (((path >> level) & 1u) != 0) {
                node += word & NARROW_FIELD;
            }
        }
    }
    return SL_OK;
}

static sl_status check_trees(const sl_trees *t, const trees_header *h)
{
    const uint16_t *narrow = t->roots;
    const wide_root *wide = t->roots;
    for (uint32_t i = 0; i < t->n_trees; i++) {
        int last = i + 1 == t->n_trees;
        uint32_t first, end, n_leaves = 0;
        if (t->layout == SL_TREES_NARROW) {
            first = narrow[i];
            end = last ? h->n_nodes : narrow[i + 1];
        } else {
            first = wide[i].node;
            end = last ? h->n_nodes : wide[i + 1].node;
            uint32_t leaf_end = last ? h->n_leaves : wide[i + 1].leaf;
            if (wide[i].leaf > leaf_end || leaf_end > h->n_leaves) {
                return SL_ERR_STRUCTURE;
            }
            n_leaves = leaf_end - wide[i].leaf;
        }
        if (end > h->n_nodes || (i == 0 && first != 0)) {
            return SL_ERR_STRUCTURE;
        }
        sl_status status = check_tree(t, first, end, n_leaves, h->n_records);
        if (status == SL_OK && t->layout == SL_TREES_NARROW) {
            status = check_top(t, first);
        }
        if (status != SL_OK) {
            return status;
        }
    }
    return SL_OK;
}

static uint32_t leaf_record(const sl_trees *t, uint32_t leaf)
{
    switch (t->record_size) {
    case 1:
        return ((const uint8_t *)t->leaf_records)[leaf];
    case 2:
        return ((const uint16_t *)t->leaf_records)[leaf];
    case 4:
        return ((const uint32_t *)t->leaf_records)[leaf];
    default:
        return leaf;
    }
}

/* Class and value of the entry at `index`. */
static inline void read_entry(const sl_trees *t, uint32_t index, uint32_t *output, uint32_t *value)
{
    if (t->entry_size == 2) {
        const uint8_t *entry = (const uint8_t *)t->entries + 2 * index;
        *output = entry[0];
        *value = entry[1];
    } else if (t->entry_size == 4) {
        const uint16_t *entry = (const uint16_t *)t->entries + 2 * index;
        *output = entry[0];
        *value = entry[1];
    } else {
        const uint32_t *entry = (const uint32_t *)t->entries + 2 * index;
        *output = entry[0];
        *value = entry[1];
    }
}

static sl_status check_distributions(const sl_trees *t, const trees_header *h)
{
    /* Records are sorted by their number of entries: 1, 2, ... max_entries. */
    uint32_t expected = 0, previous = 0;
    for (uint32_t i = 0; i < t->max_entries; i++) {
        uint32_t end = t->first_record[i];
        if (end < previous || end > h->n_records) {
            return SL_ERR_STRUCTURE;
        }
        uint32_t records = end - previous;
        if (records > (h->n_entries - expected) / (i + 1)) {
            return SL_ERR_STRUCTURE;
        }
        expected += records * (i + 1);
        previous = end;
    }
    if (previous != h->n_records || expected != h->n_entries) {
        return SL_ERR_STRUCTURE;
    }
    for (uint32_t i = 0; i < h->n_entries; i++) {
        uint32_t output, value;
        read_entry(t, i, &output, &value);
        if (output >= t->outputs) {
            return SL_ERR_STRUCTURE;
        }
        if (t->entry_size == 8) {
            if (value > t->scale) {
                return SL_ERR_RANGE;
            }
        } else if (value >= h->n_values) {
            return SL_ERR_STRUCTURE;
        }
    }
    for (uint32_t i = 0; i < h->n_values; i++) {
        /* n_trees values of a class then sum to at most 2^31. */
        if (t->values[i] > t->scale) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

static sl_status check_values(const sl_trees *t, const trees_header *h)
{
    /* Beyond these every output is 0, or infinite. */
    for (uint32_t i = 0; i < t->outputs; i++) {
        if (t->exponents[i] < -1100 || t->exponents[i] > 127) {
            return SL_ERR_RANGE;
        }
    }
    /* n_trees of them must sum without overflow: |value| <= 2^31 / n_trees. */
    int32_t limit = (int32_t)(0x7FFFFFFFu / t->n_trees);
    const int32_t *values = (const int32_t *)t->values;
    uint32_t count = h->n_records * t->outputs;
    for (uint32_t i = 0; i < count; i++) {
        if (values[i] > limit || values[i] < -limit) {
            return SL_ERR_RANGE;
        }
    }
    return SL_OK;
}

sl_status sl_trees_open(sl_trees *t, const void *payload, size_t length)
{
    if (((uintptr_t)payload & 3u) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < sizeof(trees_header)) {
        return SL_ERR_LENGTH;
    }
    const trees_header *h = payload;
    sl_status status = check_header(h);
    if (status != SL_OK) {
        return status;
    }
    t->n_trees = h->n_trees;
    t->inputs = h->inputs;
    t->outputs = h->outputs;
    t->n_groups = h->n_groups;
    t->scale = 0x80000000u / h->n_trees;
    t->max_entries = h->max_entries;
    t->layout = h->layout;
    t->domain = h->domain;
    t->leaves = h->leaves;
    t->entry_size = h->entry_size;
    t->record_size = h->record_size;
    t->missing_left = h->missing_left;
    t->first_record = NULL;
    t->entries = NULL;
    t->values = NULL;
    t->exponents = NULL;
    t->leaf_records = NULL;

    reader r = {(const uint8_t *)payload + sizeof(trees_header), length - sizeof(trees_header)};
    int wide = t->layout == SL_TREES_WIDE;
    t->groups = take(&r, h->n_groups, 2, &status);
    t->roots = take(&r, h->n_trees, wide ? 8 : 2, &status);
    t->nodes = take(&r, h->n_nodes, wide ? 8 : 4, &status);
    if (h->record_size != 0) {
        t->leaf_records = take(&r, h->n_leaves, h->record_size, &status);
    }
    if (t->leaves == SL_TREES_DISTRIBUTIONS) {
        t->first_record = take(&r, h->max_entries, 4, &status);
        t->entries = take(&r, h->n_entries, h->entry_size, &status);
        t->values = take(&r, h->n_values, 4, &status);
    } else if (t->leaves == SL_TREES_VALUES) {
        t->exponents = take(&r, h->outputs, 2, &status);
        if (h->n_records > r.left / 4 / h->outputs) {
            return SL_ERR_LENGTH;
        }
        t->values = take(&r, h->n_records * h->outputs, 4, &status);
    }
    if (status != SL_OK || r.left != 0) {
        return SL_ERR_LENGTH;
    }

    uint32_t outputs = 0;
    for (uint32_t i = 0; i < t->n_groups; i++) {
        if (t->groups[i] == 0) {
            return SL_ERR_STRUCTURE;
        }
        outputs += t->groups[i];
    }
    if (t->n_groups != 0 && outputs != t->outputs) {
        return SL_ERR_STRUCTURE;
    }
    if (t->record_size != 0) {
        for (uint32_t i = 0; i < h->n_leaves; i++) {
            if (leaf_record(t, i) >= h->n_records) {
                return SL_ERR_STRUCTURE;
            }
        }
    }
    status = check_trees(t, h);
    if (status == SL_OK && t->leaves == SL_TREES_DISTRIBUTIONS) {
        status = check_distributions(t, h);
    } else if (status == SL_OK && t->leaves == SL_TREES_VALUES) {
        status = check_values(t, h);
    }
    return status;
}

size_t sl_trees_work_size(const sl_trees *t)
{
    return 4 * ((size_t)t->inputs + t->outputs);
}

/* ---- Features to keys ---------------------------------------------------------------------------
 */

/* The key of the float32 with these bits. -0 comes just below +0: no float lies between them, and
 * files have thresholds with the key of +0, so that makes no difference. */
static inline int32_t key_of_bits(uint32_t bits)
{
    return sl_float_key(sl_float_from_bits(bits));
}

/* The value of a float32 that is an integer in -32768 ... 32767; 0x80000000 if it is none. */
static inline int32_t float_integer(uint32_t bits)
{
    uint32_t magnitude = bits & 0x7FFFFFFFu;
    if (magnitude == 0) {
        return 0;
    }
    uint32_t exponent = magnitude >> 23; /* 127: 1 <= |value| < 2 */
    if (exponent < 127 || exponent > 127 + 15) {
        return INT32_MIN;
    }
    uint32_t fraction = (magnitude & 0x7FFFFFu) | 0x800000u;
    uint32_t shift = 150 - exponent;
    uint32_t value = fraction >> shift;
    if (value << shift != fraction) {
        return INT32_MIN;
    }
    uint32_t negative = bits >> 31;
    if (value > 32767 + negative) {
        return INT32_MIN;
    }
    return negative != 0 ? -(int32_t)value : (int32_t)value;
}

/* Bits of the float32 nearest to value * 2^exponent, ties to even; 0 below the smallest float32. */
static uint32_t scaled_float(uint32_t negative, uint32_t value, int32_t exponent)
{
    if (value == 0) {
        return 0;
    }
    uint32_t sign = negative != 0 ? 0x80000000u : 0;
    uint32_t zeros = sl_leading_zeros(value);
    uint32_t fraction = value << zeros; /* 1.31 bits */
    int32_t biased = exponent + 31 - (int32_t)zeros + 127;
    uint32_t drop = 8;
    if (biased <= 0) { /* denormal */
        drop = 9 + (uint32_t)-biased;
        biased = 0;
        if (drop > 32) {
            return sign;
        }
    }
    uint32_t kept = drop < 32 ? fraction >> drop : 0;
    uint32_t rest = fraction << (32 - drop); /* drop >= 8 */
    if (rest > 0x80000000u || (rest == 0x80000000u && (kept & 1u) != 0)) {
        kept += 1; /* may carry into the exponent, as it should */
    }
    if (biased != 0) {
        kept += ((uint32_t)biased << 23) - 0x800000u;
    }
    return kept > SL_INFINITY_BITS ? sign | SL_INFINITY_BITS : sign | kept;
}

static inline uint32_t *sums_of(const sl_trees *t, void *work)
{
    return (uint32_t *)work + t->inputs;
}

sl_status sl_trees_convert_floats(const sl_trees *t, const float *features, void *work,
                                  int *missing)
{
    const uint32_t *bits = (const void *)features;
    const uint32_t *end = bits + t->inputs;
    int32_t *keys = work;
    int16_t *integers = work;
    *missing = 0;
    if (t->domain == SL_TREES_FLOATS) {
        do {
            uint32_t word = *bits++;
            int32_t key = key_of_bits(word);
            if (word << 1 > SL_INFINITY_BITS << 1) { /* every NaN has one key, above infinity's */
                BRANCH_AROUND();
                key = SL_NAN_BITS;
                *missing = t->missing_left;
            }
            *keys++ = key;
        } while (bits != end);
        return SL_OK;
    }
    do {
        int32_t value = float_integer(*bits++);
        if (value == INT32_MIN) {
            return SL_ERR_VALUE;
        }
        if (t->layout == SL_TREES_NARROW) {
            *integers++ = (int16_t)value;
        } else {
            *keys++ = value;
        }
    } while (bits != end);
    return SL_OK;
}

/* Returns what the nodes compare with: the integers themselves where that serves. */
static const void *convert_integers(const sl_trees *t, const int16_t *features, void *work)
{
    if (t->layout == SL_TREES_NARROW) {
        return features;
    }
    int32_t *keys = work;
    for (uint32_t i = 0; i < t->inputs; i++) {
        int32_t value = features[i];
        if (t->domain == SL_TREES_FLOATS) {
            uint32_t negative = value < 0;
            value = key_of_bits(scaled_float(negative, (uint32_t)(negative ? -value : value), 0));
        }
        keys[i] = value;
    }
    return keys;
}

/* ---- Summing ------------------------------------------------------------------------------------
 */

/* A distribution of n entries, n being found from where the record lies in the sorted table. */
static inline void add_distribution(const sl_trees *t, uint32_t record, uint32_t *sums)
{
    uint32_t n = 1, before = 0, first = 0;
    const uint32_t *end = t->first_record;
    while (record >= *end) {
        first += (*end - before) * n;
        before = *end++;
        n++;
    }
    first += (record - before) * n;
    if (t->entry_size == 2) {
        const uint8_t *entry = (const uint8_t *)t->entries + 2 * first;
        do {
            sums[entry[0]] += t->values[entry[1]];
            entry += 2;
        } while (--n != 0);
        return;
    }
    for (uint32_t i = first; i < first + n; i++) {
        uint32_t output, value;
        read_entry(t, i, &output, &value);
        sums[output] += t->entry_size == 8 ? value : t->values[value];
    }
}

static void add_values(const sl_trees *t, uint32_t record, uint32_t *sums)
{
    const uint32_t *row = t->values + (size_t)record * t->outputs;
    for (uint32_t i = 0; i < t->outputs; i++) {
        sums[i] += row[i]; /* two's complement: the same addition as for int32_t */
    }
}

/* The leaf's record, by the kind of leaf. */
static void add_record(const sl_trees *t, uint32_t record, uint32_t *sums)
{
    if (t->leaves == SL_TREES_DISTRIBUTIONS) {
        add_distribution(t, record, sums);
    } else if (t->leaves == SL_TREES_VALUES) {
        add_values(t, record, sums);
    } else {
        sums[record] += 1;
    }
}

/* The loops over the trees are made for each kind of node by constant arguments. */
#define SUM static inline __attribute__((always_inline)) void

SUM sum_narrow(const sl_trees *t, const int16_t *x, uint32_t *sums, int votes)
{
    const uint16_t *root = t->roots;
    const uint16_t *end = root + t->n_trees;
    const uint32_t *nodes = t->nodes;
    const uint32_t *last;
    uint32_t right;
    if (!votes) {
        do {
            add_record(t, walk_narrow(nodes + *root++, x, &last, &right), sums);
        } while (root != end);
        return;
    }
    /* Two trees a turn: looking for the end costs two instructions. */
    if ((t->n_trees & 1u) != 0) {
        goto odd;
    }
    do {
        sums[walk_narrow(nodes + *root++, x, &last, &right)] += 1;
    odd:
        sums[walk_narrow(nodes + *root++, x, &last, &right)] += 1;
    } while (root != end);
}

SUM sum_wide(const sl_trees *t, const int32_t *keys, uint32_t *sums, int missing)
{
    const wide_root *root = t->roots;
    for (uint32_t i = 0; i < t->n_trees; i++) {
        const uint32_t *last;
        uint32_t right;
        uint32_t leaf =
            walk_wide(t->nodes + 2 * (size_t)root[i].node, keys, missing, &last, &right);
        add_record(t, leaf_record(t, root[i].leaf + leaf), sums);
    }
}

static void sum_trees(const sl_trees *t, const void *x, int missing, void *work)
{
    uint32_t *sums = sums_of(t, work);
    uint32_t *end = sums + t->outputs;
    do {
        *--end = 0;
    } while (end != sums);
    if (t->layout == SL_TREES_NARROW) {
        if (t->leaves == SL_TREES_VOTES) {
            sum_narrow(t, x, sums, 1);
        } else {
            sum_narrow(t, x, sums, 0);
        }
    } else if (missing) {
        sum_wide(t, x, sums, 1);
    } else {
        sum_wide(t, x, sums, 0);
    }
}

static void write_outputs(const sl_trees *t, float *out, void *work)
{
    const uint32_t *sums = sums_of(t, work);
    uint32_t *bits = (void *)out;
    uint32_t weight = t->leaves == SL_TREES_VOTES ? t->scale : 1;
    for (uint32_t i = 0; i < t->outputs; i++) {
        uint32_t sum = sums[i] * weight;
        if (t->leaves == SL_TREES_VALUES) {
            uint32_t negative = sum >> 31;
            bits[i] = scaled_float(negative, negative != 0 ? 0u - sum : sum, t->exponents[i]);
        } else {
            bits[i] = scaled_float(0, sum, -31);
        }
    }
}

/* Index of the first of the largest sums: one must exceed an earlier one by more than `margin`. */
static int32_t largest_sum(const uint32_t *sums, uint32_t count, uint32_t margin)
{
    const uint32_t *sum = sums;
    const uint32_t *end = sums + count;
    const uint32_t *after_best = sums + 1;
    uint32_t to_exceed = *sum++ + margin;
    while (sum != end) {
        uint32_t value = *sum++;
        if (value > to_exceed) {
            BRANCH_AROUND();
            to_exceed = value + margin;
            after_best = sum;
        }
    }
    return (int32_t)(after_best - sums) - 1;
}

int32_t sl_trees_decide(const sl_trees *t, uint32_t group, const void *work)
{
    if (t->leaves == SL_TREES_VALUES) {
        return SL_ERR_LAYOUT;
    }
    const uint32_t *sums = (const uint32_t *)work + t->inputs;
    for (uint32_t i = 0; i < group; i++) {
        sums += t->groups[i];
    }
    /* Each sum is off by at most half a unit a tree: nearer ones count as equal. */
    uint32_t margin = t->leaves == SL_TREES_VOTES ? 0 : t->n_trees;
    return largest_sum(sums, t->groups[group], margin);
}

/* ---- Entry points -------------------------------------------------------------------------------
 */

static sl_status sum_floats(const sl_trees *t, const float *features, void *work)
{
    int missing;
    sl_status status = sl_trees_convert_floats(t, features, work, &missing);
    if (status == SL_OK) {
        sum_trees(t, work, missing, work);
    }
    return status;
}

sl_status sl_trees_run(const sl_trees *t, const float *features, float *out, void *work)
{
    sl_status status = sum_floats(t, features, work);
    if (status == SL_OK) {
        write_outputs(t, out, work);
    }
    return status;
}

sl_status sl_trees_run_i16(const sl_trees *t, const int16_t *features, float *out, void *work)
{
    sum_trees(t, convert_integers(t, features, work), 0, work);
    write_outputs(t, out, work);
    return SL_OK;
}

int32_t sl_trees_predict(const sl_trees *t, const float *features, void *work)
{
    sl_status status = sum_floats(t, features, work);
    return status != SL_OK ? (int32_t)status : sl_trees_decide(t, 0, work);
}

int32_t sl_trees_predict_i16(const sl_trees *t, const int16_t *features, void *work)
{
    sum_trees(t, convert_integers(t, features, work), 0, work);
    return sl_trees_decide(t, 0, work);
}
