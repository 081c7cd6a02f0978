"""Generate the bindings of the native modules from their descriptions in ``bindings/api``.

    python bindings/generate.py OUT      write OUT/micropython/*.c and OUT/cpython/*.c
    python bindings/generate.py --stubs  write senselet/runtime/*.pyi and status.py
    python bindings/generate.py --check  fail if those stubs are not what would be written

A description (TOML) names a module's C headers and sources, its types (a C struct with an open
function) and their methods. A method is a C expression over ``self``, its arguments and ``work``:

    returns     "uint", "int", "status" (0, or a negative sl_status) or "str" (the expression sets
                ``length``); a method that can fail returns the negative status in its place
    arguments   a buffer {name, items = ["f32", "i16", "i32", "u32"], write = true} with exactly
                `count` items, at `least` so many, or a `multiple` of a number (C expressions, which
                may use `other_items.count` of an earlier buffer); `like = "other"` instead of items
                for a buffer of the same item type as an earlier one;
                or a number {name, below = C expression}
    call        the expression, or one for each item type of the first buffer
    board       false for methods that the laptop alone has

A type has ``open`` and, if it needs memory, ``work`` (its bytes) and ``prepare`` (fills it, once);
``example``, a payload in hexadecimal, lets the tests open one.
A module may set ``optimise``, the compiler's option on boards in place of "-Os".
With ``fpu = true`` it is built only for boards whose processor has one.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
API = ROOT / "bindings" / "api"
RUNTIME = ROOT / "senselet" / "runtime"
C_TYPES = {"f32": "float", "i16": "int16_t", "i32": "int32_t", "u32": "uint32_t"}

Description = dict[str, Any]


def descriptions() -> list[Description]:
    """All modules, sorted by name."""
    modules = []
    for path in sorted(API.glob("*.toml")):
        with path.open("rb") as file:
            modules.append(tomllib.load(file))
        for kind in modules[-1]["type"]:
            if "work" in kind:
                kind["method"].append(work_size(kind["work"]))
    return modules


def work_size(function: str) -> Description:
    """The method that tells what memory a type needs: `senselet info` asks it."""
    return {
        "name": "work_size",
        "board": False,
        "returns": "uint",
        "call": f"(uint32_t){function}(self)",
        "doc": "Bytes of work memory.",
    }


def buffers(method: Description) -> list[Description]:
    return [a for a in method.get("arguments", []) if is_buffer(a)]


def is_buffer(argument: Description) -> bool:
    return "items" in argument or "like" in argument


def calls(method: Description) -> dict[str, str]:
    """The expression for each item type of the first buffer; under "" where there is one only."""
    call = method["call"]
    return call if isinstance(call, dict) else {"": call}


def argument_checks(method: Description, getter: str) -> list[str]:
    """C lines that turn the Python arguments into C ones, status telling how it went."""
    lines = []
    for argument in method.get("arguments", []):
        name = argument["name"]
        lines.append("    if (status == 0) {")
        if is_buffer(argument):
            types = " | ".join(f"SL_{item.upper()}" for item in argument.get("items", ()))
            types = types or f"{argument['like']}_items.type"
            count = argument.get("count", "SL_ANY_COUNT")
            write = int(argument.get("write", False))
            lines.append(
                f"        status = sl_get_items({getter.format(name)}, {types}, {count}, {write}, "
                f"&{name}_items);"
            )
            wrong = []
            if "multiple" in argument:
                wrong.append(f"{name}_items.count % ({argument['multiple']}) != 0")
            if "least" in argument:
                wrong.append(f"{name}_items.count < ({argument['least']})")
            for condition in wrong:
                lines += ["    }", f"    if (status == 0 && {condition}) {{"]
                lines.append("        status = SL_ERR_SIZE;")
        else:
            lines.append(
                f"        status = sl_get_number({getter.format(name)}, {argument['below']}, "
                f"&{name});"
            )
        lines.append("    }")
    return lines


def call_lines(method: Description) -> list[str]:
    """C lines that evaluate the method's expression into ``result`` (or ``text``)."""
    target = "text" if method["returns"] == "str" else "result"
    typed = buffers(method)
    lines = []
    for index, (item, expression) in enumerate(calls(method).items()):
        declarations = []
        for position, argument in enumerate(typed):
            name = argument["name"]
            follows = item and (position == 0 or "like" in argument)
            c_type = C_TYPES[item if follows else typed_items(argument, typed)[0]]
            const = "" if argument.get("write") else "const "
            declarations.append(f"            {const}{c_type} *{name} = {name}_items.data;")
            if f"{name}_count" in expression:
                declarations.append(f"            uint32_t {name}_count = {name}_items.count;")
        condition = f"if ({typed[0]['name']}_items.type == SL_{item.upper()}) " if item else ""
        prefix = "} else " if index else ""
        lines.append(f"        {prefix}{condition}{{")
        lines += declarations
        cast = "(uint32_t)" if method["returns"] == "uint" else ""
        lines.append(f"            {target} = {cast}({expression});")
    lines.append("        }")
    return lines


def typed_items(argument: Description, others: list[Description]) -> list[str]:
    """The item types that a buffer can have."""
    while "items" not in argument:
        argument = next(o for o in others if o["name"] == argument["like"])
    items: list[str] = argument["items"]
    return items


def local_variables(method: Description, items_init: str) -> list[str]:
    lines = []
    for argument in method.get("arguments", []):
        name = argument["name"]
        if is_buffer(argument):
            lines.append(f"    sl_items {name}_items{items_init};")
        else:
            lines.append(f"    uint32_t {name} = 0;")
    if method["returns"] == "str":
        lines.append('    const char *text = "";')
        lines.append("    uint32_t length = 0;")
    elif method["returns"] == "uint":
        lines.append("    uint32_t result = 0;")
    else:
        lines.append("    int32_t result = 0;")
    return lines


def uses(method: Description, word: str) -> bool:
    text = " ".join(calls(method).values())
    text += " ".join(str(a.get(k, "")) for a in method.get("arguments", []) for k in a)
    return re.search(rf"\b{word}\b", text) is not None


# ---- MicroPython ---------------------------------------------------------------------------------


def micropython(module: Description) -> str:
    """The source of a native module: the core's sources and the binding, one translation unit."""
    lines = [
        f"/* {module['doc']} Generated by bindings/generate.py from bindings/api. */",
        *(f'#include "{source}"' for source in module["sources"]),
        '#include "micropython/glue.h"',
        "",
    ]
    kinds = [
        {**kind, "method": [m for m in kind["method"] if m.get("board", True)]}
        for kind in module["type"]
    ]
    for kind in kinds:
        lines += micropython_type(kind)
    lines += [
        "SL_VISIBLE mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw,",
        "                             mp_obj_t *args)",
        "{",
        "    MP_DYNRUNTIME_INIT_ENTRY",
    ]
    for kind in kinds:
        name = kind["name"]
        lines += [
            f"    type_{name}.base.type = (void *)&mp_type_type;",
            f"    type_{name}.name = MP_QSTR_{name};",
        ]
        for index, method in enumerate(kind["method"]):
            entry = f"methods_{name}[{index}]"
            lines += [
                f"    {entry}.key = MP_OBJ_NEW_QSTR(MP_QSTR_{method['name']});",
                f"    {entry}.value = MP_OBJ_FROM_PTR(&{name}_{method['name']}_object);",
            ]
        lines += [
            f"    MP_OBJ_TYPE_SET_SLOT(&type_{name}, locals_dict, (void *)&locals_{name}, 0);",
            f"    mp_store_global(MP_QSTR_{kind['opener']}, MP_OBJ_FROM_PTR(&{name}_open_object));",
        ]
    lines += ["    MP_DYNRUNTIME_INIT_EXIT", "}", ""]
    return "\n".join(lines)


def micropython_type(kind: Description) -> list[str]:
    name = kind["name"]
    lines = [
        f"typedef struct object_{name} {{",
        "    mp_obj_base_t base;",
        "    void *owner; /* keeps the memory alive that state points into */",
        "    void *work;",
        f"    {kind['struct']} state;",
        f"}} object_{name};",
        "",
        "/* Not static: mpy_ld.py puts only global symbols into the module's writable memory. */",
        f"SL_VISIBLE mp_obj_full_type_t type_{name};",
        f"SL_VISIBLE mp_map_elem_t methods_{name}[{len(kind['method'])}];",
        f"static MP_DEFINE_CONST_DICT(locals_{name}, methods_{name});",
        "",
        f"static mp_obj_t {name}_open(mp_obj_t file, mp_obj_t offset, mp_obj_t length_in)",
        "{",
        f"    object_{name} *object = mp_obj_malloc(object_{name}, (void *)&type_{name});",
        "    const void *data;",
        "    size_t length;",
        "    int32_t status =",
        "        sl_get_file(file, offset, length_in, &object->owner, &data, &length);",
        "    if (status == 0) {",
        f"        status = {kind['open']}(&object->state, data, length);",
        "    }",
        "    if (status != 0) {",
        "        return mp_obj_new_int(status);",
        "    }",
    ]
    if "work" in kind:
        lines.append(f"    object->work = m_malloc({kind['work']}(&object->state));")
    if "prepare" in kind:
        lines.append(f"    {kind['prepare']}(&object->state, object->work);")
    lines += [
        "    return MP_OBJ_FROM_PTR(object);",
        "}",
        f"static MP_DEFINE_CONST_FUN_OBJ_3({name}_open_object, {name}_open);",
        "",
    ]
    for method in kind["method"]:
        lines += micropython_method(kind, method)
    return lines


def micropython_method(kind: Description, method: Description) -> list[str]:
    name = f"{kind['name']}_{method['name']}"
    arguments = method.get("arguments", [])
    n_arguments = 1 + len(arguments)
    if n_arguments <= 3:
        parameters = ["mp_obj_t self_in", *(f"mp_obj_t {a['name']}_in" for a in arguments)]
        getter = "{}_in"
        define = f"MP_DEFINE_CONST_FUN_OBJ_{n_arguments}({name}_object, {name})"
    else:
        parameters = ["size_t n_args", "const mp_obj_t *args"]
        getter = "{}_in"
        define = (
            f"MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN({name}_object, {n_arguments}, {n_arguments}, "
            f"{name})"
        )
    lines = [f"static mp_obj_t {name}({', '.join(parameters)})", "{"]
    if n_arguments > 3:
        lines += ["    (void)n_args;", "    mp_obj_t self_in = args[0];"]
        lines += [f"    mp_obj_t {a['name']}_in = args[{i + 1}];" for i, a in enumerate(arguments)]
    lines.append(f"    object_{kind['name']} *object = MP_OBJ_TO_PTR(self_in);")
    if uses(method, "self"):
        lines.append(f"    {kind['struct']} *self = &object->state;")
    if uses(method, "work"):
        lines.append("    void *work = object->work;")
    if not uses(method, "self") and not uses(method, "work"):
        lines.append("    (void)object;")
    lines += local_variables(method, "")
    if arguments:
        lines.append("    int32_t status = 0;")
        lines += argument_checks(method, getter)
        lines += ["    if (status == 0) {", *call_lines(method), "    } else {"]
        lines += ["        return mp_obj_new_int(status);", "    }"]
    else:
        lines += call_lines(method)
    returned = {
        "uint": "mp_obj_new_int_from_uint(result)",
        "str": "mp_obj_new_str(text, length)",
    }.get(method["returns"], "mp_obj_new_int(result)")
    lines += [f"    return {returned};", "}", f"static {define};", ""]
    return lines


# ---- CPython -------------------------------------------------------------------------------------


def cpython(module: Description) -> str:
    """The source of an extension module in the stable ABI."""
    lines = [
        f"/* {module['doc']} Generated by bindings/generate.py from bindings/api. */",
        '#include "cpython/glue.h"',
        *(f'#include "{header}"' for header in module["headers"]),
        "",
    ]
    for kind in module["type"]:
        lines += cpython_type(kind)
    name = module["module"]
    lines += ["typedef struct module_state {"]
    lines += [f"    PyObject *type_{kind['name']};" for kind in module["type"]]
    lines += ["} module_state;", ""]
    for kind in module["type"]:
        lines += cpython_open(kind)
    lines += ["static PyMethodDef module_functions[] = {"]
    for kind in module["type"]:
        doc = c_string(f"{kind['opener']}(file, offset, length)\n--\n\n{kind['doc']}")
        lines.append(
            f'    {{"{kind["opener"]}", (PyCFunction)(void *){kind["name"]}_open, METH_VARARGS, '
            f"{doc}}},"
        )
    lines += ["    {NULL, NULL, 0, NULL},", "};", ""]
    lines += ["static int module_exec(PyObject *module)", "{"]
    lines += ["    module_state *state = PyModule_GetState(module);"]
    for kind in module["type"]:
        lines += [
            f"    state->type_{kind['name']} = "
            f"PyType_FromModuleAndSpec(module, &spec_{kind['name']}, NULL);",
            f"    if (state->type_{kind['name']} == NULL) {{",
            "        return -1;",
            "    }",
        ]
    lines += ["    return 0;", "}", ""]
    lines += [
        "static PyModuleDef_Slot module_slots[] = {",
        "    {Py_mod_exec, (void *)module_exec},",
        "    {0, NULL},",
        "};",
        "",
        "static struct PyModuleDef module_definition = {",
        "    PyModuleDef_HEAD_INIT,",
        f'    .m_name = "{name}",',
        f"    .m_doc = {c_string(module['doc'])},",
        "    .m_size = sizeof(module_state),",
        "    .m_methods = module_functions,",
        "    .m_slots = module_slots,",
        "};",
        "",
        f"PyMODINIT_FUNC PyInit_{name}(void)",
        "{",
        "    return PyModuleDef_Init(&module_definition);",
        "}",
        "",
    ]
    return "\n".join(lines)


def c_string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def cpython_type(kind: Description) -> list[str]:
    name = kind["name"]
    lines = [
        f"typedef struct object_{name} {{",
        "    PyObject_HEAD",
        "    PyObject *owner; /* keeps the memory alive that state points into */",
        "    void *work;",
        f"    {kind['struct']} state;",
        f"}} object_{name};",
        "",
        f"static void {name}_dealloc(PyObject *object_in)",
        "{",
        f"    object_{name} *object = (object_{name} *)object_in;",
        "    PyTypeObject *type = Py_TYPE(object_in);",
        "    Py_XDECREF(object->owner);",
        "    PyMem_Free(object->work);",
        "    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object_in);",
        "    Py_DECREF(type);",
        "}",
        "",
    ]
    for method in kind["method"]:
        lines += cpython_method(kind, method)
    lines.append(f"static PyMethodDef methods_{name}[] = {{")
    for method in kind["method"]:
        names = ", ".join(["$self", *(a["name"] for a in method.get("arguments", [])), "/"])
        doc = c_string(f"{method['name']}({names})\n--\n\n{method['doc']}")
        lines.append(
            f'    {{"{method["name"]}", (PyCFunction)(void *){name}_{method["name"]}, '
            f"METH_FASTCALL, {doc}}},"
        )
    lines += [
        "    {NULL, NULL, 0, NULL},",
        "};",
        "",
        f"static PyType_Slot slots_{name}[] = {{",
        f"    {{Py_tp_dealloc, (void *){name}_dealloc}},",
        f"    {{Py_tp_methods, methods_{name}}},",
        f"    {{Py_tp_doc, {c_string(kind['doc'])}}},",
        "    {0, NULL},",
        "};",
        "",
        f"static PyType_Spec spec_{name} = {{",
        f'    .name = "senselet.{name}",',
        f"    .basicsize = sizeof(object_{name}),",
        "    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |",
        "             Py_TPFLAGS_IMMUTABLETYPE,",
        f"    .slots = slots_{name},",
        "};",
        "",
    ]
    return lines


def cpython_open(kind: Description) -> list[str]:
    name = kind["name"]
    lines = [
        f"static PyObject *{name}_open(PyObject *module, PyObject *args)",
        "{",
        "    PyObject *file;",
        "    Py_ssize_t offset, size;",
        '    if (!PyArg_ParseTuple(args, "Onn", &file, &offset, &size)) {',
        "        return NULL;",
        "    }",
        "    module_state *state = PyModule_GetState(module);",
        f"    PyTypeObject *type = (PyTypeObject *)state->type_{name};",
        "    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);",
        f"    object_{name} *object = (object_{name} *)allocate(type, 0);",
        "    if (object == NULL) {",
        "        return NULL;",
        "    }",
        "    const void *data;",
        "    size_t length;",
        "    int32_t status =",
        "        sl_get_file(file, (size_t)offset, (size_t)size, &object->owner, &data, &length);",
        "    if (status == 0) {",
        f"        status = {kind['open']}(&object->state, data, length);",
        "    }",
    ]
    if "work" in kind:
        lines += [
            "    if (status == 0) {",
            f"        object->work = PyMem_Malloc({kind['work']}(&object->state));",
            "        if (object->work == NULL) {",
            "            PyErr_NoMemory();",
            "            status = 1;",
            "        }",
            "    }",
        ]
    if "prepare" in kind:
        lines += [
            "    if (status == 0) {",
            f"        {kind['prepare']}(&object->state, object->work);",
            "    }",
        ]
    lines += [
        "    if (status != 0) {",
        "        Py_DECREF(object);",
        "        return status > 0 ? NULL : PyLong_FromLong(status);",
        "    }",
        "    return (PyObject *)object;",
        "}",
        "",
    ]
    return lines


def cpython_method(kind: Description, method: Description) -> list[str]:
    name = f"{kind['name']}_{method['name']}"
    arguments = method.get("arguments", [])
    lines = [
        f"static PyObject *{name}(PyObject *self_in, PyObject *const *args, Py_ssize_t n_args)",
        "{",
        f"    if (n_args != {len(arguments)}) {{",
        f'        PyErr_SetString(PyExc_TypeError, "{method["name"]}() takes {len(arguments)} '
        'arguments");',
        "        return NULL;",
        "    }",
        "    (void)args;",
        f"    object_{kind['name']} *object = (object_{kind['name']} *)self_in;",
        f"    {kind['struct']} *self = &object->state;",
        "    void *work = object->work;",
        "    (void)self;",
        "    (void)work;",
        *local_variables(method, " = {.view.obj = NULL}"),
        "    int32_t status = 0;",
    ]
    checks = argument_checks(method, "{}_in")
    lines += [f"    PyObject *{a['name']}_in = args[{i}];" for i, a in enumerate(arguments)]
    lines += checks
    lines += ["    if (status == 0) {", *call_lines(method), "    }"]
    lines += [f"    sl_release_items(&{a['name']}_items);" for a in buffers(method)]
    lines += [
        "    if (status > 0) {",
        "        return NULL;",
        "    }",
        "    if (status < 0) {",
        "        return PyLong_FromLong(status);",
        "    }",
    ]
    returned = {
        "uint": "PyLong_FromUnsignedLong(result)",
        "str": "PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, NULL)",
    }.get(method["returns"], "PyLong_FromLong(result)")
    lines += [f"    return {returned};", "}", ""]
    return lines


# ---- Stubs ---------------------------------------------------------------------------------------


def stub(module: Description) -> str:
    """The ``.pyi`` of a module."""
    lines = [
        f'"""{module["doc"]} Generated by bindings/generate.py."""',
        "",
        "from typing_extensions import Buffer",
    ]
    for kind in module["type"]:
        lines += ["", f"class {kind['name']}:", f'    """{kind["doc"]}"""', ""]
        for method in kind["method"]:
            parameters = ["self"]
            for argument in method.get("arguments", []):
                parameters.append(
                    f"{argument['name']}: {'Buffer' if is_buffer(argument) else 'int'}"
                )
            if len(parameters) > 1:
                parameters.append("/")
            returned = "int"
            if method["returns"] == "str":
                returned = "str | int" if method.get("arguments") else "str"
            lines.append(f"    def {method['name']}({', '.join(parameters)}) -> {returned}:")
            lines.append(f'        """{method["doc"]}"""')
    lines.append("")
    for kind in module["type"]:
        lines.append(
            f"def {kind['opener']}(file: Buffer, offset: int, length: int, /) -> "
            f"{kind['name']} | int:"
        )
        lines.append('    """Open in place; the status as a negative number if that fails."""')
    return "\n".join(lines) + "\n"


def statuses() -> str:
    """The runtime's table of sentences, from core/base/status.h."""
    header = (ROOT / "core" / "base" / "status.h").read_text()
    rows = re.findall(r'X\((SL_\w+), (-?\d+),\s*"([^"]+)"\)', header)
    lines = [
        '"""What the core\'s status codes mean. Generated by bindings/generate.py."""',
        "",
        "SENTENCES = {",
        *(f'    {code}: "{sentence}",' for _, code, sentence in rows),
        "}",
        *(f"{name[3:]} = {code}" for name, code, _ in rows),
    ]
    return "\n".join(lines) + "\n"


def stub_files() -> dict[Path, str]:
    files = {RUNTIME / f"{m['module']}.pyi": stub(m) for m in descriptions()}
    files[RUNTIME / "status.py"] = statuses()
    return files


def main(arguments: list[str]) -> int:
    if arguments == ["--stubs"]:
        for path, text in stub_files().items():
            path.write_text(text)
        return 0
    if arguments == ["--check"]:
        stale = [p for p, text in stub_files().items() if not p.exists() or p.read_text() != text]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: run python bindings/generate.py --stubs")
        return 1 if stale else 0
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    out = Path(arguments[0])
    for module in descriptions():
        for home, text in (("micropython", micropython(module)), ("cpython", cpython(module))):
            path = out / home / f"{module['module']}.c"
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
