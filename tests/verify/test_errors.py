import pickle

from verify.errors import HashFormatError, MediaRefusedError, VerifyError


def test_a_refusal_carries_its_code_and_says_what_to_do() -> None:
    error = MediaRefusedError("empty", "the file has no bytes: fetch it again")
    assert (error.reason, error.message, str(error)) == ("empty", error.message, error.message)
    assert issubclass(MediaRefusedError, VerifyError)
    assert issubclass(MediaRefusedError, ValueError)


def test_a_refusal_survives_the_way_between_processes() -> None:
    error = pickle.loads(pickle.dumps(MediaRefusedError("truncated", "it ends too early: fetch it again")))  # noqa: S301
    assert (error.reason, error.message) == ("truncated", "it ends too early: fetch it again")


def test_a_hash_error_is_a_value_error_of_this_package() -> None:
    assert issubclass(HashFormatError, VerifyError)
    assert issubclass(HashFormatError, ValueError)
