// Seconds left before an answer leaves: <span data-countdown="2026-11-22T09:00:00Z">.
// The live update that follows its leaving replaces the whole part.
import { onPage } from "./page";

let ticking: number | null = null;

export function startCountdowns(): void {
  onPage(tick);
  document.addEventListener("htmx:after:swap", tick);
}

function tick(): void {
  const waiting = [...document.querySelectorAll<HTMLElement>("[data-countdown]")];
  for (const place of waiting) show(place);
  if (waiting.length > 0 && ticking === null) ticking = window.setInterval(tick, 250);
  if (waiting.length === 0 && ticking !== null) {
    window.clearInterval(ticking);
    ticking = null;
  }
}

function show(place: HTMLElement): void {
  const left = Math.ceil((Date.parse(place.dataset["countdown"] ?? "") - Date.now()) / 1000);
  const text = left > 0 ? String(left) : "";
  if (place.textContent !== text) place.textContent = text;
}
