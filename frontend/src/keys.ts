// Single-key shortcuts, for those who want them: they can be switched off in the help.
import { isTyping, onPage, SetUp } from "./page";

const STORED = "evenhand.keys";
const boxes = new SetUp();

const ACTIONS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  o: () => document.querySelector<HTMLElement>("[data-case-link]:focus")?.click(),
  r: () => write("reply"),
  n: () => write("note"),
  d: () => focusOn("[data-decide]"),
  u: () => document.querySelector<HTMLElement>("[data-undo]")?.click(),
  "/": () => focusOn("input[type=search]"),
  "?": () => help()?.togglePopover(),
};

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const action = ACTIONS[event.key];
    if (action === undefined || (!enabled() && event.key !== "?")) return;
    event.preventDefault();
    action();
  });
  onPage(() => {
    for (const box of boxes.fresh<HTMLInputElement>("input[data-keys-switch]")) {
      box.checked = enabled();
      box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
    }
  });
}

function enabled(): boolean {
  return localStorage.getItem(STORED) !== "off";
}

function help(): HTMLElement | null {
  return document.getElementById("keys-help");
}

function focusOn(selector: string): void {
  const element = document.querySelector<HTMLElement>(selector);
  element?.scrollIntoView({ block: "nearest" });
  element?.focus();
}

function step(by: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>("[data-case-link]")];
  const focused = links.findIndex((link) => link === document.activeElement);
  const current = links.findIndex((link) => link.getAttribute("aria-current") === "true");
  const from = focused >= 0 ? focused : current;
  const next = links[Math.min(Math.max(from + by, 0), links.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function write(mode: "reply" | "note"): void {
  const radio = document.querySelector<HTMLInputElement>(
    `form[data-composer] input[name=mode][value=${mode}]`,
  );
  if (radio !== null && !radio.disabled) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
  focusOn("form[data-composer] textarea[name=text]");
}
