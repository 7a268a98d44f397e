// The theme is a cookie that the server reads, so a page never flashes the wrong one.
const COOKIE = "evenhand_theme";
const YEAR = 365 * 24 * 60 * 60;
const THEMES: Record<string, string> = { light: "evenhand", dark: "evenhand-dark" };

export function startThemeSwitch(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-theme-switch]")) return;
    if (!(button instanceof HTMLButtonElement)) return;
    event.preventDefault();
    choose(form, button.value);
  });
}

function choose(form: HTMLFormElement, value: string): void {
  const name = THEMES[value];
  const age = name === undefined ? 0 : YEAR;
  const secure = window.location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  if (name === undefined) document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", name);
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === value));
  }
  document.dispatchEvent(new CustomEvent("evenhand:theme"));
}
