/* core/features/mel against golden vectors, and against damaged payloads.
 *
 * Sources: base/sine.c base/logarithm.c dsp/fft.c features/mel_bank.c features/mel.c
 * Golden vectors: mel.vectors
 */
#include "features/mel.h"

#define STEP(name) sl_mel##name
#define STEP_PREPARES
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("mel");
}
