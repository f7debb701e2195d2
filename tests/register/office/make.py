#!/usr/bin/env python3
"""Makes the workbooks beside this file: one with openpyxl, and what LibreOffice saves of it.

They are kept, so that the tests need neither. To make them anew (openpyxl from PyPI, LibreOffice Calc):

    python3 tests/register/office/make.py
"""

import datetime
import pathlib
import subprocess

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

HERE = pathlib.Path(__file__).parent


def actions(book):
    sheet = book.active
    sheet.title = "Actions"
    sheet["A1"] = "Outstanding actions of the secretariat"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet.merge_cells("A1:F1")
    sheet["A2"] = datetime.date(2026, 11, 3)
    sheet["A2"].number_format = "d mmmm yyyy"
    sheet.append([])
    headers = ["Ref", "Title", "Details", "Kind", "Asked of", "Deadline", "Status", "Origin", "Link", "Opened", "Room"]
    sheet.append(headers)
    for cell in sheet[4]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDEEFF")
        cell.alignment = Alignment(wrap_text=True)
    details = CellRichText("Communication Technologies, ", TextBlock(InlineFont(b=True), "urgent"))
    sheet.append(["17/06", "nominate an ITU-T representative to IEC/SEG 8", details, "Nomination",
                  "ITU-T representative at IEC/SEG 8", datetime.datetime(2026, 12, 18), "pending",
                  "MoU/MG 38, Resolution 17/06", "https://example.int/17-06", datetime.date(2017, 4, 27), "H 1"])
    sheet.append([42, "comment on\u00a0draft X.1234 ", "first line\nsecond line", "comment", "Chair of  SG17",
                  datetime.datetime(2026, 12, 24, 17, 0), "Open", None, None, None, 3])
    sheet.append(["AI 12/3", '=CONCATENATE("report ","on trust")', None, "report", "Jean Exemple",
                  "=DATE(2026,12,31)", "in progress", None, None, "=DATE(2026,11,2)", None])
    sheet["F7"].number_format = sheet["J7"].number_format = "dd/mm/yyyy"
    sheet["A5"].number_format = "@"
    sheet["A5"].comment = Comment("as in the report", "Secretary")
    sheet.auto_filter.ref = "A4:K7"
    sheet.freeze_panes = "A5"
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["K"].hidden = True
    status = DataValidation(type="list", formula1='"open,pending,in progress,done,withdrawn,superseded"')
    sheet.add_data_validation(status)
    status.add("G5:G1000")


def others(book):
    people = book.create_sheet("Representatives")
    people.append(["Name", "Email", "Organization", "Language", "Time zone"])
    people.append(["Ana Sample", "ana@example.org", "Example Telecom", "es", "America/Montevideo"])
    people["B2"].hyperlink = "mailto:ana@example.org"
    people.append(["Jean Exemple", "jean.exemple@example.org", "Orange", "French", "Europe/Paris"])
    roles = book.create_sheet("Roles")
    roles.append(["Body", "Role", "At", "Representative", "From", "Until"])
    roles.append(["SG17", "chair", None, "Ana Sample", datetime.date(2025, 1, 1), None])
    roles.append(["ITU-T", "representative", "IEC/SEG 8", None, None, None])
    bodies = book.create_sheet("Bodies")
    bodies.append(["Body", "Full name", "Parent", "Secretariat", "Secretariat email"])
    bodies.append(["ITU-T", "ITU Telecommunication Standardization Sector", None, "TSB", "tsb@example.int"])
    bodies.append(["SG17", "Security", "ITU-T", None, None])
    bodies.append(["IEC/SEG 8", None, None, None, "seg8@example.org"])
    notes = book.create_sheet("My notes")
    notes["C3"] = "=SUM(Actions!K5:K7)"


def libre_office(source, ending, folder):
    subprocess.run(["libreoffice", "--headless", "--convert-to", ending, "--outdir", folder, source], check=True)


def main():
    book = openpyxl.Workbook()
    actions(book)
    others(book)
    folder = HERE / "saved-by-libreoffice"
    book.save(HERE / "register.xlsx")
    libre_office(HERE / "register.xlsx", "ods", folder)
    # By way of .ods, so that nothing in it is openpyxl's.
    libre_office(folder / "register.ods", "xlsx:Calc MS Excel 2007 XML", folder)
    # Formulas that openpyxl writes have no results: those of the program that saved last are put in their places.
    sheet = book["Actions"]
    sheet["B7"], sheet["F7"], sheet["J7"] = "report on trust", datetime.date(2026, 12, 31), datetime.date(2026, 11, 2)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(HERE / "saved-by-openpyxl-1904.xlsx")
    (HERE / "register.xlsx").unlink()


main()
