"""Load a data set: a folder for each label, or a label file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from senselet.data.errors import DataError
from senselet.data.files import SUFFIXES, load_file
from senselet.data.recording import Recording

LABEL_FILE = "labels.csv"


def load_folder(
    path: str | Path,
    *,
    rate: float = 0.0,
    sample_type: str = "float32",
    scale: float = 1.0,
    resample: bool = False,
) -> list[Recording]:
    """Load all recordings of a folder.

    If it holds ``labels.csv``, that names the files and tells what is known about each: columns
    ``file`` and ``label``; any others, such as ``subject`` and ``session``, are groups. Otherwise
    every sub-folder is a label, and folders inside it are subjects.

    Parameters
    ----------
    path
        The data set's folder.
    rate
        Samples a second; a file that tells its own must agree with it.
    sample_type, scale, resample
        As in `load_file`.

    Returns
    -------
    list of Recording
        In the order of the label file, or of labels and file names.

    Raises
    ------
    DataError
        If there is nothing to load, or something in the folder can't be read.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise DataError(
            f"{folder} is not a folder" if folder.exists() else f"There is no folder {folder}",
            "give a folder with a sub-folder for each label, or with a file labels.csv",
        )
    form: dict[str, Any] = {
        "rate": rate,
        "sample_type": sample_type,
        "scale": scale,
        "resample": resample,
    }
    if (folder / LABEL_FILE).is_file():
        return _load_listed(folder, form)
    return _load_tree(folder, form)


def _load_tree(folder: Path, form: dict[str, Any]) -> list[Recording]:
    recordings = []
    for label in sorted(entry for entry in folder.iterdir() if _is_visible_folder(entry)):
        for file in sorted(label.iterdir()):
            if file.is_file() and file.suffix.lower() in SUFFIXES:
                recordings.append(_load(folder, file, label.name, {}, form))
            elif _is_visible_folder(file):
                groups = {"subject": file.name}
                recordings += [
                    _load(folder, inner, label.name, groups, form)
                    for inner in sorted(file.iterdir())
                    if inner.is_file() and inner.suffix.lower() in SUFFIXES
                ]
    if not recordings:
        raise DataError(
            f"{folder} holds no recordings",
            f"put {', '.join(SUFFIXES)} files into a sub-folder for each label",
        )
    return recordings


def _load_listed(folder: Path, form: dict[str, Any]) -> list[Recording]:
    name = LABEL_FILE
    try:
        text = (folder / LABEL_FILE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{folder / LABEL_FILE} can't be read: {error}") from error
    reader = csv.reader(text.splitlines())
    header = [cell.strip() for cell in next(reader, [])]
    for column in ("file", "label"):
        if column not in header:
            raise DataError(
                f"{name} has no column {column!r}; it has {', '.join(header) or 'none'}",
                "its first line should be: file,label,subject,session",
            )
    recordings = []
    seen: dict[str, int] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        line = reader.line_num
        if len(cells) != len(header):
            raise DataError(f"{name}, line {line}: {len(cells)} values where {len(header)} belong")
        row = {key: cell.strip() for key, cell in zip(header, cells, strict=True)}
        for column in ("file", "label"):
            if not row[column]:
                raise DataError(f"{name}, line {line}: the {column} is empty")
        if row["file"] in seen:
            raise DataError(
                f"{name}, line {line}: {row['file']} was listed already in line {seen[row['file']]}"
            )
        seen[row["file"]] = line
        file = folder / row["file"]
        if not file.is_file():
            raise DataError(f"{name}, line {line}: there is no file {row['file']}")
        groups = {
            key: value for key, value in row.items() if key not in ("file", "label") and value
        }
        recordings.append(_load(folder, file, row["label"], groups, form))
    if not recordings:
        raise DataError(f"{folder / LABEL_FILE} lists no recordings")
    return recordings


def _load(
    folder: Path, file: Path, label: str, groups: dict[str, str], form: dict[str, Any]
) -> Recording:
    try:
        name = str(file.relative_to(folder))
    except ValueError:
        name = str(file)
    return load_file(file, label=label, groups=groups, name=name, **form)


def _is_visible_folder(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith((".", "__"))
