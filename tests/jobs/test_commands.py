"""What had all its tries can be seen and put back from the shell."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from evenhand.jobs import actions
from evenhand.jobs.models import Job, State
from tests.given import MONDAY

pytestmark = pytest.mark.django_db


def a_dead_job(name: str) -> Job:
    job = actions.enqueue(
        task="tests.jobs.chores.write",
        arguments={"name": name},
        queue="default",
        at=MONDAY,
    )
    assert job is not None
    actions.claim(worker="w", at=MONDAY, most=1)
    actions.fail(
        job=job,
        worker="w",
        at=MONDAY,
        error="OSError: the disk\nis full",
        jitter=0,
        final=True,
    )
    return job


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_dead_jobs_are_listed_a_line_each_and_others_are_not() -> None:
    dead = a_dead_job("a")
    actions.enqueue(task="tests.jobs.chores.write", arguments={}, queue="q", at=MONDAY)

    assert said("jobs_dead") == (
        f"{dead.pk}\t2026-11-16T09:00:00+00:00\ttests.jobs.chores.write(name=a)"
        "\tOSError: the disk is full\n"
    )


def test_dead_jobs_are_put_back_with_all_their_tries() -> None:
    first, second = a_dead_job("a"), a_dead_job("b")

    assert said("jobs_again", str(first.pk)) == "1 on the queue again\n"

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.attempts, first.error) == (State.READY, 0, "")
    assert second.state == State.DEAD


def test_all_dead_jobs_are_put_back_at_once() -> None:
    first, second = a_dead_job("a"), a_dead_job("b")

    assert said("jobs_again", "all") == "2 on the queue again\n"

    states = Job.objects.filter(pk__in=[first.pk, second.pk]).values_list("state")
    assert set(states) == {(State.READY,)}


@pytest.mark.parametrize("key", ["every", "-1", "²"])
def test_a_key_that_is_no_number_is_refused(key: str) -> None:
    with pytest.raises(CommandError, match="no dead job has the key"):
        said("jobs_again", "--", key)


def test_a_key_of_no_dead_job_is_refused_and_nothing_is_put_back() -> None:
    dead = a_dead_job("a")

    with pytest.raises(CommandError, match=r"no dead job has the key 999; nothing"):
        said("jobs_again", str(dead.pk), "999")

    dead.refresh_from_db()
    assert dead.state == State.DEAD
