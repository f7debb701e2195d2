#!/usr/bin/env python3
"""How long `rappel import` takes for a report of 200 pages, in each format: whole processes, the best of five.

usage: benches/import.py [PAGES]      (default 200)
needs: target/release/rappel (built if it is missing; RAPPEL names another)
"""
import html, json, os, pathlib, subprocess, sys, tempfile, time, zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
RAPPEL = os.environ.get("RAPPEL", TARGET / "release" / "rappel")
PAGES = int(sys.argv[1]) if len(sys.argv) > 1 else 200
BACKGROUND = (
    "The meeting recalled that the work on the draft had begun in the previous study period, that several organizations had "
    "contributed to it, and that the text was considered mature by most of those who took part in the discussion. It was noted "
    "with appreciation that the editors had met by electronic means in January 2018 and in March 2018."
)


def main():
    if "RAPPEL" not in os.environ:
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("docx", docx), ("odt", odt), ("html", page), ("txt", text), ("pdf", pdf)):
            file = pathlib.Path(folder) / f"report.{name}"
            write(file)
            times = []
            for _ in range(5):
                begun = time.perf_counter()
                said = subprocess.run([RAPPEL, "import", file.name, "--json"], cwd=folder, check=True, capture_output=True)
                times.append(time.perf_counter() - begun)
            found = len(json.loads(said.stdout)["proposals"])
            print(f"{PAGES} pages of {name:4} {file.stat().st_size / 1024:6.0f} KiB   {min(times):5.2f} s   {found} proposals   to reach: 1 s")


def report():
    """The blocks of the report: about 3,000 characters and two actions a page, a table on every tenth."""
    yield "h", "Report of the 12th meeting of TSAG, Geneva, 26 February - 2 March 2018"
    for number in range(1, PAGES + 1):
        yield "h", f"{number} Subject number {number}"
        for part in range(7):
            yield "p", f"{number}.{part} {BACKGROUND}"
        yield "p", f"TSAG invites SG{number % 20 + 1} to review the draft of part {number} by {number % 28 + 1} May 2018. {BACKGROUND}"
        yield "p", f"Action: The Secretariat to publish part {number} no later than {number % 28 + 1} June 2018."
        if number % 10 == 0:
            rows = [["Ref", "Owner", "Task", "Due", "Status"]]
            rows += [[f"A{number}-{row}", "TSB", f"send text {number}-{row}", "1 July 2018", "open"] for row in range(15)]
            yield "t", rows


def docx(file):
    def cell(text):
        return f"<w:tc><w:p><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p></w:tc>"

    body = []
    for kind, value in report():
        if kind == "t":
            body.append("<w:tbl>" + "".join("<w:tr>" + "".join(map(cell, row)) + "</w:tr>" for row in value) + "</w:tbl>")
        else:
            style = '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>' if kind == "h" else ""
            # As Word writes it: a paragraph in several runs.
            runs = "".join(f'<w:r><w:rPr><w:lang w:val="en-GB"/></w:rPr><w:t xml:space="preserve">{html.escape(word)} </w:t></w:r>' for word in value.split(" "))
            body.append(f"<w:p>{style}{runs}</w:p>")
    types = ('<Types><Override PartName="/word/document.xml" ContentType='
             '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
    archive(file, {
        "[Content_Types].xml": types,
        "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
        + "".join(body) + "</w:body></w:document>",
    })


def odt(file):
    def cell(text):
        return f"<table:table-cell><text:p>{html.escape(text)}</text:p></table:table-cell>"

    body = []
    for kind, value in report():
        if kind == "t":
            rows = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in value)
            body.append(f"<table:table>{rows}</table:table>")
        elif kind == "h":
            body.append(f'<text:h text:outline-level="1">{html.escape(value)}</text:h>')
        else:
            body.append(f"<text:p>{html.escape(value)}</text:p>")
    archive(file, {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
        "<office:body><office:text>" + "".join(body) + "</office:text></office:body></office:document-content>",
    })


def archive(file, parts):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)


def page(file):
    body = []
    for kind, value in report():
        if kind == "t":
            rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in value)
            body.append(f"<table>{rows}</table>")
        else:
            tag = {"h": "h2", "p": "p"}[kind]
            body.append(f"<{tag}>{html.escape(value)}</{tag}>")
    file.write_text("<!DOCTYPE html><html><body>" + "\n".join(body) + "</body></html>")


def text(file):
    body = []
    for kind, value in report():
        body.append("\n".join("| " + " | ".join(row) + " |" for row in value) if kind == "t" else value)
    file.write_text("\n\n".join(body) + "\n")


def pdf(file):
    """Lines of text in Helvetica, 52 on a page."""
    lines = []
    for kind, value in report():
        for one in [" ".join(row) for row in value] if kind == "t" else [value]:
            words, line = one.split(" "), ""
            for word in words:
                if len(line) + len(word) > 95:
                    lines.append(line)
                    line = ""
                line = f"{line} {word}".strip()
            lines += [line, ""]
    pages = [lines[at:at + 52] for at in range(0, len(lines), 52)]
    objects = ["<</Type/Catalog/Pages 2 0 R>>", None, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    kids = []
    for one in pages:
        shown = "".join("({}) Tj T*\n".format(line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")) for line in one)
        stream = f"BT /F1 10 Tf 14 TL 60 780 Td\n{shown}ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {len(objects)} 0 R>>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>"
    out, offsets = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj{one}endobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    file.write_bytes(out.encode("latin-1"))


if __name__ == "__main__":
    main()
