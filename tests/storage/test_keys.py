import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouch.schemas.errors import JobNotFound
from vouch.storage.keys import content_key, job_key, job_prefix, new_job_id, page_key


def test_ids_sort_by_creation_and_never_repeat() -> None:
    ids = [new_job_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert [identity[:12] for identity in ids] == sorted(identity[:12] for identity in ids)


def test_an_id_is_a_uuid_of_version_7() -> None:
    identity = new_job_id()
    assert identity[12] == "7"
    assert identity[16] in "89ab"
    assert job_key(identity).endswith(identity)


@given(st.text())
def test_nothing_but_an_id_reaches_a_key(text: str) -> None:
    if len(text) != 32 or not set(text) <= set("0123456789abcdef"):
        with pytest.raises(JobNotFound):
            job_key(text)


def test_all_blobs_of_a_job_lie_under_its_prefix() -> None:
    identity = new_job_id()
    assert page_key(identity, 3) == f"{job_prefix(identity)}/pages/3.png"
    assert content_key(identity, "upload", "ab").startswith(f"{job_prefix(identity)}/")
