"""The hub. All of its classes are defined below here, so this comes before them."""

from chalicelib.start_up import prepare

prepare()
