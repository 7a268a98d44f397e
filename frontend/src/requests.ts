// When each request of the page's own began: an answer may be older than what came since.

const begun = new WeakMap<object, number>();

export function startRequests(): void {
  document.addEventListener("htmx:before:request", (event) => {
    begun.set(contextOf(event), performance.now());
  });
}

/** When what is swapped in was asked for; undefined for what we fetched ourselves. */
export function begunAt(event: Event): number | undefined {
  return begun.get(contextOf(event));
}

function contextOf(event: Event): object {
  return (event as CustomEvent<{ ctx: object }>).detail.ctx;
}
