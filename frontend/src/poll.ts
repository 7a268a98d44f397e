// Parts that are being worked on ask again until they are done: <div data-poll="/url/">.
// The answer replaces the part; without data-poll it is done. Where the answer is a whole
// page, data-poll-parts="one other" names the parts of it that are taken.
import htmx from "htmx.org";

import { onPage } from "./page";

const PAUSE = 900;
const LONGEST = 15_000;

let asking = false;
let wait = PAUSE;

export function startPolling(): void {
  onPage(() => {
    wait = PAUSE;
    askLater();
  });
}

/** Ask again for what waits; called too when a save has begun new work. */
export function askLater(): void {
  if (asking || waiting() === null) return;
  asking = true;
  window.setTimeout(() => {
    asking = false;
    const part = waiting();
    if (part !== null) void ask(part).finally(askLater);
  }, wait);
}

function waiting(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-poll]");
}

async function ask(part: HTMLElement): Promise<void> {
  const url = part.dataset["poll"];
  if (!url || document.hidden) return;
  const headers = { "X-Fragment": "1", "HX-Request": "true" };
  const response = await fetch(url, { headers }).catch(() => null);
  if (response === null || !response.ok || response.redirected) {
    wait = Math.min(wait * 2, LONGEST);
    return;
  }
  const text = await response.text();
  if (!part.isConnected) return;
  const names = part.dataset["pollParts"]?.split(" ") ?? [];
  if (names.length === 0) await swap(part, text);
  for (const name of names) {
    const target = document.getElementById(name);
    const found = partOf(text, name);
    if (target !== null && found !== null) await swap(target, found);
  }
}

async function swap(target: HTMLElement, text: string): Promise<void> {
  await htmx.swap({ text, target, sourceElement: target, swap: "outerMorph" });
}

function partOf(text: string, id: string): string | null {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.getElementById(id)?.outerHTML ?? null;
}
