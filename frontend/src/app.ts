// Everything here is a convenience: each page works without it by plain links and forms.
import htmx from "htmx.org";

import { startBoostGuards } from "./boosted";
import { startComposers } from "./composer";
import { startCountdowns } from "./countdown";
import { startDisclosures } from "./disclosure";
import { startEditors } from "./editor";
import { startFiles } from "./files";
import { startFits } from "./fits";
import { startKeys } from "./keys";
import { startLatest } from "./latest";
import { startLive } from "./live";
import { startMessages } from "./messages";
import { startPolling } from "./poll";
import { startPresence } from "./presence";
import { startRequests } from "./requests";
import { startReturned } from "./returned";
import { startThemeSwitch } from "./theme";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;

function start(): void {
  startBoostGuards();
  startRequests();
  startThemeSwitch();
  startDisclosures();
  startComposers();
  startCountdowns();
  startFiles();
  startFits();
  startMessages();
  startPolling();
  startEditors();
  startPresence();
  startReturned();
  startKeys();
  startLatest();
  startLive();
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
