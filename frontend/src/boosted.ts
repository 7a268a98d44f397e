// Boosted forms and links replace one part of the page. Two things can come back that
// are not such a part: the sign-in page after a session ended, or nothing at all.

interface Boosted {
  select?: string;
  text?: string;
  response?: { raw?: Response };
}

export function startBoostGuards(): void {
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = (event as CustomEvent<{ ctx: Boosted }>).detail;
    const part = ctx.select;
    if (!part?.startsWith("#") || ctx.text === undefined) return;
    if (ctx.text.includes(`id="${part.slice(1)}"`)) return;
    event.preventDefault();
    window.location.assign(ctx.response?.raw?.url ?? window.location.href);
  });
  document.addEventListener("htmx:error", () => {
    document.getElementById("send-lost")?.removeAttribute("hidden");
  });
  document.addEventListener("htmx:before:request", () => {
    document.getElementById("send-lost")?.setAttribute("hidden", "");
  });
}
