/* Input and model as bytes, and the memory for results and work. ROWS, MODEL: files; ROW_COUNT,
 * ROW_BYTES, OUTPUT_BYTES, WORK_BYTES: numbers. */
    .section .bench_rows, "a"
    .balign 8
    .global bench_rows, bench_row_count, bench_row_bytes, bench_output_bytes, bench_work_bytes
bench_rows:
    .incbin ROWS
    .balign 4
bench_row_count:
    .4byte ROW_COUNT
bench_row_bytes:
    .4byte ROW_BYTES
bench_output_bytes:
    .4byte OUTPUT_BYTES
bench_work_bytes:
    .4byte WORK_BYTES

    .section .bench_model, "a"
    .balign 8
    .global bench_model, bench_model_length
bench_model:
    .incbin MODEL
bench_model_end:
    .balign 4
bench_model_length:
    .4byte bench_model_end - bench_model

    .section .bench_memory, "aw", %nobits
    .balign 8
    .global bench_output, bench_work
bench_output:
    .skip OUTPUT_BYTES
    .balign 8
bench_work:
    .skip WORK_BYTES

#ifdef __linux__
    .section .note.GNU-stack, "", %progbits
#endif
