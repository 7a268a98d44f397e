// The answer box: checks while you write, saves the draft, sends on Ctrl+Enter.
//
//   <form data-composer data-check-url="…" data-save-url="…">
//     <textarea name="text"> … <div data-checks> … <output data-count>
import htmx from "htmx.org";

import { debounced, fresh, onPage } from "./page";

const CHECK_PAUSE = 500;
const SAVE_PAUSE = 1_500;

export function startComposers(): void {
  onPage(() => {
    for (const form of fresh<HTMLFormElement>("form[data-composer]", "composer")) setUp(form);
  });
  document.addEventListener("click", insertOnClick);
}

function textOf(form: HTMLFormElement): HTMLTextAreaElement | null {
  return form.querySelector("textarea[name=text]");
}

function setUp(form: HTMLFormElement): void {
  const text = textOf(form);
  if (text === null) return;
  const check = debounced(CHECK_PAUSE, latestOnly((signal) => checkDraft(form, signal)));
  const save = debounced(SAVE_PAUSE, () => void saveDraft(form));
  let unsaved = false;
  const changed = (): void => {
    unsaved = true;
    showCount(form, text);
    check();
    save();
  };
  text.addEventListener("input", changed);
  form.addEventListener("change", check);
  form.addEventListener("keydown", (event) => sendOnCtrlEnter(form, event));
  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("pagehide", () => {
    if (unsaved) saveOnLeaving(form);
  });
  showCount(form, text);
}

function showCount(form: HTMLFormElement, text: HTMLTextAreaElement): void {
  const output = form.querySelector("[data-count]");
  if (output !== null) output.textContent = String([...text.value].length);
}

function sendOnCtrlEnter(form: HTMLFormElement, event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const buttons = [...form.querySelectorAll<HTMLButtonElement>("button[data-send]")];
  const shown = buttons.find((button) => button.offsetParent !== null);
  if (shown !== undefined) form.requestSubmit(shown);
}

/** Start `work` and abort the run before it, so that an old answer never wins. */
function latestOnly(work: (signal: AbortSignal) => Promise<void>): () => void {
  let running: AbortController | null = null;
  return () => {
    running?.abort();
    running = new AbortController();
    void work(running.signal).catch(() => undefined);
  };
}

async function checkDraft(form: HTMLFormElement, signal: AbortSignal): Promise<void> {
  const url = form.dataset["checkUrl"];
  const target = form.querySelector("[data-checks]");
  if (!url || target === null) return;
  const response = await post(url, new FormData(form), signal);
  if (!response.ok || response.redirected) return;
  const text = await response.text();
  if (!signal.aborted) await htmx.swap({ text, target, swap: "innerMorph" });
}

async function saveDraft(form: HTMLFormElement): Promise<void> {
  const url = form.dataset["saveUrl"];
  if (!url) return;
  const saved = await post(url, new FormData(form)).then(
    (response) => response.ok,
    () => false,
  );
  form.querySelector("[data-saved]")?.toggleAttribute("hidden", !saved);
}

function saveOnLeaving(form: HTMLFormElement): void {
  const url = form.dataset["saveUrl"];
  if (url) navigator.sendBeacon(url, new FormData(form));
}

function post(url: string, body: FormData, signal?: AbortSignal): Promise<Response> {
  const headers = { "X-Fragment": "1", "HX-Request": "true" };
  return fetch(url, { method: "POST", body, headers, ...(signal ? { signal } : {}) });
}

/** Buttons that put words into the answer: a sentence of the policy, or "say instead". */
function insertOnClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest<HTMLElement>("[data-insert], [data-instead]");
  const form = document.querySelector<HTMLFormElement>("form[data-composer]");
  const text = form === null ? null : textOf(form);
  if (button === null || text === null) return;
  event.preventDefault();
  const { insert, instead, found, start } = button.dataset;
  if (instead !== undefined) putInstead(text, found ?? "", instead, Number(start ?? 0));
  else putAtCursor(text, insert ?? "");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}

function putInstead(
  text: HTMLTextAreaElement,
  found: string,
  instead: string,
  start: number,
): void {
  // The draft may have changed since the check: look near where it was, else anywhere.
  const near = found === "" ? -1 : text.value.indexOf(found, Math.max(0, start - 40));
  const at = near >= 0 || found === "" ? near : text.value.indexOf(found);
  if (at >= 0) text.setRangeText(instead, at, at + found.length, "end");
  else putAtCursor(text, instead);
}

function putAtCursor(text: HTMLTextAreaElement, words: string): void {
  const before = text.value.slice(0, text.selectionStart);
  const gap = before === "" || /\s$/.test(before) ? "" : "\n\n";
  text.setRangeText(gap + words, text.selectionStart, text.selectionEnd, "end");
}
