"""The Django Tasks backend over our lease table: enqueue is part of the transaction."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError

from evenhand.jobs import actions


class LeaseBackend(BaseTaskBackend):
    """Stores calls by keyword; results live in what the task wrote, not here."""

    supports_defer = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Add the call to the queue; InvalidTaskError for positional arguments."""
        if args:
            raise InvalidTaskError(f"call {task.name} by keyword")
        self.validate_task(task)
        job = actions.enqueue(
            task=task.module_path,
            arguments=kwargs,
            queue=task.queue_name,
            priority=task.priority,
            at=timezone.now(),
            run_at=task.run_after,
        )
        return TaskResult(
            task=task,
            id=str(job.pk if job else ""),
            status=TaskResultStatus.READY,
            enqueued_at=job.enqueued_at if job else None,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=[],
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
