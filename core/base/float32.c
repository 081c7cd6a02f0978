#include "base/float32.h"

float sl_atan2f(float y, float x)
{
    uint32_t sign = sl_float_bits(y) & 0x80000000u;
    uint32_t to_left = sl_float_bits(x) & 0x80000000u;
    uint32_t smaller = sl_float_magnitude(y);
    uint32_t larger = sl_float_magnitude(x);
    bool steep = smaller > larger;
    if (steep) {
        uint32_t swap = smaller;
        smaller = larger;
        larger = swap;
    }
    if (larger > SL_INFINITY_BITS) {
        return sl_nan();
    }
    if (larger == SL_INFINITY_BITS) { /* directions of the axes and the diagonals */
        smaller = smaller == larger ? 0x3F800000u : 0;
        larger = 0x3F800000u;
    }
    /* Angle of (larger, smaller), 0 ... pi/4, turned by -pi/4 when it lies beyond pi/8. Scaled so
     * that the sum stays finite (2^100 and above) and the quotient of denormals loses nothing. */
    float scale = larger < 0x71800000u ? 0x1p+24f : 0.25f;
    float a = sl_float_from_bits(smaller) * scale;
    float b = sl_float_from_bits(larger) * scale;
    float turned = 0.0f;
    if (a > 0.41421357f * b) { /* tan(pi/8) */
        float sum = a + b;
        a = a - b;
        b = sum;
        turned = 0.78539818525f; /* pi/4 + 2.2e-8 */
    }
    float t = larger == 0 ? 0.0f : a / b;
    float z = t * t;
    /* Coefficients: tests/golden/fit_atan.py, relative error 6.8e-10. */
    float tail = -0x1.f1ed8ap-5f;
    tail = tail * z + 0x1.b1ec30p-4f;
    tail = tail * z - 0x1.23b522p-3f;
    tail = tail * z + 0x1.999196p-3f;
    tail = tail * z - 0x1.55554ap-2f;
    float low = t * z * tail;
    if (turned != 0.0f) {
        low -= 2.1855695e-8f;
    }
    /* Now angle = turned + t + low; reflect at the diagonal and at the y axis. */
    float high = turned;
    if (steep) {
        high = 1.57079637051f - high; /* pi/2 + 4.37e-8; exact */
        t = -t;
        low = -4.3711388e-8f - low;
    }
    if (to_left != 0) {
        high = 3.14159274101f - high; /* pi + 8.74e-8; exact */
        t = -t;
        low = -8.7422777e-8f - low;
    }
    float angle = high + (t + low);
    return sl_float_from_bits(sl_float_bits(angle) | sign);
}

float sl_acosf(float value)
{
    if (sl_float_magnitude(value) > 0x3F800000u) {
        return sl_nan();
    }
    return sl_atan2f(sl_sqrtf((1.0f - value) * (1.0f + value)), value);
}
