#include "features/vibration_features.h"

#include <stdbool.h>

#include "base/float32.h"
#include "base/number.h"
#include "base/sine.h"

/* A signal's word of the payload. */
static inline uint32_t channel_of(uint32_t signal)
{
    return signal & 0xFF;
}

static inline uint32_t wanted_of(uint32_t signal)
{
    return signal >> 8 & 0xFF;
}

static inline uint32_t lines_of(uint32_t signal)
{
    return signal >> 16 & 0xFF;
}

static inline uint32_t harmonics_of(uint32_t signal)
{
    return signal >> 24 & 0x7F;
}

static inline bool is_raw(uint32_t signal)
{
    return signal >> 31 != 0;
}

/* The integer next below a; 0xFFFFFFFF if that is more. */
static uint32_t whole(sl_number a)
{
    int32_t shift = -sl_exponent_of(a);
    if (shift < 0) {
        return 0xFFFFFFFFu;
    }
    return shift > 31 ? 0 : sl_mantissa_of(a) >> shift;
}

/* Frequency, a float32, as a phase in 2^-32 turns a sample; 0xFFFFFFFF if too high. */
static uint32_t phase_of(uint32_t frequency, sl_number rate)
{
    return whole(sl_scaled(sl_quotient(sl_number_of_magnitude(frequency), rate), 32));
}

/* Length of the moving averages for a band of this width, 2^-32 turns a sample. */
static uint32_t length_of(uint32_t width)
{
    static const uint32_t factor = 0x8624DD2Fu; /* 0.524, Q32 */
    uint32_t length =
        whole(sl_quotient(sl_normal((uint64_t)factor + width / 2, 0), sl_normal(width, 0)));
    return length < 2 ? 2 : length;
}

/* Sums of L^3 samples of 30 bits keep within 64 bits. */
enum { MAX_LENGTH = 2047 };

/* What a signal's band becomes. */
typedef struct band {
    uint32_t centre; /* 2^-32 turns a sample */
    uint32_t length; /* L */
    uint32_t count;  /* m */
} band;

/* False if the band can't be used. */
static bool band_of(const uint32_t *edges, sl_number rate, uint32_t samples, band *of)
{
    uint32_t low = phase_of(edges[0], rate);
    uint32_t high = phase_of(edges[1], rate);
    /* As floats >= 0 are ordered like their bits, a negative or NaN edge is refused here, too. */
    if (edges[0] >= edges[1] || edges[1] >= SL_INFINITY_BITS || low >= high || high > 0x80000000u) {
        return false;
    }
    uint32_t width = high - low;
    of->centre = low + width / 2;
    of->length = length_of(width);
    if (of->centre < width || of->length > MAX_LENGTH) {
        return false;
    }
    of->count = 0;
    for (uint32_t end = 3 * of->length; end <= samples; end += of->length) {
        of->count++;
    }
    return of->count >= 4;
}

sl_status sl_vibration_features_open(sl_vibration_features *self, const void *payload,
                                     size_t length)
{
    const uint32_t *word = payload;
    if (((uintptr_t)payload & 3) != 0) {
        return SL_ERR_ALIGNMENT;
    }
    if (length < 12 || (length & 3) != 0) {
        return SL_ERR_LENGTH;
    }
    if ((word[0] & 0xFF) != SL_VIBRATION_FEATURES_VERSION) {
        return SL_ERR_VERSION;
    }
    const uint32_t *end = word + length / 4;
    uint32_t signals = word[1] & 0xFFFF;
    uint32_t outputs = 0;
    self->payload = word;
    self->channels = word[0] >> 8 & 0xFF;
    self->samples = word[0] >> 16;
    self->inputs = self->channels * self->samples;
    self->outputs = word[1] >> 16;
    self->envelope = 0;
    if (self->inputs == 0 || self->outputs == 0 ||
        self->outputs > SL_VIBRATION_FEATURES_MAX_OUTPUTS || word[2] - 1 >= SL_INFINITY_BITS - 1) {
        return SL_ERR_RANGE;
    }
    sl_number rate = sl_number_of_magnitude(word[2]);
    for (word += 3; signals != 0; signals--) {
        if (word == end) {
            return SL_ERR_LENGTH;
        }
        uint32_t signal = *word++;
        uint32_t lines = lines_of(signal);
        uint32_t harmonics = harmonics_of(signal);
        if (wanted_of(signal) >> SL_VIBRATION_FEATURE_COUNT != 0) {
            return SL_ERR_LAYOUT;
        }
        if (channel_of(signal) >= self->channels || (lines == 0) != (harmonics == 0)) {
            return SL_ERR_RANGE;
        }
        for (uint32_t bits = wanted_of(signal); bits != 0; bits &= bits - 1) {
            outputs++;
        }
        outputs += lines * harmonics;
        if (lines == 0) {
            continue;
        }
        if ((size_t)(end - word) < 2 + 2 * lines) {
            return SL_ERR_LENGTH;
        }
        band b;
        if (!band_of(word, rate, self->samples, &b)) {
            return SL_ERR_RANGE;
        }
        if (b.count > self->envelope) {
            self->envelope = b.count;
        }
        for (word += 2; lines != 0; lines--) {
            uint32_t frequency = *word++;
            uint32_t half_width = *word++;
            if (frequency >= SL_INFINITY_BITS || half_width > frequency) {
                return SL_ERR_RANGE;
            }
            uint64_t highest = (uint64_t)phase_of(frequency, rate) + phase_of(half_width, rate);
            /* 2^33 * 127 * 2^16 at most */
            if (phase_of(frequency, rate) == 0 || highest * harmonics * b.length >= 0x80000000u) {
                return SL_ERR_RANGE;
            }
        }
    }
    if (word != end) {
        return SL_ERR_LENGTH;
    }
    return outputs == self->outputs ? SL_OK : SL_ERR_STRUCTURE;
}

size_t sl_vibration_features_work_size(const sl_vibration_features *self)
{
    return (size_t)4 * self->envelope;
}

/* ---- A signal's samples -----------------------------------------------------------------------
 */

/* One signal of a window: deviation i is (integer of in[i * stride] - mean) * 2^shift >> 1 or less,
 * 29 bits and sign, in units of 2^unit. */
typedef struct series {
    const float *in;
    uint32_t count, stride;
    uint32_t top;
    int32_t mean;
    uint32_t shift;
    uint32_t largest; /* |deviation| */
    int32_t unit;
} series;

static inline uint32_t magnitude_of(int32_t value)
{
    return value < 0 ? 0 - (uint32_t)value : (uint32_t)value;
}

/* Less than 2^29 in magnitude: rounded, where the sample less the mean takes 30 bits. */
static inline int32_t deviation(const series *s, const float *at)
{
    uint32_t difference = (uint32_t)(sl_integer_of(*at, s->top) - s->mean);
    return (int32_t)(difference << s->shift) >> 1;
}

/* Mean of a sum, towards zero. */
static int32_t mean_of(int64_t total, uint32_t count)
{
    uint32_t mean = whole(sl_quotient(sl_normal(sl_absolute(total), 0), sl_normal(count, 0)));
    return total < 0 ? -(int32_t)mean : (int32_t)mean;
}

/* Find the mean and the scale of a signal. False if one of its samples is NaN or infinite. */
static bool measure(series *s, bool raw)
{
    const float *at = s->in;
    uint32_t peak = 0;
    s->mean = s->unit = 0;
    s->shift = s->largest = 0;
    for (uint32_t i = s->count; i != 0; i--) {
        uint32_t magnitude = sl_float_magnitude(*at);
        at += s->stride;
        peak = magnitude > peak ? magnitude : peak;
    }
    s->top = sl_top_of(peak);
    if (peak >= SL_INFINITY_BITS) {
        return false;
    }
    int64_t total = 0;
    int32_t minimum = 0x7FFFFFFF;
    int32_t maximum = -0x7FFFFFFF;
    at = s->in;
    for (uint32_t i = s->count; i != 0; i--) {
        int32_t sample = sl_integer_of(*at, s->top);
        at += s->stride;
        total += sample;
        minimum = sample < minimum ? sample : minimum;
        maximum = sample > maximum ? sample : maximum;
    }
    if (!raw) {
        s->mean = mean_of(total, s->count);
    }
    uint32_t above = magnitude_of(maximum - s->mean);
    uint32_t largest = magnitude_of(minimum - s->mean);
    largest = above > largest ? above : largest;
    s->shift = sl_leading_zeros(largest | 1) - 2; /* largest < 2^30 */
    s->largest = largest << s->shift >> 1;
    s->unit = (int32_t)s->top - 154 - (int32_t)s->shift;
    return true;
}

/* ---- Shape and velocity -----------------------------------------------------------------------
 */

/* Sums over a signal of deviations d, each in 64 bits. */
typedef struct sums {
    uint64_t absolutes;
    uint64_t squares; /* of d / 2^6, rounded */
    uint64_t roots;   /* of sqrt(|d| 2^30) */
} sums;

static void accumulate(const series *s, bool with_roots, sums *of)
{
    const float *at = s->in;
    for (uint32_t i = s->count; i != 0; i--) {
        uint32_t magnitude = magnitude_of(deviation(s, at));
        at += s->stride;
        of->absolutes += magnitude;
        of->squares += sl_square_of((int32_t)((magnitude + 32) >> 6));
        if (with_roots) {
            of->roots += (uint32_t)sl_length_of((uint64_t)magnitude << 30);
        }
    }
}

/* Root mean square of the integral, in units of 2^unit times samples. The integral of i samples,
 * doubled, is less than 2^30 i: 46 bits. */
static sl_number velocity_of(const series *s)
{
    int64_t total = 0;
    uint64_t largest = 0;
    int32_t mean = 0;
    uint64_t squares = 0;
    uint32_t shift = 0;
    for (uint32_t pass = 0; pass < 2; pass++) {
        const float *at = s->in;
        int64_t integral = 0;
        int32_t last = 0;
        for (uint32_t i = s->count; i != 0; i--) {
            int32_t d = deviation(s, at);
            at += s->stride;
            integral += i == s->count ? 0 : (int64_t)last + d;
            last = d;
            if (pass == 0) {
                total += integral;
                uint64_t magnitude = sl_absolute(integral);
                largest = magnitude > largest ? magnitude : largest;
            } else {
                squares += sl_square_of((int32_t)(integral >> shift) - mean);
            }
        }
        while (largest >> shift >= 1u << 22) { /* 23 bits less the mean; squares of 65535 of them */
            shift++;
        }
        mean = mean_of(total >> shift, s->count);
    }
    sl_number square = sl_quotient(sl_normal(squares, 0), sl_normal(s->count, 0));
    return sl_scaled(sl_root(square), (int32_t)shift - 1);
}

static float feature_value(const series *s, const sums *of, uint32_t feature, sl_number rate)
{
    sl_number count = sl_normal(s->count, 0);
    sl_number peak = sl_normal(s->largest, 0);
    sl_number mean = sl_quotient(sl_normal(of->absolutes, 0), count);
    sl_number square = sl_scaled(sl_quotient(sl_normal(of->squares, 0), count), 12);
    sl_number result;
    switch (feature) {
    case SL_VIBRATION_PEAK:
        result = sl_scaled(peak, s->unit);
        break;
    case SL_VIBRATION_CREST_FACTOR:
        result = sl_quotient(peak, sl_root(square));
        break;
    case SL_VIBRATION_SHAPE_FACTOR:
        result = sl_quotient(sl_root(square), mean);
        break;
    case SL_VIBRATION_IMPULSE_FACTOR:
        result = sl_quotient(peak, mean);
        break;
    case SL_VIBRATION_CLEARANCE_FACTOR:
        mean = sl_quotient(sl_normal(of->roots, -15), count);
        result = sl_quotient(peak, sl_product(mean, mean));
        break;
    default: /* SL_VIBRATION_VELOCITY */
        result = sl_scaled(sl_quotient(velocity_of(s), rate), s->unit);
        break;
    }
    return sl_packed(result, 0);
}

/* ---- Envelope spectrum ------------------------------------------------------------------------
 */

/* cos and sin of a phase that grows by the same step each time, Q30. */
typedef struct oscillator {
    int32_t cosine, sine, step_cosine, step_sine;
} oscillator;

static oscillator start(uint32_t step)
{
    oscillator o = {1 << 30, 0, sl_cosine(step), sl_sine(step)};
    return o;
}

static inline int32_t rounded_q30(int64_t value)
{
    return (int32_t)((value + (1 << 29)) >> 30);
}

static inline void advance(oscillator *o)
{
    int32_t cosine =
        rounded_q30((int64_t)o->cosine * o->step_cosine - (int64_t)o->sine * o->step_sine);
    o->sine = rounded_q30((int64_t)o->sine * o->step_cosine + (int64_t)o->cosine * o->step_sine);
    o->cosine = cosine;
}

/* Three sums of the last L items each, one after the other; a result every L items. Integrators and
 * combs: what overflows in the former cancels in the latter. */
typedef struct averages {
    uint64_t sums[3];
    uint64_t last[3];
} averages;

static void add_item(averages *a, int32_t item)
{
    a->sums[0] += (uint64_t)(int64_t)item;
    a->sums[1] += a->sums[0];
    a->sums[2] += a->sums[1];
}

static int64_t take_result(averages *a)
{
    uint64_t value = a->sums[2];
    for (uint32_t i = 0; i < 3; i++) {
        uint64_t difference = value - a->last[i];
        a->last[i] = value;
        value = difference;
    }
    return (int64_t)value;
}

/* Half the envelope times L^3 / 2^shift, 30 bits, into `out`; returns the shift. */
static uint32_t find_envelope(const series *s, const band *b, int32_t *out)
{
    const float *at = s->in;
    oscillator o = start(b->centre);
    averages parts[2]; /* real and imaginary */
    for (uint32_t i = 0; i < 6; i++) {
        averages *part = &parts[i & 1];
        part->sums[i >> 1] = part->last[i >> 1] = 0;
    }
    uint32_t shift = 0;
    while (((uint64_t)1 << shift) < (uint64_t)b->length * b->length * b->length) {
        shift++;
    }
    for (uint32_t k = 0; k < b->count + 2; k++) {
        for (uint32_t i = b->length; i != 0; i--) {
            int32_t d = deviation(s, at);
            at += s->stride;
            int32_t factor = o.cosine;
            for (uint32_t part = 0; part < 2; part++) {
                add_item(&parts[part], rounded_q30((int64_t)d * factor));
                factor = o.sine;
            }
            advance(&o);
        }
        uint64_t squares = 0;
        for (uint32_t part = 0; part < 2; part++) {
            squares += sl_square_of((int32_t)(take_result(&parts[part]) >> shift));
        }
        if (k >= 2) {
            *out++ = sl_length_of(squares);
        }
    }
    return shift;
}

/* Subtract the mean and apply the window. */
static void apply_window(int32_t *values, uint32_t count)
{
    int64_t total = 0;
    for (uint32_t k = 0; k < count; k++) {
        total += values[k];
    }
    int32_t mean = mean_of(total, count);
    oscillator o = start(whole(sl_scaled(sl_quotient(sl_normal(1, 0), sl_normal(count, 0)), 32)));
    for (uint32_t k = 0; k < count; k++) {
        int32_t weight = (1 << 29) - (o.cosine >> 1);
        values[k] = rounded_q30((int64_t)(values[k] - mean) * weight);
        advance(&o);
    }
}

/* Square of |sum of values[k] exp(-j k step)|, times 2^(2 AMPLITUDE_SHIFT). Exponents are raised so
 * far that zero, whose exponent is 0, is the least of all numbers. */
enum { AMPLITUDE_SHIFT = 14 + 64 };

static sl_number square_at(const int32_t *values, uint32_t count, uint32_t step)
{
    oscillator o = start(step);
    int64_t real = 0;
    int64_t imaginary = 0;
    for (; count != 0; count--) { /* products of 60 bits: 16 of them have to go */
        int32_t value = *values++;
        real += (int64_t)value * o.cosine >> 16;
        imaginary += (int64_t)value * o.sine >> 16;
        advance(&o);
    }
    sl_number x = sl_normal(sl_absolute(real), 64);
    sl_number y = sl_normal(sl_absolute(imaginary), 64);
    return sl_sum(sl_product(x, x), sl_product(y, y));
}

/* The largest amplitude at `centre` and at points up to `half_width` from it, times
 * 2^AMPLITUDE_SHIFT. */
static sl_number largest_amplitude(const int32_t *values, uint32_t count, uint32_t centre,
                                   uint32_t half_width)
{
    /* half_width * 2 count / 2^32 steps, rounded up, to each side */
    uint32_t steps = (uint32_t)(((uint64_t)half_width * 2 * count + 0xFFFFFFFFu) >> 32);
    uint32_t spacing = whole(sl_quotient(sl_normal(half_width, 0), sl_normal(steps, 0)));
    sl_number result = 0;
    uint32_t at = centre - steps * spacing;
    for (uint32_t i = 2 * steps + 1; i != 0; i--) {
        sl_number square = square_at(values, count, at);
        result = square > result ? square : result;
        at += spacing;
    }
    return sl_root(result);
}

sl_status sl_vibration_features_run(const sl_vibration_features *self, const float *in, float *out,
                                    void *work)
{
    const uint32_t *word = self->payload;
    uint32_t signals = word[1] & 0xFFFF;
    sl_number rate = sl_number_of_magnitude(word[2]);
    int32_t *envelope = work;
    for (word += 3; signals != 0; signals--) {
        uint32_t signal = *word++;
        uint32_t wanted = wanted_of(signal);
        series s;
        sums of;
        of.absolutes = of.squares = of.roots = 0;
        s.in = in + channel_of(signal);
        s.count = self->samples;
        s.stride = self->channels;
        bool finite = measure(&s, is_raw(signal));
        if (finite) {
            accumulate(&s, (wanted >> SL_VIBRATION_CLEARANCE_FACTOR & 1) != 0, &of);
        }
        for (uint32_t feature = 0; feature < SL_VIBRATION_FEATURE_COUNT; feature++) {
            if ((wanted >> feature & 1) != 0) {
                *out++ = finite ? feature_value(&s, &of, feature, rate) : sl_nan();
            }
        }
        uint32_t lines = lines_of(signal);
        if (lines == 0) {
            continue;
        }
        band b;
        (void)band_of(word, rate, self->samples, &b);
        word += 2;
        sl_number scale = 0;
        if (finite) {
            uint32_t shift = find_envelope(&s, &b, envelope);
            apply_window(envelope, b.count);
            /* 2 for the envelope, 4 for the amplitude */
            sl_number length = sl_normal(b.length, 0);
            scale =
                sl_product(sl_product(length, length), sl_product(length, sl_normal(b.count, 0)));
            scale = sl_quotient(sl_normal(8, (int32_t)shift - AMPLITUDE_SHIFT + s.unit), scale);
        }
        for (; lines != 0; lines--) {
            uint32_t frequency = phase_of(*word++, rate) * b.length;
            uint32_t half_width = phase_of(*word++, rate) * b.length;
            for (uint32_t i = 1; i <= harmonics_of(signal); i++) {
                *out++ = finite ? sl_packed(sl_product(scale, largest_amplitude(envelope, b.count,
                                                                                i * frequency,
                                                                                i * half_width)),
                                            0)
                                : sl_nan();
            }
        }
    }
    return SL_OK;
}
