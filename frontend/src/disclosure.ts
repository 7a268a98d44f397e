// Controls that only make sense with a script are hidden in the page; show them.
import { onPage } from "./page";

export function startDisclosures(): void {
  onPage(() => {
    for (const element of document.querySelectorAll<HTMLElement>("[data-needs-script][hidden]")) {
      element.hidden = false;
    }
  });
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const closer = event.target.closest("[data-closes]");
    closer?.closest("details")?.removeAttribute("open");
    // a menu lies over the page: whoever goes on elsewhere must not reach below it
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !(event.target instanceof Element)) return;
    const open = event.target.closest<HTMLDetailsElement>("details[data-menu][open]");
    if (open === null) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}
