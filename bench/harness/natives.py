"""A method of one of our native modules as a program to measure.

The module's description (bindings/api) tells it all: headers, sources, the type with its functions,
and the method's C expression. The adaptor made here opens the type, and `bench_run` is that
expression, without the binding around it. The sources are compiled in one translation unit, with
the module's own options, as they are shipped.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import get_ident
from typing import Any

from .environment import ROOT
from .targets import BenchError

API = ROOT / "bindings" / "api"
C_TYPES = {"f32": "float", "i16": "int16_t", "i32": "int32_t", "u32": "uint32_t"}
WORK_BYTES = 1 << 18

# As bindings/micropython/build.py has them, but for those of position-independent code.
MODULE_FLAGS = (
    "-std=c11", "-ffreestanding", "-fno-strict-aliasing", "-fno-common", "-DNDEBUG",
    "-fno-tree-loop-distribute-patterns", "-fno-jump-tables",
)  # fmt: skip
# What a description's expressions know of a buffer, as in bindings/micropython/glue.h.
ITEMS = """\
enum { SL_F32 = 1, SL_I16 = 2, SL_U32 = 4, SL_I32 = 8 };
typedef struct sl_items { uint32_t count, type; } sl_items;
"""
UNGUESSED = "-fno-guess-branch-probability"  # build.py's choice for x64 and rv32imc


@dataclass(frozen=True)
class Call:
    """A call of a method.

    Attributes
    ----------
    module, type, method
        As in bindings/api: the module (and its file), the type's and the method's name.
    payload
        What the type is opened with; None: the description's own example.
    buffers
        For each of the method's buffers: "in" (the row), "in place" (a copy of the row, which is
        the result, too), or the number of items of a buffer for results. The first of those is
        the result.
    numbers
        The method's other arguments.
    items
        Item type of the first buffer, where there is a choice.
    """

    module: str
    type: str
    method: str
    payload: bytes | None = None
    buffers: Mapping[str, str | int] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    items: str | None = None

    def exists(self) -> bool:
        """Tell whether such a module has been written."""
        return (API / f"{self.module}.toml").exists()

    def description(self) -> dict[str, Any]:
        """Return the module's description."""
        return tomllib.loads((API / f"{self.module}.toml").read_text())

    def flags(self, target: str) -> tuple[str, ...]:
        """Return the compiler's options that the module is shipped with."""
        guess = (UNGUESSED,) if target in ("x64", "rv32") else ()
        return (*MODULE_FLAGS, self.description().get("optimise", "-Os"), *guess)

    def opened_with(self) -> bytes:
        """Return the payload."""
        if self.payload is not None:
            return self.payload
        return bytes.fromhex(_named(self.description()["type"], self.type)["example"])

    def write_sources(self, folder: Path) -> tuple[Path, Path]:
        """Write the adaptor and the module's translation unit; return their paths."""
        module = self.description()
        unit = folder / "module.c"
        keep(unit, "".join(f'#include "{source}"\n' for source in module["sources"]).encode())
        adaptor = folder / "adaptor.c"
        keep(adaptor, self.adaptor(module).encode())
        return adaptor, unit

    def arguments(self) -> list[dict[str, Any]]:
        """Return the method's buffers."""
        arguments = self._method().get("arguments", [])
        return [a for a in arguments if "items" in a or "like" in a]

    def input_items(self) -> str:
        """Return the item type of the first buffer."""
        return self._item(self._method(), self.arguments()[0])

    def returns(self) -> str:
        """Return what the method returns, as the description has it."""
        return str(self._method()["returns"])

    def output(self) -> tuple[str, int | None]:
        """Return the result's item type and number of items; None: as many as the row has.

        A method that writes nothing returns a byte.
        """
        for argument in self.arguments():
            use = self.buffers.get(argument["name"])
            if use == "in place" or isinstance(use, int):
                return self._item(self._method(), argument), None if isinstance(use, str) else use
        return "i16", 0

    def _method(self) -> dict[str, Any]:
        return _named(_named(self.description()["type"], self.type)["method"], self.method)

    def _item(self, method: dict[str, Any], argument: dict[str, Any]) -> str:
        first = next(a for a in method["arguments"] if "items" in a)
        if "like" in argument:
            argument = _named(method["arguments"], argument["like"])
        if argument["name"] == first["name"] and self.items:
            return self.items
        return str(argument["items"][0])

    def adaptor(self, module: dict[str, Any]) -> str:
        """Return the C source of the adaptor."""
        kind = _named(module["type"], self.type)
        method = _named(kind["method"], self.method)
        call = method["call"]
        if isinstance(call, dict):
            call = call[self.items or next(iter(call))]
        lines = [f'#include "{header}"' for header in module["headers"]]
        lines += ["#include <string.h>", '#include "bench.h"', ""]
        lines += [f"static {kind['struct']} the;", f"static {kind['struct']} *const self = &the;"]
        lines += ["static void *const work = bench_work;", ITEMS]
        load, checks, taken, results = [], [], f"{WORK_BYTES // 2}u", 0
        for argument in method.get("arguments", []):
            name = argument["name"]
            if "items" not in argument and "like" not in argument:
                lines.append(f"static volatile uint32_t {name}_number = {self.numbers[name]};")
                continue
            use = self.buffers[name]
            c_type = C_TYPES[self._item(method, argument)]
            count = str(use) if isinstance(use, int) else f"ROW_ITEMS_{name}"
            if not isinstance(use, int):
                lines.append(f"enum {{ {count} = ROW_BYTES / sizeof({c_type}) }};")
            item = f"SL_{self._item(method, argument).upper()}"
            lines.append(f"static const sl_items {name}_items = {{ {count}, {item} }};")
            least = argument.get("least", argument.get("count"))
            if least is not None:  # what the binding would refuse must not be measured
                compared = "<" if isinstance(use, int) else "!="
                checks.append(f"    if ({name}_count {compared} (uint32_t)({least})) {{")
                checks += ["        return 1;", "    }"]
            if use == "in":
                where = "row"
            elif results == 0:
                where = "(void *)bench_output"
                results += 1
            else:
                where = f"(void *)((uint8_t *)bench_work + {taken})"
                taken += f" + 8u * {count}"
            if use == "in place":
                load.append("    memcpy(bench_output, row, ROW_BYTES);")
            lines.append(f"#define GET_{name} {c_type} *{name} = {where}")
            lines.append(f"#define {name}_count {name}_items.count")
        prepare = f"    {kind['prepare']}(self, work);" if "prepare" in kind else ""
        size = f"(uint32_t){kind['work']}(self)" if "work" in kind else "0"
        lines += [
            "",
            "int bench_setup(void)",
            "{",
            f"    if ({kind['open']}(self, bench_model, bench_model_length) != SL_OK) {{",
            "        return 1;",
            "    }",
            f"    bench_work_used = {size};",
            f"    if (bench_work_used > {WORK_BYTES // 2}u) {{",
            "        return 1;",
            "    }",
            "    memset(bench_work, 0, bench_work_bytes);",
            "    memset(bench_output, 0, bench_output_bytes);",
            prepare,
            *(f"    uint32_t {n} = {v};" for n, v in self.numbers.items()),
            *checks,
            "    return 0;",
            "}",
            "",
            "void bench_load(const void *row)",
            "{",
            "    (void)row;",
            *load,
            "}",
            "",
            "int bench_run(const void *row)",
            "{",
        ]
        for argument in method.get("arguments", []):
            name = argument["name"]
            if name in self.buffers:
                lines.append(f"    GET_{name};")
            else:
                lines.append(f"    uint32_t {name} = {name}_number;")
        ending = f"    return (int)({call});" if method["returns"] != "str" else ""
        lines += [ending, "}", ""]
        return "\n".join(lines)


def _named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    for entry in entries:
        if entry["name"] == name:
            return entry
    raise BenchError(f"{name!r} is not among {', '.join(entry['name'] for entry in entries)}")


def keep(path: Path, content: bytes) -> None:
    """Write a file, unless it holds that already: another thread may be reading it."""
    if not path.exists() or path.read_bytes() != content:
        temporary = path.with_name(f"{path.name}.{get_ident()}")
        temporary.write_bytes(content)
        temporary.replace(path)
