#!/usr/bin/env bash
# Every linter and formatter, in check mode; all of them run, whatever the first ones find.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
status=0

check() {
    "$@" || {
        status=1
        echo "error: found by: ${*:1:4} ..." >&2
    }
}

# Its standard error only counts the warnings of system headers; what it found goes to the output.
clang_tidy() {
    clang-tidy-14 --quiet "$@" -- -std=c11 -ffreestanding -Icore 2>/dev/null
}

echo "Linting"
mapfile -t c_files < <(git ls-files 'core/*.[ch]' 'bindings/*.[ch]' 'tests/*.[ch]' 'boards/*.[ch]' 'bench/*.[ch]')
mapfile -t core_files < <(git ls-files 'core/*.c')
if [ ${#c_files[@]} = 0 ] || [ ${#core_files[@]} = 0 ]; then
    echo "error: git does not list the sources of this folder." >&2
    exit 1
fi
check $bin/python bindings/generate.py --check
check $bin/ruff check -q .
check $bin/ruff format -q --check .
check $bin/mypy --no-error-summary
check $bin/clang-format --dry-run -Werror "${c_files[@]}"
check clang_tidy "${core_files[@]}"
exit $status
