// Tells colleagues that somebody has this case open, or is writing in it.
import htmx from "htmx.org";

import { csrfToken, isTyping, onPage } from "./page";

const EVERY = 20_000;
const TYPING_AT_MOST_EVERY = 8_000;

let beat = 0;
let typedAt = 0;
let pingedFor = "";

export function startPresence(): void {
  onPage(() => {
    // swaps of the same case's parts come here too, this island's own among them
    const url = place()?.dataset["presenceUrl"] ?? "";
    if (url === pingedFor) return;
    pingedFor = url;
    window.clearInterval(beat);
    if (url === "") return;
    void ping("viewing");
    beat = window.setInterval(() => {
      if (!document.hidden) void ping("viewing");
    }, EVERY);
  });
  document.addEventListener("input", (event) => {
    if (!isTyping(event.target) || place() === null) return;
    if (!(event.target as Element).closest("form[data-composer]")) return;
    if (performance.now() - typedAt < TYPING_AT_MOST_EVERY && typedAt > 0) return;
    typedAt = performance.now();
    void ping("typing");
  });
}

function place(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-presence-url]");
}

async function ping(state: "viewing" | "typing"): Promise<void> {
  const where = place();
  const url = where?.dataset["presenceUrl"];
  if (!where || !url) return;
  const headers = { "X-CSRFToken": csrfToken(), "X-Fragment": "1", "HX-Request": "true" };
  const body = new URLSearchParams({ state });
  try {
    const response = await fetch(url, { method: "POST", headers, body });
    if (response.status !== 200 || response.redirected) return;
    const text = await response.text();
    await htmx.swap({ text, target: where, sourceElement: where, swap: "outerMorph" });
  } catch {
    // Offline: the live notice says so already.
  }
}
