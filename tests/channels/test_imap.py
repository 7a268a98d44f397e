"""Mail is fetched from a real Dovecot by UID: all of it, once, in the order it came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from imapclient import IMAPClient
from pytest_django.fixtures import Settings

from evenhand.channels.actions import mailboxes
from evenhand.channels.models import Delivery, FetchedMail, Mailbox, MailboxFolder
from evenhand.jobs.models import Job
from evenhand.ledger.models import Entry
from tests import given
from tests.channels.dovecot import Dovecot, a_dovecot
from tests.given_mail import raw_mail
from tests.given_mailboxes import a_mailbox, described, fetched, now, texts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# of a length that no other mail of its test has
ODD = "o" + "d" * 50


def words(*texts_: str) -> list[bytes]:
    return [raw_mail(text=text) for text in texts_]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mailbox_is_read_over_tls_and_its_certificate_is_checked(
    dovecot: Dovecot, eva: str, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    dovecot.put(eva, raw_mail(text="one"))
    ports = {"tls": dovecot.imaps, "starttls": dovecot.imap}
    a_mailbox(user=eva, port=ports[security], host="localhost", security=security)
    (untrusted,) = fetched()
    assert (untrusted.fault, texts()) == ("own_authority", [])

    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    assert fetched() == []

    assert texts() == ["one"]


def test_another_account_of_the_same_server_is_read_from_its_beginning(
    dovecot: Dovecot, eva: str
) -> None:
    noor = dovecot.user(f"noor-{eva}")
    for user in (eva, noor):
        dovecot.put(user, folder="Sales")
        dovecot.run(*("mailbox", "update", "-u", user, "--uid-validity", "77", "Sales"))
    dovecot.put(eva, *words("one", "two"), folder="Sales")
    dovecot.put(noor, *words("three"), folder="Sales")
    mailbox = a_mailbox(user=eva, port=dovecot.imap, folders=("Sales",))
    assert fetched() == []

    mailboxes.change(
        mailbox=mailbox,
        described=replace(described(mailbox), username=noor),
        secret=None,
        by=given.the("ada"),
        at=now(),
    )

    assert fetched() == []
    assert texts() == ["one", "two", "three"]


def test_a_database_that_fails_loses_nothing_and_blames_no_mailbox(
    dovecot: Dovecot, eva: str
) -> None:
    mails = words("one", "two")
    dovecot.put(eva, *mails)
    mailbox = a_mailbox(user=eva, port=dovecot.imap, afterwards="delete")
    execute(["ALTER TABLE channel_delivery RENAME TO channel_delivery_away"])
    try:
        with pytest.raises(DatabaseError):
            fetched()
    finally:
        execute(["ALTER TABLE channel_delivery_away RENAME TO channel_delivery"])
    mailbox.refresh_from_db()
    assert (dovecot.held(eva), mailbox.fault, mailbox.holder) == (mails, "", "")

    assert fetched() == []

    assert (texts(), dovecot.held(eva)) == (["one", "two"], [])


def test_all_of_a_mailbox_is_kept_byte_for_byte_and_filed_once(
    dovecot: Dovecot, eva: str
) -> None:
    mails = words("one", "two 退款", "x" * 3000)
    dovecot.put(eva, *mails)
    mailbox = a_mailbox(user=eva, port=dovecot.imap)

    assert fetched() == []
    assert fetched() == []

    kept = list(Delivery.objects.order_by("pk"))
    mailbox.refresh_from_db()
    assert [bytes(one.raw) for one in kept] == mails
    assert {(one.source, one.mailbox_id) for one in kept} == {("imap", mailbox.pk)}
    assert Job.objects.count() == 3
    assert (mailbox.taken, mailbox.behind, mailbox.fault) == (3, 0, "")
    assert dovecot.flags(eva) == [set(), set(), set()]


def test_what_another_program_has_read_is_fetched_like_the_rest(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, *words("one", "two"))
    a_mailbox(user=eva, port=dovecot.imap)
    with dovecot.client(eva) as client:
        client.select_folder("INBOX")
        client.add_flags(client.search(), [b"\\Seen"])

    assert fetched() == []

    assert texts() == ["one", "two"]


def test_without_a_day_only_what_comes_from_now_on_is_taken(
    dovecot: Dovecot, eva: str
) -> None:
    with dovecot.client(eva) as client:
        old = now() - timedelta(minutes=30)
        client.append("INBOX", raw_mail(text="old"), msg_time=old)
    a_mailbox(user=eva, port=dovecot.imap, since=None)
    # between the form and the first look
    dovecot.put(eva, raw_mail(text="soon"))

    assert fetched() == []
    dovecot.put(eva, raw_mail(text="later"))
    assert fetched() == []

    assert texts() == ["soon", "later"]


def test_from_a_day_on_what_was_there_is_taken_oldest_first(
    dovecot: Dovecot, eva: str
) -> None:
    today = now()
    with dovecot.client(eva) as client:
        for days in (40, 20, 10):
            client.append(
                "INBOX",
                raw_mail(text=f"{days}-days"),
                msg_time=today - timedelta(days=days),
            )
    a_mailbox(user=eva, port=dovecot.imap, since=(today - timedelta(days=30)).date())

    assert fetched() == []
    assert fetched() == []

    assert texts() == ["20-days", "10-days"]


def test_every_folder_is_read_and_a_missing_one_stops_no_other(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, raw_mail(text="inbox"))
    dovecot.put(eva, raw_mail(text="junk"), folder="Junk")
    dovecot.put(eva, raw_mail(text="chinese"), folder="退款")
    mailbox = a_mailbox(
        user=eva, port=dovecot.imap, folders=("INBOX", "Gone", "Junk", "退款")
    )

    (trouble,) = fetched()

    mailbox.refresh_from_db()
    assert texts() == ["inbox", "junk", "chinese"]
    assert (trouble.fault, trouble.values["folder"]) == ("folder_missing", "Gone")
    assert (mailbox.fault, mailbox.fault_values["folder"]) == ("folder_missing", "Gone")
    assert mailbox.failing_since is not None


def test_new_numbers_are_told_and_nothing_is_doubled_or_lost(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, *words("one", "two"))
    a_mailbox(user=eva, port=dovecot.imap)
    assert fetched() == []
    dovecot.renumber(eva, validity=4_242_424)
    dovecot.put(eva, raw_mail(text="three"))

    assert fetched() == []

    folder = MailboxFolder.objects.get()
    assert texts() == ["one", "two", "three"]
    assert (folder.uid_validity, folder.renumbered_at is None) == (4_242_424, False)
    assert Entry.objects.filter(kind="mailbox.renumbered").count() == 1


@pytest.mark.parametrize("without", [(), ("MOVE",)], ids=["moved", "copied"])
def test_what_was_taken_is_moved_only_once_it_is_kept(
    eva: str, without: tuple[str, ...]
) -> None:
    with a_dovecot(without=without) as dovecot:
        dovecot.user(eva)
        mails = words("one", "two")
        dovecot.put(eva, *mails)
        a_mailbox(
            user=eva, port=dovecot.imap, afterwards="move", move_to="Evenhand/done"
        )

        assert fetched() == []

        assert dovecot.held(eva) == []
        assert dovecot.held(eva, folder="Evenhand/done") == mails
        assert not FetchedMail.objects.exists()
        assert texts() == ["one", "two"]


def test_what_was_taken_is_marked_as_seen_where_that_is_wanted(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, *words("one"))
    a_mailbox(user=eva, port=dovecot.imap, afterwards="seen")

    assert fetched() == []

    assert dovecot.flags(eva) == [{b"\\Seen"}]


def test_deleting_takes_nothing_that_others_have_marked(
    dovecot: Dovecot, eva: str
) -> None:
    dovecot.put(eva, *words("one", "theirs"))
    mailbox = a_mailbox(user=eva, port=dovecot.imap)
    assert fetched() == []
    with dovecot.client(eva) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
    Mailbox.objects.filter(pk=mailbox.pk).update(afterwards="delete")
    dovecot.put(eva, *words("three"))

    assert fetched() == []

    left = [raw.split()[-1] for raw in dovecot.held(eva)]
    assert left == [b"one", b"theirs"]
    assert texts() == ["one", "theirs", "three"]


def test_a_crash_between_keeping_and_moving_is_made_up_for(
    dovecot: Dovecot, eva: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.put(eva, *words("one"))
    a_mailbox(user=eva, port=dovecot.imap, afterwards="delete")
    with monkeypatch.context() as broken:
        broken.setattr(IMAPClient, "delete_messages", _hang_up)
        assert [each.fault for each in fetched()] == ["hung_up"]
    assert (texts(), len(dovecot.held(eva))) == (["one"], 1)

    assert fetched() == []

    assert (texts(), dovecot.held(eva)) == (["one"], [])


def _hang_up(*_args: object, **_options: object) -> None:
    raise ConnectionResetError("the line is dead")


def test_a_mail_that_another_program_moved_in_between_is_passed_over(
    dovecot: Dovecot, eva: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dovecot.put(eva, *words("one", "two", "three"))
    mailbox = a_mailbox(user=eva, port=dovecot.imap)
    search = IMAPClient.search

    def search_and_lose_one(self: IMAPClient, *args: object) -> object:
        found = search(self, *args)
        with dovecot.client(eva) as other:
            other.select_folder("INBOX")
            if not other.folder_exists("Elsewhere"):
                other.create_folder("Elsewhere")
            other.move([2], "Elsewhere")
        return found

    with monkeypatch.context() as between:
        between.setattr(IMAPClient, "search", search_and_lose_one)
        assert fetched() == []
    dovecot.put(eva, *words("four"))
    assert fetched() == []

    mailbox.refresh_from_db()
    assert texts() == ["one", "three", "four"]
    assert mailbox.fault == ""


def test_a_mail_too_large_is_written_down_and_stays_and_stops_no_other(
    dovecot: Dovecot, eva: str, settings: Settings
) -> None:
    settings.MAIL_LARGEST = 100_000
    large = raw_mail(text=("b" * 900 + "\n") * 300, subject="The catalogue")
    dovecot.put(eva, raw_mail(text="one"), large, raw_mail(text="three"))
    mailbox = a_mailbox(user=eva, port=dovecot.imap, afterwards="delete")

    assert fetched() == []
    assert fetched() == []

    mailbox.refresh_from_db()
    entry = Entry.objects.get(kind="mailbox.refused")
    assert texts() == ["one", "three"]
    assert dovecot.held(eva) == [large]
    assert (mailbox.refused, mailbox.taken) == (1, 2)
    assert entry.data == {
        "folder": "INBOX",
        "size": len(large),
        "sender": "Eva Novak <eva@mail.example>",
        "subject": "The catalogue",
    }


def test_thirty_megabytes_come_where_they_are_allowed(
    dovecot: Dovecot, eva: str, settings: Settings
) -> None:
    settings.MAIL_LARGEST = 40 * 2**20
    large = raw_mail(text=("b" * 70 + "\n") * (30 * 2**20 // 72) + "end")
    dovecot.put(eva, raw_mail(text="one"), large, raw_mail(text="three"))
    a_mailbox(user=eva, port=dovecot.imap)

    assert fetched() == []

    assert texts() == ["one", "end", "three"]
    kept = Delivery.objects.order_by("pk").values_list("size", flat=True)
    assert kept[1] == len(large) > 29 * 2**20


def test_a_mail_that_the_database_refuses_is_tried_again_later(
    dovecot: Dovecot, eva: str
) -> None:
    mails = words("one", ODD, "three")
    dovecot.put(eva, *mails)
    a_mailbox(user=eva, port=dovecot.imap, afterwards="delete")
    with refusing(size=len(mails[1])):
        assert fetched() == []
    assert texts() == ["one", "three"]
    assert dovecot.held(eva) == [mails[1]]
    FetchedMail.objects.update(again_at=given.MONDAY)

    assert fetched() == []

    assert texts() == ["one", "three", ODD]
    assert dovecot.held(eva) == []
    assert not FetchedMail.objects.exists()


@contextmanager
def refusing(*, size: int) -> Iterator[None]:
    """Let the database refuse mails of this size, as it does what breaks a constraint."""
    body = f"NEW.size = {size}"
    if connection.vendor == "sqlite":
        made = [
            (
                f"CREATE TRIGGER odd BEFORE INSERT ON channel_delivery WHEN {body}"
                " BEGIN SELECT RAISE(ABORT, 'odd'); END"
            )
        ]
        undone = ["DROP TRIGGER odd"]
    else:
        made = [
            (
                "CREATE FUNCTION odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {body} THEN RAISE EXCEPTION 'odd' USING ERRCODE = 'check_violation';"
                " END IF; RETURN NEW; END $$"
            ),
            (
                "CREATE TRIGGER odd BEFORE INSERT ON channel_delivery"
                " FOR EACH ROW EXECUTE FUNCTION odd()"
            ),
        ]
        undone = ["DROP TRIGGER odd ON channel_delivery", "DROP FUNCTION odd()"]
    execute(made)
    try:
        yield
    finally:
        execute(undone)


def execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
