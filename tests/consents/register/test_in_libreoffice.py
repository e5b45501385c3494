"""Our CSV files as a spreadsheet shows them: every id and phone as it is, nothing run, nothing converted."""

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Final

import pytest

from consents.register.spreadsheet import csv_stream

SOFFICE: Final = shutil.which("soffice")
TEXTS: Final = (
    "000000123", "1-2", "1E5", "12345678901234567890", "=1+1", "MARCH1", "0012.50", "+7", "@A1", "TRUE", "01.02.2026",
    "1/2", "'00123", "-", "нет", "+79161234567", "8 916 123-45-67", '=HYPERLINK("http://x";"Приз")', "Ёлкина; Анна",
    "24.11.2026 09:15:00", "2026-11-24T09:15:00.000042Z", "C-000130", "01.фев", "73928e03", "50%", "10:30", "¼",
)  # fmt: skip
CELL: Final = re.compile(r"<table:table-cell([^>]*?)(?:/>|>(.*?)</table:table-cell>)", re.DOTALL)

pytestmark = [pytest.mark.crash, pytest.mark.skipif(SOFFICE is None, reason="no LibreOffice here")]


def test_a_spreadsheet_shows_every_text_as_it_is_and_runs_none(tmp_path: Path) -> None:
    table = tmp_path / "file.csv"
    table.write_bytes(b"".join(csv_stream(["значение", "число"], [(text, 7) for text in TEXTS])))

    subprocess.run(
        [
            str(SOFFICE), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
            "--infilter=CSV:59,34,76,1", "--convert-to", "fods", "--outdir", str(tmp_path), str(table),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    sheet = (tmp_path / "file.fods").read_text(encoding="utf-8")
    cells = [(attributes, unescape("".join(re.findall(r"<text:p>(.*?)</text:p>", text or "")))) for attributes, text in
             CELL.findall(sheet[sheet.index("<table:table ") :])]  # fmt: skip
    texts, numbers = cells[2::2], cells[3::2]
    assert [text for _attributes, text in texts[: len(TEXTS)]] == list(TEXTS)
    assert all('office:value-type="string"' in attributes for attributes, _text in texts[: len(TEXTS)])
    assert all('office:value-type="float"' in attributes for attributes, _text in numbers[: len(TEXTS)])
