"""How large is an installation, and what is heavy in it? ``python -m bench size --python PATH`` looks at another environment."""

import argparse
import json
import subprocess
import sys

_ASK = """
import json
from importlib.metadata import distributions
sizes = {}
for distribution in distributions():
    files = distribution.files or []
    sizes[distribution.name] = sum(f.locate().stat().st_size for f in files if f.locate().is_file())
print(json.dumps(sizes))
"""


def main() -> None:
    """Print the bytes of each installed distribution, the heaviest first, and their sum."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--most", type=int, default=15)
    options = parser.parse_args()
    answer = subprocess.run([options.python, "-c", _ASK], capture_output=True, text=True, check=True)
    sizes = json.loads(answer.stdout)
    heavy = dict(sorted(sizes.items(), key=lambda pair: -pair[1])[: options.most])
    print(json.dumps({"distributions": len(sizes), "total_bytes": sum(sizes.values()), "heaviest": heavy}, indent=2))
