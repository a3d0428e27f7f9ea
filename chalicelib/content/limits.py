"""Every limit on what arrives, in one place: past the first group a message is kept whole and unread (Unparsable).

The second group cuts what is for display only; the raw message keeps the rest.
"""

from __future__ import annotations

MEGABYTE = 1024 * 1024

# What SES accepts by default: https://docs.aws.amazon.com/ses/latest/dg/quotas.html
MOST_RAW_BYTES = 40 * MEGABYTE
MOST_HEADER_BYTES = 256 * 1024  # of one header block
MOST_HEADER_FIELDS = 1_000  # of one header block
MOST_STRUCTURED_HEADER_BYTES = 8 * 1024  # of one field with parameters: the library reads them in quadratic time
MOST_DEPTH = 30  # multiparts inside multiparts
MOST_PARTS = 500
MOST_ADDRESSES = 500  # in all fields of a mail together

# Beyond these HTML is stripped of its tags instead of being understood: the parser needs quadratic time for deep
# nesting and for tags with very many attributes (50,000 of either: 5 to 8 seconds).
LONGEST_HTML = MEGABYTE
MOST_TAGS = 20_000
MOST_ATTRIBUTES = 300  # of one tag
DEEPEST_HTML = 500  # elements inside elements
MOST_ENTITIES = 20_000  # 100,000 in one text: a second in the sanitiser

LONGEST_BOUNDARY = 200  # RFC 2046, 5.1.1, allows 70
LONGEST_TEXT_PART = MEGABYTE  # of what is read as text; a longer part is also kept as a file
MOST_TEXT = 2 * MEGABYTE  # of all text parts of a message together; further ones are only kept as files
LONGEST_SUBJECT = 500
LONGEST_NAME = 200
LONGEST_FILE_NAME = 120
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
LONGEST_MESSAGE_ID = 998  # one line: RFC 5322, 2.1.1
MOST_PARTICIPANTS = 50
MOST_IN_REPLY_TO = 5  # RFC 5322 allows several, mail software writes one
MOST_REPAIRS = 20

MOST_TNEF_ITEMS = 20_000  # attributes of a winmail.dat, and properties of each: Outlook writes some hundred

# What an answer may carry. In base 64, with line ends, 20 MiB become 27.4 MiB: SES takes 40 MB for a mail after that
# encoding (https://docs.aws.amazon.com/ses/latest/dg/quotas.html), but many a server that receives it takes 25 to 35.
MOST_ANSWER_BYTES = 20 * MEGABYTE
MOST_QUOTED_LINES = 12  # of the message that an answer quotes
MOST_QUOTED_TEXT = 1_000  # characters of it

# Of reports on messages of ours: past these the rest of a report is not looked at.
LONGEST_REPORT = 64 * 1024  # characters
MOST_REPORTED_RECIPIENTS = 50
LONGEST_DIAGNOSTIC = 500
