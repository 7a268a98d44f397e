// Small questions about the page that several islands ask.

/** Run `action` now and again whenever part of the page was replaced. */
export function onPage(action: () => void): void {
  action();
  document.addEventListener("htmx:after:swap", action);
}

/** Find every element of a kind that has not been set up yet, and mark it. */
export function fresh<E extends HTMLElement>(selector: string, mark: string): E[] {
  const found = document.querySelectorAll<E>(`${selector}:not([data-${mark}-ready])`);
  for (const element of found) element.setAttribute(`data-${mark}-ready`, "");
  return [...found];
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
