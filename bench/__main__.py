"""Run one bench: ``python -m bench NAME [options]``."""

import importlib
import pkgutil
import sys

import bench


def main() -> None:
    """Call the bench that the first argument names; without one, list them."""
    modules = (module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_"))
    names = sorted(name.replace("_", "-") for name in modules)
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        sys.exit(f"usage: python -m bench NAME [options]\nNAME is one of: {', '.join(names)}")
    name = sys.argv.pop(1)
    importlib.import_module(f"bench.{name.replace('-', '_')}").main()


if __name__ == "__main__":
    main()
