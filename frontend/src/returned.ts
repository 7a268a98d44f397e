// An answer comes back while its case is open: its words, files and choices go into the
// box, above what was begun there since.
//
//   <div data-returned="7" data-page="/cases/10042/"> … <template data-words>…
import htmx from "htmx.org";

import { onPage, SetUp } from "./page";

const forms = new SetUp();
let known = new Set<string>();

export function startReturned(): void {
  onPage(() => {
    // a box that came with the page has them in it
    const isNew = forms.fresh("form[data-composer]").length > 0;
    const notices = [...document.querySelectorAll<HTMLElement>("[data-returned]")];
    const before = known;
    // an older page may come after the news: then they are news once more
    known = new Set(notices.map(keyOf));
    if (isNew) return;
    for (const notice of notices) {
      if (!before.has(keyOf(notice))) void takeIn(notice).catch(() => undefined);
    }
  });
}

function keyOf(notice: HTMLElement): string {
  return notice.dataset["returned"] ?? "";
}

async function takeIn(notice: HTMLElement): Promise<void> {
  const words = notice.querySelector<HTMLTemplateElement>("[data-words]")?.content.textContent;
  const response = await fetch(notice.dataset["page"] ?? "", { credentials: "same-origin" });
  const form = document.querySelector<HTMLFormElement>("form[data-composer]");
  const box = form?.querySelector<HTMLTextAreaElement>("textarea[name=text]");
  if (!response.ok || response.redirected || !words || !form || !box) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector<HTMLFormElement>("form[data-composer]");
  if (fresh === null) return;
  const begun = box.value;
  const isSaved = !("keep" in box.dataset); // else the server does not know these words
  const text = fresh.outerHTML;
  // the form itself as the source would be taken for a visit to its address
  await htmx.swap({ text, target: form, sourceElement: notice, swap: "outerMorph" });
  // saved since the page was fetched, perhaps: then it is not in what came
  const kept = isSaved ? joined(box.defaultValue, begun) : begun;
  box.value = joined(words, kept);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** One below the other; where one holds the other it is all that is needed. */
function joined(above: string, below: string): string {
  if (below.includes(above)) return below;
  return above.includes(below) ? above : `${above}\n\n${below}`;
}
