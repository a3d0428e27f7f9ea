"""Makes the documents of faxes that the tests need."""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageDraw

STANDARD, FINE = (204, 98), (204, 196)  # dots per inch across and down


def drawn_page(width=1728, height=2292, ink=300):
    """A white sheet with a black square that is as high as it is wide on paper."""
    page = Image.new("L", (width, height), 255)
    ImageDraw.Draw(page).rectangle((200, 200, 200 + ink, 200 + ink), fill=0)
    return page


def tiff(*pages, resolution=FINE, compression="group4", tell_resolution=True):
    """A fax as gateways save it. `pages` have square dots; a standard fax is flattened."""
    flat = [page.resize((page.width, page.height * resolution[1] // 196)).convert("1") for page in pages]
    written = io.BytesIO()
    told = {"dpi": resolution} if tell_resolution else {}
    flat[0].save(written, "TIFF", compression=compression, save_all=True, append_images=flat[1:], **told)
    return written.getvalue()


def scanned_pdf(*pages):
    written = io.BytesIO()
    pages[0].save(written, "PDF", resolution=204, save_all=True, append_images=pages[1:])
    return written.getvalue()


def written_pdf(*texts, size=(595, 842), filters=b""):
    """A PDF of one page per text, in Helvetica, without any library."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for text in texts:
        stream = b"BT /F1 24 Tf 50 700 Td (" + text.encode("latin-1") + b") Tj ET"
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), filters, stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents %d 0 R"
            b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>" % (*size, len(objects))
        )
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), listed)
    return pdf_of(objects)


def pdf_of(objects):
    """The bodies of objects 1, 2, ... with the table that a PDF ends with; the first one is the catalogue."""
    whole, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return whole + end % (size, table, size, len(whole))


def huge_tiff(width, height):
    """A few bytes that claim to be a page of that many dots."""
    tags = [(256, width), (257, height), (258, 1), (259, 4), (262, 0), (273, 8), (277, 1), (278, height), (279, 8)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 16) + bytes(8) + struct.pack("<H", len(tags)) + entries + bytes(4)
