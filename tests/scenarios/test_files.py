"""Files that are not what they seem: encodings, links, pipes, folders, bombs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scenarios import InputError, check, load

GOOD = "title: A\nsummary: B\nextends: england\n"


def refused(path: Path | str) -> str:
    with pytest.raises(InputError) as caught:
        load(path)
    return caught.value.render()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (GOOD.encode("utf-16"), "UTF-16"),
        ("title: £5\nsummary: B\nextends: england\n".encode("latin-1"), ":1:8: error E0106: byte 0xA3"),
        (b"title: A\x00\n" + GOOD.encode(), ":1:9: error E0107: a NUL character"),
        (b"title: A\rsummary: B\rextends: england\r", "carriage return without a line feed"),
        (b"title: \xed\xa0\x80\nsummary: B\nextends: england\n", "not UTF-8"),
        (GOOD.encode() + b"#" * 1_100_000, "larger than 1 MB"),
        (b"[" * 200_000, ":1:21: error E0105: nested more than 20 deep"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", ":1:4: error E0109"),
        (b"".join(b"k%d: 1\n" % i for i in range(60_000)), "more than 50,000 values"),
        (b"[" + b"1," * 60_000 + b"1]", "more than 50,000 values"),
    ],
    ids=["utf16", "latin1", "nul", "lone-cr", "surrogate", "large", "brackets", "aliases", "keys", "items"],
)
def test_bytes_that_are_not_plain_text_are_refused_at_once(tmp_path: Path, data: bytes, words: str) -> None:
    """Other encodings, and files built to exhaust a parser, end in one message before they are parsed."""
    path = tmp_path / "strange.yaml"
    path.write_bytes(data)
    assert words in refused(path)


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()], ids=["bom", "crlf"]
)
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path, data: bytes) -> None:
    """A file saved on Windows resolves to the same scenario."""
    plain, other = tmp_path / "plain.yaml", tmp_path / "other.yaml"
    plain.write_text(GOOD)
    other.write_bytes(data)
    assert load(plain).resolved() == load(other).resolved()


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    """Pipes, folders, circular links, devices and impossible names are named for what they are, and nothing waits."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "round.yaml").symlink_to(tmp_path / "round.yaml")
    assert "a pipe, not a file" in refused(tmp_path / "pipe.yaml")
    assert "a folder, not a file" in refused(tmp_path / "folder.yaml")
    assert "error E010" in refused(tmp_path / "round.yaml")
    assert "a device, not a file" in refused(Path("/dev/zero"))
    assert "no such file" in refused(tmp_path / "nowhere.yaml")
    assert "error E010" in refused(tmp_path / ("x" * 300 + ".yaml"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    """Permission is told apart from absence."""
    path = tmp_path / "secret.yaml"
    path.write_text(GOOD)
    path.chmod(0)
    assert "may not be read" in refused(path)


def test_a_link_must_stay_in_its_folder(tmp_path: Path) -> None:
    """Neither a link nor `extends` through a link reaches a file outside."""
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.yaml").write_text(GOOD)
    (tmp_path / "inside" / "kept.yaml").write_text(GOOD)
    (tmp_path / "inside" / "near.yaml").symlink_to("kept.yaml")
    (tmp_path / "inside" / "far.yaml").symlink_to("../outside.yaml")
    (tmp_path / "inside" / "extends.yaml").write_text(GOOD.replace("england", "far.yaml"))
    assert load(tmp_path / "inside" / "near.yaml").years == 15
    assert "leads out of its folder" in refused(tmp_path / "inside" / "far.yaml")
    assert "leads out of" in refused(tmp_path / "inside" / "extends.yaml")


def test_extends_goes_eight_files_deep_and_no_further(tmp_path: Path) -> None:
    """The eighth file is read, and the ninth is refused."""
    (tmp_path / "f0.yaml").write_text("title: A\nsummary: B\ncontext: england\nyears: 7\n")
    for i in range(1, 9):
        (tmp_path / f"f{i}.yaml").write_text(GOOD.replace("england", f"f{i - 1}.yaml"))
    assert load(tmp_path / "f7.yaml").years == 7
    assert "8 files long" in refused(tmp_path / "f8.yaml")


def test_two_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    """The circle is named instead of being followed."""
    (tmp_path / "a.yaml").write_text(GOOD.replace("england", "b.yaml"))
    (tmp_path / "b.yaml").write_text(GOOD.replace("england", "a.yaml"))
    assert "comes back to" in refused(tmp_path / "a.yaml")


@pytest.mark.parametrize("name", ["engand", "", "CON", "..", "-x", "a\nb", "é" * 300, "england.yml"])
def test_an_unknown_name_gets_a_clear_message(name: str) -> None:
    """Names that are empty, reserved, too long or broken over lines are answered in one paragraph."""
    said = refused(name)
    assert "no scenario called" in said or "no such file" in said
    assert "\n\n" not in said
    assert check(name)
