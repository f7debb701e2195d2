#!/usr/bin/env python3
"""Writes the forms of tests/import/forms as people leave them: python3 tests/import/forms.py

Needs openpyxl, LibreOffice and target/debug/rappel. The files are kept in the repository; this script tells how they were
made: a title above the header, the rows in another order, a column of one's own, colours, a note, a sheet with formulas, a
width, a hidden column, colours by condition.
"""

import pathlib
import subprocess
import tempfile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill

HERE = pathlib.Path(__file__).parent / "forms"
REPORT = pathlib.Path(__file__).parent / "corpus" / "en-pipes.txt"
RAPPEL = pathlib.Path(__file__).parents[2] / "target" / "debug" / "rappel"

with tempfile.TemporaryDirectory() as folder:
    form = pathlib.Path(folder) / "form.xlsx"
    subprocess.run([RAPPEL, "import", REPORT, "--out", form], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    book = openpyxl.load_workbook(form)
    sheet = book["Proposals"]
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    header, rows = table[0], table[1:]
    help_text = sheet["A1"].comment.text
    sheet.delete_rows(1, sheet.max_row)
    sheet["A1"].comment = None
    sheet["A1"] = "Video team, for the meeting on Tuesday"
    sheet["A1"].font = Font(size=16, bold=True)
    for column, name in enumerate([*header, "Talked to"], start=1):
        sheet.cell(3, column, name).font = Font(bold=True)
    sheet["A3"].comment = Comment(help_text, "rappel")
    for number, (row, whom) in enumerate(zip(rows[::-1], ["Ann", None, "=\"Bob, \"&1+1"]), start=4):
        for column, value in enumerate([*row, whom], start=1):
            sheet.cell(number, column, value)
    sheet["A6"] = "accept"
    for cell in sheet[5]:
        cell.fill = PatternFill("solid", fgColor="FFF2CC")
    sheet["E5"].comment = Comment("ask the chair first", "Ann")
    sheet.column_dimensions["E"].width = 77
    sheet.column_dimensions["X"].hidden = True
    sheet.auto_filter.ref = "A3:Z6"
    red = PatternFill("solid", bgColor="F8CBAD")
    sheet.conditional_formatting.add("L4:L6", CellIsRule(operator="equal", formula=['"pending"'], fill=red))
    notes = book.create_sheet("My notes", 0)
    notes["A1"] = "decided"
    notes["B1"] = "=COUNTA(Proposals!A4:A6)"
    touched = HERE / "by-openpyxl.xlsx"
    book.save(touched)
    for ending in ["xlsx", "ods"]:
        out = pathlib.Path(folder) / ending
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", ending,
             "--outdir", out, touched],
            check=True, stdout=subprocess.DEVNULL,
        )
        (out / f"by-openpyxl.{ending}").rename(HERE / f"by-libreoffice.{ending}")
