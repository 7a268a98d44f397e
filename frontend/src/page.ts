// Small questions about the page that several islands ask.

/** Run `action` now and again whenever part of the page was replaced. */
export function onPage(action: () => void): void {
  action();
  document.addEventListener("htmx:after:swap", action);
}

/** Remember what was set up: a mark in the page itself would be morphed away. */
export class SetUp {
  readonly #done = new WeakSet<HTMLElement>();

  /** Return the elements that are seen for the first time. */
  fresh<E extends HTMLElement>(selector: string): E[] {
    const found = [...document.querySelectorAll<E>(selector)];
    return found.filter((element) => {
      const known = this.#done.has(element);
      this.#done.add(element);
      return !known;
    });
  }
}

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

/** Call `action` once typing has paused for `wait` ms. */
export function debounced(wait: number, action: () => void): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(action, wait);
  };
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select");
}
