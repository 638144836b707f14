"""The house rules that no linter knows."""

from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("verify", "index", "crawlers", "reports", "sankofa")


@pytest.mark.parametrize("package", PACKAGES)
def test_each_top_level_name_belongs_to_our_distribution(package: str) -> None:
    owners = set(packages_distributions().get(package, []))

    assert owners <= {"sankofa"}, f"another distribution ships {package!r}: give Sankofa its own environment"


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_typed_and_says_what_it_may_import(package: str) -> None:
    docstring = (ROOT / package / "__init__.py").read_text("utf-8")

    assert (ROOT / package / "py.typed").exists()
    assert "import" in docstring


def test_every_tests_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
