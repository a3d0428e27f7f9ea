"""Validates and packages the app with Chalice: `python -m infra.run_chalice PROJECT STAGE MERGE_FILE OUT`.

Run by infra/template.py as a process of its own. `chalice package` on the command line leaves out the validation that
`chalice deploy` does (routes, names of functions, types of variables), so both are called here.
"""

from __future__ import annotations

import sys

from chalice.cli.factory import CLIFactory
from chalice.deploy.validate import validate_configuration


def main(project: str, stage: str, merge_file: str, out: str) -> None:
    factory = CLIFactory(project)
    config = factory.create_config_obj(stage)
    if stage not in config.config_from_disk["stages"]:
        known = ", ".join(config.config_from_disk["stages"])
        sys.exit(f"There is no stage {stage!r} in .chalice/config.json. There are {known}.")
    try:
        validate_configuration(config)
    except ValueError as error:
        sys.exit(str(error))
    packager = factory.create_app_packager(
        config, factory.create_package_options(), "cloudformation", "json", merge_file
    )
    packager.package_app(config, out, stage)


if __name__ == "__main__":
    main(*sys.argv[1:])
