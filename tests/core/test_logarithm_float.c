/* core/base/logarithm_float against double precision.
 *
 * Sources: base/logarithm_float.c
 */
#include "base/logarithm_float.h"

#include <math.h>

#include "base/float32.h"
#include "check.h"

#ifdef CHECK_BARE_METAL
#define STEP 1000003u
#else
#define STEP 2003u
#endif

static uint32_t random_state = 2463534242u;

static uint32_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/* |value - truth| in units of the last place of the truth. */
static double error_in_ulp(float value, double truth)
{
    int exponent;
    (void)frexp(truth, &exponent);
    if (truth == 0.0 || exponent < -125) {
        exponent = -125;
    }
    return fabs((double)value - truth) / ldexp(1.0, exponent - 24);
}

static double worst;

static void keep_worst(float value, double truth)
{
    double error = error_in_ulp(value, truth);
    worst = error > worst ? error : worst;
}

static void check_worst(const char *name, double limit)
{
    printf("%s: largest error %.4f ulp\n", name, worst);
    CHECK(worst < limit);
    worst = 0;
}

static void check_logarithms(void)
{
    static const struct {
        float (*function)(float);
        double (*truth)(double);
        const char *name;
    } pairs[] = {{sl_log2f, log2, "log2"}, {sl_logf, log, "log"}, {sl_log10f, log10, "log10"}};
    for (unsigned k = 0; k < 3; k++) {
        float (*function)(float) = pairs[k].function;
        double (*truth)(double) = pairs[k].truth;
        for (uint32_t bits = 1; bits < SL_INFINITY_BITS; bits += STEP) {
            float value = sl_float_from_bits(bits);
            keep_worst(function(value), truth(value));
        }
        for (uint32_t bits = 0x3F000000u; bits < 0x40000000u; bits += STEP / 16) {
            float value = sl_float_from_bits(bits);
            keep_worst(function(value), truth(value));
        }
        for (uint32_t i = 1; i < 1000; i++) { /* next to 1 */
            float above = sl_float_from_bits(0x3F800000u + i);
            float below = sl_float_from_bits(0x3F800000u - i);
            keep_worst(function(above), truth(above));
            keep_worst(function(below), truth(below));
        }
        check_worst(pairs[k].name, 0.52);
        CHECK(sl_float_bits(function(1.0f)) == 0);
        CHECK(function(0.0f) == -INFINITY);
        CHECK(function(-0.0f) == -INFINITY);
        CHECK(function(INFINITY) == INFINITY);
        CHECK(sl_float_bits(function(-1.0f)) == SL_NAN_BITS);
        CHECK(sl_float_bits(function(-INFINITY)) == SL_NAN_BITS);
        CHECK(sl_float_bits(function(sl_float_from_bits(0xFFC12345))) == SL_NAN_BITS);
        CHECK(sl_float_bits(function(sl_float_from_bits(0x7F812345))) == SL_NAN_BITS);
    }
    for (int i = -149; i < 128; i++) {
        CHECK(sl_log2f((float)ldexp(1.0, i)) == (float)i);
    }
}

static void check_exp2(void)
{
    for (uint32_t bits = 0; bits < 0x43160000u; bits += STEP) { /* up to 150 */
        float value = sl_float_from_bits(bits);
        if (value < 127.999f) {
            keep_worst(sl_exp2f(value), exp2(value));
        }
        keep_worst(sl_exp2f(-value), exp2(-(double)value));
    }
    check_worst("exp2", 0.52);
    for (int i = -149; i < 128; i++) {
        CHECK(sl_exp2f((float)i) == (float)ldexp(1.0, i));
    }
    CHECK(sl_exp2f(128.0f) == INFINITY);
    CHECK(sl_exp2f(3e38f) == INFINITY);
    CHECK(sl_exp2f(INFINITY) == INFINITY);
    CHECK(sl_float_bits(sl_exp2f(-151.0f)) == 0);
    CHECK(sl_float_bits(sl_exp2f(-INFINITY)) == 0);
    CHECK(sl_exp2f(1e-45f) == 1.0f);
    CHECK(sl_float_bits(sl_exp2f(sl_float_from_bits(0xFFC12345))) == SL_NAN_BITS);
}

static void check_pow(void)
{
    for (uint32_t i = 0; i < 0xFFFFFFFFu / STEP; i++) {
        float x = sl_float_from_bits(random_word() % SL_INFINITY_BITS);
        float y = (float)(int32_t)random_word() * 0x1p-26f;
        double truth = pow(x, y);
        if (truth < 3.4e38 && truth > 1.2e-38) {
            double limit = 0.52 + fabs((double)y) / 32;
            double error = error_in_ulp(sl_powf(x, y), truth);
            CHECK(error < limit);
            worst = error / limit > worst ? error / limit : worst;
        }
    }
    printf("pow: largest error %.3f of the limit\n", worst);
    worst = 0;
    for (uint32_t i = 1; i < 2000; i++) { /* compound interest: x next to 1 */
        float x = sl_float_from_bits(0x3F800000u + 3 * i);
        float y = 1e7f / (float)i;
        double truth = pow(x, y);
        CHECK(error_in_ulp(sl_powf(x, y), truth) < 0.52 + 0.02 * log2(truth));
    }
    static const float values[] = {0.0f, 1e-45f, 0.5f, 1.0f, 2.0f, 3e38f, INFINITY};
    static const float powers[] = {-INFINITY, -3e38f, -1.0f, -1e-45f, 0.0f,
                                   1e-45f,    1.0f,   2.0f,  INFINITY};
    for (unsigned i = 0; i < 7; i++) {
        for (unsigned k = 0; k < 9; k++) {
            float truth = (float)pow(values[i], powers[k]);
            CHECK(sl_powf(values[i], powers[k]) == truth);
        }
    }
    CHECK(sl_float_bits(sl_powf(-0.0f, 2.0f)) == 0);
    CHECK(sl_float_bits(sl_powf(-2.0f, 2.0f)) == SL_NAN_BITS);
    CHECK(sl_float_bits(sl_powf(sl_float_from_bits(0x7F812345), 2.0f)) == SL_NAN_BITS);
    CHECK(sl_float_bits(sl_powf(2.0f, sl_float_from_bits(0xFF812345))) == SL_NAN_BITS);
    CHECK(sl_powf(sl_float_from_bits(0x7F812345), 0.0f) == 1.0f);
}

int main(void)
{
    check_logarithms();
    check_exp2();
    check_pow();
    volatile float sink = 0.0f;
    CHECK_INSTRUCTIONS("log2f", 1000, sink = sl_log2f(sl_float_from_bits(check_i << 20)));
    CHECK_INSTRUCTIONS("powf", 1000, sink = sl_powf(sl_float_from_bits(check_i << 20), 0.98f));
    (void)sink;
    return check_summary("logarithm_float");
}
