"""A job is taken by one worker, kept by its lease, tried again, and at last laid aside."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django_tasks.exceptions import InvalidTaskError
from hypothesis import given as hypothesis_given
from hypothesis import strategies as st

from evenhand.jobs import actions, queries, rules
from evenhand.jobs.models import Job, State
from evenhand.jobs.worker import OUTSIDE, Periodic, Worker
from evenhand.ledger.models import Entry
from tests.given import MONDAY
from tests.jobs import chores


def a_job(*, task: str = "tests.jobs.chores.write", queue: str = "default") -> Job:
    job = actions.enqueue(task=task, arguments={"name": "a"}, queue=queue, at=MONDAY)
    assert job is not None
    return job


def a_worker(name: str = "w") -> Worker:
    return Worker(name=name, now=lambda: MONDAY)


def done() -> list[str]:
    return list(
        Entry.objects.filter(kind="test.done").values_list("subject", flat=True)
    )


@pytest.mark.django_db
def test_a_job_is_part_of_the_transaction_that_enqueued_it() -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            chores.write.enqueue(name="a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()

    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_a_job_is_called_by_keyword_only() -> None:
    with pytest.raises(InvalidTaskError, match=r"call write by keyword"):
        chores.write.enqueue("a")

    assert Job.objects.count() == 0


@pytest.mark.django_db
def test_a_job_runs_once_and_its_effect_is_kept() -> None:
    job = a_job()

    assert a_worker().run_due()
    assert not a_worker().run_due()

    job.refresh_from_db()
    assert done() == ["chore:a"]
    assert (job.state, job.attempts, job.finished_at) == (State.DONE, 1, MONDAY)
    assert (job.worker, job.lease_until) == ("", None)


@pytest.mark.django_db
def test_what_a_failed_job_wrote_is_undone_and_it_runs_again_later() -> None:
    job = a_job(task="tests.jobs.chores.fail")
    Job.objects.update(arguments={})

    a_worker().run_due()

    job.refresh_from_db()
    assert done() == []
    assert (job.state, job.attempts) == (State.READY, 1)
    assert job.error == "RuntimeError: the first half must not stay"
    wait = job.run_at - MONDAY
    assert rules.FIRST_WAIT <= wait <= rules.FIRST_WAIT * 1.25
    assert not queries.due(at=MONDAY).exists()


@pytest.mark.django_db
def test_after_its_last_try_a_job_is_laid_aside_and_can_be_run_again() -> None:
    job = a_job(task="tests.jobs.chores.fail")
    Job.objects.update(arguments={}, attempts=rules.MOST_ATTEMPTS - 1)

    a_worker().run_due()

    job.refresh_from_db()
    assert job.state == State.DEAD
    assert list(queries.dead()) == [job]
    actions.run_again(job=job, at=MONDAY)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.READY, 0, "")


@pytest.mark.django_db
def test_a_job_that_gives_up_is_not_tried_again() -> None:
    job = a_job(task="tests.jobs.chores.give_up")
    Job.objects.update(arguments={})

    a_worker().run_due()

    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.DEAD, 1)
    assert job.error == "GiveUp: no later attempt can mend this"


@pytest.mark.django_db
def test_a_job_whose_task_is_gone_fails_and_stops_nobody() -> None:
    gone = a_job(task="tests.jobs.chores.no_such_task")
    after = a_job()

    a_worker().run_due()

    gone.refresh_from_db()
    after.refresh_from_db()
    assert (gone.state, after.state) == (State.READY, State.DONE)


@pytest.mark.django_db
def test_the_effect_of_a_worker_that_lost_its_lease_is_undone() -> None:
    a_job()
    (slow,) = actions.claim(worker="slow", at=MONDAY, most=1)
    late = MONDAY + rules.LEASE + timedelta(seconds=1)
    (taken,) = actions.claim(worker="quick", at=late, most=1)

    with pytest.raises(actions.LeaseLost):
        actions.finish(job=slow, worker="slow", at=late)

    taken.refresh_from_db()
    assert (taken.state, taken.worker, taken.attempts) == (State.RUNNING, "quick", 2)


@pytest.mark.django_db
def test_a_heartbeat_keeps_a_job_and_only_the_workers_own() -> None:
    a_job()
    a_job()
    mine, yours = (
        actions.claim(worker=name, at=MONDAY, most=1)[0] for name in ("me", "you")
    )
    later = MONDAY + rules.HEARTBEAT

    actions.extend(jobs=[mine.pk, yours.pk], worker="me", at=later)

    mine.refresh_from_db()
    yours.refresh_from_db()
    assert mine.lease_until == later + rules.LEASE
    assert yours.lease_until == MONDAY + rules.LEASE


@pytest.mark.django_db
def test_jobs_of_a_process_known_to_be_dead_are_free_at_once() -> None:
    a_job()
    a_job()
    actions.claim(worker="host:12:ab", at=MONDAY, most=1)
    actions.claim(worker="host:123:cd", at=MONDAY, most=1)

    assert actions.end_leases_of(process="host:12", at=MONDAY) == 1

    assert [job.worker for job in queries.due(at=MONDAY)] == ["host:12:ab"]


@pytest.mark.django_db
def test_a_job_that_saw_several_workers_die_waits_longer_each_time() -> None:
    a_job()
    at, waits = MONDAY, []
    for _ in range(rules.MOST_ATTEMPTS - 1):
        assert len(actions.claim(worker="host:12:ab", at=at, most=1)) == 1
        assert actions.end_leases_of(process="host:12", at=at) == 1
        lease = Job.objects.get().lease_until
        assert lease is not None
        waits.append((lease - at).total_seconds())
        at = max(at, lease) + timedelta(seconds=1)

    assert waits == [-8, -8, 5, 10, 20, 40, 80]


@pytest.mark.django_db
def test_the_last_death_of_a_worker_lets_its_job_be_laid_aside_at_once() -> None:
    job = a_job()
    Job.objects.filter(pk=job.pk).update(attempts=rules.MOST_ATTEMPTS - 1)
    actions.claim(worker="host:12:ab", at=MONDAY, most=1)

    actions.end_leases_of(process="host:12", at=MONDAY)

    assert actions.bury_abandoned(at=MONDAY) == 1


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_each_time_is_laid_aside() -> None:
    job = a_job()
    at = MONDAY
    for _ in range(rules.MOST_ATTEMPTS):
        assert len(actions.claim(worker="doomed", at=at, most=1)) == 1
        at += rules.LEASE + timedelta(seconds=1)

    assert actions.claim(worker="doomed", at=at, most=1) == []
    assert actions.bury_abandoned(at=at) == 1

    job.refresh_from_db()
    assert job.state == State.DEAD
    assert job.error == "each attempt ended with the worker itself"


@pytest.mark.django_db
def test_a_worker_that_stops_gives_back_what_it_has_not_begun() -> None:
    first, second = a_job(), a_job()
    worker = a_worker()
    worker.stop.set()

    worker.run_due()

    for job in (first, second):
        job.refresh_from_db()
        assert (job.state, job.attempts, job.worker) == (State.READY, 0, "")
    assert done() == []


@pytest.mark.django_db
def test_each_lane_takes_from_its_own_queues() -> None:
    inside, outside = a_job(), a_job(queue=OUTSIDE)

    (taken,) = actions.claim(worker="w", at=MONDAY, most=9, queues=(OUTSIDE,))

    assert taken == outside
    assert list(queries.due(at=MONDAY, queues=("default",))) == [inside]
    assert list(queries.due(at=MONDAY)) == [inside]


@pytest.mark.django_db
def test_the_urgent_come_first_then_the_oldest() -> None:
    old, young, urgent = a_job(), a_job(), a_job()
    Job.objects.filter(pk=young.pk).update(run_at=MONDAY - timedelta(seconds=1))
    Job.objects.filter(pk=old.pk).update(run_at=MONDAY - timedelta(seconds=2))
    Job.objects.filter(pk=urgent.pk).update(priority=5)

    assert actions.claim(worker="w", at=MONDAY, most=3) == [urgent, old, young]


@pytest.mark.django_db
def test_periodic_work_is_enqueued_once_a_slot_whoever_the_workers_are() -> None:
    periodic = (Periodic(chores.fail, seconds=60),)
    for name in ("one", "two"):
        Worker(name=name, periodic=periodic, now=lambda: MONDAY).run_due()
    assert Job.objects.count() == 1

    Worker(periodic=periodic, now=lambda: MONDAY + timedelta(seconds=61)).run_due()

    keys = Job.objects.order_by("pk").values_list("key", flat=True)
    slot = int(MONDAY.timestamp()) // 60
    assert list(keys) == [
        f"tests.jobs.chores.fail:{slot}",
        f"tests.jobs.chores.fail:{slot + 1}",
    ]


@pytest.mark.django_db
def test_done_jobs_are_forgotten_and_dead_letters_stay() -> None:
    a_job()
    dead = a_job(task="tests.jobs.chores.give_up")
    Job.objects.filter(pk=dead.pk).update(arguments={})
    a_worker().run_due()

    assert actions.forget_done(before=MONDAY) == 0
    assert actions.forget_done(before=MONDAY + timedelta(seconds=1)) == 1

    assert list(Job.objects.all()) == [dead]


@hypothesis_given(
    attempt=st.integers(1, 200), jitter=st.floats(0, 1), other=st.floats(0, 1)
)
def test_the_wait_grows_to_its_limit_and_jitter_adds_at_most_a_quarter(
    attempt: int, jitter: float, other: float
) -> None:
    wait = rules.wait_before(attempt=attempt, jitter=jitter)
    bare = rules.wait_before(attempt=attempt, jitter=0)

    assert rules.FIRST_WAIT <= bare <= rules.LONGEST_WAIT
    assert bare <= wait <= bare * 1.25
    if attempt > 1:
        assert bare >= rules.wait_before(attempt=attempt - 1, jitter=0)


@pytest.mark.django_db
def test_what_a_worker_does_beside_jobs_waits_its_turn_and_is_never_left_out() -> None:
    looks: list[int] = []

    def also(_at: datetime) -> bool:
        looks.append(Job.objects.filter(state=State.DONE).count())
        return False

    worker = Worker(name="w", now=lambda: MONDAY, most=1, also=also)
    for _ in range(3):
        a_job()

    while worker.run_due():
        pass

    # at the start, and when nothing is due any more; between only after its pause
    assert looks[0] == 0
    assert looks[-1] == 3
    assert Job.objects.filter(state=State.DONE).count() == 3


@pytest.mark.django_db
def test_a_job_that_was_taken_is_known_as_it_lies_in_the_database() -> None:
    a_job()

    [taken] = actions.claim(worker="w", at=MONDAY, most=10)

    kept = Job.objects.get()
    names = ("pk", "state", "worker", "lease_until", "attempts", "arguments")
    assert [getattr(taken, each) for each in names] == [
        getattr(kept, each) for each in names
    ]
    assert (kept.state, kept.worker, kept.attempts) == (State.RUNNING, "w", 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("names", "told"),
    [(("a", "b"), ["chore:a", "chore:a"]), (("undone", "b"), ["chore:b"])],
)
def test_jobs_taken_together_look_once_but_never_believe_what_was_undone(
    names: tuple[str, str], told: list[str]
) -> None:
    for name in names:
        actions.enqueue(
            task="tests.jobs.chores.look",
            arguments={"name": name},
            queue="default",
            at=MONDAY,
        )

    a_worker().run_due()

    assert done() == told
