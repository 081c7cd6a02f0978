/* core/features/mfcc against golden vectors, and against damaged payloads.
 *
 * Sources: base/sine.c features/mfcc.c
 * Golden vectors: mfcc.vectors
 */
#include "features/mfcc.h"

#define STEP(name) sl_mfcc##name
#define STEP_PREPARES
#include "step.h"

int main(int argc, char **argv)
{
    check_step(argc, argv);
    return check_summary("mfcc");
}
