#!/usr/bin/env bash
# Every linter and formatter, in check mode.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

echo "Linting"
$bin/python bindings/generate.py --check
$bin/ruff check -q .
$bin/ruff format -q --check .
$bin/mypy --no-error-summary
mapfile -t c_files < <(git ls-files 'core/*.[ch]' 'bindings/*.[ch]' 'tests/*.[ch]' 'boards/*.[ch]' 'bench/*.[ch]')
$bin/clang-format --dry-run -Werror "${c_files[@]}"
mapfile -t core_files < <(git ls-files 'core/*.c')
clang-tidy-14 --quiet "${core_files[@]}" -- -std=c11 -ffreestanding -Icore 2>/dev/null
