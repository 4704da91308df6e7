"""What every object store promises. A test class of an implementation inherits these and gives a fresh `store`."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from archive.store.contract import ObjectStore
from archive.store.keys import original_key
from base.digests import sm3_of_bytes
from base.errors import StorageError
from tests.archive.store.failing import EndsEarly, IsPulledOut
from tests.archive.store.stores import PAGE, Sample, derived, mend, original, put


def code_of(error: pytest.ExceptionInfo[StorageError]) -> str:
    assert error.value.text("zh_CN")
    return error.value.code


class StoreContract:
    @pytest.mark.parametrize("stream", [False, True])
    @pytest.mark.parametrize("data", [b"", b"x", PAGE, bytes(range(256)) * 9000])
    def test_what_was_put_reads_back(self, store: ObjectStore, data: bytes, stream: bool) -> None:
        page = original(data)
        info = put(store, page, stream=stream)
        assert (info.key, info.size) == (page.key, len(data))
        assert store.read(page.key) == data
        assert store.stat(page.key) == info
        assert store.exists(page.key)
        assert store.check(page.key, sha256=page.sha256).state == "good"

    def test_an_object_opens_as_a_seekable_stream(self, store: ObjectStore) -> None:
        put(store, original())
        with store.open(original().key) as stream:
            assert stream.read(4) == PAGE[:4]
            stream.seek(-3, io.SEEK_END)
            assert stream.read() == PAGE[-3:]

    def test_a_stream_is_read_from_where_it_stands(self, store: ObjectStore) -> None:
        page = original()
        stream = io.BytesIO(b"header" + PAGE)
        stream.seek(6)
        store.put(page.key, stream, sha256=page.sha256, size=len(PAGE), media_type="image/jpeg")
        assert store.read(page.key) == PAGE

    def test_the_same_again_is_no_work_and_no_error(self, store: ObjectStore) -> None:
        assert put(store, original()) == put(store, original())
        assert len(list(store.list())) == 1

    def test_other_bytes_never_take_a_derived_objects_place_unasked(self, store: ObjectStore) -> None:
        put(store, derived(b"first"))
        with pytest.raises(StorageError) as error:
            put(store, derived(b"second"))
        assert code_of(error) == "store.conflict"
        assert store.read(derived(b"").key) == b"first"

    def test_a_step_that_ran_again_replaces_its_result(self, store: ObjectStore) -> None:
        put(store, derived(b"first"))
        put(store, derived(b"other"), replace=True)
        put(store, derived(b"other"), replace=True)
        assert store.read(derived(b"").key) == b"other"

    def test_an_original_is_never_replaced_or_deleted(self, store: ObjectStore) -> None:
        put(store, original())
        with pytest.raises(StorageError) as error:
            put(store, original(), replace=True)
        assert code_of(error) == "store.protected"
        with pytest.raises(StorageError) as error:
            store.delete(original().key)
        assert code_of(error) == "store.protected"
        assert store.read(original().key) == PAGE

    def test_an_original_lies_only_under_its_own_digest(self, store: ObjectStore) -> None:
        foreign = Sample(b"other bytes", original().key)
        with pytest.raises(StorageError) as error:
            put(store, foreign)
        assert code_of(error) == "store.digest-mismatch"
        assert not store.exists(foreign.key)

    @pytest.mark.parametrize("data", [PAGE[:-1], PAGE + b"x", PAGE[:-1] + b"x", b""])
    def test_bytes_that_are_not_what_was_announced_are_refused(self, store: ObjectStore, data: bytes) -> None:
        page = original()
        for source in (data, io.BytesIO(data)):
            with pytest.raises(StorageError) as error:
                store.put(page.key, source, sha256=page.sha256, size=len(PAGE), media_type="image/jpeg")
            assert code_of(error) == "store.digest-mismatch"
        assert not store.exists(page.key)
        assert list(store.list()) == []

    def test_a_size_other_than_the_announced_is_refused_whatever_the_digest(self, store: ObjectStore) -> None:
        page = original()
        for source in (page.data, io.BytesIO(page.data)):
            with pytest.raises(StorageError) as error:
                store.put(page.key, source, sha256=page.sha256, size=len(PAGE) + 1, media_type="image/jpeg")
            assert code_of(error) == "store.digest-mismatch"
        assert not store.exists(page.key)

    def test_a_source_that_breaks_in_the_middle_leaves_nothing(self, store: ObjectStore) -> None:
        page = original(PAGE * 2000)
        with pytest.raises(OSError, match="pulled out"):
            store.put(page.key, IsPulledOut(page.data), sha256=page.sha256, size=len(page.data), media_type="x/y")
        with pytest.raises(StorageError):
            store.put(page.key, EndsEarly(page.data), sha256=page.sha256, size=len(page.data), media_type="x/y")
        assert not store.exists(page.key)
        put(store, page)
        assert store.read(page.key) == page.data

    def test_what_is_not_there_is_said_to_be_missing(self, store: ObjectStore) -> None:
        key = original(b"never put").key
        assert store.stat(key) is None
        assert not store.exists(key)
        for ask in (store.open, store.read):
            with pytest.raises(StorageError) as error:
                ask(key)
            assert code_of(error) == "store.missing"
        answer = store.check(key, sha256="0" * 64)
        assert (answer.state, answer.code) == ("bad", "store.missing")

    def test_other_bytes_than_the_catalogue_knows_are_bad(self, store: ObjectStore) -> None:
        put(store, derived(b"as read"))
        answer = store.check(derived(b"").key, sha256="0" * 64)
        assert (answer.state, answer.code) == ("bad", "store.damaged")

    @pytest.mark.parametrize("page", [original(), derived(PAGE)])
    def test_mending_brings_a_lost_object_back_and_leaves_a_good_one(self, store: ObjectStore, page: Sample) -> None:
        for _ in range(2):
            assert mend(store, page).size == len(PAGE)
            assert store.check(page.key, sha256=page.sha256).state == "good"
        with pytest.raises(StorageError) as error:
            mend(store, Sample(b"other bytes", original(b"lost too").key))
        assert code_of(error) == "store.digest-mismatch"
        assert not store.exists(original(b"lost too").key)

    def test_mending_puts_the_bytes_on_record_in_the_place_of_others(self, store: ObjectStore) -> None:
        put(store, derived(b"damaged"))
        mend(store, derived(b"as it was"))
        assert store.read(derived(b"").key) == b"as it was"

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "originals/",
            "originals/" + "g" * 64,
            "originals/" + "A" * 64,
            "originals/../../etc/passwd",
            "/etc/passwd",
            "derived/" + "a" * 64 + "/张三-1",
            "derived/" + "a" * 64 + "/../x-1",
            "derived/" + "a" * 64 + "/ocr-1\n",
            "other/" + "a" * 64,
        ],
    )
    def test_only_keys_made_from_digests_are_keys(self, store: ObjectStore, key: str) -> None:
        asks = (store.read, store.open, store.stat, store.exists, store.delete)
        for ask in (*asks, store.protection, store.protect, store.release):
            with pytest.raises(StorageError) as error:
                ask(key)
            assert code_of(error) == "store.bad-key"
        with pytest.raises(StorageError) as error:
            put(store, Sample(b"x", key))
        assert code_of(error) == "store.bad-key"
        with pytest.raises(StorageError):
            store.check(key, sha256="0" * 64)

    def test_a_list_holds_all_keys_of_a_prefix_in_order(self, store: ObjectStore) -> None:
        pages = [original(bytes([number])) for number in range(20)]
        results = [derived(b"text", version=str(number)) for number in range(12)]
        for sample in (*results, *pages):
            put(store, sample)
        keys = sorted(sample.key for sample in (*pages, *results))
        assert [info.key for info in store.list()] == keys
        prefixes = {key[:length] for key in keys for length in (1, 4, 9, 10, 11, 12, 13, 14, 15, 40, 73, len(key))}
        for prefix in sorted(prefixes):
            assert [info.key for info in store.list(prefix)] == [key for key in keys if key.startswith(prefix)]
        assert list(store.list("originalsx")) == []
        assert {info.size for info in store.list("derived/")} == {4}

    def test_one_derived_object_is_deleted_and_its_neighbours_stay(self, store: ObjectStore) -> None:
        put(store, derived(b"a", "1"))
        put(store, derived(b"b", "10"))
        store.delete(derived(b"", "1").key)
        store.delete(derived(b"", "1").key)
        assert [info.key for info in store.list()] == [derived(b"", "10").key]

    def test_many_writers_of_the_same_page_all_succeed(self, store: ObjectStore) -> None:
        page = original(PAGE * 200)
        with ThreadPoolExecutor(8) as pool:
            infos = list(pool.map(lambda _: put(store, page), range(16)))
        assert len(set(infos)) == 1
        assert store.read(page.key) == page.data

    def test_many_pages_at_once_are_all_kept(self, store: ObjectStore) -> None:
        pages = [original(PAGE + bytes([number])) for number in range(40)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda page: put(store, page, stream=True), pages))
        assert all(store.check(page.key, sha256=page.sha256).state == "good" for page in pages)

    def test_either_digest_is_checked_in_one_reading(self, store: ObjectStore) -> None:
        page = original()
        put(store, page)
        sm3 = sm3_of_bytes(PAGE)
        assert store.check(page.key, sm3=sm3).state == "good"
        assert store.check(page.key, sha256=page.sha256, sm3=sm3).state == "good"
        for wrong in ({"sm3": "0" * 64}, {"sha256": page.sha256, "sm3": "0" * 64}, {"sha256": sm3, "sm3": sm3}):
            assert store.check(page.key, **wrong).code == "store.damaged"
        with pytest.raises(ValueError, match="digest"):
            store.check(page.key)

    def test_a_released_original_is_still_there_and_still_not_to_be_deleted(self, store: ObjectStore) -> None:
        page, text = original(), derived(b"text")
        for each in (page, text):
            put(store, each)
            store.protect(each.key)
        assert store.protection(text.key) is None
        store.release(page.key)
        assert store.protection(page.key) is None
        assert store.check(page.key, sha256=page.sha256).state == "good"
        with pytest.raises(StorageError) as error:
            store.delete(page.key)
        assert code_of(error) == "store.protected"

    def test_keys_say_nothing_of_persons(self, store: ObjectStore) -> None:
        put(store, original("张三 110101196001011234".encode()))
        assert original_key("a" * 64) == "originals/" + "a" * 64
        assert all(info.key[-4:] != "1234" and "张" not in info.key for info in store.list())
