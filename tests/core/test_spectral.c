/* core/features/spectral against golden vectors, and against damaged payloads.
 *
 * Sources: base/sine.c base/logarithm.c dsp/fft_q15.c features/spectral.c
 * Golden vectors: spectral.vectors
 */
#include "features/spectral.h"

#define STEP(name) sl_spectral##name
#define STEP_PREPARES
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("spectral");
}
