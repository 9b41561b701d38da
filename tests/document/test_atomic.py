"""Writing: always the whole old file or the whole new one, and nothing else beside it."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bpviz.document.atomic import FileError, write_atomically


def writing(text: str) -> Callable[[Path], None]:
    def write(scratch: Path) -> None:
        scratch.write_text(text)

    return write


def failing(error: BaseException) -> Callable[[Path], None]:
    """A writer that fails when half of it is written."""

    def write(scratch: Path) -> None:
        scratch.write_text("half of the new")
        raise error

    return write


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file.txt"
    path.write_text("the old")
    return path


def test_a_new_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new.txt", writing("the new"))
    assert (tmp_path / "new.txt").read_text() == "the new"
    assert os.listdir(tmp_path) == ["new.txt"]


def test_in_place_of_an_old_one(path: Path) -> None:
    write_atomically(path, writing("the new"))
    assert path.read_text() == "the new"
    assert os.listdir(path.parent) == [path.name]


def test_the_old_one_is_there_until_the_new_one_is_whole(path: Path) -> None:
    def write(scratch: Path) -> None:
        assert scratch != path
        assert scratch.parent == path.parent, "beside it, so that it can be put in its place in one go"
        assert scratch.suffix == path.suffix
        scratch.write_text("the new")
        assert path.read_text() == "the old"

    write_atomically(path, write)


class TestFailing:
    @pytest.mark.parametrize(
        ("number", "reason"),
        [
            (errno.ENOSPC, "the disk is full"),
            (errno.EDQUOT, "the disk quota is used up"),
            (errno.EACCES, "there is no permission to write there"),
            (errno.EROFS, "the disk can only be read"),
            (errno.EIO, os.strerror(errno.EIO).lower()),
        ],
    )
    def test_the_old_file_stays_and_nothing_beside_it(self, path: Path, number: int, reason: str) -> None:
        with pytest.raises(FileError) as refusal:
            write_atomically(path, failing(OSError(number, os.strerror(number))))
        assert str(refusal.value) == f"cannot write {path}: {reason}"
        assert path.read_text() == "the old"
        assert os.listdir(path.parent) == [path.name]

    def test_no_file_where_there_was_none(self, tmp_path: Path) -> None:
        with pytest.raises(FileError):
            write_atomically(tmp_path / "new.txt", failing(OSError(errno.ENOSPC, "")))
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("error", [ValueError("a mistake"), KeyboardInterrupt()])
    def test_other_errors_pass_and_leave_nothing_either(self, path: Path, error: BaseException) -> None:
        with pytest.raises(type(error)):
            write_atomically(path, failing(error))
        assert path.read_text() == "the old"
        assert os.listdir(path.parent) == [path.name]

    def test_a_writer_that_takes_the_scratch_file_away(self, path: Path) -> None:
        with pytest.raises(FileError):
            write_atomically(path, lambda scratch: scratch.unlink())
        assert path.read_text() == "the old"


class TestPlaces:
    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="the folder does not exist"):
            write_atomically(tmp_path / "gone" / "file.txt", writing("x"))
        assert os.listdir(tmp_path) == []

    def test_a_file_for_a_folder(self, path: Path) -> None:
        with pytest.raises(FileError, match="the folder does not exist"):
            write_atomically(path / "file.txt", writing("x"))

    def test_a_folder_for_a_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match="it is a folder"):
            write_atomically(tmp_path, writing("x"))
        assert os.listdir(tmp_path) == []

    def test_a_name_that_is_too_long(self, tmp_path: Path) -> None:
        with pytest.raises(FileError, match=r"the name is too long"):
            write_atomically(tmp_path / ("n" * 300 + ".txt"), writing("x"))
        assert os.listdir(tmp_path) == []

    def test_the_longest_name_that_there_can_be(self, tmp_path: Path) -> None:
        path = tmp_path / ("語" * 83 + ".txt")  # 253 bytes of 255
        write_atomically(path, writing("the new"))
        assert path.read_text() == "the new"

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_a_folder_without_permission(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir()
        closed.chmod(0o500)
        with pytest.raises(FileError, match="there is no permission to write there"):
            write_atomically(closed / "file.txt", writing("x"))

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder where nobody can write")
    def test_a_folder_where_nobody_can_write(self) -> None:
        with pytest.raises(FileError, match=r"^cannot write /proc/self/file.txt: "):
            write_atomically("/proc/self/file.txt", writing("x"))


class TestManners:
    def test_permissions_stay(self, path: Path) -> None:
        path.chmod(0o640)
        write_atomically(path, writing("the new"))
        assert stat.S_IMODE(path.stat().st_mode) == 0o640

    def test_a_new_file_has_the_permissions_that_a_new_file_has_here(self, tmp_path: Path) -> None:
        (tmp_path / "plain.txt").write_text("x")
        write_atomically(tmp_path / "ours.txt", writing("x"))
        assert (tmp_path / "ours.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode

    def test_a_link_stays_a_link(self, path: Path, tmp_path: Path) -> None:
        link = tmp_path / "link.txt"
        link.symlink_to(path)
        write_atomically(link, writing("the new"))
        assert link.is_symlink()
        assert path.read_text() == "the new"
