// Files beside an answer: chosen, dropped or pasted, sent while one writes.
//
//   <form data-composer> … <div data-files data-upload-url="…" data-lost="…">
//     <div data-file-list> <template data-file-row> … <input type="file" name="files">
//
// Without a script the same fields go with the form itself.
import htmx from "htmx.org";

import { csrfToken, onPage, SetUp } from "./page";

const boxes = new SetUp();
// forms whose files are still under way: they wait before they leave
const busy = new WeakMap<HTMLFormElement, number>();

export function startFiles(): void {
  onPage(() => {
    for (const box of boxes.fresh<HTMLElement>("[data-files]")) setUp(box);
  });
  document.addEventListener("submit", waitForFiles, true);
  document.addEventListener("click", detachOnClick);
}

function setUp(box: HTMLElement): void {
  const form = box.closest("form");
  const input = form?.querySelector<HTMLInputElement>("input[type=file]") ?? null;
  if (form === null || input === null) return;
  input.addEventListener("change", (event) => {
    event.stopPropagation(); // the checks would post the files along
    const chosen = [...(input.files ?? [])];
    input.value = "";
    void sendAll(form, box, chosen);
  });
  form.addEventListener("paste", (event) => {
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (pasted.length === 0 || !takesFiles(box)) return;
    event.preventDefault();
    void sendAll(form, box, pasted);
  });
  acceptDrops(form, box);
}

/** A note takes no files: the list of them is hidden. */
function takesFiles(box: HTMLElement): boolean {
  return getComputedStyle(box).display !== "none";
}

function acceptDrops(form: HTMLFormElement, box: HTMLElement): void {
  const bringsFiles = (event: DragEvent) =>
    takesFiles(box) && (event.dataTransfer?.types.includes("Files") ?? false);
  form.addEventListener("dragover", (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    form.dataset["dropping"] = "";
  });
  form.addEventListener("dragleave", (event) => {
    const to = event.relatedTarget;
    if (!(to instanceof Node) || !form.contains(to)) delete form.dataset["dropping"];
  });
  form.addEventListener("drop", (event) => {
    delete form.dataset["dropping"];
    if (!bringsFiles(event)) return;
    event.preventDefault();
    void sendAll(form, box, [...(event.dataTransfer?.files ?? [])]);
  });
}

async function sendAll(form: HTMLFormElement, box: HTMLElement, files: File[]): Promise<void> {
  if (files.length === 0) return;
  busy.set(form, (busy.get(form) ?? 0) + 1);
  form.toggleAttribute("data-uploading", true);
  try {
    for (const file of files) await sendOne(box, file);
  } finally {
    const left = (busy.get(form) ?? 1) - 1;
    busy.set(form, left);
    form.toggleAttribute("data-uploading", left > 0);
  }
  form.dispatchEvent(new Event("change")); // what the checks say of a missing file
}

/** Send one file with its progress in sight; what the server says of it is shown. */
async function sendOne(box: HTMLElement, file: File): Promise<void> {
  const url = box.dataset["uploadUrl"];
  if (!url) return;
  const row = rowFor(box, file);
  const answer = await post(url, file, row);
  row?.remove();
  if (answer === "cancelled") return;
  if (answer === null) showLost(box, file);
  else await showList(box, answer);
}

function rowFor(box: HTMLElement, file: File): HTMLElement | null {
  const row = box
    .querySelector<HTMLTemplateElement>("template[data-file-row]")
    ?.content.firstElementChild?.cloneNode(true);
  if (!(row instanceof HTMLElement)) return null;
  const name = row.querySelector("[data-file-name]");
  if (name !== null) name.textContent = file.name;
  box.querySelector("[data-file-list] ul")?.append(row);
  return row;
}

/** Post the file; its answer's text, "cancelled", or null where it was lost on the way. */
function post(url: string, file: File, row: HTMLElement | null): Promise<string | null> {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", csrfToken());
  body.append("files", file);
  const request = new XMLHttpRequest(); // fetch tells no progress of what is sent
  const bar = row?.querySelector("progress");
  row?.querySelector("[data-file-cancel]")?.addEventListener("click", () => request.abort());
  return new Promise((resolve) => {
    request.upload.addEventListener("progress", (event) => {
      if (bar && event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      const isList = request.status === 200 && request.responseText.includes("file-chips");
      resolve(isList ? request.responseText : null);
    });
    request.addEventListener("error", () => resolve(null));
    request.addEventListener("abort", () => resolve("cancelled"));
    request.open("POST", url);
    request.setRequestHeader("X-Fragment", "1");
    request.setRequestHeader("HX-Request", "true");
    request.send(body);
  });
}

function showLost(box: HTMLElement, file: File): void {
  const told = document.createElement("p");
  told.className = "text-error text-xs";
  told.setAttribute("role", "alert");
  told.textContent = `${file.name}: ${box.dataset["lost"] ?? ""}`;
  box.querySelector("[data-file-list]")?.prepend(told);
}

/** Show the list anew; rows of files still under way stay at its end. */
async function showList(box: HTMLElement, text: string): Promise<void> {
  const target = box.querySelector<HTMLElement>("[data-file-list]");
  if (target === null) return;
  const underWay = [...target.querySelectorAll("[data-sending]")];
  await htmx.swap({ text, target, sourceElement: target, swap: "innerHTML" });
  target.querySelector("ul")?.append(...underWay);
}

/** An answer does not leave without the files that are still on their way. */
function waitForFiles(event: SubmitEvent): void {
  if (!(event.target instanceof HTMLFormElement)) return;
  if ((busy.get(event.target) ?? 0) === 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function detachOnClick(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const button = event.target.closest<HTMLButtonElement>("button[data-detach]");
  const box = button?.closest<HTMLElement>("[data-files]");
  if (!button || !box) return;
  event.preventDefault();
  void detach(box, button);
}

async function detach(box: HTMLElement, button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  const headers = { "X-CSRFToken": csrfToken(), "X-Fragment": "1", "HX-Request": "true" };
  const answer = await fetch(button.formAction, { method: "POST", headers }).catch(() => null);
  button.disabled = false;
  if (answer === null || !answer.ok || answer.redirected) return;
  await showList(box, await answer.text());
  const form = box.closest("form");
  form?.querySelector<HTMLElement>("input[type=file]")?.focus(); // the button is gone
  form?.dispatchEvent(new Event("change"));
}
