/* core/base/sine against double precision.
 *
 * Sources: base/sine.c
 */
#include "base/sine.h"

#include <math.h>

#include "check.h"

#define ONE       1073741824.0 /* 2^30 */
#define TURN      4294967296.0
#define LARGEST   2.0    /* units of 2^-30: the bound that the header states */
#define FINE_STEP 65521u /* prime: 65,551 phases over the turn */
#define TWO_PI    6.283185307179586476925286766559

static double worst;

static void check_phase(uint32_t phase)
{
    double error = fabs(sl_sine(phase) - ONE * sin(TWO_PI * (phase / TURN)));
    worst = error > worst ? error : worst;
    CHECK(error < LARGEST);
    CHECK(sl_sine(0u - phase) == -sl_sine(phase));
    CHECK(sl_sine(SL_HALF_TURN - phase) == sl_sine(phase));
    CHECK(sl_cosine(phase) == sl_sine(SL_RIGHT_ANGLE - phase));
}

int main(void)
{
    CHECK(sl_sine(0) == 0);
    CHECK(sl_sine(SL_RIGHT_ANGLE) == 1 << 30);
    CHECK(sl_sine(SL_HALF_TURN) == 0);
    CHECK(sl_cosine(0) == 1 << 30);
    CHECK(sl_cosine(SL_RIGHT_ANGLE) == 0);
    CHECK(sl_cosine(SL_HALF_TURN) == -(1 << 30));
#ifdef CHECK_BARE_METAL
    uint32_t steps = 1000;
#else
    uint32_t steps = 65551;
#endif
    for (uint32_t i = 0; i < steps; i++) {
        check_phase(i * FINE_STEP); /* wraps: all quarters */
        check_phase(i);             /* small angles */
        check_phase(SL_RIGHT_ANGLE - i);
    }
    printf("largest error %.3f units of 2^-30\n", worst);
    CHECK_INSTRUCTIONS("sl_sine", 1000, (void)sl_sine(check_i * 4000037u));
    return check_summary("sine");
}
