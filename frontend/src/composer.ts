// The answer box: checks while you write, saves the draft, sends on Ctrl+Enter.
//
//   <form data-composer data-check-url="…" data-save-url="…">
//     <textarea name="text"> … <div data-checks> … <output data-count>
import htmx from "htmx.org";

import { debounced, onPage, SetUp } from "./page";
import { begunAt } from "./requests";

const CHECK_PAUSE = 500;
const SAVE_PAUSE = 1_500;
const SWAP = "swap"; // saved words that are kept for the length of one swap

const composers = new SetUp();
const editedAt = new WeakMap<HTMLTextAreaElement, number>();
// whether the box's answer was asked for from the field for one more address
let isAdding = false;

export function startComposers(): void {
  onPage(() => {
    for (const form of composers.fresh<HTMLFormElement>("form[data-composer]")) setUp(form);
  });
  document.addEventListener("click", insertOnClick);
  window.addEventListener("pagehide", saveUnsaved);
  document.addEventListener("htmx:before:swap", (event) => {
    handOver(event);
    saveUnsaved();
    keepNewerWords(event);
  });
  document.addEventListener("htmx:after:swap", (event) => {
    takeOver(event);
    for (const text of document.querySelectorAll<HTMLElement>(`[data-keep="${SWAP}"]`)) {
      delete text.dataset["keep"];
    }
  });
}

interface Swapped {
  sourceElement?: Element;
  text?: string;
  response?: { status: number };
}

function composerBehind(event: Event): [HTMLTextAreaElement, Swapped] | null {
  const { ctx } = (event as CustomEvent<{ ctx: Swapped }>).detail;
  if (ctx.response === undefined) return null; // the checks, which are swapped by us
  const form = ctx.sourceElement?.closest<HTMLFormElement>("form[data-composer]");
  const text = form ? textOf(form) : null;
  return text === null ? null : [text, ctx];
}

/** The answer to the box's own form decides what stands in it, even while it has focus. */
function handOver(event: Event): void {
  const [text] = composerBehind(event) ?? [];
  if (text === undefined) return;
  delete text.dataset["keep"];
  const typed = newCopyIn(text.form);
  isAdding = typed !== null && document.activeElement === typed;
  if (document.activeElement === text) text.blur();
  if (isAdding) typed?.blur();
}

/** The page of another form, asked for before these words were typed, has older ones. */
function keepNewerWords(event: Event): void {
  const begun = begunAt(event);
  if (begun === undefined || composerBehind(event) !== null) return;
  const { ctx } = (event as CustomEvent<{ ctx: Swapped }>).detail;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-composer]")) {
    const text = textOf(form);
    if (text === null || "keep" in text.dataset || (editedAt.get(text) ?? 0) < begun) continue;
    const isOfThisCase = ctx.text?.includes(form.dataset["saveUrl"] ?? "") ?? false;
    if (isOfThisCase) text.dataset["keep"] = SWAP;
  }
}

function takeOver(event: Event): void {
  const [text, ctx] = composerBehind(event) ?? [];
  if (text === undefined || ctx === undefined) return;
  text.value = text.defaultValue;
  const form = text.form;
  if (form !== null) {
    showCount(form, text);
    untick(form);
  }
  const typed = newCopyIn(form);
  if (typed !== null) typed.value = typed.defaultValue;
  const wasRefused = (ctx.response?.status ?? 200) >= 400;
  if (wasRefused) (typed?.hasAttribute("aria-invalid") ? typed : text).focus();
  else if (isAdding) afterAdding(typed);
  // what was said now is looked at; an outline or a file leaves one where one writes
  else if (text.value === "") {
    document.querySelector("[data-latest]")?.scrollIntoView({ block: "nearest" });
  } else if (form !== null) showAsAnswer(form);
}

/** Whom the last answer was copied to, and what it admitted, is no choice for the next. */
function untick(form: HTMLFormElement): void {
  for (const box of form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
    box.checked = box.defaultChecked;
  }
}

/** The draft that is back after a note was saved is an answer's, and no second note. */
function showAsAnswer(form: HTMLFormElement): void {
  for (const mode of form.querySelectorAll<HTMLInputElement>("input[name=mode]")) {
    mode.checked = mode.defaultChecked;
  }
}

/** The field for one more address to copy to. */
function newCopyIn(form: HTMLFormElement | null): HTMLInputElement | null {
  return form?.querySelector<HTMLInputElement>("[data-adds]") ?? null;
}

/** Whoever added by keys goes on where they were. */
function afterAdding(typed: HTMLInputElement | null): void {
  const box = typed?.closest("details");
  if (box?.open) typed?.focus();
  else box?.querySelector("summary")?.focus();
}

function textOf(form: HTMLFormElement): HTMLTextAreaElement | null {
  return form.querySelector("textarea[name=text]");
}

function setUp(form: HTMLFormElement): void {
  const text = textOf(form);
  if (text === null) return;
  const check = debounced(CHECK_PAUSE, latestOnly((signal) => checkDraft(form, signal)));
  const save = debounced(SAVE_PAUSE, () => void saveDraft(form, text));
  text.addEventListener("input", () => {
    // Until it is saved nothing that the server sends may replace it (see morphSkip).
    text.dataset["keep"] = "";
    editedAt.set(text, performance.now());
    showCount(form, text);
    check();
    save();
  });
  form.addEventListener("change", (event) => {
    check();
    showBelow(form);
    // who gets a copy is kept with the words
    if (!(event.target instanceof Element) || !event.target.matches("[data-saves]")) return;
    text.dataset["keep"] = "";
    save();
  });
  // A save that overtook the sending would bring the sent words back as a draft.
  form.addEventListener("submit", () => delete text.dataset["keep"]);
  form.addEventListener("htmx:error", () => (text.dataset["keep"] = ""));
  form.addEventListener("keydown", (event) => sendOnCtrlEnter(form, event));
  form.addEventListener("keydown", (event) => addOnEnter(form, event));
  showCount(form, text);
  showBelow(form);
  // Until a place is chosen, words are put below a saved draft, not above its greeting.
  if (document.activeElement !== text) text.setSelectionRange(text.value.length, text.value.length);
}

/** Below the words stands what the chosen name has below its mails. */
function showBelow(form: HTMLFormElement): void {
  const name = form.querySelector<HTMLSelectElement>("select[data-name]");
  if (name === null) return;
  for (const below of form.querySelectorAll<HTMLElement>("[data-below]")) {
    below.hidden = below.dataset["below"] !== name.value;
  }
}

function showCount(form: HTMLFormElement, text: HTMLTextAreaElement): void {
  const output = form.querySelector("[data-count]");
  // letters as people count them, not code units; nothing where nothing is written
  if (output !== null) output.textContent = text.value && String([...text.value].length);
}

function sendOnCtrlEnter(form: HTMLFormElement, event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const buttons = [...form.querySelectorAll<HTMLButtonElement>("button[data-send]")];
  const shown = buttons.find((button) => button.offsetParent !== null);
  if (shown !== undefined) form.requestSubmit(shown);
}

/** In the field for one more address the key adds it; anywhere else it sends nothing. */
function addOnEnter(form: HTMLFormElement, event: KeyboardEvent): void {
  if (!(event.target instanceof HTMLInputElement) || !("adds" in event.target.dataset)) return;
  if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector<HTMLButtonElement>("#add-copy"));
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
  const words = textOf(form)?.value;
  const response = await post(url, new FormData(form), signal);
  if (!response.ok || response.redirected) return;
  const text = await response.text();
  await released(form);
  // what was sent in the meantime is no longer in the box: its checks are not either
  if (textOf(form)?.value !== words) return;
  if (signal.aborted) return;
  await htmx.swap({ text, target, sourceElement: target, swap: "innerMorph" });
  // why the last sending was refused is no longer so
  if (target.querySelector("[data-held-back]") === null) {
    form.querySelector("[data-until-mended]")?.remove();
  }
}

/** The checks stand above the buttons: while one is pressed it must not move away. */
async function released(form: HTMLFormElement): Promise<void> {
  if (form.querySelector("button:active") === null) return;
  await new Promise((go) => {
    // the click itself comes after the key of the mouse is let go
    const then = (): void => void setTimeout(go);
    for (const end of ["pointerup", "pointercancel"]) {
      document.addEventListener(end, then, { once: true, capture: true });
    }
  });
}

async function saveDraft(form: HTMLFormElement, text: HTMLTextAreaElement): Promise<void> {
  const url = form.dataset["saveUrl"];
  if (!url || !("keep" in text.dataset)) return; // sent in the meantime
  const words = text.value;
  const saved = await post(url, new FormData(form)).then(
    (response) => response.ok && !response.redirected,
    () => false,
  );
  if (saved && text.value === words) delete text.dataset["keep"];
  form.querySelector("[data-saved]")?.toggleAttribute("hidden", !saved);
}

/** The page, or the box's part of it, goes away: save without waiting for an answer. */
function saveUnsaved(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-composer]")) {
    const url = form.dataset["saveUrl"];
    const text = textOf(form);
    if (url && text && "keep" in text.dataset) navigator.sendBeacon(url, new FormData(form));
  }
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
