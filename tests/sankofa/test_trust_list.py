from pathlib import Path

import pytest

from sankofa.bootstrap import open_desk
from sankofa.errors import SettingsError
from sankofa.settings import Settings
from sankofa.trust_list import count_certificates, load_trust_list
from tests.verify.drawing import draw_scene
from tests.verify.metadata.signing import make_signer

ONE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"


def test_comments_between_certificates_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "list.pem").write_text(f"# a newsroom\n{ONE}\nanother\n{ONE}\n")
    assert load_trust_list(tmp_path / "list.pem") == f"{ONE}\n{ONE}"
    assert count_certificates(load_trust_list(tmp_path / "list.pem")) == 2
    assert load_trust_list(None) == ""


@pytest.mark.parametrize("content", ["", "no certificate", ONE.replace("END", "START"), f"{ONE}\n" * 3000])
def test_a_list_that_cannot_be_used_says_so(tmp_path: Path, content: str) -> None:
    (tmp_path / "list.pem").write_text(content)
    with pytest.raises(SettingsError, match="trust_list"):
        load_trust_list(tmp_path / "list.pem")


def test_a_list_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load_trust_list(tmp_path / "list.pem")


def test_a_signer_on_the_list_is_trusted_by_the_desk(tmp_path: Path) -> None:
    pytest.importorskip("c2pa")
    signer = make_signer()
    (tmp_path / "list.pem").write_text(signer.root_pem)
    (tmp_path / "a.jpg").write_bytes(signer.sign(draw_scene(1)))
    with open_desk(Settings(home=tmp_path / "home", store="memory:", trust_list=tmp_path / "list.pem")) as desk:
        assert desk.decoder.read(tmp_path / "a.jpg").facts.credentials.state == "trusted"
