#!/usr/bin/env python3
"""Writes the protected files of tests/import/protected: python3 tests/import/protected.py

Needs pikepdf and msoffcrypto-tool. The files are kept in the repository; this script tells how they were made. The
password is "secret".
"""

import io
import pathlib
import zipfile

import pikepdf
from msoffcrypto.format.ooxml import OOXMLFile

HERE = pathlib.Path(__file__).parent / "protected"
TEXT = "Action: SG17 to reply by 15 March 2018."


def pdf(draw):
    """One page with this content."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(595, 842))
    page = made.pages[0]
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    image = pikepdf.Stream(
        made, bytes(300), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=10, Height=10,
        ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
    )
    page.Resources = pikepdf.Dictionary(
        Font=pikepdf.Dictionary(F1=font), XObject=pikepdf.Dictionary(Im0=image)
    )
    page.Contents = pikepdf.Stream(made, draw)
    return made


text = f"BT /F1 12 Tf 72 720 Td ({TEXT}) Tj ET".encode()
for name, user, revision in [("password-aes.pdf", "secret", 6), ("password-rc4.pdf", "secret", 3), ("owner.pdf", "", 6)]:
    new = revision > 3
    kinds = pikepdf.Encryption(user=user, owner="owner", R=revision, aes=new, metadata=new)
    pdf(text).save(HERE / name, encryption=kinds)
pdf(b"q 400 0 0 400 100 100 cm /Im0 Do Q").save(HERE / "scan.pdf")

word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
package = "http://schemas.openxmlformats.org/package/2006"
office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
plain = io.BytesIO()
with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as parts:
    parts.writestr(
        "[Content_Types].xml",
        f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
    )
    parts.writestr(
        "_rels/.rels",
        f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}" '
        f'Target="word/document.xml"/></Relationships>',
    )
    parts.writestr(
        "word/document.xml",
        f'<w:document xmlns:w="{word}"><w:body><w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p></w:body></w:document>',
    )
plain.seek(0)
with open(HERE / "password.docx", "wb") as out:
    OOXMLFile(plain).encrypt("secret", out)
