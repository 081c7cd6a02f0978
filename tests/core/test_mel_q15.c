/* core/features/mel_q15 against golden vectors, and against damaged payloads.
 *
 * Sources: base/sine.c base/logarithm.c dsp/fft_q15.c features/mel_bank.c features/mel_q15.c
 * Golden vectors: mel_q15.vectors
 */
#include "features/mel_q15.h"

#define STEP(name) sl_mel_q15##name
#define STEP_PREPARES
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("mel_q15");
}
