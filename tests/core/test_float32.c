/* core/base/float32: exact functions against exact arithmetic, the others against double precision.
 *
 * Sources: base/float32.c base/square_root.c
 */
#include "base/float32.h"

#include <math.h>

#include "check.h"

static uint32_t random_state = 2463534242u;

static uint32_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

static float random_float(void)
{
    return sl_float_from_bits(random_word());
}

/* |value - truth| in units of the last place of the truth. */
static double error_in_ulp(float value, double truth)
{
    int exponent;
    (void)frexp(truth, &exponent);
    if (truth == 0.0 || exponent < -125) {
        exponent = -125;
    }
    return fabs(value - truth) / ldexp(1.0, exponent - 24);
}

static void check_bits(void)
{
    static const float ordered[] = {-INFINITY, -3.4e38f, -1.5f, -1.0f, -1e-45f, -0.0f,
                                    0.0f,      1e-45f,   1.0f,  1.5f,  3.4e38f, INFINITY};
    for (unsigned i = 0; i < 12; i++) {
        CHECK(sl_float_bits(sl_float_from_key(sl_float_key(ordered[i]))) ==
              sl_float_bits(ordered[i]));
        CHECK(!sl_is_nan(ordered[i]));
        CHECK(sl_is_finite(ordered[i]) == (i != 0 && i != 11));
        CHECK(i == 0 || sl_float_key(ordered[i - 1]) < sl_float_key(ordered[i]));
    }
    CHECK(sl_is_nan(sl_float_from_bits(0x7F800001)));
    CHECK(sl_is_nan(sl_float_from_bits(0xFFFFFFFF)));
    CHECK(!sl_is_finite(sl_float_from_bits(0xFFC00000)));
    CHECK(sl_float_bits(sl_canonical(sl_float_from_bits(0xFFC00001))) == SL_NAN_BITS);
    CHECK(sl_float_bits(sl_canonical(-0.0f)) == 0x80000000u);
    for (uint32_t i = 0; i < 32; i++) {
        CHECK(sl_leading_zeros(0x80000000u >> i) == i);
        CHECK(sl_leading_zeros(0xFFFFFFFFu >> i) == i);
    }
}

/* root = sqrt(value) to the nearest: the midpoints to its neighbours lie on either side of it.
 * Double holds midpoints (25 bits) and their squares (50 bits) exactly. */
static int is_square_root(float root, float value)
{
    uint32_t bits = sl_float_bits(root);
    double below = (double)root + (double)sl_float_from_bits(bits - 1);
    double above = (double)root + (double)sl_float_from_bits(bits + 1);
    return below * below <= 4.0 * (double)value && above * above >= 4.0 * (double)value;
}

static void check_sqrt(uint32_t step)
{
    CHECK(sl_float_bits(sl_sqrtf(0.0f)) == 0);
    CHECK(sl_float_bits(sl_sqrtf(-0.0f)) == 0x80000000u);
    CHECK(sl_float_bits(sl_sqrtf(INFINITY)) == SL_INFINITY_BITS);
    CHECK(sl_float_bits(sl_sqrtf(-1.0f)) == SL_NAN_BITS);
    CHECK(sl_float_bits(sl_sqrtf(-INFINITY)) == SL_NAN_BITS);
    CHECK(sl_float_bits(sl_sqrtf(sl_float_from_bits(0xFFC12345))) == SL_NAN_BITS);
    CHECK(sl_float_bits(sl_sqrtf(sl_float_from_bits(0x7F812345))) == SL_NAN_BITS);
    for (uint32_t bits = 1; bits < SL_INFINITY_BITS; bits += step) {
        float value = sl_float_from_bits(bits);
        CHECK(is_square_root(sl_sqrtf(value), value));
    }
    for (uint32_t i = 1; i < 4096; i++) { /* exact squares, and their neighbours */
        float square = (float)(i * i);
        CHECK(sl_sqrtf(square) == (float)i);
        uint32_t bits = sl_float_bits(square);
        CHECK(is_square_root(sl_sqrtf(sl_float_from_bits(bits - 1)), sl_float_from_bits(bits - 1)));
        CHECK(is_square_root(sl_sqrtf(sl_float_from_bits(bits + 1)), sl_float_from_bits(bits + 1)));
    }
}

static void check_atan2(uint32_t times)
{
    static const float corners[] = {0.0f, 1e-45f, 1e-30f,  0.41421357f, 1.0f,
                                    2.0f, 1e30f,  3.4e38f, INFINITY};
    double worst = 0.0;
    for (unsigned i = 0; i < 18 * 18; i++) {
        float y = corners[i % 9] * (i / 9 % 2 != 0 ? -1.0f : 1.0f);
        float x = corners[i / 18 % 9] * (i / 162 != 0 ? -1.0f : 1.0f);
        float angle = sl_atan2f(y, x);
        CHECK(error_in_ulp(angle, atan2(y, x)) < 2.0);
        CHECK((sl_float_bits(angle) ^ sl_float_bits(y)) >> 31 == 0);
    }
    for (uint32_t i = 0; i < times; i++) {
        float y = random_float();
        float x = random_float();
        if ((i & 3) != 0) { /* of like size */
            x = sl_float_from_bits((sl_float_bits(x) & 0x81FFFFFF) | 0x3E000000);
            y = sl_float_from_bits((sl_float_bits(y) & 0x81FFFFFF) | 0x3E000000);
        }
        float angle = sl_atan2f(y, x);
        if (sl_is_nan(x) || sl_is_nan(y)) {
            CHECK(sl_float_bits(angle) == SL_NAN_BITS);
            continue;
        }
        double error = error_in_ulp(angle, atan2(y, x));
        worst = error > worst ? error : worst;
    }
    printf("atan2: error < %.3f ulp\n", worst);
    CHECK(worst < 2.0);
}

static void check_acos(uint32_t times)
{
    double worst = 0.0;
    CHECK(sl_float_bits(sl_acosf(1.0f)) == 0);
    CHECK(error_in_ulp(sl_acosf(-1.0f), acos(-1.0)) <= 0.5);
    CHECK(sl_float_bits(sl_acosf(1.0000001f)) == SL_NAN_BITS);
    CHECK(sl_float_bits(sl_acosf(sl_float_from_bits(0xFFC00000))) == SL_NAN_BITS);
    for (uint32_t i = 0; i < times; i++) {
        float value =
            sl_float_from_bits(random_word() & ((i & 1) != 0 ? 0xBFFFFFFFu : 0xBF7FFFFFu));
        if (!(fabsf(value) <= 1.0f)) {
            value = 2.0f / value;
        }
        if (!(fabsf(value) <= 1.0f)) {
            continue;
        }
        double error = error_in_ulp(sl_acosf(value), acos(value));
        worst = error > worst ? error : worst;
    }
    for (uint32_t bits = 0x3F000000; bits < 0x3F800000; bits += 8388608 / (times / 2 + 1) + 1) {
        double error =
            error_in_ulp(sl_acosf(sl_float_from_bits(bits)), acos(sl_float_from_bits(bits)));
        worst = error > worst ? error : worst;
    }
    printf("acos: error < %.3f ulp\n", worst);
    CHECK(worst < 3.0);
}

/* One number over the bits of many results: equal on all targets. */
static void check_fingerprint(void)
{
    uint32_t fingerprint = 0;
    random_state = 1;
    for (uint32_t i = 0; i < 20000; i++) {
        float a = random_float();
        float b = random_float();
        fingerprint = fingerprint * 31 + sl_float_bits(sl_sqrtf(a));
        fingerprint = fingerprint * 31 + sl_float_bits(sl_atan2f(a, b));
        a = sl_float_from_bits((sl_float_bits(a) & 0x81FFFFFF) | 0x3E000000);
        b = sl_float_from_bits((sl_float_bits(b) & 0x81FFFFFF) | 0x3E000000);
        fingerprint = fingerprint * 31 + sl_float_bits(sl_atan2f(a, b));
        fingerprint = fingerprint * 31 + sl_float_bits(sl_acosf(a));
    }
    printf("fingerprint: %08lx\n", (unsigned long)fingerprint);
    CHECK(fingerprint == 0x253CBDE7);
}

int main(void)
{
#ifdef CHECK_BARE_METAL
    uint32_t times = 20000;
#else
    uint32_t times = 2000000;
#endif
    check_bits();
    check_sqrt(0x7F800000u / times);
    check_atan2(times);
    check_acos(times);
    check_fingerprint();
    volatile float sink;
    CHECK_INSTRUCTIONS("sqrt", 1000, sink = sl_sqrtf((float)check_i * 1.7f));
    CHECK_INSTRUCTIONS("atan2", 1000, sink = sl_atan2f((float)check_i, 500.0f));
    (void)sink;
    return check_summary("float32");
}
