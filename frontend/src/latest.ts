// A conversation opens at what was said last, the list at the case that is open; both
// stay where the reader scrolled to.
import { onPage, SetUp } from "./page";

const regions = new SetUp();
const rows = new SetUp();

export function startLatest(): void {
  onPage(() => {
    for (const region of regions.fresh<HTMLElement>("[data-open-at-latest]")) {
      // An address with an anchor says where to look; on a phone the page itself scrolls.
      if (window.location.hash !== "" || region.scrollHeight <= region.clientHeight) continue;
      const latest = region.querySelector<HTMLElement>("[data-latest]");
      if (latest === null) continue;
      const top = latest.getBoundingClientRect().top - region.getBoundingClientRect().top;
      region.scrollTop += top - 20;
    }
    for (const row of rows.fresh<HTMLElement>("[data-case-link][aria-current]")) {
      row.scrollIntoView({ block: "nearest" });
    }
  });
}
