"""Table of contents: which blueprints make up the hub."""
