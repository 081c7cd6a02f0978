/* core/base/soft_float against this machine's own float arithmetic.
 *
 * Sources:
 */
#define SL_SOFT_FLOAT_TEST 1
#include "base/soft_float.c" /* NOLINT: its file is empty where there is an FPU */

#include "base/float32.h"
#include "check.h"

static uint32_t random_state = 2463534242u;

static uint32_t random_word(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

/* Any bits; or, so that sums cancel and results become denormal or overflow, near another float. */
static uint32_t random_near(uint32_t other)
{
    uint32_t word = random_word();
    switch (random_word() & 7) {
    case 0:
        return (other ^ (word & 0x80000003u)) + ((word >> 8 & 3) << 23);
    case 1:
        return (word & 0x80FFFFFFu) | (random_word() & 0x0F000000u);
    case 2:
        return (0x7F000000u - other) ^ (word & 0x80FFFFFFu);
    case 3:
        return word & 0xFF800000u;
    default:
        return word;
    }
}

static void check_pair(uint32_t a, uint32_t b)
{
    volatile float x = sl_float_from_bits(a), y = sl_float_from_bits(b);
    CHECK(sl_soft_add(a, b) == sl_float_bits(sl_canonical(x + y)));
    CHECK(sl_soft_add(a, b ^ SOFT_SIGN) == sl_float_bits(sl_canonical(x - y)));
    CHECK(sl_soft_multiply(a, b) == sl_float_bits(sl_canonical(x * y)));
}

int main(void)
{
    static const uint32_t special[] = {
        0,          1,          2,          0x3F800000, 0x3F800001, 0x7F7FFFFF, 0x7F800000,
        0x7FC00000, 0x7F800001, 0x007FFFFF, 0x00800000, 0x00800001, 0x00FFFFFF, 0x3F7FFFFF,
        0x33800000, 0x33800001, 0x34000000, 0x40000000, 0x7F000000, 0x1F800000, 0x20000000};
    for (unsigned i = 0; i < sizeof special / sizeof *special; i++) {
        for (unsigned j = 0; j < sizeof special / sizeof *special; j++) {
            for (uint32_t signs = 0; signs < 4; signs++) {
                check_pair(special[i] | signs << 31, special[j] | (signs >> 1) << 31);
            }
        }
    }
#ifdef CHECK_BARE_METAL
    uint32_t times = 20000;
#else
    uint32_t times = 3000000;
#endif
    for (uint32_t i = 0; i < times; i++) {
        uint32_t a = random_word();
        check_pair(a, random_near(a));
        int32_t value = (int32_t)(a >> (random_word() & 31)) * (a & 1 ? -1 : 1);
        volatile float converted = (float)value;
        CHECK(sl_soft_from_int(value) == sl_float_bits(converted));
    }
    volatile float x = 1.2345f, y = 0.987f, z;
    CHECK_INSTRUCTIONS("compiler's +", 1000, z = x + y);
    CHECK_INSTRUCTIONS("compiler's *", 1000, z = x * y);
    volatile uint32_t a = sl_float_bits(x), b = sl_float_bits(y), c;
    CHECK_INSTRUCTIONS("+", 1000, c = sl_soft_add(a, b));
    CHECK_INSTRUCTIONS("*", 1000, c = sl_soft_multiply(a, b));
    (void)z;
    (void)c;
    return check_summary("soft_float");
}
