/* core/features/pcen against golden vectors, and against damaged payloads.
 *
 * Sources: base/logarithm_float.c features/pcen.c
 * Golden vectors: pcen.vectors
 */
#include "features/pcen.h"

#define STEP(name) sl_pcen##name
#define STEP_PREPARES
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("pcen");
}
