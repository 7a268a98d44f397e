// Boosted forms and links replace one part of the page, and their answer is not always
// such a part: after a session ended it is the sign-in page.

interface Boosted {
  sourceElement?: Element;
  select?: string;
  text?: string;
  push?: string;
  request?: { method: string };
  response?: { raw: Response };
}

export function startBoostGuards(): void {
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: Boosted }>).detail;
    if (ctx.response === undefined) return; // a swap of our own
    const { raw } = ctx.response;
    if (raw.status >= 500 || (isForeign(ctx) && !raw.redirected) || losesWords(ctx, raw)) {
      event.preventDefault();
      showLost(true);
    } else if (isForeign(ctx)) {
      event.preventDefault();
      window.location.assign(raw.url);
    } else if (ctx.request?.method.toUpperCase() === "POST") {
      ctx.push = addressAfterPost(raw);
    }
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: Boosted }>).detail;
    if (ctx.response !== undefined) tidyUp(ctx.response.raw.status);
  });
  document.addEventListener("htmx:error", () => showLost(true));
  document.addEventListener("htmx:before:request", () => showLost(false));
}

/** An answer that was written stays in sight, whatever page came in its place. */
function losesWords(ctx: Boosted, response: Response): boolean {
  if (!ctx.sourceElement?.matches("form[data-composer]")) return false;
  return isForeign(ctx) || (response.status >= 400 && response.status !== 422);
}

function isForeign({ select, text }: Boosted): boolean {
  if (!select?.startsWith("#") || text === undefined) return false;
  return !text.includes(`id="${select.slice(1)}"`);
}

/** The page that a form led to is a new place; a refused form leaves one where one was. */
function addressAfterPost(response: Response): string {
  const { pathname, search } = new URL(response.url);
  const isHere = pathname === window.location.pathname;
  return response.redirected && !isHere ? pathname + search : "false";
}

/** A popover whose form was sent is done with, save one of several forms (data-stays);
    what was wrong must be in sight. */
function tidyUp(status: number): void {
  const done = status < 400 ? ":popover-open:not([data-stays])" : ":popover-open";
  for (const open of document.querySelectorAll<HTMLElement>(done)) open.hidePopover();
  if (status < 400) return;
  document.querySelector("#page [role=alert]")?.scrollIntoView({ block: "nearest" });
}

function showLost(lost: boolean): void {
  document.getElementById("send-lost")?.toggleAttribute("hidden", !lost);
}
