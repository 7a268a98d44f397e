"""Jobs that wait together share a commit, and none of them pays for another."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from evenhand.jobs import actions, rules
from evenhand.jobs.models import Job, State
from evenhand.jobs.worker import Worker
from evenhand.ledger.models import Entry
from tests.given import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)


def a_job(name: str, *, task: str = "tests.jobs.chores.write") -> Job:
    job = actions.enqueue(
        task=task, arguments={"name": name}, queue="default", at=MONDAY
    )
    assert job is not None
    return job


def a_worker(name: str = "w", *, at: datetime = MONDAY) -> Worker:
    return Worker(name=name, now=lambda: at)


def done() -> list[str]:
    found = Entry.objects.filter(kind="test.done").order_by("pk")
    return list(found.values_list("subject", flat=True))


def commits_of(worker: Worker) -> int:
    with CaptureQueriesContext(connection) as told:
        worker.run_due()
    return sum(query["sql"] == "COMMIT" for query in told.captured_queries)


def test_on_sqlite_jobs_of_one_task_share_a_commit() -> None:
    for name in "abc":
        a_job(name)

    commits = commits_of(a_worker())

    # one takes them; on SQLite one more ends them all, elsewhere each ends by itself
    assert commits == (2 if connection.vendor == "sqlite" else 4)
    assert done() == ["chore:a", "chore:b", "chore:c"]
    assert set(Job.objects.values_list("state", "worker", "attempts")) == {
        (State.DONE, "", 1)
    }


def test_one_that_fails_among_them_undoes_itself_alone() -> None:
    names = ["a", "broken", "c"]
    jobs = [a_job(name, task="tests.jobs.chores.write_or_fail") for name in names]

    a_worker().run_due()

    assert done() == ["chore:a", "chore:c"]
    states = [Job.objects.get(pk=job.pk).state for job in jobs]
    assert states == [State.DONE, State.READY, State.DONE]
    assert Job.objects.get(pk=jobs[1].pk).error == "RuntimeError: broken"


def test_what_the_database_refuses_among_them_costs_the_others_nothing() -> None:
    names = ["a", "refused", "c"]
    jobs = [a_job(name, task="tests.jobs.chores.write_or_fail") for name in names]

    a_worker().run_due()

    assert done() == ["chore:a", "chore:c"]
    states = [Job.objects.get(pk=job.pk).state for job in jobs]
    assert states == [State.DONE, State.READY, State.DONE]


def test_of_jobs_together_nothing_stays_of_the_one_whose_lease_was_lost() -> None:
    names = ["a", "lost", "c"]
    jobs = [a_job(name, task="tests.jobs.chores.write_or_fail") for name in names]

    a_worker().run_due()

    assert done() == ["chore:a", "chore:c"]
    states = [Job.objects.get(pk=job.pk).state for job in jobs]
    assert states == [State.DONE, State.RUNNING, State.DONE]


def test_what_a_dead_worker_left_is_taken_alone_so_that_the_others_keep_their_tries() -> (
    None
):
    jobs = [a_job(name) for name in "abc"]
    actions.claim(worker="dead", at=MONDAY, most=2)
    late = MONDAY + rules.LEASE + timedelta(seconds=1)

    taken = [actions.claim(worker="w", at=late, most=10) for _ in range(4)]

    assert [[job.pk for job in part] for part in taken] == [
        [jobs[0].pk],
        [jobs[1].pk],
        [jobs[2].pk],
        [],
    ]
    assert [Job.objects.get(pk=job.pk).attempts for job in jobs] == [2, 2, 1]
