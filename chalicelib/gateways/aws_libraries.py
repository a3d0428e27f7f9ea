"""What every AWS client is built on. A function loads it before anything that would load it from deeper down.

Python keeps the frames of its calls in chunks of 16 KB. A call that crosses the end of one takes a new chunk from the
operating system and gives it back when it returns: https://github.com/python/cpython/issues/142183 (3.11, 3.12 and the
first releases of 3.13). urllib3 compiles large patterns while it is imported, in many thousand calls. Imported where
botocore first wants it, thirteen imports deep, it made them at the end of the first chunk in three functions, for a
fifth of their start.
"""

import urllib3

__all__ = ["urllib3"]
