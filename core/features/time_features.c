#include "features/time_features.h"

#include <stdbool.h>

#include "base/float32.h"
#include "base/number.h"

/* ---- Signals ----------------------------------------------------------------------------------
 */

/* A signal's word of the payload. */
static inline uint32_t kind_of(uint32_t signal)
{
    return signal & 0x7F;
}

static inline uint32_t difference_of(uint32_t signal)
{
    return signal >> 7 & 1;
}

/* One signal of a window, as integers, and what a pass over it found. */
typedef struct block {
    int32_t *samples;
    uint32_t count;
    int32_t unit; /* a sample's value is its integer * 2^unit */
    int32_t minimum, maximum;
    int64_t total;
    /* Deviations from the mean fill 30 bits whatever the signal's range: deviation i is
     * ((samples[i] - minimum) << shift) - mean. */
    uint32_t shift;
    uint32_t mean; /* rounded up, so that deviation >= 0 exactly where the sample is >= the mean */
    sl_number inverse_count;
} block;

static inline uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* atan(2^-i) in units of 2^-29; from i = 10 on it is 2^-i to that accuracy. */
static const uint32_t arc_tangents[10] = {
    0x1921FB54, 0x0ED63383, 0x07D6DD7E, 0x03FAB753, 0x01FF55BB,
    0x00FFEAAE, 0x007FFD55, 0x003FFFAB, 0x001FFFF5, 0x000FFFFF,
};

/* Angle of (x, y), y >= 0, in units of 2^-27 radians, by CORDIC (Volder, 1959): turn the vector
 * onto the x axis by ever smaller angles and add them up. |(x, y)| < 2^30. */
static int32_t angle_of(int32_t x, int32_t y)
{
    bool to_left = x < 0;
    if (to_left) {
        x = -x;
    }
    uint32_t angle = 0;
    if (y != 0) {
        for (uint32_t i = 0; i < 28; i++) {
            uint32_t turn = i < 10 ? arc_tangents[i] : 0x20000000u >> i;
            int32_t dx = y >> i;
            int32_t dy = x >> i;
            if (y < 0) {
                x -= dx;
                y += dy;
                angle -= turn;
            } else {
                x += dx;
                y -= dy;
                angle += turn;
            }
        }
    }
    return (int32_t)((to_left ? 0x6487ED51u - angle : angle) + 2) >> 2; /* pi * 2^29 */
}

/* Form the signal `definition` of the window in s->samples, in units of 2^s->unit. False if one of
 * its samples is NaN or infinite. */
static bool load(const sl_time_features *self, uint32_t definition, const float *in, block *s)
{
    uint32_t channels = self->channels;
    uint32_t kind = kind_of(definition);
    uint32_t difference = difference_of(definition);
    const float *axes[3];
    uint32_t peak = 0;
    uint32_t n_axes = kind == SL_SIGNAL_CHANNEL ? 1 : 3;
    for (uint32_t axis = 0; axis < n_axes; axis++) {
        definition >>= 8;
        const float *value = in + (definition & 0xFF);
        axes[axis] = value;
        for (uint32_t i = self->samples; i != 0; i--) {
            uint32_t magnitude = sl_float_magnitude(*value);
            value += channels;
            peak = larger(peak, magnitude);
        }
    }
    if (peak >= SL_INFINITY_BITS) {
        return false;
    }
    uint32_t top = sl_top_of(peak) + difference; /* a difference needs one bit more */
    s->unit = kind == SL_SIGNAL_TILT ? -27 : (int32_t)top - 155;
    int32_t *samples = s->samples;
    size_t at = 0;
    for (uint32_t i = self->samples; i != 0; i--) {
        int32_t sample;
        if (kind == SL_SIGNAL_CHANNEL) {
            sample = sl_integer_of(axes[0][at], top);
        } else {
            float a = axes[0][at], b = axes[1][at], c = axes[2][at];
            if (kind == SL_SIGNAL_TILT) { /* a direction: scaled for each sample */
                peak = sl_float_magnitude(a);
                peak = larger(peak, sl_float_magnitude(b));
                peak = larger(peak, sl_float_magnitude(c));
                top = sl_top_of(peak);
            }
            int32_t x = sl_integer_of(a, top);
            uint64_t squares =
                sl_square_of(sl_integer_of(b, top)) + sl_square_of(sl_integer_of(c, top));
            sample = kind == SL_SIGNAL_TILT ? angle_of(x, sl_length_of(squares))
                                            : sl_length_of(squares + sl_square_of(x));
        }
        *samples++ = sample;
        at += channels;
    }
    if (difference != 0) {
        samples = s->samples;
        for (uint32_t i = self->samples - 1; i != 0; i--) {
            samples[0] = samples[1] - samples[0];
            samples++;
        }
    }
    return true;
}

/* Extremes and mean of the first `count` samples. They lie within 2^30 of each other. */
static void measure(block *s, uint32_t count)
{
    s->count = count;
    s->inverse_count = sl_quotient(sl_number_of(0x80000000u, -31), sl_normal(count, 0));
    int32_t minimum = s->samples[0];
    int32_t maximum = minimum;
    int64_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        int32_t sample = s->samples[i];
        minimum = sample < minimum ? sample : minimum;
        maximum = sample > maximum ? sample : maximum;
        total += sample;
    }
    s->minimum = minimum;
    s->maximum = maximum;
    s->total = total;
    s->shift = sl_leading_zeros((uint32_t)(maximum - minimum) | 1) - 2;
    /* Mean of the shifted samples: first too low by a few units, then counted up. */
    uint64_t shifted = (uint64_t)(total - (int64_t)minimum * (int64_t)count) * (1u << s->shift);
    sl_number estimate = sl_product(sl_normal(shifted, 0), s->inverse_count);
    uint32_t mean = 0;
    if (sl_exponent_of(estimate) > -32) {
        mean = sl_mantissa_of(estimate) >> -sl_exponent_of(estimate);
    }
    int64_t missing = (int64_t)(shifted - (uint64_t)mean * count);
    while (missing > 0) {
        missing -= count;
        mean++;
    }
    s->mean = mean;
}

static inline int32_t deviation(const block *s, int32_t sample)
{
    return (int32_t)(((uint32_t)(sample - s->minimum) << s->shift) - s->mean);
}

/* The deviation's upper 24 bits and sign, rounded: squares of 65535 of them add up in 64 bits.
 * Their unit is 2^DEVIATION_SHIFT that of the deviation. */
enum { DEVIATION_SHIFT = 6 };

static inline int32_t rounded(int32_t deviation)
{
    return (deviation + 32) >> DEVIATION_SHIFT;
}

/* Sums over a signal, of rounded deviations except where told. */
typedef struct sums {
    uint64_t squares;
    uint64_t absolutes;
    int64_t cubes;    /* / 2^24 */
    uint64_t fourths; /* / 2^48 */
    uint64_t steps;   /* |x[i] - x[i - 1]|, samples */
    uint32_t zero_crossings, mean_crossings;
} sums;

static inline void clear(sums *of) /* by fields: = {0} makes compilers call memset */
{
    of->squares = of->absolutes = of->fourths = of->steps = 0;
    of->cubes = 0;
    of->zero_crossings = of->mean_crossings = 0;
}

static void accumulate(const block *s, bool higher, sums *of)
{
    int32_t last_sample = s->samples[0];
    int32_t last = deviation(s, last_sample);
    const int32_t *next = s->samples;
    for (uint32_t i = s->count; i != 0; i--) {
        int32_t sample = *next++;
        int32_t step = sample - last_sample;
        of->steps += (uint32_t)(step < 0 ? -step : step);
        of->zero_crossings += (uint32_t)(sample ^ last_sample) >> 31;
        last_sample = sample;
        int32_t d = deviation(s, sample);
        of->mean_crossings += (uint32_t)(d ^ last) >> 31;
        last = d;
        d = rounded(d);
        of->absolutes += (uint32_t)(d < 0 ? -d : d);
        uint64_t square = sl_square_of(d);
        of->squares += square;
        if (higher) {
            uint32_t high = (uint32_t)((square + 0x800000u) >> 24);
            of->cubes += (int64_t)high * d;
            of->fourths += (uint64_t)high * high;
        }
    }
}

/* ---- Statistics -------------------------------------------------------------------------------
 */

static float simple_statistic(const block *s, const sums *of, uint32_t statistic)
{
    int32_t unit = s->unit;
    int32_t deviation_unit = unit - (int32_t)s->shift + DEVIATION_SHIFT;
    sl_number inverse_count = s->inverse_count;
    /* In units of rounded deviations, as are the higher moments below. */
    sl_number variance = sl_product(sl_normal(of->squares, 0), inverse_count);
    sl_number mean = sl_product(sl_normal(sl_absolute(s->total), unit), inverse_count);
    sl_number result;
    uint32_t sign = 0;
    switch (statistic) {
    case SL_STATISTIC_MINIMUM:
        return sl_float_of(s->minimum, unit);
    case SL_STATISTIC_MAXIMUM:
        return sl_float_of(s->maximum, unit);
    case SL_STATISTIC_RANGE:
        return sl_float_of(s->maximum - s->minimum, unit);
    case SL_STATISTIC_ZERO_CROSSINGS:
        return sl_float_of(of->zero_crossings, 0);
    case SL_STATISTIC_MEAN_CROSSINGS:
        return sl_float_of(of->mean_crossings, 0);
    case SL_STATISTIC_MEAN:
        result = mean;
        sign = sl_sign_of(s->total);
        break;
    case SL_STATISTIC_VARIANCE:
        result = sl_scaled(variance, 2 * deviation_unit);
        break;
    case SL_STATISTIC_STANDARD_DEVIATION:
        result = sl_scaled(sl_root(variance), deviation_unit);
        break;
    case SL_STATISTIC_ROOT_MEAN_SQUARE:
    case SL_STATISTIC_ENERGY:
        result = sl_sum(sl_product(mean, mean), sl_scaled(variance, 2 * deviation_unit));
        if (statistic == SL_STATISTIC_ROOT_MEAN_SQUARE) {
            result = sl_root(result);
        }
        break;
    case SL_STATISTIC_SKEWNESS:
        result = sl_product(sl_normal(sl_absolute(of->cubes), 24), inverse_count);
        result = sl_quotient(result, sl_product(variance, sl_root(variance)));
        sign = sl_sign_of(of->cubes);
        break;
    case SL_STATISTIC_KURTOSIS: {
        result = sl_product(sl_normal(of->fourths, 48), inverse_count);
        result = sl_quotient(result, sl_product(variance, variance));
        if (sl_mantissa_of(result) == 0) {
            break;
        }
        /* 1 or more (0.99... by rounding), less than 65536: subtract 3 in units of 2^-32. */
        uint64_t fourth = (uint64_t)sl_mantissa_of(result) * (1u << (sl_exponent_of(result) + 32));
        return sl_float_of((int64_t)fourth - ((int64_t)3 << 32), -32);
    }
    case SL_STATISTIC_MEAN_ABSOLUTE_DIFFERENCE:
        result = sl_quotient(sl_normal(of->steps, unit), sl_normal(s->count - 1, 0));
        break;
    default: /* SL_STATISTIC_MEAN_ABSOLUTE_DEVIATION */
        result = sl_product(sl_normal(of->absolutes, deviation_unit), inverse_count);
        break;
    }
    return sl_packed(result, sign);
}

/* Pearson's correlation of a[0] ... a[count - 1] and b[0] ... b[count - 1], in units of 2^-60. */
static int64_t correlation(int32_t *a, int32_t *b, uint32_t count)
{
    block x, y;
    int64_t products = 0;
    uint64_t squares_of_x = 0;
    uint64_t squares_of_y = 0;
    x.samples = a;
    y.samples = b;
    measure(&x, count);
    measure(&y, count);
    for (; count != 0; count--) {
        int32_t dx = rounded(deviation(&x, *a++));
        int32_t dy = rounded(deviation(&y, *b++));
        products += (int64_t)dx * dy;
        squares_of_x += sl_square_of(dx);
        squares_of_y += sl_square_of(dy);
    }
    sl_number scale = sl_root(sl_product(sl_normal(squares_of_x, 0), sl_normal(squares_of_y, 0)));
    if (sl_mantissa_of(scale) == 0) {
        return 0;
    }
    sl_number result = sl_quotient(sl_normal(sl_absolute(products), 0), scale);
    int64_t integer = (int64_t)1 << 60; /* never more than 1, whatever the rounding */
    if (sl_exponent_of(result) <= -32 || sl_mantissa_of(result) == 0) {
        uint32_t shift = (uint32_t)(-31 - sl_exponent_of(result));
        integer = shift > 63 ? 0 : (int64_t)((uint64_t)sl_mantissa_of(result) << 29 >> shift);
    }
    return sl_sign_of(products) != 0 ? -integer : integer;
}

/* Ascending, in place: Shell's sort with Knuth's gaps (3^k - 1) / 2, at most ~n^1.5 steps. */
static void sort(int32_t *items, uint32_t count)
{
    uint32_t gap = 1;
    while (gap < count) {
        gap = 3 * gap + 1;
    }
    while ((gap = (gap - 1) * 0xAAAAAAABu) != 0) { /* / 3, which leaves no remainder here */
        for (uint32_t i = gap; i < count; i++) {
            int32_t item = items[i];
            uint32_t at = i;
            while (at >= gap && items[at - gap] > item) {
                items[at] = items[at - gap];
                at -= gap;
            }
            items[at] = item;
        }
    }
}

/* Quantile q / 2^30 of the sorted signal, interpolated linearly, in units of 2^(unit - 32). */
static int64_t quantile(const block *s, uint32_t q)
{
    uint64_t position = (uint64_t)q * (s->count - 1);
    const int32_t *below = s->samples + (uint32_t)(position >> 30);
    uint32_t weight = (uint32_t)position << 2;
    uint64_t above = 0;
    if (weight != 0) {
        above = (uint64_t)weight * (uint32_t)(below[1] - below[0]);
    }
    return (int64_t)(((uint64_t)(uint32_t)below[0] << 32) + above);
}

/* ---- Interface --------------------------------------------------------------------------------
 */

#define LAG 0x7FFFFFFFu /* of a correlation's second word; the bit above it asks for the lead */

/* Statistics that need the sums, and those that need the higher ones. */
#define BIT(statistic) (1u << (statistic))
enum {
    WITHOUT_SUMS = BIT(SL_STATISTIC_MEAN) | BIT(SL_STATISTIC_MINIMUM) | BIT(SL_STATISTIC_MAXIMUM) |
        BIT(SL_STATISTIC_RANGE),
    WITH_HIGHER = BIT(SL_STATISTIC_SKEWNESS) | BIT(SL_STATISTIC_KURTOSIS),
    RANGE_OF_QUANTILES = 31,
};

static sl_status check_signal(uint32_t definition, uint32_t channels, uint32_t samples)
{
    uint32_t kind = kind_of(definition);
    if (kind > SL_SIGNAL_TILT) {
        return SL_ERR_LAYOUT;
    }
    if (kind == SL_SIGNAL_CHANNEL && definition >> 16 != 0) {
        return SL_ERR_RANGE;
    }
    for (uint32_t channel = definition >> 8; channel != 0; channel >>= 8) {
        if ((channel & 0xFF) >= channels) {
            return SL_ERR_RANGE;
        }
    }
    return samples > difference_of(definition) ? SL_OK : SL_ERR_RANGE;
}

sl_status sl_time_features_open(sl_time_features *self, const void *payload, size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 8 || (length & 3) != 0) {
        return SL_ERR_LENGTH;
    }
    const uint32_t *end = word + length / 4;
    uint32_t channels = word[0] >> 8 & 0xFF;
    uint32_t samples = word[0] >> 16;
    uint32_t signals = word[1] & 0xFFFF;
    uint32_t outputs = 0;
    self->payload = word;
    self->channels = channels;
    self->samples = samples;
    self->inputs = channels * samples;
    self->outputs = word[1] >> 16;
    self->signals_in_work = 1;
    if ((word[0] & 0xFF) != SL_TIME_FEATURES_VERSION) {
        return SL_ERR_VERSION;
    }
    if (self->inputs == 0 || self->outputs == 0 || self->outputs > SL_TIME_FEATURES_MAX_OUTPUTS) {
        return SL_ERR_RANGE;
    }
    word += 2;
    while (signals-- != 0) {
        if (end - word < 2) {
            return SL_ERR_LENGTH;
        }
        uint32_t definition = *word++;
        uint32_t wanted = *word++;
        uint32_t correlations = wanted >> 16 & 0xFF;
        uint32_t quantiles = wanted >> 24;
        sl_status status = check_signal(definition, channels, samples);
        if (status != SL_OK) {
            return status;
        }
        if ((wanted & 0xFFFF) >> SL_STATISTIC_COUNT != 0) {
            return SL_ERR_LAYOUT;
        }
        if ((size_t)(end - word) < 2 * correlations + quantiles) {
            return SL_ERR_LENGTH;
        }
        outputs += correlations + quantiles;
        for (uint32_t bits = wanted & 0xFFFF; bits != 0; bits &= bits - 1) {
            outputs++;
        }
        for (; correlations != 0; correlations--) {
            uint32_t other = *word++;
            uint32_t lag_word = *word++;
            uint32_t lag = lag_word & LAG;
            status = check_signal(other, channels, samples);
            if (status != SL_OK) {
                return status;
            }
            if (difference_of(other) != difference_of(definition)) {
                return SL_ERR_STRUCTURE;
            }
            if ((lag != 0 && lag >= samples - difference_of(other) - 1) ||
                (lag == 0 && lag_word != 0)) {
                return SL_ERR_RANGE;
            }
            self->signals_in_work = 2;
        }
        for (; quantiles != 0; quantiles--) {
            uint32_t quantile_word = *word++;
            if ((quantile_word & 0x7FFFFFFFu) > 0x40000000u >>
                (quantile_word >> RANGE_OF_QUANTILES)) {
                return SL_ERR_RANGE;
            }
        }
    }
    if (word != end) {
        return SL_ERR_LENGTH;
    }
    return outputs == self->outputs ? SL_OK : SL_ERR_STRUCTURE;
}

size_t sl_time_features_work_size(const sl_time_features *self)
{
    return (size_t)4 * self->samples * self->signals_in_work;
}

sl_status sl_time_features_run(const sl_time_features *self, const float *in, float *out,
                               void *work)
{
    const uint32_t *word = self->payload + 1;
    for (uint32_t signals = *word++ & 0xFFFF; signals != 0; signals--) {
        uint32_t definition = *word++;
        uint32_t wanted = *word++;
        block s, other;
        sums of;
        clear(&of);
        s.samples = other.samples = work;
        uint32_t count = self->samples - difference_of(definition);
        bool finite = load(self, definition, in, &s);
        if (finite) {
            measure(&s, count);
            if ((wanted & 0xFFFFu & ~(uint32_t)WITHOUT_SUMS) != 0) {
                accumulate(&s, (wanted & WITH_HIGHER) != 0, &of);
            }
        }
        for (uint32_t statistic = 0; statistic < SL_STATISTIC_COUNT; statistic++) {
            if ((wanted >> statistic & 1) != 0) {
                *out++ = finite ? simple_statistic(&s, &of, statistic) : sl_nan();
            }
        }
        uint32_t loaded = definition;
        bool other_finite = finite;
        for (uint32_t correlations = wanted >> 16 & 0xFF; correlations != 0; correlations--) {
            uint32_t wanted_other = *word++; /* often the one before, or the signal itself */
            uint32_t lag_word = *word++;
            uint32_t lag = lag_word & LAG;
            if (wanted_other != loaded) {
                other.samples = s.samples + self->samples;
                other_finite = load(self, wanted_other, in, &other);
                loaded = wanted_other;
            }
            float value = sl_nan();
            if (finite && other_finite) {
                uint32_t overlap = count - lag;
                int64_t integer = correlation(s.samples + lag, other.samples, overlap);
                if (lag_word != lag) { /* lead */
                    integer -= correlation(other.samples + lag, s.samples, overlap);
                }
                value = sl_float_of(integer, -60);
            }
            *out++ = value;
        }
        uint32_t quantiles = wanted >> 24;
        if (finite && quantiles != 0) {
            sort(s.samples, count);
        }
        for (; quantiles != 0; quantiles--) {
            uint32_t quantile_word = *word++;
            uint32_t q = quantile_word & 0x7FFFFFFFu;
            float value = sl_nan();
            if (finite) {
                int64_t integer = quantile(&s, q);
                if (quantile_word >> RANGE_OF_QUANTILES != 0) {
                    integer = quantile(&s, 0x40000000u - q) - integer;
                }
                value = sl_float_of(integer, s.unit - 32);
            }
            *out++ = value;
        }
    }
    return SL_OK;
}
