from tests.verify.sandbox.pools import open_pool
from verify.sandbox.protection import describe_protection


def test_what_the_system_does_not_keep_is_named_too() -> None:
    with open_pool(mechanisms=()) as pool:
        lines = describe_protection(pool)

    assert "network: not limited on this system" in lines
    assert "other files: not limited on this system" in lines
    assert "processes: not limited on this system" in lines
    assert "memory: at most 256 MiB for one file" in lines


def test_the_means_that_were_granted_are_named() -> None:
    with open_pool(mechanisms=("landlock",)) as pool:
        lines = describe_protection(pool)
        means = "none but the one that is read (Landlock)" if pool.granted else "not limited on this system"

    assert f"other files: {means}" in lines
