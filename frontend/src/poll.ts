// Parts that are being worked on ask again until they are done: <div data-poll="/url/">.
// The answer replaces the part; without data-poll it is done.
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
  // what somebody writes meanwhile is in the whole page, of which one part is taken
  const chosen = part.id && text.includes("<html") ? partOf(text, part.id) : text;
  if (!part.isConnected || chosen === null) return;
  await htmx.swap({ text: chosen, target: part, sourceElement: part, swap: "outerMorph" });
}

function partOf(text: string, id: string): string | null {
  const page = new DOMParser().parseFromString(text, "text/html");
  return page.getElementById(id)?.outerHTML ?? null;
}
