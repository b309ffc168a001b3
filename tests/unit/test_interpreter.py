"""`alur doctor` says which Python runs, as far as its build tells."""

import pytest

from runtime.doctor.interpreter import how_built, interpreter


@pytest.mark.parametrize(
    ("arguments", "prefix", "said"),
    [
        ("'--enable-optimizations' '--with-lto'", "/usr/local", "built with a profile"),
        ("'--enable-shared'", "/usr", "as the operating system brings it"),
        ("'--enable-shared'", "/opt/python", "built without a profile"),
    ],
)
def test_the_build_of_the_interpreter_is_told_as_far_as_it_is_known(
    arguments: str, prefix: str, said: str
) -> None:
    assert how_built(arguments, prefix).english.startswith(said)


def test_an_interpreter_of_any_build_is_in_order() -> None:
    (finding,) = interpreter()
    assert (finding.check, finding.status) == ("python", "ok")
