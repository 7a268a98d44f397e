// An answer comes back while its case is open: its words, files and choices go into the
// box, above what was begun there since.
//
//   <div data-returned="7" data-page="/cases/10042/"> … <template data-words>…
import htmx from "htmx.org";

import { onPage, SetUp } from "./page";

const forms = new SetUp();
const known = new Set<string>();

export function startReturned(): void {
  onPage(() => {
    // a box that came with the page has them in it
    const isNew = forms.fresh("form[data-composer]").length > 0;
    for (const notice of document.querySelectorAll<HTMLElement>("[data-returned]")) {
      const key = notice.dataset["returned"] ?? "";
      if (known.has(key)) continue;
      known.add(key);
      if (!isNew) void takeIn(notice).catch(() => undefined);
    }
  });
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
  const typed = "keep" in box.dataset; // not saved: the server does not know these words
  await htmx.swap({ text: fresh.outerHTML, target: form, sourceElement: form, swap: "outerMorph" });
  if (!typed) box.value = box.defaultValue;
  if (!box.value.includes(words)) box.value = box.value ? `${words}\n\n${box.value}` : words;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
