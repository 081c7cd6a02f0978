#!/usr/bin/env bash
# Install what Senselet's commands need: Debian packages (compilers, QEMU), a Python environment in
# .venv, and the senselet package in it, its C core compiled. Does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    ca-certificates gcc libc6-dev make cmake ninja-build pkg-config libffi-dev
    python3-dev python3-venv
    debian-archive-keyring dpkg-dev patch xz-utils
    gcc-arm-none-eabi libnewlib-arm-none-eabi picolibc-arm-none-eabi
    gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf
    qemu-system-arm qemu-system-misc
    clang-14 clang-tidy-14 libclang-rt-14-dev valgrind
)
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" ||
        missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
    if command -v apt-get >/dev/null && command -v "${apt[0]}" >/dev/null; then
        echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
        "${apt[@]}" update
        "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "warning: Not everything may work: only an administrator can install these Debian" >&2
        echo "packages, or their like of other systems: ${missing[*]}" >&2
    fi
fi

python=python3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "error: Senselet needs Python 3.11 or newer; this is $("$python" --version)." >&2
    exit 1
fi
if [ ! -x .venv/bin/python ]; then
    echo "Making the Python environment .venv"
    "$python" -m venv .venv
fi
requirements=$(.venv/bin/python - <<'PYTHON'
import tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
print("\n".join(project["dependencies"] + project["optional-dependencies"]["develop"]))
PYTHON
)
stamp=$(printf '%s' "$requirements" | sha256sum | cut -c 1-16)
if [ ! -e ".venv/.requirements-$stamp" ]; then
    echo "Installing Python packages"
    printf '%s\n' "$requirements" | .venv/bin/pip install -q --disable-pip-version-check -r /dev/stdin
    touch ".venv/.requirements-$stamp"
fi
echo "Compiling the core for this computer"
.venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
