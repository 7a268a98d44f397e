// Live updates. The server sends one event per ledger entry; fragments that show one of
// its subjects are fetched again and merged into the page.
//
//   <section data-live="case:42 inbox" data-live-src="/cases/42/thread/">
import htmx from "htmx.org";

import { begunAt } from "./requests";

interface LedgerEvent {
  subjects: string[];
}

const RETRY_FIRST = 2_000;
const RETRY_LONGEST = 60_000;
const GATHER = 120; // several entries of one action arrive together

const waiting = new Set<string>();
const fetching = new Set<string>();
let gather = 0;
const toldAt = new Map<string, number>(); // when each subject was last told of

export function startLive(): void {
  const url = document.querySelector<HTMLMetaElement>('meta[name="live-url"]')?.content;
  if (!url) return;
  connect(url, RETRY_FIRST);
  keepTheNews();
  // A page that comes back out of the browser's memory was closed when it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) connect(url, RETRY_FIRST);
  });
}

function connect(url: string, retry: number): void {
  const source = new EventSource(url);
  let wait = retry;
  source.addEventListener("open", () => {
    if (showLost(false)) refresh(allSubjects());
    wait = RETRY_FIRST;
  });
  source.addEventListener("ledger", (event: MessageEvent<string>) => receive(event.data));
  source.addEventListener("presence", (event: MessageEvent<string>) => receive(event.data));
  // We were away for too long for the server to say what we missed.
  source.addEventListener("reload", () => refresh(allSubjects()));
  source.addEventListener("error", () => {
    showLost(true);
    // The browser reconnects by itself, with Last-Event-ID, unless the server said no.
    if (source.readyState !== EventSource.CLOSED) return;
    window.setTimeout(() => connect(url, Math.min(wait * 2, RETRY_LONGEST)), wait);
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

function receive(data: string): void {
  const event = JSON.parse(data) as LedgerEvent;
  for (const subject of event.subjects) toldAt.set(subject, performance.now());
  refresh(event.subjects);
}

/** An answer to a form may be older than what was told while it was on its way. */
function keepTheNews(): void {
  document.addEventListener("htmx:after:swap", (event) => {
    const begun = begunAt(event);
    if (begun === undefined) return;
    const missed = [...toldAt].filter(([, at]) => at >= begun).map(([subject]) => subject);
    toldAt.clear();
    if (missed.length > 0) refresh(missed);
  });
}

/** Show or hide the notice; true when it was visible before. */
function showLost(lost: boolean): boolean {
  const notice = document.getElementById("live-lost");
  if (notice === null) return false;
  const was = !notice.hidden;
  notice.hidden = !lost;
  return was;
}

function fragments(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-live][data-live-src]")];
}

function subjectsOf(fragment: HTMLElement): string[] {
  return (fragment.dataset["live"] ?? "").split(/\s+/).filter(Boolean);
}

function allSubjects(): string[] {
  return fragments().flatMap(subjectsOf);
}

function refresh(subjects: string[]): void {
  for (const fragment of fragments()) {
    const source = fragment.dataset["liveSrc"];
    if (isOutOfSight(fragment)) continue;
    if (source && subjectsOf(fragment).some((subject) => subjects.includes(subject))) {
      waiting.add(source);
    }
  }
  window.clearTimeout(gather);
  gather = window.setTimeout(fetchWaiting, GATHER);
}

/** Rail and phone bar are both on the page, and only one of them is shown. */
function isOutOfSight(fragment: HTMLElement): boolean {
  const shown = fragment.firstElementChild ?? fragment; // a box of its own it may not have
  return fragment.matches("[data-live-if-shown]") && !shown.checkVisibility();
}

function fetchWaiting(): void {
  for (const source of [...waiting]) {
    if (fetching.has(source)) continue; // it stays waiting: fetched again afterwards
    waiting.delete(source);
    void renew(source);
  }
}

async function renew(source: string): Promise<void> {
  fetching.add(source);
  try {
    const headers = { "X-Live": "1", "X-Fragment": "1", "HX-Request": "true" };
    const response = await fetch(source, { headers, credentials: "same-origin" });
    if (response.ok && !response.redirected) await replace(source, await response.text());
  } catch {
    showLost(true);
  } finally {
    fetching.delete(source);
    if (waiting.has(source)) fetchWaiting();
  }
}

async function replace(source: string, text: string): Promise<void> {
  const target = fragments().find((fragment) => fragment.dataset["liveSrc"] === source);
  if (target === undefined) return;
  const said = target.dataset["say"];
  const atEnd = isAtEnd(target);
  await htmx.swap({ text, target, sourceElement: target, swap: "outerMorph" });
  if (atEnd) target.scrollTop = target.scrollHeight;
  announce(source, said);
}

/** A conversation that was read to its end stays at its end. */
function isAtEnd(element: HTMLElement): boolean {
  const rest = element.scrollHeight - element.scrollTop - element.clientHeight;
  return element.matches("[data-follow-end]") && rest < 40;
}

function announce(source: string, before: string | undefined): void {
  const now = fragments().find((fragment) => fragment.dataset["liveSrc"] === source)?.dataset["say"];
  const region = document.getElementById("live-say");
  if (region !== null && now !== undefined && now !== before) region.textContent = now;
}
