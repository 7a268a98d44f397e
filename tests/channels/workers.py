"""Several workers that file mail at the same moment."""

from __future__ import annotations

import threading

from django.db import OperationalError, connection

from evenhand.channels.models import Delivery
from evenhand.channels.tasks import file_delivery


def together(*deliveries: Delivery) -> None:
    """File each in a worker of its own, at the same moment."""
    ready = threading.Barrier(len(deliveries))

    def file(delivery: Delivery) -> None:
        ready.wait()
        try:
            file_delivery.call(delivery_pk=delivery.pk)
        except OperationalError:  # the queue tries again
            file_delivery.call(delivery_pk=delivery.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=file, args=(each,)) for each in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
