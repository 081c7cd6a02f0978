# Reset and exceptions of the RISC-V board, in machine mode throughout.

        .section .start, "ax"
        .global start
start:
        .option push
        .option norelax
        la      gp, __global_pointer$
        .option pop
        la      sp, board_stack_top
        la      t0, exception
        csrw    mtvec, t0
        csrci   mstatus, 8              # interrupts only end WFI, they are never taken

        la      t0, data_load
        la      t1, data_start
        la      t2, data_end
1:      bgeu    t1, t2, 2f
        lw      t3, 0(t0)
        sw      t3, 0(t1)
        addi    t0, t0, 4
        addi    t1, t1, 4
        j       1b

2:      la      t1, bss_start
        la      t2, bss_end
3:      bgeu    t1, t2, 4f
        sw      zero, 0(t1)
        addi    t1, t1, 4
        j       3b

4:      call    main
        li      a0, 0
        call    host_exit

        .align  2
exception:
        csrr    a0, mcause
        csrr    a1, mepc
        mv      a2, ra
        csrr    a3, mtval
        call    report_exception
