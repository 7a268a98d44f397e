// A message's own HTML stands in a frame without scripts; we make the frame as high as
// what is in it, so that the conversation scrolls as one.
import { onPage, SetUp } from "./page";

// A layout beyond this scrolls inside its frame.
const HIGHEST = 12_000;
const frames = new SetUp();

export function startFits(): void {
  onPage(() => {
    for (const frame of frames.fresh<HTMLIFrameElement>("iframe[data-fits]")) watch(frame);
  });
}

function watch(frame: HTMLIFrameElement): void {
  let observer: ResizeObserver | null = null;
  const begin = (): void => {
    observer?.disconnect();
    const main = frame.contentDocument?.querySelector("main");
    if (!main) return; // not loaded yet, or an error of the network
    // pictures that arrive later, and a frame that grows narrower, change it again
    observer = new ResizeObserver(() => fit(frame, main));
    observer.observe(main);
    fit(frame, main);
  };
  frame.addEventListener("load", begin);
  begin();
}

function fit(frame: HTMLIFrameElement, main: HTMLElement): void {
  const body = main.ownerDocument.body;
  const padding = main.getBoundingClientRect().top - body.getBoundingClientRect().top;
  // a wide layout has a scroll bar of its own below
  const bar = main.ownerDocument.documentElement.clientHeight;
  const lost = Math.max(0, frame.clientHeight - bar);
  const height = Math.min(HIGHEST, Math.ceil(main.scrollHeight + 2 * padding + lost));
  const border = frame.offsetHeight - frame.clientHeight;
  if (Math.abs(frame.offsetHeight - border - height) > 1) {
    frame.style.height = `${height + border}px`;
  }
}
