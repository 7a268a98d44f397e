// The editor of a policy page: checks while you write, saves as you go, goes to faults.
//
//   <form data-editor data-save-url="…" data-check-url="…" data-findings-url="…">
//     <div data-scroll> <div data-lines> <textarea name="text">
//     … [data-tryout] … [data-findings] … [data-goto="line:column"]
import htmx from "htmx.org";

import { debounced, onPage, SetUp } from "./page";
import { askLater } from "./poll";

const CHECK_PAUSE = 400;
const SAVE_PAUSE = 1_500;
const TRY_AGAIN = 5_000;
const SAVE_WAIT = 100;
// A browser sends no more than 64 KB when a page goes away.
const BEACON = 15_000;

const editors = new SetUp();

export function startEditors(): void {
  document.documentElement.dataset["scripted"] = "";
  onPage(() => {
    for (const form of editors.fresh<HTMLFormElement>("form[data-editor]")) new Editor(form);
    for (const button of document.querySelectorAll<HTMLElement>("[data-all-tick]")) {
      button.hidden = false;
    }
  });
  document.addEventListener("click", tickAll);
}

function tickAll(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const all = event.target.closest("[data-all-tick]")?.closest("[data-all]");
  for (const box of all?.querySelectorAll<HTMLInputElement>("input[type=checkbox]") ?? []) {
    box.checked = true;
  }
}

class Editor {
  readonly #form: HTMLFormElement;
  readonly #text: HTMLTextAreaElement;
  readonly #check: () => void;
  readonly #saveLater: () => void;
  #saved: string;
  #saving = false;
  #sending: string | null = null;
  #closed = false; // somebody else kept another text: ours is not saved over it
  #checking: AbortController | null = null;
  #fault = -1;

  constructor(form: HTMLFormElement) {
    this.#form = form;
    this.#text = form.querySelector<HTMLTextAreaElement>("textarea[name=text]")!;
    this.#saved = this.#text.value;
    this.#check = debounced(CHECK_PAUSE, () => void this.#checkNow());
    this.#saveLater = debounced(SAVE_PAUSE, () => void this.#save());
    this.#text.addEventListener("input", () => this.#changed());
    form.addEventListener("change", (event) => {
      if (event.target instanceof Element && event.target.matches("[data-case]")) this.#check();
    });
    // the select belongs to the form that works without a script
    form.addEventListener("click", (event) => this.#clicked(event));
    form.addEventListener("submit", (event) => this.#submitted(event));
    form.addEventListener("keydown", (event) => this.#pressed(event));
    window.addEventListener("pagehide", () => this.#leave());
    window.addEventListener("beforeunload", (event) => {
      if (!this.#isChanged || this.#text.value === this.#sending) return;
      // the browser asks whether to leave, and what is asked for meanwhile is saved
      if (!this.#closed && !this.#saving && this.#text.value.length <= BEACON) return;
      event.preventDefault();
      void this.#save();
    });
    this.#mark();
    // what is proved comes later than what is checked, and by itself
    document.addEventListener("htmx:after:swap", () => this.#mark());
    askLater();
  }

  get #isChanged(): boolean {
    return this.#text.value !== this.#saved;
  }

  #changed(): void {
    this.#number();
    this.#say(this.#isChanged ? "unsaved" : "saved");
    this.#check();
    this.#saveLater();
  }

  /** One number a line; the height of the text follows its lines. */
  #number(): void {
    const lines = this.#form.querySelector("[data-lines]");
    const wanted = this.#text.value.split("\n").length;
    this.#text.rows = wanted;
    if (lines === null) return;
    while (lines.childElementCount > wanted) lines.lastElementChild?.remove();
    while (lines.childElementCount < wanted) {
      const number = document.createElement("span");
      number.textContent = String(lines.childElementCount + 1);
      lines.append(number);
    }
  }

  /** Colour the numbers of the lines that have a fault. */
  #mark(): void {
    const numbers = this.#form.querySelector("[data-lines]")?.children ?? [];
    for (const number of numbers) number.classList.remove("is-faulty");
    for (const fault of this.#form.querySelectorAll<HTMLElement>("[data-fault]")) {
      numbers[place(fault)[0] - 1]?.classList.add("is-faulty");
    }
  }

  async #checkNow(): Promise<void> {
    this.#checking?.abort();
    this.#checking = new AbortController();
    const { signal } = this.#checking;
    const words = new FormData(this.#form);
    words.set("case", this.#form.querySelector<HTMLSelectElement>("[data-case]")?.value ?? "");
    const response = await send(this.#form.dataset["checkUrl"], words, signal);
    const target = this.#form.querySelector<HTMLElement>("[data-tryout]");
    if (!response?.ok || response.redirected || target === null) return;
    const text = await response.text();
    if (signal.aborted) return;
    await htmx.swap({ text, target, sourceElement: target, swap: "outerMorph" });
  }

  async #save(): Promise<void> {
    if (this.#closed || this.#saving || !this.#isChanged || this.#text.readOnly) return;
    this.#saving = true;
    const words = this.#text.value;
    this.#sending = words;
    const response = await send(this.#form.dataset["saveUrl"], new FormData(this.#form));
    this.#saving = false;
    this.#sending = null;
    if (response?.status === 204) this.#kept(words, response);
    else if (response?.status === 409) await this.#conflict(response);
    else {
      this.#say("lost");
      window.setTimeout(() => void this.#save(), TRY_AGAIN);
    }
  }

  #kept(words: string, response: Response): void {
    this.#saved = words;
    const revision = this.#form.querySelector<HTMLInputElement>("input[name=revision]");
    if (revision !== null) revision.value = response.headers.get("X-Revision") ?? revision.value;
    if (this.#isChanged) this.#saveLater();
    else this.#say("saved");
    void this.#showFindings();
  }

  async #conflict(response: Response): Promise<void> {
    this.#closed = true;
    this.#say("unsaved");
    const target = this.#form.querySelector<HTMLElement>("[data-conflict]");
    if (target !== null) target.innerHTML = await response.text();
  }

  /** What was saved is being proved: show that it is, and ask until it is done. */
  async #showFindings(): Promise<void> {
    const url = this.#form.dataset["findingsUrl"];
    const target = this.#form.querySelector<HTMLElement>("[data-findings]");
    if (!url || target === null) return;
    const response = await fetch(url, { headers: FRAGMENT }).catch(() => null);
    if (!response?.ok || response.redirected) return;
    const text = await response.text();
    await htmx.swap({ text, target, sourceElement: target, swap: "outerMorph" });
    askLater();
  }

  #say(state: "saved" | "unsaved" | "lost"): void {
    const output = this.#form.querySelector<HTMLElement>("[data-saved]");
    const words = { saved: "wordsSaved", unsaved: "wordsUnsaved", lost: "wordsLost" }[state];
    if (output !== null) output.textContent = output.dataset[words] ?? "";
  }

  #clicked(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLElement>("[data-goto]");
    if (link !== null) this.#goTo(...place(link));
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key === "F8") {
      event.preventDefault();
      this.#nextFault(event.shiftKey ? -1 : 1);
    } else if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.#save();
      void this.#checkNow();
    }
  }

  #nextFault(step: number): void {
    const faults = [...this.#form.querySelectorAll<HTMLElement>("[data-fault]")];
    if (faults.length === 0) return;
    this.#fault = (this.#fault + step + faults.length) % faults.length;
    const fault = faults[this.#fault];
    if (fault !== undefined) this.#goTo(...place(fault));
  }

  #goTo(line: number, column: number): void {
    const lines = this.#text.value.split("\n");
    const before = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    const at = Math.min(before + column - 1, this.#text.value.length);
    this.#text.focus({ preventScroll: true });
    this.#text.setSelectionRange(at, at);
    const scroll = this.#form.querySelector<HTMLElement>("[data-scroll]");
    if (scroll === null) return;
    const height = parseFloat(getComputedStyle(this.#text).lineHeight);
    scroll.scrollTo({ top: Math.max(0, (line - 4) * height), left: Math.max(0, column * 7 - 200) });
    scroll.scrollIntoView({ block: "nearest" });
  }

  /** Two of one's own savings must not meet: the second waits for the first. */
  #submitted(event: SubmitEvent): void {
    if (this.#saving) {
      event.preventDefault();
      window.setTimeout(() => this.#form.requestSubmit(event.submitter), SAVE_WAIT);
    } else this.#saved = this.#text.value;
  }

  /** The page goes away: save without waiting for an answer. */
  #leave(): void {
    const url = this.#form.dataset["saveUrl"];
    if (url && this.#isChanged && !this.#saving && !this.#closed && this.#form.isConnected) {
      navigator.sendBeacon(url, new FormData(this.#form));
    }
  }
}

const FRAGMENT = { "X-Fragment": "1", "HX-Request": "true" };

function place(link: HTMLElement): [number, number] {
  const [line, column] = (link.dataset["goto"] ?? "1:1").split(":").map(Number);
  return [line || 1, column || 1];
}

function send(
  url: string | undefined,
  body: FormData,
  signal?: AbortSignal,
): Promise<Response | null> {
  if (!url) return Promise.resolve(null);
  const options = { method: "POST", body, headers: FRAGMENT, ...(signal ? { signal } : {}) };
  return fetch(url, options).catch(() => null);
}
